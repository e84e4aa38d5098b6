"""A first honest probability for every candidate.

A logistic model over the evidence features (Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 4.4),
plus what the other candidates of the same person say: the same value elsewhere adds log-odds, a good different value
takes some away. Monotone in every feature; the order of the candidates does not matter.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from extractor.confidence.calibrated import sigmoid
from extractor.confidence.model import Model, load_model
from models.record.normalise import canonical
from models.stages.candidate import Candidate, Packet, Scored

VERSION = load_model().version

_NUMBER = re.compile(r"\[\d+\]")
"""``[*]`` stays: what is said once of all orders is one value, of which two that differ contradict each other."""
_PART_OF_AN_ITEM = re.compile(
    r"^(?:labs\[\]\.(?!test$)|prior_therapies\[\]\.(?!drug$)|coverages\[\]\.(?!payer$|member_id$|group_number$))"
)
"""Values that say nothing without their item: "negative" of one test does not support "negative" of another."""


def score(candidates: Sequence[Candidate], packet: Packet) -> tuple[Scored, ...]:
    """Every candidate with its probability, in the order given. A blank's is that of really being blank."""
    model = load_model()
    owner = {page: index for index, person in enumerate(packet.people) for page in person.pages}
    quality = {page.page.page_no: page.page.quality for page in packet.pages}
    base = [_log_odds(candidate, model) for candidate in candidates]
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for index, candidate in enumerate(candidates):
        path = _NUMBER.sub("[]", candidate.path)
        if candidate.value is not None and not _PART_OF_AN_ITEM.match(path):
            groups[owner.get(candidate.page_no, 0), path].append(index)
    shifted = list(base)
    for (_person, path), members in groups.items():
        for index in members:
            shifted[index] += _shift(index, members, candidates, base, model, is_list="[]" in path)
    scored: list[Scored] = []
    for candidate, log_odds in zip(candidates, shifted, strict=True):
        page_quality = quality.get(candidate.page_no)
        cap = _cap(candidate, None if page_quality is None else str(page_quality), model)
        scored.append(Scored(candidate=candidate, probability=round(min(sigmoid(log_odds), cap), 4)))
    return tuple(scored)


def value_key(path: str, value: str | bool | float | None) -> str:
    """Equal for values of ``path`` that the record holds for equal."""
    return str(canonical(path, value))


def _log_odds(candidate: Candidate, model: Model) -> float:
    features = {**model.defaults, **candidate.features}
    return model.bias + sum(weight * features[name] for name, weight in model.weights.items())


def _shift(
    index: int,
    members: Sequence[int],
    candidates: Sequence[Candidate],
    base: Sequence[float],
    model: Model,
    *,
    is_list: bool,
) -> float:
    """Log-odds that the other candidates add (agreement) and take (contradiction; list items may differ)."""
    own = candidates[index]
    key = value_key(own.path, own.value)
    pages = {own.page_no}
    places = {own.bbox}
    added = 0.0
    against = 0.0
    others = sorted(
        (m for m in members if m != index), key=lambda m: (-base[m], candidates[m].page_no, str(candidates[m].bbox))
    )
    for other in others:
        there = candidates[other]
        if value_key(there.path, there.value) == key:
            weight = sigmoid(base[other])
            if there.page_no not in pages:
                added += model.agreement.other_page * weight
            elif there.bbox not in places:
                added += model.agreement.same_page * weight
            pages.add(there.page_no)
            places.add(there.bbox)
        elif not is_list:
            against = max(against, sigmoid(base[other]) if there.is_valid else 0.0)
    return min(added, model.agreement.most) - model.contradiction * against * sigmoid(-base[index]) * 2


def _cap(candidate: Candidate, quality: str | None, model: Model) -> float:
    caps = [model.caps.unknown_quality if quality is None else model.caps.quality[quality]]
    if not candidate.is_valid:
        caps.append(model.caps.invalid)
    if candidate.features.get("checked", 1.0) < 0.5:
        caps.append(model.caps.unclear_mark)
    least = candidate.features.get("reading_min", 1.0)
    is_verified = candidate.features.get("verified", 0.0) >= 1.0
    table = model.caps.reading_min_verified if is_verified else model.caps.reading_min
    caps.extend(cap for below, cap in table if least < below)
    return min(caps)

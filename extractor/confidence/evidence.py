"""What speaks for and against one value of a record, as numbers the calibrated model weighs.

Gathered from the finished draft of a referral, so that cross-checks, runners-up and the item a value stands in are
part of it, not only the place where it was read.
"""

from collections.abc import Mapping, Sequence

from pydantic import Field as Key

from models.record import Quality, State, Value
from models.record.list_places import leaf_name, unplaced
from models.record.paths import AnyField
from models.stages.candidate import Candidate
from models.stages.layout import PageReading

UNKNOWN_TIER = "unknown"
_DOUBTFUL_WORD = 0.75
_MOST_PAGES, _MOST_PLACES, _MOST_RIVALS, _LONG_TEXT = 3, 4, 4, 40
_READ_ONLY = frozenset({"label_read"})
_PLAIN = frozenset({"label", "lab_row", "seen_on_pages", "low_confidence", "too_few_known"})
"""Reasons that other numbers already tell, and those that the policy itself writes."""


_OPEN = frozenset(
    {
        *("first_name", "middle_name", "last_name", "line1", "line2", "city", "postal_code", "practice", "npi"),
        *("home_phone", "mobile_phone", "work_phone", "payer_phone", "phone", "fax", "email", "mrn", "bin", "pcn"),
        *("payer", "plan", "member_id", "group_number", "subscriber_name", "allergies", "premedications"),
        *("description", "test", "result", "reference_range", "dose"),
        *("date_of_birth", "date", "collected", "signature_date", "start_date", "last_treatment_date"),
    }
)
"""Leaves whose values are of no small list: a misread character gives another value that looks as good."""


class Evidence(Value):
    """``path`` without list places; ``tier`` of its page; ``features`` by name, most 0-1; ``reasons`` are codes."""

    path: str
    tier: str
    page_type: str
    features: Mapping[str, float]
    reasons: frozenset[str]


class Surroundings(Value):
    """What stands around a value: its page, its list item, and what else its referral says.

    ``page``: None for what was derived. ``item``: the fields of its list item, the one that names the item first.
    ``size``: how many items the list has, ``namesakes`` how many of them have the same name. ``peers``: the draft
    confidences of the page's other values, ``parts`` those of the other values of its part of the record (``orders``).
    ``people``: how many patients the file has; ``is_referral``: whether the file is taken for a referral. ``look``:
    what a second look at the value's pixels says (``decode.Weighed.features``), empty where nobody looked again.
    """

    page: PageReading | None = None
    item: tuple[AnyField, ...] = ()
    size: int = 0
    namesakes: int = 0
    peers: tuple[float, ...] = ()
    parts: tuple[float, ...] = ()
    people: int = 1
    is_referral: bool = True
    look: Mapping[str, float] = Key(default_factory=dict)


def gather(path: str, field: AnyField, candidate: Candidate | None, around: Surroundings) -> Evidence:
    """The evidence for a field that has a value; ``candidate`` is None for what was derived."""
    page = around.page
    quality = None if page is None else page.page.quality
    read = {} if candidate is None else candidate.features
    is_open = leaf_name(path) in _OPEN
    features = {
        **{name: value for name, value in read.items() if name not in _READ_ONLY},
        **_agreement(field),
        **_item(around.item),
        **around.look,
        "rank": field.confidence or 0.0,
        "open_reading": read.get("reading_min", 1.0) if is_open else 1.0,
        "undisputed": float(field.state is State.FOUND),
        "read": float(candidate is not None),
        "embedded": float(field.source == "embedded"),
        "derived": float(field.source == "derived"),
        "long": min(len(field.raw or ""), _LONG_TEXT) / _LONG_TEXT,
        "few": 1.0 / max(around.size, 1),
        "unique": 1.0 / max(around.namesakes, 1),
        "peers": _mean(around.peers),
        "part_peers": _mean(around.parts),
        "one_patient": 1.0 / max(around.people, 1),
        "is_referral": float(around.is_referral),
        "known_labels": 0.5 if page is None else _known(page),
        "legible": 0.5 if page is None else 1.0 - doubtful_share(page),
    }
    return Evidence(
        path=unplaced(path),
        tier=UNKNOWN_TIER if quality is None else str(Quality(quality)),
        page_type="none" if page is None else str(page.page.type),
        features={name: round(float(value), 4) for name, value in sorted(features.items())},
        reasons=frozenset(reason.code for reason in field.reasons) - _PLAIN,
    )


def _agreement(field: AnyField) -> dict[str, float]:
    """How many pages and places say the same, and how near the best of the other values comes."""
    pages = {one.page_no for one in field.evidence}
    places = {(one.page_no, one.bbox) for one in field.evidence}
    rivals = [other for other in field.alternatives if other.confidence is not None]
    return {
        "pages": (min(max(len(pages), 1), _MOST_PAGES) - 1) / (_MOST_PAGES - 1),
        "places": (min(max(len(places), 1), _MOST_PLACES) - 1) / (_MOST_PLACES - 1),
        "lead": _lead(field),
        "unrivalled": 1.0 - min(len(rivals), _MOST_RIVALS) / _MOST_RIVALS,
    }


def _lead(field: AnyField) -> float:
    """How far the best of the other values stays behind, as a share of the value's own draft confidence."""
    rivals = [other.confidence for other in field.alternatives if other.confidence is not None]
    return 1.0 - min(max(rivals, default=0.0) / max(field.confidence or 0.0, 0.01), 1.0)


def _item(item: tuple[AnyField, ...]) -> dict[str, float]:
    """How sure the list item is that the value belongs to; 1 for a value of no list."""
    if not item:
        return {"name_rank": 1.0, "name_undisputed": 1.0, "filled": 1.0, "weakest": 1.0}
    said = [one for one in item if one.value is not None]
    name = item[0]
    return {
        "name_rank": name.confidence or 0.0,
        "name_undisputed": float(name.state is State.FOUND),
        "filled": len(said) / len(item),
        "weakest": min(one.confidence or 0.0 for one in said) if said else 0.0,
    }


def doubtful_share(page: PageReading) -> float:
    """The share of a page's words that were read with doubt, as unrecognised handwriting is; none of embedded text."""
    scores = [word.confidence for word in page.words.words if word.confidence is not None]
    return sum(score < _DOUBTFUL_WORD for score in scores) / len(scores) if scores else 0.0


def _known(page: PageReading) -> float:
    """The share of a page's labels that are in the vocabulary: an unfamiliar form has few."""
    pairs = page.layout.key_values
    return sum(pair.key is not None for pair in pairs) / len(pairs) if pairs else 0.5


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.5

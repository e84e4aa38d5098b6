"""The last step of a referral: each value's probability from all its evidence, and the state that policy gives it."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from pydantic import BaseModel

from extractor.confidence import explain
from extractor.decode import Weighed
from extractor.resolve.absence import OWNER_DOUBTS
from extractor.resolve.doubts import NO_LOOKS, Looks, weigh_looks
from extractor.resolve.gathering import gather_evidence, items_of
from extractor.resolve.policy import Policy, load_policy
from extractor.resolve.scene import UNOWNED
from models.record import ASKS, Alternative, Field, Reason, Referral, State
from models.record.paths import AnyField, walk_fields
from models.stages.candidate import Packet, Scored

_STEP = re.compile(r"[.\[]")

ITEM_UNSURE = Reason(code="item_unsure", text="what it belongs to needs a person's look first")
READS_OTHERWISE = Reason(code="reads_otherwise", text="read again, its pixels may say something else")
TOO_FEW_KNOWN = Reason(
    code="too_few_known", text="too few such fields were checked on such pages to accept one without a person"
)


def settle(
    draft: Referral,
    packet: Packet,
    scored: Sequence[Scored],
    looks: Looks = NO_LOOKS,
    policy: Policy | None = None,
) -> Referral:
    """The referral with calibrated confidences, and with ``found`` only where policy accepts it.

    ``looks``: what a second look saw at some spots (``find_doubts``); empty where nobody looked again. ``policy``: the
    packaged one where none is given.
    """
    policy = policy or load_policy()
    calibration = policy.load_calibration()
    fields = dict(walk_fields(draft))
    weighed = weigh_looks(draft, packet, looks, policy)
    settled: dict[str, AnyField] = {}
    for path, evidence in gather_evidence(draft, packet, scored, weighed).items():
        sure = calibration.probability(evidence)
        if OWNER_DOUBTS & set(fields[path].reasons):
            sure = min(sure, UNOWNED)
        threshold = policy.threshold(path, evidence.tier)
        field = with_confidence(_tell(fields[path], weighed.get(path)), sure)
        if evidence.features.get("posterior", 1.0) < policy.evidence.posterior:
            field = _demote(field, READS_OTHERWISE)
        settled[path] = _judge(field, threshold, explain(evidence, calibration))
    unsure = {head for head, (name, *_) in items_of(draft, settled).items() if name.state is not State.FOUND}
    in_doubt = {path: _demote(one, ITEM_UNSURE) for path, one in settled.items() if path.rpartition(".")[0] in unsure}
    settled_referral = replace_fields(draft, settled | in_doubt)
    is_touchless = not any(field.state in ASKS for _, field in walk_fields(settled_referral))
    return settled_referral.model_copy(update={"touchless": is_touchless})


def _tell(field: AnyField, weighed: Weighed | None) -> AnyField:
    """The field with what a second look found: whether the readers agree, and other values that its pixels allow."""
    if weighed is None:
        return field
    said = (Reason(code=weighed.code, text=weighed.sentence),) if weighed.code else ()
    told = field.model_copy(update={"reasons": (*field.reasons, *said)})
    if not isinstance(told.value, str):
        return told
    known = {told.value, *(other.value for other in told.alternatives)}
    fresh = tuple(Alternative(value=other, confidence=p) for other, p in weighed.others if other not in known)
    return told.model_copy(update={"alternatives": (*told.alternatives, *fresh)})


def _judge(field: AnyField, threshold: float | None, doubts: Sequence[str]) -> AnyField:
    """The field as policy takes it; ``doubts`` say why it is not surer."""
    if threshold is None:
        return _demote(field, TOO_FEW_KNOWN)
    if (field.confidence or 0.0) >= threshold:
        return field
    why = f": {', '.join(doubts)}" if doubts else ""
    said = f"sure to {field.confidence:.1%}, and {threshold:.1%} is asked of such a field on such a page{why}"
    return _demote(field, Reason(code="low_confidence", text=said))


def _demote(field: AnyField, reason: Reason) -> AnyField:
    """The field for a person to look at, if nobody was to; what is disputed already keeps its state."""
    if field.state is not State.FOUND:
        return field
    return field.model_copy(update={"state": State.NEEDS_REVIEW, "reasons": (*field.reasons, reason)})


def with_confidence(field: AnyField, sure: float) -> AnyField:
    """The field with a probability; no other value is likelier than what that leaves."""
    most = round(1.0 - sure, 4)
    others = tuple(
        other if other.confidence is None else other.model_copy(update={"confidence": min(other.confidence, most)})
        for other in field.alternatives
    )
    return field.model_copy(update={"confidence": sure, "alternatives": others})


def replace_fields(referral: Referral, fields: Mapping[str, AnyField]) -> Referral:
    """The referral with other fields at some paths; what holds none of them is the same object."""
    ways = {path[: mark.start()] for path in fields for mark in _STEP.finditer(path)}
    replaced = _replace(referral, "", fields, {"", *ways})
    assert isinstance(replaced, Referral)
    return replaced


def _replace(value: object, path: str, fields: Mapping[str, AnyField], ways: AbstractSet[str]) -> object:
    """``ways``: every path on the way to one of the fields."""
    if isinstance(value, Field):
        return fields.get(path, value)
    if path not in ways:
        return value
    if isinstance(value, BaseModel):
        names = type(value).model_fields
        inner = {
            name: _replace(getattr(value, name), f"{path}.{name}" if path else name, fields, ways) for name in names
        }
        return value.model_copy(update=inner)
    if isinstance(value, tuple):
        return tuple(_replace(one, f"{path}[{index}]", fields, ways) for index, one in enumerate(value))
    return value

"""Diagnosis codes that are no longer valid on the day of care get their successors as alternatives, and a reason."""

from datetime import date

from extractor.knowledge.succession import Succession, find_succession
from models.record import Alternative, Diagnosis, Reason, Referral
from models.record.field import HAS_VALUE

RETIRED = "code_retired"


def propose_successors(referral: Referral, today: date) -> Referral:
    """The referral with what may follow on retired codes; values and states stay as they are.

    The day of care is the first start date that was read surely, else ``today``.
    """
    starts = [order.start_date.value for order in referral.orders if order.start_date.state in HAS_VALUE]
    on = min((day for day in starts if day), default=today.isoformat())
    diagnoses = tuple(_check(diagnosis, date.fromisoformat(on)) for diagnosis in referral.diagnoses)
    return referral.model_copy(update={"diagnoses": diagnoses})


def say_succession(found: Succession) -> str:
    """What is proposed, on what evidence and by which rule; not which words were read."""
    said = f"{found.retired} is not valid since {found.ended.isoformat()}"
    if found.named is not None:
        return f"{said}; by the words beside it ({', '.join(found.words)}) it is {found.named} now"
    return f"{said}; the words beside it do not say which of {', '.join(found.successors)} it is now"


def _check(diagnosis: Diagnosis, on: date) -> Diagnosis:
    code = diagnosis.code
    found = None if code.value is None else find_succession(code.value, diagnosis.description.value, on)
    if found is None or not found.successors:
        return diagnosis
    kept = {one.value: one for one in code.alternatives}
    values = dict.fromkeys((*found.successors, *kept))
    update = {
        "alternatives": tuple(kept.get(value, Alternative(value=value)) for value in values),
        "reasons": (*code.reasons, Reason(code=RETIRED, text=say_succession(found))),
    }
    return diagnosis.model_copy(update={"code": code.model_copy(update=update)})

"""How many items each list has, and whether that is all of them: a missed allergy must not look like no allergy."""

from collections.abc import Sequence

from extractor.resolve.absence import NOT_SEEN
from extractor.resolve.scene import Scene
from models.record import Count, Lists, Reason, Referral, State, Text

_INCOMPLETE = Reason(
    code="completeness_unproven", text="every item that was found is counted; others may stand on the pages"
)
_STATED_NONE = Reason(code="stated_none", text="the form says that there is none")
_UNPROVEN_SHARE = 0.85
"""How much of the least sure item's confidence a count keeps while nothing proves that no item was missed."""


def count_lists(referral: Referral, scene: Scene) -> Lists:
    """A count for each list; never ``found`` but for a stated none, as nothing yet proves that a list is complete."""
    premedications = {field.value: field for order in referral.orders for field in order.premedications}
    leading: dict[str, Sequence[Text]] = {
        "allergies": referral.patient.allergies,
        "coverages": [one.payer if one.payer.value is not None else one.member_id for one in referral.coverages],
        "orders": [one.drug for one in referral.orders],
        "premedications": list(premedications.values()),
        "diagnoses": [one.code for one in referral.diagnoses],
        "prior_therapies": [one.drug for one in referral.prior_therapies],
        "labs": [one.test for one in referral.labs],
    }
    return Lists(**{name: _count(scene, fields, name) for name, fields in leading.items()})


def _count(scene: Scene, leading: Sequence[Text], name: str) -> Count:
    if not leading:
        return _stated_none(scene, name) or _nothing(scene, name)
    sure = min((field.confidence or 0.0) for field in leading)
    return Count(
        value=len(leading),
        confidence=round(_UNPROVEN_SHARE * sure, 4),
        state=State.NEEDS_REVIEW,
        source="derived",
        reasons=(_INCOMPLETE,),
    )


def _stated_none(scene: Scene, name: str) -> Count | None:
    """The count 0 where a page says "none" and nothing was found."""
    number = scene.number(f"lists.{name}")
    if number.value != 0.0:
        return None
    return Count(
        value=0,
        confidence=number.confidence,
        state=number.state,
        raw=number.raw,
        page_no=number.page_no,
        bbox=number.bbox,
        source=number.source,
        evidence=number.evidence,
        reasons=(*number.reasons, _STATED_NONE),
    )


def _nothing(scene: Scene, name: str) -> Count:
    reason = Reason(code="none_found", text=f"no {name.replace('_', ' ')} were found")
    return Count(state=State.NEEDS_REVIEW, reasons=(reason if scene.setting.is_all_seen else NOT_SEEN,))

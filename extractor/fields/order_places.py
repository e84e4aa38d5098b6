"""Which of a page's orders a table row, a column or a block of labels is about."""

from collections.abc import Mapping, Sequence

from extractor.packet import Answer
from models.record import BBox
from models.stages.candidate import Candidate

DETAILS = frozenset({"priority", "duration", "refills", "start_date", "last_treatment_date", "course"})
"""What may be said once of all orders of a page, or of each."""


def orders_by_place(answers: Sequence[Answer], leaves: Sequence[Candidate]) -> Mapping[str, Candidate]:
    """A leaf (a drug or a dose) of each order by the ``item`` of the answers that it was read from.

    Empty where these are fewer than two orders: what is said of the only one is said of all.
    """
    found: dict[str, Candidate] = {}
    for answer in answers:
        if answer.item is None or answer.attribute in DETAILS or answer.item in found:
            continue
        boxes = [word.bbox for word in answer.words]
        own = next((leaf for leaf in leaves if _is_on(leaf.bbox, boxes)), None)
        if own is not None:
            found[answer.item] = own
    return found if len({leaf.item for leaf in found.values()}) > 1 else {}


def _is_on(box: BBox | None, boxes: Sequence[BBox]) -> bool:
    return box is not None and any(box.intersection_area(other) > 0 for other in boxes)

"""The list of fields beside a page of the overlay: which entries, in which order, at which height."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.record import BBox, Extraction, State
from models.record.paths import AnyField, walk_fields

ABSENT = frozenset({State.NOT_ON_FORM, State.BLANK})


@dataclass(frozen=True, slots=True)
class Entry:
    """One field on one page. ``bbox`` in points of the page, None where the field has no place on it.

    ``is_main`` is False for further evidence: a second place where the same value was read.
    """

    path: str
    text: str
    confidence: float | None
    state: State
    bbox: BBox | None
    note: str
    is_main: bool = True

    @property
    def is_unread(self) -> bool:
        """Nothing was read and there is no place to point at."""
        return self.bbox is None and self.confidence is None


def entries_by_page(extraction: Extraction) -> dict[int, tuple[Entry, ...]]:
    """The entries of each page, from the top of the page to its foot.

    A field that has no page (a derived one) is listed on its referral's first page. A field that is not on the form is
    left out; a blank one only appears where its place on the form is known.
    """
    found: dict[int, list[Entry]] = {}
    for number, referral in enumerate(extraction.referrals):
        prefix = f"#{number + 1} " if len(extraction.referrals) > 1 else ""
        first_page = min(referral.pages, default=1)
        for path, field in walk_fields(referral):
            if field.state in ABSENT and field.bbox is None:
                continue
            home = field.page_no or first_page
            found.setdefault(home, []).append(_main_entry(prefix + path, field))
            for place in field.evidence:
                if (
                    place.bbox is not None
                    and place.page_no is not None
                    and (place.page_no, place.bbox) != (home, field.bbox)
                ):
                    further = Entry(prefix + path, "", None, field.state, place.bbox, "", is_main=False)
                    found.setdefault(place.page_no, []).append(further)
    return {page_no: tuple(sorted(entries, key=_position)) for page_no, entries in found.items()}


def _main_entry(path: str, field: AnyField) -> Entry:
    text = f"({field.state})" if field.value is None else _shown(field.value)
    note = "" if field.state is State.FOUND else " ".join(reason.code for reason in field.reasons)
    return Entry(path, text, field.confidence, field.state, field.bbox, note)


def _shown(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _position(entry: Entry) -> tuple[bool, float, float]:
    """Fields without a place come last."""
    return (entry.bbox is None, entry.bbox.y_mid if entry.bbox else 0.0, entry.bbox.x0 if entry.bbox else 0.0)


def spread(wanted: Sequence[float], step: float, top: float, bottom: float) -> tuple[float, ...]:
    """Heights near ``wanted`` (ascending), at least ``step`` apart, between ``top`` and ``bottom``.

    Pushes down what would overlap, then lifts what hangs over the foot. Where they cannot all fit ``step`` apart the
    whole range is shared evenly.
    """
    count = len(wanted)
    if count > 1 and (count - 1) * step > bottom - top:
        even = (bottom - top) / (count - 1)
        return tuple(top + even * index for index in range(count))
    pushed = list(_pushed_down(wanted, step, top))
    limit = bottom
    for index in reversed(range(count)):
        pushed[index] = min(pushed[index], limit)
        limit = pushed[index] - step
    return tuple(pushed)


def _pushed_down(wanted: Iterable[float], step: float, top: float) -> Iterable[float]:
    least = top
    for height in wanted:
        place = max(height, least)
        yield place
        least = place + step

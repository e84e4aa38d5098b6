"""Which accepted fields are shown to a person all the same, and which wrong values are planted to measure the person.

Chosen by a hash of referral and path: the same fields whoever asks and however often, and no state to keep.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date

from extractor.errors import InvalidEntry
from extractor.resolve.entries import read_entry
from models.record import Referral, State
from models.record.paths import AnyField, walk_fields


def choose_checks(referral: Referral, share: float, seeded: float, today: date) -> Mapping[str, str | None]:
    """The chosen fields by path, each with the wrong value to show, None where no value is shown at all.

    ``share`` of the fields that were found and have a place on a page; of these, about ``seeded`` with a wrong value,
    where one can be made that the field's own rules let pass.
    """
    found = {}
    for path, field in walk_fields(referral):
        if not _can_be_checked(path, field) or _draw(referral, path, "checked") >= share:
            continue
        value = str(field.value)
        is_seeded = _draw(referral, path, "seeded") < seeded
        wrong = plant(path, value, _draw(referral, path, "planted"), today) if is_seeded else None
        found[path] = wrong
    return found


def plant(path: str, value: str, draw: float, today: date) -> str | None:
    """``value`` with one digit misread, so that it still can be a value of the field; None where none can.

    ``draw`` (0 to 1) says which of the possible ones.
    """
    possible = [one for one in _misread(value) if _can_be(path, one, today)]
    return possible[int(draw * len(possible))] if possible else None


def _misread(value: str) -> Iterator[str]:
    for place, character in enumerate(value):
        if character.isascii() and character.isdigit():
            yield from (value[:place] + other + value[place + 1 :] for other in "0123456789" if other != character)


def _can_be(path: str, value: str, today: date) -> bool:
    try:
        return read_entry(path, value, today) == value
    except InvalidEntry:
        return False


def _can_be_checked(path: str, field: AnyField) -> bool:
    is_placed = field.page_no is not None and field.bbox is not None
    return field.state is State.FOUND and is_placed and isinstance(field.value, str) and not path.startswith("lists.")


def _draw(referral: Referral, path: str, of: str) -> float:
    """A number from 0 to 1 that nobody can foresee without the record, and that stays."""
    digest = hashlib.sha256(f"{of} {referral.referral_id} {path}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48

"""Values that belong to somebody else on the same fax: the receiving center's fax given as the prescriber's.

A wrong value that is simply misread is seen by whoever looks at the page; one that is really there but is another
person's looks right, so it is counted apart.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from extractor.evaluate.score import Outcome, Row
from models.record.list_places import leaf_name
from models.record.normalise import canonical, plain_text

NAMES = frozenset({"first_name", "middle_name", "last_name", "subscriber_name", "practice"})
PERSONAL = NAMES | {
    "home_phone", "mobile_phone", "work_phone", "payer_phone", "phone", "fax", "email", "date_of_birth", "mrn", "npi",
    "member_id", "group_number", "bin", "pcn", "payer", "plan", "line1", "line2", "city", "postal_code",
}  # fmt: skip
"""Leaves that say who somebody is."""

SHORTEST = 3
"""Characters; shorter values agree by chance."""


@dataclass(frozen=True, slots=True)
class Stated:
    """One value that stands on a fax: whose it is, what it is called there, and the value."""

    referral: int | None
    key: str
    value: str

    @property
    def role(self) -> tuple[int | None, str]:
        """Whose the value is: the referral and its part (``patient``); a decoy is a role of its own."""
        return self.referral, self.key.partition(".")[0].partition("[")[0]


def find_stated(rows: tuple[Row, ...], decoys: Mapping[str, object]) -> tuple[Stated, ...]:
    """All texts that the truth of one fax states, of all its referrals, and its decoys."""
    texts = [Stated(row.referral, row.key, row.truth) for row in rows if isinstance(row.truth, str)]
    return (*texts, *_decoys("decoys", decoys))


def _decoys(path: str, value: object) -> Iterator[Stated]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _decoys(f"{path}.{name}", inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _decoys(path, inner)
    elif isinstance(value, str):
        yield Stated(None, path, value)


def is_personal(row: Row) -> bool:
    """Whether the field says who somebody is."""
    return leaf_name(row.key) in PERSONAL


def find_owner(row: Row, stated: tuple[Stated, ...]) -> str | None:
    """What a wrong value is called where it does belong, None where it is right or belongs to nobody.

    Fields of the same part of the same referral (home and work telephone) are no other role.
    """
    if row.outcome not in (Outcome.WRONG, Outcome.SPURIOUS) or not isinstance(row.read, str):
        return None
    own = (row.referral, row.path.partition(".")[0].partition("[")[0])
    for other in stated:
        is_comparable = (is_personal(row) and (other.referral is None or leaf_name(other.key) in PERSONAL)) or (
            other.key == row.key
        )
        if other.role != own and is_comparable and _is_value_of(row.path, row.read, other):
            owner = "" if other.referral in (None, row.referral) else f"referral {(other.referral or 0) + 1}: "
            return owner + other.key
    return None


def _is_value_of(path: str, value: str, other: Stated) -> bool:
    """Equal as the record's values are; a name also as a part of a longer name."""
    read = canonical(path, value)
    if not isinstance(read, str) or len(read) < SHORTEST:
        return False
    if read == canonical(path, other.value):
        return True
    is_name = leaf_name(path) in NAMES and (leaf_name(other.key) in NAMES or other.referral is None)
    return is_name and f" {plain_text(value)} " in f" {plain_text(other.value)} "

"""Whose page is whose: whether the record parts the pages of a fax among patients as the truth does."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.record import Extraction


class Likeness(StrEnum):
    """What the two most alike patients of a fax have in common."""

    NAME = "same name (father and son)"
    BIRTH = "same surname and birth date (twins)"
    SURNAME = "same surname"
    NOTHING = "different surnames"


@dataclass(frozen=True, slots=True)
class PatientSplit:
    """One fax. ``is_exact``: the same pages belong together; ``merges``: referrals that hold two patients' pages.

    ``likeness`` is None where there is one patient only.
    """

    patients: int
    is_exact: bool
    merges: int
    likeness: Likeness | None = None

    @property
    def can_merge(self) -> bool:
        """Whether the fax has pages of more than one patient."""
        return self.patients > 1


def compare_patients(truth: Mapping[str, object], extraction: Extraction) -> PatientSplit | None:
    """Compare the parting of pages; None where the truth does not say whose the pages are.

    Pages that the truth gives to nobody are left out.
    """
    true_sets = _page_sets(truth)
    if not true_sets:
        return None
    known = frozenset().union(*true_sets)
    read_sets = [frozenset(referral.pages) & known for referral in extraction.referrals]
    read = {pages for pages in read_sets if pages}
    merges = sum(sum(bool(pages & true) for true in true_sets) > 1 for pages in read)
    return PatientSplit(len(true_sets), read == set(true_sets), merges, _likeness(truth))


def _likeness(truth: Mapping[str, object]) -> Likeness | None:
    """How alike the patients are, whose pages are told apart in the truth."""
    referrals = truth.get("referrals")
    people = [
        {name: str(patient.get(name) or "").casefold() for name in ("first_name", "last_name", "date_of_birth")}
        for referral in (referrals if isinstance(referrals, Sequence) else ())
        if isinstance(referral, Mapping) and isinstance(patient := referral.get("patient") or {}, Mapping)
    ]
    found = [_shared(one, other) for one, other in itertools.combinations(people, 2)]
    return min(found, key=list(Likeness).index, default=None)


def _shared(one: Mapping[str, str], other: Mapping[str, str]) -> Likeness:
    same = {name for name, text in one.items() if text and text == other[name]}
    if "last_name" not in same:
        return Likeness.NOTHING
    return Likeness.NAME if "first_name" in same else Likeness.BIRTH if "date_of_birth" in same else Likeness.SURNAME


def _page_sets(truth: Mapping[str, object]) -> list[frozenset[int]]:
    referrals = truth.get("referrals")
    found = []
    for referral in referrals if isinstance(referrals, Sequence) else ():
        pages = referral.get("pages") if isinstance(referral, Mapping) else None
        if pages:
            found.append(frozenset(int(page) for page in pages))
    return found

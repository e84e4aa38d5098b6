"""Whose page is whose: whether the record parts the pages of a fax among patients as the truth does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.record import Extraction


@dataclass(frozen=True, slots=True)
class PatientSplit:
    """One fax. ``is_exact``: the same pages belong together; ``merges``: referrals that hold two patients' pages."""

    patients: int
    is_exact: bool
    merges: int

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
    return PatientSplit(len(true_sets), read == set(true_sets), merges)


def _page_sets(truth: Mapping[str, object]) -> list[frozenset[int]]:
    referrals = truth.get("referrals")
    found = []
    for referral in referrals if isinstance(referrals, Sequence) else ():
        pages = referral.get("pages") if isinstance(referral, Mapping) else None
        if pages:
            found.append(frozenset(int(page) for page in pages))
    return found

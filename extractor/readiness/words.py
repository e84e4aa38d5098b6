"""Sentences that several rules share, in the words a nurse would use."""

from collections.abc import Iterable, Sequence

from extractor.readiness.case import Case, Certainty, Finding, Used
from models.record import RuleOutcome

NAME, IS, WAS, IT = "{name}", "{is}", "{was}", "{it}"
"""Places in a sentence for names and the words that agree with them."""

_LISTS = {"labs": "laboratory results", "prior_therapies": "earlier therapies"}
_LEAVES = {
    "line1": "street",
    "postal_code": "ZIP code",
    "npi": "NPI",
    "fax": "fax number",
    "phone": "phone number",
    "payer": "name of the insurance",
    "member_id": "member ID",
    "code": "code",
    "mobile_phone": "mobile phone",
    "signature_present": "signature",
    "mrn": "record number",
}
_WORST_FIRST = (
    RuleOutcome.MISSING,
    RuleOutcome.EXPIRED,
    RuleOutcome.PENDING,
    RuleOutcome.ABNORMAL,
    RuleOutcome.UNREADABLE,
    RuleOutcome.NEEDS_REVIEW,
    RuleOutcome.MET,
)


def name_leaf(path: str) -> str:
    """``patient.address.postal_code`` as a person says it: ``ZIP code``."""
    leaf = path.rsplit(".", 1)[-1]
    return _LEAVES.get(leaf, leaf.replace("_", " "))


def join_words(words: Iterable[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    listed = list(dict.fromkeys(words))
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} {last} {listed[-1]}" if listed else ""


def say_days(count: int) -> str:
    """``1 day``, ``30 days``."""
    return "1 day" if count == 1 else f"{count} days"


def is_are(count: int) -> str:
    """The verb for so many."""
    return "is" if count == 1 else "are"


def outcome_of(certainties: Iterable[Certainty]) -> RuleOutcome:
    """What fields that are all needed give together."""
    found = set(certainties)
    if Certainty.ABSENT in found:
        return RuleOutcome.MISSING
    if Certainty.UNREADABLE in found:
        return RuleOutcome.UNREADABLE
    return RuleOutcome.NEEDS_REVIEW if Certainty.UNSURE in found else RuleOutcome.MET


def say_unsure(used: Sequence[Used], outcome: RuleOutcome) -> str:
    """What to do about fields that were not read surely."""
    names = join_words(name_leaf(one.path) for one in used)
    places = join_words(one.place for one in used)
    if outcome is RuleOutcome.UNREADABLE:
        return f"the {names} on {places} cannot be read; please send a clearer copy."
    if any(one.field.value is not None for one in used):
        return f"please check the {names} on {places}, not read with certainty."
    return f"no {names} found, but the pages may still state it: please look."


def absent_from_list(case: Case, name: str, what: str = NAME) -> Finding:
    """Nothing of the kind is in a list: missing where the list is known to be complete.

    Without ``what`` the sentence still has its places for names: see ``combine``.
    """
    count = case.field(f"lists.{name}")
    listed = _LISTS.get(name, name.replace("_", " "))
    if case.is_complete(name):
        outcome, said = RuleOutcome.MISSING, f"{NAME} did not come with the referral; please send {IT}."
    elif case.judge(count.field) is Certainty.UNREADABLE:
        outcome, said = RuleOutcome.UNREADABLE, f"the {listed} cannot be read; please send a clearer copy."
    else:
        outcome = RuleOutcome.NEEDS_REVIEW
        said = f"{NAME} {WAS} not found, but not all {listed} may have been read: please look at the pages."
    return Finding(outcome, said if what == NAME else fill(said, [what]), (count,))


def fill(said: str, names: Sequence[str]) -> str:
    """A sentence with its places for names filled, in the singular or the plural."""
    forms = {IS: "is", WAS: "was", IT: "it"} if len(names) == 1 else {IS: "are", WAS: "were", IT: "them"}
    for place, form in (*forms.items(), (NAME, join_words(names))):
        said = said.replace(place, form)
    return said


def combine(findings: Sequence[tuple[str, Finding]]) -> Finding:
    """Named parts that are all needed as one finding: the worst outcome, and what is said of each part that is not met.

    Parts of which the same is said are named in one sentence.
    """
    worst = min((finding.outcome for _, finding in findings), key=_WORST_FIRST.index)
    said: dict[str, list[str]] = {}
    for name, finding in findings:
        if worst is RuleOutcome.MET or not finding.is_met:
            said.setdefault(finding.message, []).append(name)
    used = tuple(dict.fromkeys(one for _, finding in findings for one in finding.used))
    changes = tuple(sorted({day for _, finding in findings for day in finding.changes_on}))
    first, *others = (fill(message, names) for message, names in said.items())
    return Finding(worst, " ".join([first, *(other[:1].upper() + other[1:] for other in others)]), used, changes)

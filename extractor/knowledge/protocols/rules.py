"""The kinds of rule a protocol may hold, as they are written in its file; what is not in this schema is refused."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import model_validator

from models.record import PageType, Severity, Value

Names = Annotated[tuple[str, ...], Key(min_length=1)]
Days = Annotated[int, Key(gt=0, le=3660)]
Years = Annotated[int, Key(ge=0, le=130)]


class Source(Value):
    """Where a rule comes from. ``edition``: of the source, as ``2024-05``; ``url``: where it was read."""

    title: str
    edition: str
    url: str | None = None


class When(Value):
    """Whom a rule is for; every entry that is given must hold. Ages in whole years, both included."""

    sex: Literal["female", "male"] | None = None
    age_from: Years | None = None
    age_to: Years | None = None
    codes: tuple[str, ...] = ()
    courses: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()


class Rule(Value):
    """What all rules have.

    ``source`` names one of the file's sources, ``section`` the place in it, ``checked`` the day on which the rule was
    compared with it, ``verify`` who must confirm it for a site. A rule that is not ``verified`` only advises.
    """

    id: str = Key(pattern=r"[a-z][a-z0-9_]*")
    title: str
    severity: Severity = Severity.REQUIRED
    source: str
    section: str | None = None
    checked: date
    verify: str
    verified: bool
    when: When | None = None
    per: Literal["order", "referral"] | None = None
    note: str | None = None

    @property
    def weight(self) -> Severity:
        """The severity that counts."""
        return self.severity if self.verified else Severity.ADVISORY


class FieldRule(Rule):
    """Fields of the record have values: all of ``paths``, or any. A path that starts with ``order.`` is the order's.

    ``is_true``: a yes or no must be yes.
    """

    kind: Literal["field"]
    paths: Names
    need: Literal["all", "any"] = "all"
    is_true: bool = False


class ItemRule(Rule):
    """One item of a list has values for all of ``leaves``, or any."""

    kind: Literal["item"]
    list: Literal["coverages", "diagnoses", "prior_therapies", "labs"]
    leaves: Names
    need: Literal["all", "any"] = "all"


class DateRule(Rule):
    """A date of the order lies at most ``within_days`` before the anchor and not in the future."""

    kind: Literal["date"]
    path: str
    within_days: Days


class OrderPageRule(Rule):
    """The page of the order itself states ``paths``."""

    kind: Literal["order_page"]
    paths: Names


class PageRule(Rule):
    """A page of one of these types came with the referral."""

    kind: Literal["page"]
    types: Annotated[tuple[PageType, ...], Key(min_length=1)]


class Cutoff(Value):
    """A number below ``negative_below`` is negative, from ``positive_from`` on positive, between them unclear."""

    unit: str
    negative_below: float
    positive_from: float


class LabRule(Rule):
    """Laboratory results: of each group in ``tests`` (keys of ``lab_tests.yaml``) one; no ``tests``: any test at all.

    ``within_days``: collected at most so long before the anchor (the order's start date, else the day of judging).
    ``result``: ``any`` final one; ``negative`` or ``positive`` words; a number or flag that is ``not_low``,
    ``not_high`` or ``normal`` by the printed reference range; or a number of at least ``least`` or at most ``most``
    (both included) in ``unit`` (UCUM). ``history``: a result that is not as asked counts in ``all`` reports, or only
    if no later one is (``latest``). ``cutoffs``: what a number means where words are asked, by key of the test.
    """

    kind: Literal["lab"]
    tests: tuple[Names, ...] = ()
    within_days: Days | None = None
    result: Literal["any", "negative", "positive", "not_low", "not_high", "normal", "range"] = "any"
    least: float | None = None
    most: float | None = None
    unit: str | None = None
    history: Literal["all", "latest"] = "all"
    cutoffs: dict[str, Cutoff] = Key(default_factory=dict)

    @model_validator(mode="after")
    def _range_is_whole(self) -> "LabRule":
        has_limit = self.least is not None or self.most is not None
        if (self.result == "range") != (has_limit and self.unit is not None):
            raise ValueError("result: range goes with unit and with least or most, and they with it")
        return self


class DiagnosisRule(Rule):
    """A diagnosis whose code begins with one of ``codes``, or with one of ``unclear`` and words that settle it.

    ``words``: any of them in the description settles an unclear code; ``not_words``: one of them contradicts.
    """

    kind: Literal["diagnosis"]
    codes: Names
    unclear: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()


class TherapyRule(Rule):
    """At least ``at_least`` different drugs of class ``drug_class`` were tried before.

    ``inadequate``: each must have failed to work; one that was not tolerated is shown to a person.
    """

    kind: Literal["therapy"]
    drug_class: str
    at_least: Annotated[int, Key(gt=0)]
    inadequate: bool = False


class Regimen(Value):
    """One way of giving the drug; the wording is the record's.

    Weights in kg: ``weight_from`` and ``weight_to`` belong to the span, ``weight_above`` and ``weight_below`` do not.
    ``courses``: for these courses only. ``days_since_last``: not sooner after the last treatment. ``is_first``: only
    for a patient who was never treated with it.
    """

    doses: Names
    frequencies: Names
    courses: tuple[str, ...] = ()
    weight_from: float | None = None
    weight_above: float | None = None
    weight_below: float | None = None
    weight_to: float | None = None
    days_since_last: Days | None = None
    is_first: bool = False

    @property
    def has_span(self) -> bool:
        """Whether it is for patients of some weights only."""
        return (self.weight_from, self.weight_above, self.weight_below, self.weight_to) != (None,) * 4

    def is_for(self, kilograms: float) -> bool:
        """Whether it is for a patient of this weight."""
        is_heavy = kilograms >= (self.weight_from or 0.0) and kilograms > (self.weight_above or 0.0)
        most = float("inf")
        return is_heavy and kilograms < (self.weight_below or most) and kilograms <= (self.weight_to or most)


class RegimenRule(Rule):
    """Dose and frequency are one of ``regimens``."""

    kind: Literal["regimen"]
    regimens: Annotated[tuple[Regimen, ...], Key(min_length=1)]


class PremedicationRule(Rule):
    """Of each group of generic names one is ordered as premedication."""

    kind: Literal["premedication"]
    drugs: Annotated[tuple[Names, ...], Key(min_length=1)]


class AgeRule(Rule):
    """The patient's age in whole years on the day of judging, both ends included."""

    kind: Literal["age"]
    age_from: Years | None = None
    age_to: Years | None = None


class ConfirmRule(Rule):
    """Something no record holds: a person has to confirm ``question``."""

    kind: Literal["confirm"]
    question: str


class UsualDoseRule(Rule):
    """The dose is one of the drug's usual ones, by the patient's weight where it goes by weight."""

    kind: Literal["usual_dose"]


class IndicationRule(Rule):
    """A diagnosis code is a usual reason for the drug."""

    kind: Literal["indication"]


class AllergyRule(Rule):
    """No allergy is to the ordered drug, to its premedications, or to anything in ``allergens``."""

    kind: Literal["allergy"]
    against: Literal["drug", "premedications", "listed"] = "drug"
    allergens: tuple[str, ...] = ()


class DuplicateRule(Rule):
    """No second drug of a class of which one is given at a time is ordered or still taken."""

    kind: Literal["duplicate"]


class SexRule(Rule):
    """Laboratory tests fit the patient's sex: ``tests`` (keys of ``lab_tests.yaml``) are of ``sex`` only."""

    kind: Literal["sex"]
    tests: Names
    sex: Literal["female", "male"]


class CodeRule(Rule):
    """Every diagnosis code may stand on a claim on the day of care."""

    kind: Literal["code"]


class RegisteredRule(Rule):
    """The national registry of providers has the prescriber's NPI for a person of that name, and it is active."""

    kind: Literal["registered"]


AnyRule = Annotated[
    FieldRule
    | ItemRule
    | DateRule
    | OrderPageRule
    | PageRule
    | LabRule
    | DiagnosisRule
    | TherapyRule
    | RegimenRule
    | PremedicationRule
    | AgeRule
    | ConfirmRule
    | UsualDoseRule
    | IndicationRule
    | AllergyRule
    | DuplicateRule
    | SexRule
    | RegisteredRule
    | CodeRule,
    Key(discriminator="kind"),
]


class Protocol(Value):
    """What must accompany an order for ``drugs`` (generic names; a biosimilar goes with its originator).

    No ``drugs``: the part that every order needs. ``brands``: only these products, where one substance is sold for
    several uses; empty: all infused ones.
    """

    protocol: str = Key(pattern=r"[a-z][a-z0-9_]*")
    title: str
    drugs: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    sources: dict[str, Source]
    rules: Annotated[tuple[AnyRule, ...], Key(min_length=1)]

    def source_of(self, rule: Rule) -> str:
        """The source of a rule as a person would look it up."""
        source = self.sources[rule.source]
        section = f", section {rule.section}" if rule.section else ""
        state = "checked" if rule.verified else "not verified; noted"
        return f"{source.title}{section} (edition {source.edition}; {state} {rule.checked.isoformat()})"

"""What one statement says of an order: the drugs it names, the doses it gives, and the route and scheme of each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from extractor.fields.statements import Statement
from extractor.fields.ticks import PRINTED_CHOICE
from extractor.knowledge.doses import DoseReading, find_routes, parse_doses
from extractor.knowledge.drugs import DOUBTFUL, DrugMention, find_drugs
from extractor.knowledge.frequencies import read_frequency
from models.record import Alternative, Reason
from models.stages.text import Word, join_words, words_between

SUPPORTIVE = frozenset(
    {"methylprednisolone", "hydrocortisone", "dexamethasone", "sodium chloride 0.9%", "acetaminophen", "ibuprofen"}
    | {"diphenhydramine", "cetirizine", "loratadine", "fexofenadine", "famotidine", "ondansetron", "epinephrine"}
)
"""Given before or around another infusion more often than by themselves."""
UNTICKED = 0.3
"""The most that what is printed to choose from is worth, where no mark was seen."""
_WORDS_OF_A_DOSE = 2
"""``90 mg`` before its route, which is the dose's whatever other routes are named behind it."""
_MOST_ALTERNATIVES = 5
_EXACT = 0.9
"""A drug's name with this score or more is spelled as known."""
_NOT_A_DOSE_BEFORE = re.compile(
    r"(?:max(?:imum)?|not to exceed|nte|exceed|round(?:ed)?(?: up| down)? to(?: the)?(?: nearest)?|nearest|up to"
    r"|diluted? in|in|total of|available as|=|\()\s*:?\s*(?:of\s*)?$",
    re.IGNORECASE,
)
_NOT_A_DOSE_UNIT = re.compile(r"(?:mL|L|%|mEq|mmol)$")


@dataclass(slots=True)
class Leaf:
    """A value of one leaf with the words it was read from and the statement they stand in."""

    value: str
    words: tuple[Word, ...]
    statement: Statement
    validity: float = 1.0
    reasons: tuple[Reason, ...] = ()
    is_verified: bool = False
    alternatives: tuple[Alternative[str], ...] = ()
    is_valid: bool = True
    extra: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Unit:
    """One dose with what was stated with it; ``dose`` None where a drug's route and scheme are told and no dose."""

    dose: Leaf | None
    statement: Statement
    leaves: dict[str, Leaf] = field(default_factory=dict)


@dataclass(slots=True)
class NamedDrug:
    """A drug that a statement names, by its generic name and by its brand; ``strength`` as the statement's, 0 to 1."""

    generic: Leaf
    brand: Leaf | None
    statement: Statement
    strength: float


def read_drugs(statement: Statement) -> Iterator[NamedDrug]:
    """The drugs a statement names; brand and generic of one drug are one."""
    if statement.answer is not None and statement.answer.attribute in {"route", "refills", "duration"}:
        return
    text, spans = join_words(statement.words)
    seen: dict[str, list[DrugMention]] = {}
    is_named = statement.answer is not None and statement.answer.attribute == "drug"
    for mention in find_drugs(text, is_named=is_named):
        seen.setdefault(mention.generic, []).append(mention)
    if any(mention.score > DOUBTFUL for mentions in seen.values() for mention in mentions):
        # A far resemblance beside a name that was read well is another word of the line.
        seen = {generic: mentions for generic, mentions in seen.items() if max(m.score for m in mentions) > DOUBTFUL}
    for generic, mentions in seen.items():
        best = max(mentions, key=lambda mention: mention.score)
        if not best.infused and not is_named:
            continue
        words = words_between(statement.words, spans, min(m.start for m in mentions), max(m.end for m in mentions))
        likeness = "a known drug name" if best.score >= 0.9 else "close to a known drug name"
        reasons = (Reason(code="known_drug", text=likeness),)
        others = tuple(Alternative[str](value=other) for other in best.alternatives[:_MOST_ALTERNATIVES])
        branded = next((m for m in mentions if m.brand), None)
        brand = None
        if branded is not None and branded.brand is not None:
            brand = Leaf(
                branded.brand,
                words_between(statement.words, spans, branded.start, branded.end),
                statement,
                branded.score,
                is_valid=branded.score > DOUBTFUL,
            )
        yield NamedDrug(
            Leaf(generic, words, statement, best.score, reasons, best.score >= _EXACT, others, best.score > DOUBTFUL),
            brand,
            statement,
            statement.strength * min(1.0, best.score + 0.1),
        )


def read_units(statement: Statement, *, is_supportive: bool = False) -> list[Unit]:
    """The doses a statement gives, each with the route and scheme of its own stretch of text.

    ``is_supportive``: the page orders nothing but what is else given before or around an infusion.
    """
    units = list(_find_units(statement, is_supportive))
    return _doubt_choices(units) if statement.box is None else units


def _doubt_choices(units: list[Unit]) -> list[Unit]:
    """Doses for different routes, or of one scheme, are printed to choose from: their boxes or rings were not seen."""

    def values(name: str) -> list[str]:
        return [unit.leaves[name].value for unit in units if name in unit.leaves]

    routes, schemes = set(values("route")), values("frequency")
    if len(units) < 2 or (len(routes) < 2 and len(set(schemes)) == len(schemes)):
        return units
    for leaf in (leaf for unit in units for leaf in (unit.dose, *unit.leaves.values()) if leaf is not None):
        leaf.statement = replace(leaf.statement, strength=min(leaf.statement.strength, UNTICKED))
        leaf.validity = min(leaf.validity, UNTICKED)
        leaf.reasons = (*leaf.reasons, PRINTED_CHOICE)
    return units


def _find_units(statement: Statement, is_supportive: bool) -> Iterator[Unit]:
    if statement.answer is not None and statement.answer.attribute in {
        "strength",
        "route",
        "refills",
        "duration",
        "frequency",
    }:
        return
    text, spans = join_words(statement.words)
    named = find_drugs(text)
    is_ordered = statement.answer is not None and statement.answer.attribute == "drug"
    has_own = any(mention.infused and (is_supportive or mention.generic not in SUPPORTIVE) for mention in named)
    is_before = bool(named) and not is_supportive and all(mention.generic in SUPPORTIVE for mention in named)
    if is_before or (named and not has_own and not is_ordered):
        return  # the dose of a premedication or of a reaction order
    doses = [dose for dose in parse_doses(text) if _is_dose(dose, text)]
    groups: list[list[DoseReading]] = []
    for dose in doses:
        if groups and groups[-1][-1].value == dose.value:
            groups[-1].append(dose)
        else:
            groups.append([dose])
    for index, group in enumerate(groups):
        start = 0 if index == 0 else group[0].start
        end = groups[index + 1][0].start if index + 1 < len(groups) else len(text)
        first = group[0]
        leaf = Leaf(
            first.value,
            words_between(statement.words, spans, first.start, first.end),
            statement,
            0.6 if first.is_repaired or first.alternatives else 1.0,
            first.reasons,
        )
        unit = Unit(leaf, statement)
        unit.leaves.update(read_scheme(statement, text, spans, start, end))
        yield unit


def _is_dose(dose: DoseReading, text: str) -> bool:
    return (
        dose.kind == "dose"
        and not _NOT_A_DOSE_UNIT.search(dose.value)
        and not _NOT_A_DOSE_BEFORE.search(text[: dose.start])
    )


def read_scheme(
    statement: Statement, text: str, spans: Sequence[tuple[int, int]], start: int, end: int
) -> dict[str, Leaf]:
    """The route and the frequency in ``text[start:end]``, by their leaves; a route only where no other is named."""
    part = text[start:end]
    leaves: dict[str, Leaf] = {}
    routes = find_routes(part)
    is_next = bool(routes) and len(part[: routes[0].start].split()) <= _WORDS_OF_A_DOSE
    if routes and (is_next or len({route.value for route in routes}) == 1):
        place = (start + routes[0].start, start + routes[0].end)
        leaves["route"] = Leaf(routes[0].value, words_between(statement.words, spans, *place), statement)
    frequency = read_frequency(part)
    if frequency is not None:
        words = words_between(statement.words, spans, start + frequency.start, start + frequency.end)
        leaves["frequency"] = Leaf(
            frequency.value, words, statement, 0.4 if frequency.is_ambiguous else 1.0, frequency.reasons
        )
    return leaves

"""Entities that rules and gazetteers find, before anything is said of how the text speaks of them."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from extractor.knowledge.dates import find_dates
from extractor.knowledge.doses import find_routes, parse_doses
from extractor.knowledge.drugs import find_drugs
from extractor.knowledge.frequencies import find_frequencies
from extractor.knowledge.icd10cm import find_codes
from extractor.knowledge.npi import is_valid_npi
from extractor.knowledge.phones import find_phones
from models.stages.entities import Entity, EntityLabel

_TEN_DIGITS = re.compile(r"(?<![\w.\-])\d{10}(?![\w\-])")
_NPI_LABEL = re.compile(r"\bN\.?P\.?I\b[^\n]{0,24}$", re.IGNORECASE)
_CLAUSE = re.compile(r"[^\n.;]+(?:\.(?=\S)[^\n.;]+)*")


def find_by_rules(text: str, today: date) -> tuple[Entity, ...]:
    """Drugs, codes, numbers, dates, doses, routes and frequencies of ``text``, in no order; no people, no context."""
    found: list[Entity] = []
    for entity in (
        *_drugs(text),
        *_codes(text),
        *_numbers(text),
        *_dates(text, today),
        *_doses(text),
        *_frequencies(text),
    ):
        if not is_taken(entity, found):
            found.append(entity)
    found.extend(entity for entity in _routes(text) if not is_taken(entity, found))
    return tuple(found)


def is_taken(entity: Entity, found: Sequence[Entity]) -> bool:
    """Whether another entity has the place; a frequency may hold a dose ("300 mg day 1 and 300 mg day 15")."""
    return any(
        entity.start < other.end and entity.end > other.start
        for other in found
        if EntityLabel.FREQUENCY not in {entity.label, other.label} or entity.label is other.label
    )


def _drugs(text: str) -> Iterator[Entity]:
    for mention in find_drugs(text):
        yield Entity(
            label=EntityLabel.DRUG,
            text=text[mention.start : mention.end],
            start=mention.start,
            end=mention.end,
            value=mention.generic,
            score=mention.score,
            brand=mention.brand,
            alternatives=mention.alternatives,
        )


def _codes(text: str) -> Iterator[Entity]:
    for mention in find_codes(text):
        score = 1.0 if mention.is_certain else 0.6
        yield make_entity(EntityLabel.ICD10, text, (mention.start, mention.end), mention.code, score=score)


def _numbers(text: str) -> Iterator[Entity]:
    """NPIs before phones: ten digits in a row are an NPI where the label or the check digit says so."""
    taken = []
    for found in _TEN_DIGITS.finditer(text):
        is_valid = is_valid_npi(found.group())
        line_start = text.rfind("\n", 0, found.start()) + 1
        if _NPI_LABEL.search(text[line_start : found.start()]):
            taken.append(found.span())
            yield make_entity(EntityLabel.NPI, text, found.span(), found.group(), score=1.0 if is_valid else 0.4)
    for mention in find_phones(text):
        if not any(mention.start < end and mention.end > start for start, end in taken):
            score = 1.0 if mention.reading.is_valid and not mention.reading.reasons else 0.5
            yield make_entity(EntityLabel.PHONE, text, (mention.start, mention.end), mention.reading.value, score=score)


def _dates(text: str, today: date) -> Iterator[Entity]:
    for mention in find_dates(text, today=today):
        reading = mention.reading
        score = 0.5 if reading.is_ambiguous or reading.is_repaired else 1.0
        yield make_entity(
            EntityLabel.DATE,
            text,
            (mention.start, mention.end),
            reading.value,
            score=score,
            alternatives=reading.alternatives,
        )


def _doses(text: str) -> Iterator[Entity]:
    for reading in parse_doses(text):
        label = EntityLabel.DOSE if reading.kind == "dose" else EntityLabel.STRENGTH
        score = 0.5 if reading.is_repaired else 1.0
        yield make_entity(
            label, text, (reading.start, reading.end), reading.value, score=score, alternatives=reading.alternatives
        )


def _frequencies(text: str) -> Iterator[Entity]:
    for clause in _CLAUSE.finditer(text):
        for reading in find_frequencies(clause.group()):
            value = None if reading.is_ambiguous else reading.value
            span = (clause.start() + reading.start, clause.start() + reading.end)
            yield make_entity(EntityLabel.FREQUENCY, text, span, value, score=0.5 if value is None else 1.0)


def _routes(text: str) -> Iterator[Entity]:
    for reading in find_routes(text):
        yield make_entity(EntityLabel.ROUTE, text, (reading.start, reading.end), reading.value)


def make_entity(
    label: EntityLabel,
    text: str,
    span: tuple[int, int],
    value: str | None,
    *,
    score: float = 1.0,
    alternatives: tuple[str, ...] = (),
) -> Entity:
    """An entity at characters ``span`` of ``text``."""
    start, end = span
    return Entity(
        label=label, text=text[start:end], start=start, end=end, value=value, score=score, alternatives=alternatives
    )

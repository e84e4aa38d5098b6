"""What the trained model says, joined to what the rules found.

The rules say what a thing is and how the record writes it; the model says how the text speaks of it, beside what the
rules say of that, so that each field may use what serves it. What only the model sees is kept as such.
"""

import re
from collections.abc import Sequence

from extractor.knowledge.drugs import EXACT, find_drugs
from extractor.knowledge.names import parse_name
from extractor.knowledge.therapies import normalise_partial
from extractor.ner.linking import Therapy
from extractor.ner.model import Kind, Mention
from extractor.ner.rules import make_entity
from extractor.ner.short_names import read_short_name
from models.stages.entities import Entity, EntityContext, EntityLabel, EntityRole

_DRUGS = {
    Kind.PRIOR: EntityContext.PRIOR,
    Kind.TAKEN: EntityContext.CURRENT,
    Kind.ORDERED: EntityContext.CURRENT,
    Kind.NOT_GIVEN: EntityContext.NEGATED,
    Kind.ALLERGY: EntityContext.ALLERGY,
    Kind.PREMED: EntityContext.PREMEDICATION,
    Kind.FAMILY: EntityContext.FAMILY,
}
_DIAGNOSES = {
    Kind.DX: EntityContext.CURRENT,
    Kind.DX_NEGATED: EntityContext.NEGATED,
    Kind.DX_FAMILY: EntityContext.FAMILY,
    Kind.DX_PAST: EntityContext.HISTORICAL,
    Kind.DX_POSSIBLE: EntityContext.HYPOTHETICAL,
}
_ROLES = {
    Kind.PATIENT: EntityRole.PATIENT,
    Kind.PRESCRIBER: EntityRole.PRESCRIBER,
    Kind.PERSON: EntityRole.OTHER,
    Kind.DATE_BIRTH: EntityRole.BIRTH,
    Kind.DATE_ORDER: EntityRole.ORDER,
    Kind.DATE_SERVICE: EntityRole.SERVICE,
    Kind.START: EntityRole.START,
    Kind.STOP: EntityRole.STOP,
}
_PLAIN = {
    Kind.OUTCOME: EntityLabel.OUTCOME,
    Kind.LAB: EntityLabel.LAB,
    Kind.ORGANISATION: EntityLabel.ORGANISATION,
    Kind.IDENTIFIER: EntityLabel.IDENTIFIER,
}
_SHORTEST_GLUED = 6
_SHORT, _UNKNOWN = 0.8, 0.5
"""Scores of a drug by its short name, and of one that no list holds."""
_WORD_REST = re.compile(r"[\w\-]*")
"""What follows a span without a blank."""
_PEOPLE = frozenset({Kind.PATIENT, Kind.PRESCRIBER, Kind.PERSON})


def merge(
    text: str, found: Sequence[Entity], mentions: Sequence[Mention], therapies: Sequence[Therapy]
) -> tuple[Entity, ...]:
    """Entities of rules and model together, in no order; where both found one the rules' span and value stay."""
    numbers = _numbers(therapies)
    merged = list(found)
    for mention in mentions:
        places = [at for at, entity in enumerate(merged) if entity.start < mention.end and entity.end > mention.start]
        numbered = numbers.get(mention.start, ())
        named = [at for at in places if merged[at].label is _label_of(mention.kind) or _is_code(merged[at], mention)]
        for at in named:
            merged[at] = merged[at].model_copy(update=_said(mention, numbered))
        if not named and (own := _own(text, mention, [merged[at] for at in places])) is not None:
            merged.append(own.model_copy(update={"therapies": numbered}))
    return tuple(merged)


def _glued_name(raw: str) -> str | None:
    """The drug at the beginning of a word whose blank was lost: ``adalimumabfrom``."""
    for end in range(len(raw), _SHORTEST_GLUED - 1, -1):
        found = find_drugs(raw[:end])
        if found and (found[0].start, found[0].end) == (0, end) and found[0].score >= EXACT:
            return found[0].generic
    return None


def _numbers(therapies: Sequence[Therapy]) -> dict[int, tuple[int, ...]]:
    """The numbers of the therapies that the mention at a character is part of."""
    numbers: dict[int, tuple[int, ...]] = {}
    for number, therapy in enumerate(therapies):
        for part in therapy:
            if part is not None:
                numbers[part.start] = (*numbers.get(part.start, ()), number)
    return numbers


def _label_of(kind: Kind) -> EntityLabel | None:
    if kind in _DRUGS:
        return EntityLabel.DRUG
    if kind in _DIAGNOSES:
        return EntityLabel.DIAGNOSIS
    if kind in _PEOPLE:
        return EntityLabel.PERSON
    return EntityLabel.DATE if kind in _ROLES or kind is Kind.DATE else _PLAIN.get(kind)


def _is_code(entity: Entity, mention: Mention) -> bool:
    return entity.label is EntityLabel.ICD10 and mention.kind in _DIAGNOSES


def _said(mention: Mention, numbered: tuple[int, ...]) -> dict[str, object]:
    """What the model says of an entity that a rule found."""
    said: dict[str, object] = {"learned": mention.score, "therapies": numbered}
    said["told"] = _DRUGS.get(mention.kind) or _DIAGNOSES.get(mention.kind)
    if mention.kind in _ROLES:
        said["role"] = _ROLES[mention.kind]
    return said


def _own(text: str, mention: Mention, rivals: Sequence[Entity]) -> Entity | None:
    """An entity that only the model sees; None where a rule says that the place is something else."""
    raw = text[mention.start : mention.end]
    span = (mention.start, mention.end)
    kind = mention.kind
    seen: dict[str, object] = {"learned": mention.score, "is_by_rule": False}
    if kind in _DRUGS and not rivals:
        printed = _WORD_REST.match(text, mention.end)
        name = read_short_name(raw) or _glued_name(raw + (printed.group() if printed else ""))
        if name is not None:
            made = make_entity(EntityLabel.DRUG, text, span, name, score=_SHORT)
        elif near := find_drugs(raw, is_named=True):
            best = max(near, key=lambda one: one.score)
            others = best.alternatives
            made = make_entity(EntityLabel.DRUG, text, span, best.generic, score=best.score, alternatives=others)
        else:
            value = " ".join(raw.split()).casefold()
            made = make_entity(EntityLabel.OTHER_DRUG, text, span, value, score=_UNKNOWN)
        return made.model_copy(update={**seen, "context": _DRUGS[kind], "told": _DRUGS[kind]})
    if kind in _DIAGNOSES:
        made = make_entity(EntityLabel.DIAGNOSIS, text, span, " ".join(raw.split()))
        return made.model_copy(update={**seen, "context": _DIAGNOSES[kind], "told": _DIAGNOSES[kind]})
    if kind in {Kind.START, Kind.STOP}:
        made = make_entity(EntityLabel.DATE, text, span, normalise_partial(" ".join(raw.split())))
        return made.model_copy(update={**seen, "role": _ROLES[kind]})
    if kind in _PEOPLE and not rivals:
        reading = parse_name(raw)
        if reading is None or reading.last is None:
            return None
        value = " ".join(part for part in (reading.first, reading.middle, reading.last, reading.suffix) if part)
        return make_entity(EntityLabel.PERSON, text, span, value).model_copy(update={**seen, "role": _ROLES[kind]})
    if kind in _PLAIN and (kind is Kind.OUTCOME or not rivals):
        return make_entity(_PLAIN[kind], text, span, " ".join(raw.split())).model_copy(update=seen)
    return None

"""From text to entities: knowledge says what a thing is, the pipeline how the sentence speaks of it."""

from collections.abc import Iterator
from datetime import date

from extractor.knowledge.names import parse_name
from extractor.ner.context import context_at
from extractor.ner.linking import link_therapies
from extractor.ner.merging import merge
from extractor.ner.model import find_mentions
from extractor.ner.people import strip_role
from extractor.ner.pipeline import LONGEST_TEXT, Analysis, analyse
from extractor.ner.rules import find_by_rules, is_taken, make_entity
from extractor.ner.tokens import view_tokens
from models.stages.entities import Entity, EntityContext, EntityLabel

_WITH_CONTEXT = frozenset({EntityLabel.DRUG, EntityLabel.ICD10})


def find_entities(text: str, *, today: date | None = None, is_learned: bool = True) -> tuple[Entity, ...]:
    """All entities of ``text`` in order of their start. ``today`` (the clock's day where None) settles short years.

    Without ``is_learned`` only what rules and gazetteers find.
    """
    if not text.strip():
        return ()
    text = text[:LONGEST_TEXT]
    placed = find_by_rules(text, today or date.today())
    analysis = analyse(text)
    found = [*placed, *(entity for entity in _people(text, analysis) if not is_taken(entity, placed))]
    taken = [(entity.start, entity.end) for entity in found if entity.label is not EntityLabel.FREQUENCY]
    spoken = [
        entity.model_copy(update={"context": _context(text, entity, analysis, taken)})
        if entity.label in _WITH_CONTEXT
        else entity
        for entity in found
    ]
    if is_learned:
        mentions = find_mentions(view_tokens(text, placed, analysis), text)
        spoken = list(merge(text, spoken, mentions, link_therapies(mentions, text)))
    return tuple(sorted(spoken, key=lambda entity: (entity.start, entity.end)))


def _context(text: str, entity: Entity, analysis: Analysis, taken: list[tuple[int, int]]) -> EntityContext:
    """A drug with a history was given before."""
    context = context_at(text, entity.start, entity.end, analysis, taken)
    is_past_drug = entity.label is EntityLabel.DRUG and context is EntityContext.HISTORICAL
    return EntityContext.PRIOR if is_past_drug else context


def _people(text: str, analysis: Analysis) -> Iterator[Entity]:
    for start, end in analysis.people:
        name = strip_role(text[start:end])
        reading = parse_name(name)
        if reading is None or reading.last is None:
            continue
        value = " ".join(part for part in (reading.first, reading.middle, reading.last, reading.suffix) if part)
        yield make_entity(EntityLabel.PERSON, text, (end - len(name), end), value)

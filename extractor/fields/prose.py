"""How running text speaks of what it names: a drug that failed, or that somebody is allergic to, is no order.

The entities come from ``ner`` (spaCy), which is loaded with the first page whose text needs it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from extractor.fields.statements import Statement
from extractor.knowledge.drugs import find_drugs
from extractor.knowledge.icd10cm import describe, normalise_code
from extractor.ner import page_entities
from extractor.packet import find_letter
from models.record import BBox, PageType, bounding_box, lies_on
from models.stages.entities import Entity, EntityContext, EntityLabel, LocatedEntity
from models.stages.layout import PageReading
from models.stages.text import Word

ReadEntities = Callable[[PageReading], tuple[LocatedEntity, ...]]


LEARNED_PAGES = frozenset({PageType.CLINICAL_NOTE})
"""Pages that the trained model reads: it knows prose; on forms it takes addresses and printed choices for it."""


def is_learned_page(page: PageReading) -> bool:
    """Whether the trained model reads a page: a note, or a letter whatever it is for."""
    return page.page.type in LEARNED_PAGES or find_letter(page.layout) is not None


def read_page_entities(page: PageReading, *, today: date | None = None) -> tuple[LocatedEntity, ...]:
    """The entities of a page's text. ``today`` (the clock's day where None) settles short years."""
    return page_entities(page.layout, today=today, is_learned=is_learned_page(page))


_GOVERNED = frozenset({EntityLabel.DOSE, EntityLabel.STRENGTH, EntityLabel.ROUTE, EntityLabel.FREQUENCY})
_REACH = 120
"""Characters behind a drug's name within which a dose, a route or a scheme is that drug's."""
_BESIDE = 10
"""Characters between a code and its words: brackets, a dash, ``ICD-10:``."""
NOT_ACTIVE = frozenset({EntityContext.NEGATED, EntityContext.FAMILY})
"""Contexts in which a diagnosis is not the patient's."""
_TOLD_INACTIVE = NOT_ACTIVE | {EntityContext.HISTORICAL, EntityContext.HYPOTHETICAL}
_LEAST_LEARNED = 0.7
"""How sure the trained model must be that a diagnosis is not the patient's, or not any more."""


def without_other_drugs(
    statements: Sequence[Statement], page: PageReading, read_entities: ReadEntities
) -> list[Statement]:
    """The statements without drugs that are not ordered (tried, refused, allergic to, premedication), and their doses.

    Lines of text are looked at, and answers that name several drugs; a ticked box says of itself what is ordered, and
    what stands above the salutation of a letter is what it is about.
    """
    doubtful = [statement for statement in statements if _needs_context(statement)]
    if not doubtful:
        return list(statements)
    letter = find_letter(page.layout)
    head = [line.bbox for line in letter.head] if letter is not None else []
    others = frozenset(box for box in _boxes_of_others(read_entities(page)) if not lies_on(box, head))
    return [
        kept
        for statement in statements
        if (kept := _without(statement, others) if statement.is_prose or statement in doubtful else statement)
    ]


def _needs_context(statement: Statement) -> bool:
    if statement.box is not None:
        return False
    named = {mention.generic for mention in find_drugs(statement.text)}
    return len(named) > (0 if statement.is_prose else 1)


def _boxes_of_others(entities: Sequence[LocatedEntity]) -> frozenset[BBox]:
    """Where the words of drugs stand that are not ordered, and of what belongs to them."""
    boxes: set[BBox] = set()
    governor: LocatedEntity | None = None
    for located in entities:
        entity = located.entity
        if entity.label is EntityLabel.DRUG:
            governor = located
        elif entity.label not in _GOVERNED or governor is None or entity.start - governor.entity.end > _REACH:
            continue
        if _is_not_ordered(governor.entity):
            boxes.update(word.bbox for word in located.words)
    return frozenset(boxes)


def _is_not_ordered(drug: Entity) -> bool:
    """Whether rules, or the trained model surely, take a drug for one that was tried, refused or is only beside it."""
    is_told = drug.told not in {None, EntityContext.CURRENT} and (drug.learned or 0.0) >= _LEAST_LEARNED
    return drug.context is not EntityContext.CURRENT or is_told


def _without(statement: Statement, others: frozenset[BBox]) -> Statement | None:
    words = tuple(word for word in statement.words if word.bbox not in others)
    if len(words) == len(statement.words):
        return statement
    return replace(statement, words=words, bbox=bounding_box([word.bbox for word in words])) if words else None


def inactive_codes(entities: Sequence[LocatedEntity]) -> frozenset[BBox]:
    """Where the words of diagnosis codes stand that are ruled out or the family's."""
    return frozenset(
        word.bbox
        for located in entities
        if located.entity.label is EntityLabel.ICD10 and _is_inactive(located.entity) and not _is_named_so(located)
        for word in located.words
    )


def _is_inactive(entity: Entity) -> bool:
    """A code is the patient's only where neither rules nor model say otherwise."""
    is_told = entity.told in _TOLD_INACTIVE and (entity.learned or 0.0) >= _LEAST_LEARNED
    return is_told or entity.context in NOT_ACTIVE


def describing(code: Sequence[Word], entities: Sequence[LocatedEntity]) -> LocatedEntity | None:
    """The diagnosis in words that stands beside a code in running text, as the trained model sees it."""
    at = [one.entity for one in entities if one.entity.label is EntityLabel.ICD10 and set(one.words) & set(code)]
    beside = [
        (gap, one)
        for one in entities
        if one.entity.label is EntityLabel.DIAGNOSIS and one.entity.told is EntityContext.CURRENT
        for named in at
        if (gap := max(named.start - one.entity.end, one.entity.start - named.end)) <= _BESIDE
    ]
    return min(beside, key=lambda pair: pair[0])[1] if beside else None


def _is_named_so(located: LocatedEntity) -> bool:
    """Whether the negation is part of the disease's name: Crohn's disease without complications (K50.90)."""
    code = normalise_code(located.entity.text.strip("()[];,. "))
    meaning = describe(code) if code is not None else None
    return located.entity.context is EntityContext.NEGATED and meaning is not None and "without" in meaning

"""Earlier therapies as the trained model of ``ner`` tells them: the drug, when, and how it ended, linked in the text.

The model alone stands for them, so they come with less evidence than what a label or a tick says; ``learned`` is its
own least probability.
"""

from collections.abc import Iterator, Sequence

from extractor.fields.evidence import from_words
from extractor.fields.therapy_tables import PAGE_FIT
from extractor.knowledge.drugs import DOUBTFUL
from models.record import Alternative, BBox, Reason, lies_on
from models.stages.candidate import Candidate
from models.stages.entities import Entity, EntityContext, EntityLabel, EntityRole, LocatedEntity
from models.stages.layout import PageReading

_LEAST_DRUG, _LEAST_LEAF = 0.7, 0.5
"""How sure the model must be that a drug is an earlier therapy, and that a date or an outcome is one."""
_ROLE = 0.7
_UNKNOWN_LEAVES = 2
"""A drug that no list knows is one only where so much is told of it."""
_NOT_GIVEN = frozenset({EntityContext.NEGATED, EntityContext.FAMILY, EntityContext.ALLERGY})
_DRUGS = frozenset({EntityLabel.DRUG, EntityLabel.OTHER_DRUG})


def is_told_otherwise(entity: Entity) -> bool:
    """Whether the model is sure that a drug was not given, or not to the patient."""
    return entity.told in _NOT_GIVEN and (entity.learned or 0.0) >= _LEAST_DRUG


def tell_therapies(
    entities: Sequence[LocatedEntity], used: Sequence[BBox]
) -> Iterator[tuple[LocatedEntity, dict[str, LocatedEntity]]]:
    """Each earlier therapy that the model tells of outside the boxes ``used``: its drug, and its other leaves."""
    drugs = [one for one in entities if one.entity.label in _DRUGS and one.entity.therapies]
    for drug in drugs:
        if not _is_prior(drug.entity) or any(lies_on(word.bbox, used) for word in drug.words):
            continue
        parts = [one for one in entities if set(one.entity.therapies) & set(drug.entity.therapies)]
        leaves = {leaf: one for one in parts if (leaf := _leaf(one)) is not None and one.entity.value is not None}
        if drug.entity.label is EntityLabel.DRUG or len(leaves) >= _UNKNOWN_LEAVES:
            yield drug, leaves


def _is_prior(entity: Entity) -> bool:
    """Nothing that a rule gives to a relative is the patient's."""
    is_sure = entity.told is EntityContext.PRIOR and (entity.learned or 0.0) >= _LEAST_DRUG
    return is_sure and entity.context is not EntityContext.FAMILY


def _leaf(located: LocatedEntity) -> str | None:
    entity = located.entity
    if (entity.learned or 0.0) < _LEAST_LEAF:
        return None
    if entity.label is EntityLabel.OUTCOME:
        return "outcome"
    return {EntityRole.START: "start", EntityRole.STOP: "stop"}.get(entity.role) if entity.role else None


def from_told(page: PageReading, drug: LocatedEntity, leaves: dict[str, LocatedEntity]) -> list[Candidate]:
    """The candidates of one therapy."""
    reason = Reason(code="in_text", text="told of as an earlier therapy in the text")
    made = []
    for leaf, located in {"drug": drug, **leaves}.items():
        entity = located.entity
        learned = entity.learned or 0.0
        extra = {"valid": entity.score, "page": PAGE_FIT[page.page.type], "learned": learned}
        candidate = from_words(
            f"prior_therapies[].{leaf}",
            entity.value,
            located.words,
            page,
            role=_ROLE * learned,
            reason=reason,
            is_valid=entity.score > DOUBTFUL,
            extra=extra,
        )
        others = tuple(Alternative[str](value=other) for other in entity.alternatives[:5])
        made.append(candidate.model_copy(update={"alternatives": others}))
    return made


def _letters(value: object) -> str:
    return "".join(character for character in str(value).casefold() if character.isalnum())


def complete(told: Sequence[Candidate], ruled: Sequence[Candidate], taken: Sequence[BBox]) -> list[Candidate]:
    """One therapy as the model tells it, with what only the rules read of it.

    The rules' leaf fills a gap where no therapy that the model tells of has its words (``taken``), and stands for the
    model's where it says the same or more: ``weight gain and hyperglycemia`` for ``weight gain``, or the same with
    its blanks.
    """
    made = {candidate.path: candidate for candidate in told}
    for candidate in ruled:
        own = made.get(candidate.path)
        if own is None:
            if candidate.bbox is None or not any(candidate.bbox.intersection_area(box) > 0 for box in taken):
                made[candidate.path] = candidate
        elif own.path.endswith(".outcome") and _letters(own.value) in _letters(candidate.value):
            made[candidate.path] = own.model_copy(
                update={"value": candidate.value, "raw": candidate.raw, "bbox": candidate.bbox}
            )
    return list(made.values())

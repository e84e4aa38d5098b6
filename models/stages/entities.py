"""What is named in running text: drugs, doses, codes, dates, numbers, people, and how therapies ended."""

from enum import StrEnum

from models.record import BBox, Value
from models.stages.text import Word


class EntityLabel(StrEnum):
    """What kind of thing an entity is; an ``OTHER_DRUG`` is spoken of as a drug, but no list knows it."""

    DRUG = "DRUG"
    DOSE = "DOSE"
    STRENGTH = "STRENGTH"
    FREQUENCY = "FREQUENCY"
    ROUTE = "ROUTE"
    ICD10 = "ICD10"
    DATE = "DATE"
    PHONE = "PHONE"
    NPI = "NPI"
    PERSON = "PERSON"
    OTHER_DRUG = "OTHER_DRUG"
    OUTCOME = "OUTCOME"
    DIAGNOSIS = "DIAGNOSIS"
    LAB = "LAB"
    ORGANISATION = "ORGANISATION"
    IDENTIFIER = "IDENTIFIER"


class EntityContext(StrEnum):
    """How the sentence speaks of a drug or a diagnosis; ``current`` where nothing says otherwise."""

    CURRENT = "current"
    PRIOR = "prior"
    ALLERGY = "allergy"
    NEGATED = "negated"
    PREMEDICATION = "premedication"
    FAMILY = "family"
    HISTORICAL = "historical"
    HYPOTHETICAL = "hypothetical"


class EntityRole(StrEnum):
    """Who a person is, or what happened on a date."""

    PATIENT = "patient"
    PRESCRIBER = "prescriber"
    OTHER = "other"
    BIRTH = "birth"
    ORDER = "order"
    SERVICE = "service"
    START = "start"
    STOP = "stop"


class Entity(Value):
    """A named thing: ``text`` is characters ``start`` to ``end`` (exclusive) of the text it was found in.

    ``value`` is normalised as the record writes it, None where it could not be; ``score`` 0-1 is how surely the text
    is this value, not a probability; ``alternatives`` are other values the text may mean. ``brand`` for drugs only.
    ``context`` is what rules say; ``told`` what the trained model says, with the probability ``learned``, both None
    where it sees none. ``is_by_rule`` is false where only the model sees the entity. ``therapies`` are the numbers,
    within the text, of the earlier therapies that it is part of.
    """

    label: EntityLabel
    text: str
    start: int
    end: int
    value: str | None
    context: EntityContext = EntityContext.CURRENT
    score: float = 1.0
    brand: str | None = None
    alternatives: tuple[str, ...] = ()
    role: EntityRole | None = None
    told: EntityContext | None = None
    learned: float | None = None
    is_by_rule: bool = True
    therapies: tuple[int, ...] = ()


class LocatedEntity(Value):
    """An entity with the words it was read from and the box around them, in points on the upright page.

    ``entity.start`` and ``entity.end`` count in ``Layout.text``.
    """

    entity: Entity
    page_no: int
    words: tuple[Word, ...]
    bbox: BBox

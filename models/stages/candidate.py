"""A possible value for one field, before it is chosen."""

from pydantic import Field as Key

from models.record import Alternative, BBox, DocumentKind, FaxHeader, Probability, Reason, Value
from models.stages.layout import PageReading


class Candidate(Value):
    """One reading of one field.

    ``path`` is the field's path in a referral with ``[n]`` for list items (``patient.first_name``,
    ``diagnoses[0].code``); ``value`` is normalised as RECORD.md says (a boolean for ``signature_present``), None
    where the form asks and nobody answered (``is_blank``) or the answer could not be read (``is_illegible``).
    ``item`` groups the leaves of one list item on one page (an order's drug and dose). ``features`` are evidence
    for the confidence stage, each 0-1 unless its name ends in a unit.
    """

    path: str
    value: str | bool | float | None
    raw: str
    page_no: int
    bbox: BBox | None
    source: str
    item: str | None = None
    is_blank: bool = False
    is_illegible: bool = False
    is_valid: bool = True
    features: dict[str, float] = Key(default_factory=dict)
    alternatives: tuple[Alternative[str], ...] = ()
    reasons: tuple[Reason, ...] = ()


class Scored(Value):
    """A candidate with its probability of being right."""

    candidate: Candidate
    probability: Probability


class Person(Value):
    """One patient of the packet and the pages (1-based) that are theirs.

    ``guessed`` are those of them that do not say whose they are: they only stand next to the others. ``contested``
    are those that something on them speaks against: another name, another date of birth, not surely enough to split.
    """

    pages: tuple[int, ...]
    guessed: tuple[int, ...] = ()
    contested: tuple[int, ...] = ()


class Packet(Value):
    """The pages of one file, typed (``PageReading.page.type`` is set) and given to patients."""

    sha256: str
    pages: tuple[PageReading, ...]
    people: tuple[Person, ...]
    kind: DocumentKind
    fax_header: FaxHeader | None = None

"""Lists of allergies: one entry for each allergen as printed, without its reaction; "none known" is ``NKDA``.

Data in ``data/allergens.yaml``. What is not in it is still an allergy; what looks like a drug somebody takes is none.
"""

import re
from functools import cache
from importlib import resources

import yaml
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from extractor.knowledge.drugs import find_drugs
from models.record import Value

NKDA = "NKDA"

_BREAK = re.compile(r"[,;\n\u2022\u00b7|]+|\s+(?:and|&|\+)\s+|\s+/\s+|(?<!\w)\d[.)]\s", re.IGNORECASE)
_BRACKET = re.compile(r"\s*[(\[{][^()\[\]{}]*[)\]}]?")
_BEHIND = re.compile(r"\s+[-\u2013\u2014]+\s*|\s*[-\u2013\u2014]+\s+|\s*[:=>]+\s*|\s+(?:causes?|caused|reaction|rxn)\b")
_LEADING = re.compile(
    r"^\W*(?:(?:yes|known|drug|allerg\w*|allergic to|to|list|include[sd]?|other)\b[\s:,]*)+", re.IGNORECASE
)
_TAKEN = re.compile(
    r"\b\d+(?:\.\d+)?\s?(?:mg|mcg|g|ml|units?|iu)\b|\b(?:daily|bid|tid|qid|prn|tablet|capsule|po)\b", re.IGNORECASE
)
_REFERENCE = re.compile(r"^(?:see|refer to|as per|per|attached|on file)\b", re.IGNORECASE)
_MOST_LETTERS, _MOST_WORDS = 40, 5
_KNOWN, _UNKNOWN, _LIKE_NONE, _RUN_TOGETHER, _MENDED = 1.0, 0.75, 0.6, 0.6, 0.5
_LEAST_RUN = 2
"""Words of a run of allergens without signs between them."""
_SHORTEST_MENDED, _LETTERS_A_SLIP = 5, 6
"""Letters of a word that may be mended, and for how many of them one may be wrong."""


class AllergyReading(Value):
    """One allergy: ``value`` as printed or ``NKDA``, characters ``start`` to ``end`` of the text.

    ``score`` (0-1) is how surely the text is an allergen, not a probability. ``read`` is what stood there where the
    value is a known allergen close to it.
    """

    value: str
    start: int
    end: int
    score: float
    read: str | None = None


class _Allergens(Value):
    allergens: frozenset[str]
    reactions: frozenset[str]
    none: frozenset[str]
    no_answer: frozenset[str]

    def of(self, family: str) -> frozenset[str]:
        """The entries that may be misread: allergens, or ways to say that there are none."""
        return self.none if family == "none" else self.allergens

    def is_known(self, folded: str) -> bool:
        """Whether the text is an entry of any list as it stands."""
        return folded in self.allergens | self.none | self.reactions | self.no_answer


@cache
def _load() -> _Allergens:
    text = resources.files(__package__).joinpath("data/allergens.yaml").read_text(encoding="utf-8")
    return _Allergens.model_validate(yaml.safe_load(text))


_DENIED = re.compile(r"^(?:(?:he|she|they|patient|pt) )?.{0,20}\b(?:no|not|denies|without)\b.*\ballerg")
"""A sentence that says what somebody is not allergic to."""


def is_none_known(text: str) -> bool:
    """Whether a text says that no allergy is known: ``NKDA``, ``No known drug allergies``."""
    return _fold(_BRACKET.sub(" ", text)) in _load().none or _fold(text) in _load().none


def read_allergies(text: str) -> tuple[AllergyReading, ...]:
    """The allergies that an answer lists; () where it lists none and does not say "none" either."""
    whole = text.strip(" .,;:_-")
    if is_none_known(whole):
        start = text.index(whole)
        return (AllergyReading(value=NKDA, start=start, end=start + len(whole), score=_KNOWN),)
    if _nearest(_fold(whole), "none") is not None and len(whole.split()) > 1:
        start = text.index(whole)
        return (AllergyReading(value=NKDA, start=start, end=start + len(whole), score=_LIKE_NONE, read=whole),)
    if re.fullmatch(r"[NM]\W?[KX]\W?[D0O]?\W?[A4]", whole, re.IGNORECASE) is not None:
        start = text.index(whole)
        return (AllergyReading(value=NKDA, start=start, end=start + len(whole), score=_LIKE_NONE),)
    found: list[AllergyReading] = []
    for piece in _pieces(text):
        parts = _apart(text, *piece)
        for start, end in parts:
            read = _read(text, start, end)
            if read is not None and all(_fold(read.value) != _fold(one.value) for one in found):
                score = read.score if len(parts) == 1 else min(read.score, _RUN_TOGETHER)
                found.append(read.model_copy(update={"score": score}))
    return tuple(found)


def is_allergen(text: str) -> bool:
    """Whether a text is a known allergen or a known drug's name."""
    folded = _fold(text)
    if folded in _load().allergens or folded.rstrip("s") in _load().allergens:
        return True
    drugs = find_drugs(text)
    return bool(drugs) and drugs[0].score > 0.8 and drugs[0].end - drugs[0].start >= 0.6 * len(text.strip())


def _fold(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9/\-]+", " ", text.casefold()).split())


def _pieces(text: str) -> list[tuple[int, int]]:
    """Where single entries stand; what is in brackets is not parted."""
    masked = re.sub(r"[(\[{][^()\[\]{}]*[)\]}]", lambda m: "_" * len(m.group()), text)
    pieces: list[tuple[int, int]] = []
    start = 0
    for found in _BREAK.finditer(masked):
        pieces.append((start, found.start()))
        start = found.end()
    return [*pieces, (start, len(text))]


def _apart(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The entries of a piece that is nothing but several allergens: the sign between them was not printed or read."""
    reaction = _BRACKET.search(text, start, end)
    last = end if reaction is None or reaction.start() == start else reaction.start()
    words = [(start + found.start(), start + found.end()) for found in re.finditer(r"\S+", text[start:last])]
    if len(words) < _LEAST_RUN or _is_entry(text[start:last]) or not all(_is_entry(text[a:b]) for a, b in words):
        return [(start, end)]
    parts: list[tuple[int, int]] = []
    for first, last in words:
        if parts and _is_entry(text[parts[-1][0] : last]):
            parts[-1] = (parts[-1][0], last)  # "contrast dye" is one entry
        else:
            parts.append((first, last))
    return [*parts[:-1], (parts[-1][0], end)]


def _is_entry(text: str) -> bool:
    """Whether a text is an entry of the allergens, or misread from one."""
    folded = _fold(text)
    allergens = _load().allergens
    return folded in allergens or folded.rstrip("s") in allergens or _nearest(folded, "allergens") is not None


def _read(text: str, start: int, end: int) -> AllergyReading | None:
    piece = text[start:end]
    lead = _LEADING.match(piece)
    if lead is not None and lead.end() < len(piece.rstrip()):
        start, piece = start + lead.end(), piece[lead.end() :]
    cut = _BRACKET.search(piece)
    if cut is not None and cut.start() > 0:
        piece = piece[: cut.start()]
    behind = _BEHIND.search(piece)
    if behind is not None and piece[: behind.start()].strip():
        piece = piece[: behind.start()]
    value = piece.strip(" .,;:_*-\u2013\u2014'\"")
    folded = _fold(value)
    if is_none_known(value):
        return AllergyReading(value=NKDA, start=start, end=start + len(piece), score=_UNKNOWN)
    is_text = len(value) >= 3 and sum(c.isalpha() for c in value) >= 0.7 * len(value.replace(" ", ""))
    if not is_text or len(value) > _MOST_LETTERS or len(value.split()) > _MOST_WORDS or _TAKEN.search(value):
        return None
    if _DENIED.search(folded) is not None:
        return None
    if folded in _load().no_answer or folded in _load().reactions or _REFERENCE.match(folded):
        return None
    first = start + text[start:end].find(value)
    end = first + len(value)
    if is_allergen(value):
        return AllergyReading(value=value, start=first, end=end, score=_KNOWN)
    near = _nearest(folded, "allergens")
    if near is not None:
        mended = near.capitalize() if value[:1].isupper() or value[:1] == "l" else near
        return AllergyReading(value=mended, start=first, end=end, score=_MENDED, read=value)
    return AllergyReading(value=value, start=first, end=end, score=_UNKNOWN)


def _nearest(folded: str, family: str) -> str | None:
    """The one known entry that only few misread letters part from ``folded``."""
    slips = len(folded) // _LETTERS_A_SLIP
    if len(folded) < _SHORTEST_MENDED or not slips or _load().is_known(folded):
        return None
    entries = [entry for entry in _load().of(family) if len(entry) >= _SHORTEST_MENDED]
    near = process.extract(folded, entries, scorer=Levenshtein.distance, score_cutoff=slips, limit=2)
    if not near or (len(near) > 1 and near[1][1] == near[0][1] and near[1][0].rstrip("s") != near[0][0].rstrip("s")):
        return None
    return str(near[0][0])

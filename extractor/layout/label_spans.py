"""Where labels stand: runs of words that name what is written beside, below or above them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extractor.knowledge.labels import is_label_word, match_label, match_label_exactly
from models.record import BBox, bounding_box
from models.stages.layout import Line
from models.stages.text import Word

LONGEST_LABEL = 9
"""Words. A longer run before a colon is a sentence."""

DOUBTED, SHAKY = 0.8, 0.9
"""Engine scores below which letters of a label may be wrong: of any label, and of one that lines or boxes prove."""

_DIGIT_KEYS = (
    "phone",
    "fax",
    "npi",
    "date",
    "postal_code",
    "member_id",
    "group_number",
    "mrn",
    "ssn",
    "height",
    "weight",
    "bsa",
    "age",
    "bin",
    "pcn",
    "dea",
    "license",
    "tax_id",
    "code",
    "pages",
    "accession",
    "collected",
    "received",
    "reported",
)
_WEAK_KEYS = (
    "history",
    "other",
    "order.directions",
    "medications",
    "cover.",
    "lab.name",
    "coverage.plan",
    "coverage.payer",
    "patient.language",
    "facility.name",
    "pharmacy.name",
    "signature",
    "prior_therapy",
    "order.drug",
    "diagnosis",
    "order.dose",
    "relationship",
    "time",
    "order.quantity",
    "order.route",
    "receiver",
    "lab.status",
    "coverage.employer",
    "prescriber.contact",
    "coverage.secondary_payer",
    "suffix",
    "patient.contact",
)
_CREDENTIALS = re.compile(
    r"(?:M\.?D|D\.?O|N\.?P|P\.?A(?:-?C)?|APRN|A?RNP|[FDAC]NP(?:-?[BC]C?)?|DNP|Ph\.?D)\b\W*", re.IGNORECASE
)
_AREA_CODE = re.compile(r"\(\d{3}\)?")
_TIME = re.compile(r"^\W*\d{1,2}:$")
_SENTENCE = re.compile(
    r"\b(?:is|are|was|has|have|will|must|should|please|if|that|this|which|were|been)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class LabelSpan:
    """One label: its words, its key in the vocabulary if known, how sure the match is, how it was told."""

    words: tuple[Word, ...]
    bbox: BBox
    key: str | None
    score: float
    has_colon: bool

    @property
    def text(self) -> str:
        """The label as printed."""
        return " ".join(word.text for word in self.words)


def find_labels(line: Line) -> tuple[LabelSpan, ...]:
    """The labels in one piece of a row, left to right."""
    words = line.words
    spans: list[LabelSpan] = []
    start = 0
    while start < len(words):
        found = _next_label(words, start, is_after_label=bool(spans))
        if found is None:
            break
        first, last, key, score = found
        spans.append(_make_span(words[first:last], key, score))
        start = last
    return tuple(spans)


def make_label(words: Sequence[Word]) -> LabelSpan:
    """A label told by the ruled structure around it, matched with the vocabulary if it is in it."""
    key, score = match_label(_join(words), _is_doubted(words, SHAKY)) or (None, 0.0)
    return _make_span(words, key, score)


def _make_span(words: Sequence[Word], key: str | None, score: float) -> LabelSpan:
    return LabelSpan(
        words=tuple(words),
        bbox=bounding_box([word.bbox for word in words]),
        key=key,
        score=score,
        has_colon=_ends_label(words[-1].text),
    )


def _next_label(words: tuple[Word, ...], start: int, is_after_label: bool) -> tuple[int, int, str | None, float] | None:
    """The first label at or after ``start``: first word, last word (exclusive), key, score."""
    for first in range(start, len(words)):
        bare = _bare_label(words, first, start, is_after_label)
        if bare is not None:
            return bare
        if _ends_label(words[first].text) and not _TIME.match(words[first].text):
            return _colon_label(words, start, first, is_after_label)
    return None


def _colon_label(
    words: tuple[Word, ...], start: int, end: int, is_after_label: bool
) -> tuple[int, int, str | None, float] | None:
    """The label that ends with the colon of word ``end``."""
    floor = max(start, end + 1 - LONGEST_LABEL)
    best: tuple[int, str, float] | None = None
    for first in range(floor, end + 1):
        run = words[first : end + 1]
        if first > start and words[first - 1].text.endswith(",") and _CREDENTIALS.fullmatch(words[first].text):
            continue  # "Jane Roe, MD NPI: ..."
        found = match_label(_join(run), _is_doubted(run))
        if found and (best is None or found[1] > best[2] + 0.05):
            best = (first, *found)
    if best is not None:
        first, key, score = best
        qualified = first if is_after_label else _qualifier_start(words, floor, first)
        if qualified < first:
            return qualified, end + 1, None, 0.0
        return first, end + 1, key, score
    first = _unknown_start(words, start, end, is_after_label)
    if end + 1 - first > LONGEST_LABEL or not any(letter.isalpha() for letter in _join(words[first : end + 1])):
        return _next_label(words, end + 1, is_after_label)
    return first, end + 1, None, 0.0


def _bare_label(
    words: tuple[Word, ...], first: int, start: int, is_after_label: bool
) -> tuple[int, int, str | None, float] | None:
    """A known label without a colon that starts at ``first``, where what follows looks like its value."""
    for last in range(min(len(words), first + LONGEST_LABEL), first, -1):
        run = words[first:last]
        if any(_ends_label(word.text) for word in run) or _AREA_CODE.fullmatch(run[-1].text):
            continue  # "Telephone (410) 555-0138"
        if run[-1].text.endswith(",") and first > 0:
            continue  # "Lakeside Medical Group, 40 Elm St"
        key = match_label_exactly(_join(run))
        if key is None and first == 0 and last == len(words):
            key, _ = match_label(_join(run)) or (None, 0.0)
        if key is None:
            continue
        is_whole = first == 0 and last == len(words)
        if is_whole:
            return first, last, key, 1.0
        if not run[0].text[:1].isupper() or (is_after_label and first == start):
            continue
        if _is_bare_label(words, first, last, key):
            return first, last, key, 0.9
    return None


def _is_bare_label(words: tuple[Word, ...], first: int, last: int, key: str) -> bool:
    following = words[last].text if last < len(words) else ""
    if any(_ends_label(word.text) for word in words[last : last + 2]):
        return False
    if following.startswith("(") and any(_ends_label(word.text) for word in words[last : last + LONGEST_LABEL]):
        return False  # the rest of the label: "Member Name (first & last):"
    if key.endswith(_DIGIT_KEYS):
        return any(character.isdigit() for character in following) or set(following) <= set("_")
    if key.startswith(_WEAK_KEYS) or (
        last - first == 1 and key in ("patient.name", "prescriber.name", "name", "state")
    ):
        return False
    if key.endswith("email"):
        return "@" in following
    if key == "patient.sex":
        return following.casefold().strip(".,") in ("m", "f", "male", "female", "man", "woman")
    if first > 0 and words[first].bbox.x0 - words[first - 1].bbox.x1 < 0.8 * words[first].bbox.height:
        return False
    rest = " ".join(word.text for word in words[last : last + 4])
    return bool(following) and not following[:1].islower() and not _SENTENCE.search(rest)


def _qualifier_start(words: tuple[Word, ...], floor: int, first: int) -> int:
    """Where a label starts whose known part is qualified by label words before it."""
    start = first
    while start > floor:
        before, word = words[start - 1], words[start]
        if word.bbox.x0 - before.bbox.x1 > 0.8 * max(word.bbox.height, before.bbox.height):
            break
        text = before.text.strip(".,/()*&'\u2019s")
        if any(character.isdigit() for character in text) or before.text.endswith((",", ".", ";", ")")):
            break
        if text.casefold() in ("and", "of", "or", "the", "s", "to", "for", "&", "") and start - 1 > floor:
            start -= 1
            continue
        if not is_label_word(text):
            break
        start -= 1
    while start < first and words[start].text.casefold() in ("and", "of", "or", "the", "to", "for", "&"):
        start += 1
    return start


def _unknown_start(words: tuple[Word, ...], start: int, end: int, is_after_label: bool) -> int:
    """Where an unknown label starts that ends at word ``end``: after the widest gap, if a value stands before it."""
    run = words[start : end + 1]
    if len(run) == 1:
        return start
    gaps = [right.bbox.x0 - left.bbox.x1 for left, right in pairwise(run)]
    widest = max(range(len(gaps)), key=lambda index: gaps[index])
    height = median(word.bbox.height for word in run)
    if gaps[widest] > max(0.7 * height, 1.6 * median(gaps)):
        return start + widest + 1
    return end if is_after_label else start


def _is_doubted(words: Sequence[Word], limit: float = DOUBTED) -> bool:
    scores = [word.confidence for word in words if word.confidence is not None]
    return bool(scores) and sum(scores) / len(scores) < limit


def _ends_label(text: str) -> bool:
    return text.endswith((":", "\uff1a"))


def _join(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)

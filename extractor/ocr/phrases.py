"""Known phrases recovered from what the recogniser saw: the printed labels of forms, small and broken by the fax.

A label is one of a few thousand phrases, so where its letters were doubtful the question is not "which letters" but
"which phrase": each near phrase is scored with the CTC forward algorithm (Graves et al. 2006, section 4.1) on the
class probabilities of the very pixels, and replaces the reading only where those support it about as well as the best
reading, and clearly better than any phrase of another meaning. Values are never in the list, so none is made up here.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from extractor.ocr.base import Reading
from models.record import BBox, bounding_box
from models.stages.text import Steps, Word, Words

SURE = 0.93
"""A run of words read with at least this mean confidence is left as it is."""

SHORTEST, LONGEST_WORDS = 5, 6
"""Letters a phrase needs to be told from its neighbours; words a phrase may have."""

NEAREST, LEAST_RATIO = 12, 58.0
"""How many phrases are scored, and how alike (0-100, normalised InDel) they must be to the reading."""

WORST_A_LETTER, WORST = -1.0, -11.0
"""Log-probability a phrase may lie below the reading, for each of its letters and in all."""

LEAD = 2.0
"""Log-probability by which it must lie above every phrase with another meaning."""

_FLOOR = 1e-4
_SMALLEST = 1e-300
_NOTHING = -1e9


def respell_phrases(reading: Reading, phrases: Mapping[str, str]) -> Words:
    """The words of ``reading`` with doubtful labels respelled; ``phrases`` maps each spelling to its meaning."""
    if reading.probabilities is None:
        return reading.words
    index = {letter: number for number, letter in enumerate(reading.alphabet)}
    words: list[Word] = []
    for segment, group in groupby(reading.words.words, key=lambda word: word.segment):
        run = tuple(group)
        if any(word.steps is None for word in run) or segment >= len(reading.probabilities):
            words += run
            continue
        words += _respell(run, reading.probabilities[segment].astype(np.float32), index, phrases)
    return reading.words.model_copy(update={"words": tuple(words)})


def _respell(
    run: tuple[Word, ...], probabilities: NDArray[np.float32], index: Mapping[str, int], phrases: Mapping[str, str]
) -> Sequence[Word]:
    """Try the whole run first, then ever shorter beginnings of it: a label stands before its value."""
    logs = np.log(np.maximum(probabilities, _FLOOR))
    for count in range(min(len(run), LONGEST_WORDS), 0, -1):
        head, tail = run[:count], run[count:]
        if not _is_doubtful(head):
            continue
        last = run[count].steps.first if tail and run[count].steps else len(logs)  # type: ignore[union-attr]
        phrase = _choose(" ".join(word.text for word in head), logs[:last], index, phrases)
        # Before more words a longer phrase would take from them: "Office phone" is no "Office #".
        if phrase is not None and (not tail or len(phrase.split()) <= count):
            return (*_spread(head, phrase), *tail)
    return run


def _is_doubtful(run: Sequence[Word]) -> bool:
    letters = [score for word in run for score in word.char_confidences]
    return bool(letters) and sum(letters) / len(letters) < SURE


def _choose(text: str, logs: NDArray[np.float32], index: Mapping[str, int], phrases: Mapping[str, str]) -> str | None:
    mark = ":" if text.rstrip().endswith(":") else ""
    bare = text.rstrip(" :").casefold()
    if len(bare) < SHORTEST - 1 or not any(letter.isalpha() for letter in bare):
        return None
    near = process.extract(
        bare, _folded(tuple(phrases)), scorer=fuzz.ratio, limit=NEAREST, score_cutoff=LEAST_RATIO, processor=None
    )
    # A fax loses letters more than it invents them, so a phrase may not explain fewer than were read.
    forms = [
        (form + mark, phrases[spelling])
        for _, _, spelling in near
        for form in sorted(_forms(spelling))
        if len(form) >= max(SHORTEST, len(bare) - 1)
    ]
    if not forms:
        return None
    own, *scores = _log_probabilities([text, *(form for form, _ in forms)], logs, index)
    best = int(np.argmax(scores))
    phrase, meaning = forms[best]
    rival = max((score for score, form in zip(scores, forms, strict=True) if form[1] != meaning), default=_NOTHING)
    is_supported = scores[best] - own >= max(WORST, WORST_A_LETTER * len(phrase))
    return phrase if phrase != text and is_supported and scores[best] - rival >= LEAD else None


@lru_cache(maxsize=4)
def _folded(phrases: tuple[str, ...]) -> dict[str, str]:
    return {phrase: phrase.casefold() for phrase in phrases}


def _forms(phrase: str) -> set[str]:
    """How print writes it: as given, capitals, first letter large."""
    return {phrase, phrase.upper(), phrase[:1].upper() + phrase[1:].lower()}


def _log_probabilities(texts: Sequence[str], logs: NDArray[np.float32], index: Mapping[str, int]) -> list[float]:
    """The log-probability of each text over all its alignments; very low where it cannot be written at all."""
    paths = [[0, *(state for letter in text for state in (index.get(letter, -1), 0))] for text in texts]
    width = max(map(len, paths))
    states = np.array([path + [0] * (width - len(path)) for path in paths])
    impossible = np.array([min(path) < 0 or len(text) > len(logs) for path, text in zip(paths, texts, strict=True)])
    ends = np.array([len(path) - 1 for path in paths])
    can_skip = np.zeros(states.shape, dtype=bool)
    can_skip[:, 2:] = (states[:, 2:] != 0) & (states[:, 2:] != states[:, :-2])
    # Scaled probabilities instead of logarithms: the scale of each step is added back at the end.
    emitted = np.exp(logs - logs.max(axis=1, keepdims=True))[:, states]
    forward = np.zeros(states.shape)
    forward[:, :2] = emitted[0, :, :2]
    total = np.full(len(texts), float(logs.max(axis=1).sum()))
    for step in emitted[1:]:
        moved = forward.copy()
        moved[:, 1:] += forward[:, :-1]
        moved[:, 2:] += np.where(can_skip[:, 2:], forward[:, :-2], 0.0)
        forward = moved * step
        scale = np.maximum(forward.max(axis=1), _SMALLEST)
        forward /= scale[:, None]
        total += np.log(scale)
    rows = np.arange(len(texts))
    final = forward[rows, ends] + forward[rows, np.maximum(ends - 1, 0)]
    scores = total + np.log(np.maximum(final, _SMALLEST))
    return [float(score) for score in np.where(impossible, _NOTHING, scores)]


def _spread(run: Sequence[Word], phrase: str) -> tuple[Word, ...]:
    """The phrase's words over the run's box, by their share of its letters."""
    parts = phrase.split()
    if len(parts) == len(run):
        return tuple(_as(word, part, word.bbox) for word, part in zip(run, parts, strict=True))
    box, start, total = bounding_box([word.bbox for word in run]), 0, len(phrase)
    words = []
    for part in parts:
        left = box.x0 + box.width * start / total
        right = box.x0 + box.width * (start + len(part)) / total
        words.append(_as(run[0], part, BBox(round(left, 2), box.top, round(right, 2), box.bottom)))
        start += len(part) + 1
    first, last = run[0].steps, run[-1].steps
    steps = Steps(first.line, first.first, last.last) if first and last else None
    return tuple(word.model_copy(update={"steps": steps}) for word in words)


def _as(word: Word, text: str, bbox: BBox) -> Word:
    scores = word.char_confidences
    mean = sum(scores) / len(scores) if scores else 0.0
    plain = word.read_as or word.text
    changes = {"text": text, "bbox": bbox, "char_confidences": (round(mean, 4),) * len(text), "read_as": plain}
    return word.model_copy(update=changes)

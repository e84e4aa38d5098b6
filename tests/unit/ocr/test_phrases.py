"""Labels recovered from class probabilities."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.ocr.base import Reading
from extractor.ocr.phrases import _log_probabilities, respell_phrases
from models.record import BBox
from models.stages.text import Steps, Word, Words

ALPHABET = ("", *"abcdefghijklmnopqrstuvwxyzBPD0123456789:. ")
INDEX = {letter: number for number, letter in enumerate(ALPHABET)}
PHRASES = {"Birth date": "patient.date_of_birth", "Berth side": "other", "Phone": "phone", "Patient": "patient"}


def matrix(seen: str, truth: str, share: float) -> np.ndarray:
    """Two steps a letter: the letter, then a blank; ``share`` of each letter's mass on the true one."""
    rows = []
    for wrong, right in zip(seen, truth, strict=True):
        row = np.full(len(ALPHABET), 1e-5)
        row[INDEX[wrong]] += 1 - share
        row[INDEX[right]] += share
        blank = np.full(len(ALPHABET), 1e-5)
        blank[0] = 1.0
        rows += [row / row.sum(), blank / blank.sum()]
    return np.array(rows, dtype=np.float32)


def reading(seen: str, truth: str, share: float, confidence: float = 0.6) -> Reading:
    words, start = [], 0
    for part in seen.split(" "):
        word = Word(
            text=part,
            bbox=BBox(start * 6.0, 0, (start + len(part)) * 6.0, 10),
            confidence=confidence,
            char_confidences=(confidence,) * len(part),
            source="ocr:ppocr",
            steps=Steps(0, 2 * start, 2 * (start + len(part))),
        )
        words.append(word)
        start += len(part) + 1
    return Reading(
        Words(page_no=1, words=tuple(words), engine="ppocr", version="1"),
        (matrix(seen, truth, share).astype(np.float16),),
        ALPHABET,
    )


def text(words: Words) -> str:
    return " ".join(word.text for word in words.words)


def test_a_doubtful_label_is_respelled_and_keeps_what_was_read() -> None:
    words = respell_phrases(reading("Barth dace", "Birth date", 0.4), PHRASES)
    assert text(words) == "Birth date"
    assert [word.read_as for word in words.words] == ["Barth", "dace"]
    assert words.words[0].bbox.x1 < words.words[1].bbox.x0


def test_a_label_before_its_value_is_respelled_alone() -> None:
    words = respell_phrases(reading("Phcne: 5550142", "Phone: 5550142", 0.4), PHRASES)
    assert text(words) == "Phone: 5550142"
    assert words.words[1].read_as is None


def test_what_the_picture_does_not_support_stays() -> None:
    assert text(respell_phrases(reading("Barth dace", "Birth date", 0.0), PHRASES)) == "Barth dace"


def test_what_was_read_surely_stays() -> None:
    assert text(respell_phrases(reading("Barth dace", "Birth date", 0.4, confidence=0.99), PHRASES)) == "Barth dace"


def test_two_meanings_equally_near_change_nothing() -> None:
    rivals = {"Birth date": "one", "Berth date": "two"}
    assert text(respell_phrases(reading("Barth date", "Barth date", 0.4), rivals)) == "Barth date"


def test_words_without_probabilities_pass_through() -> None:
    plain = Reading(reading("Barth dace", "Birth date", 0.4).words)
    assert respell_phrases(plain, PHRASES) is plain.words


def brute_force(target: str, probabilities: np.ndarray) -> float:
    """The sum over every path that collapses to the target."""
    total = 0.0
    for path in itertools.product(range(probabilities.shape[1]), repeat=len(probabilities)):
        collapsed = "".join("ab"[state - 1] for state, _ in itertools.groupby(path) if state)
        if collapsed == target:
            total += float(np.prod([row[state] for row, state in zip(probabilities, path, strict=True)]))
    return total


@given(
    st.lists(st.tuples(*[st.floats(0.05, 1.0)] * 3), min_size=1, max_size=5),
    st.text(alphabet="ab", min_size=1, max_size=4),
)
def test_the_forward_sum_is_the_sum_over_all_paths(rows: list[tuple[float, ...]], target: str) -> None:
    probabilities = np.array(rows)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    (score,) = _log_probabilities([target], np.log(probabilities).astype(np.float32), {"a": 1, "b": 2})
    expected = brute_force(target, probabilities)
    if expected == 0.0:
        assert score < -100
    else:
        assert score == pytest.approx(np.log(expected), abs=1e-3)

import numpy as np

from extractor.ocr.ctc import decode_best_path

ALPHABET = ("", "a", "b", " ")


def path(*classes: int) -> np.ndarray:
    probabilities = np.full((len(classes), len(ALPHABET)), 0.02, np.float32)
    for step, number in enumerate(classes):
        probabilities[step, number] = 0.94
    return probabilities


def test_repeats_merge_and_a_blank_keeps_doubles_apart() -> None:
    found = decode_best_path(path(0, 1, 1, 0, 1, 2, 3), ALPHABET)
    assert "".join(character.text for character in found) == "aab "
    assert [(c.first, c.last) for c in found] == [(1, 3), (4, 5), (5, 6), (6, 7)]


def test_the_peak_is_the_surest_step() -> None:
    probabilities = path(1, 1, 1)
    probabilities[1, 1] = 0.99
    (found,) = decode_best_path(probabilities, ALPHABET)
    assert found.peak == 1
    assert round(found.probability, 2) == 0.99


def test_blanks_alone_are_no_text() -> None:
    assert decode_best_path(path(0, 0, 0), ALPHABET) == []

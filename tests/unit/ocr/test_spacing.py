import numpy as np

from extractor.ocr.ctc import Character
from extractor.ocr.spacing import Gap, find_borders, find_gaps, find_letter_ink

STEP = 8.0
HEIGHT = 48.0


def letters_at(text: str, peaks: tuple[int, ...]) -> list[Character]:
    return [Character(letter, peak, peak + 1, peak, 0.9) for letter, peak in zip(text, peaks, strict=True)]


def borders(
    text: str, peaks: tuple[int, ...], widths: tuple[int, ...], space: dict[int, float] | None = None
) -> list[int]:
    letters = letters_at(text, peaks)
    gaps = [Gap(int(8 * peak), int(8 * peak) + width) for peak, width in zip(peaks, widths, strict=False)]
    seen = np.full(peaks[-1] + 2, 1e-4, np.float32)
    for step, probability in (space or {}).items():
        seen[step] = probability
    return find_borders(letters, gaps, seen, HEIGHT, STEP)


def test_a_wide_gap_ends_a_word_though_the_recogniser_saw_no_space() -> None:
    assert borders("sclerosisin"[:6], (1, 3, 5, 11, 13, 15), (2, 2, 22, 2, 2)) == [3]


def test_even_letters_are_one_word() -> None:
    assert borders("weight", (1, 3, 5, 7, 9, 11), (2, 3, 2, 2, 3)) == []


def test_a_space_the_recogniser_saw_needs_a_smaller_gap() -> None:
    peaks, widths = (1, 3, 5, 8, 10, 12), (2, 2, 9, 2, 2)
    assert borders("inhome", peaks, widths, {6: 0.9}) == [3]


def test_a_gap_inside_a_number_does_not_cut_it() -> None:
    peaks, widths = (1, 3, 5, 9, 11, 13), (2, 2, 14, 2, 2)
    assert borders("555012", peaks, widths) == []
    assert borders("555012", peaks, widths, {7: 0.9}) == [3]


def test_ruled_lines_and_specks_are_not_letters() -> None:
    crop = np.full((48, 400), 255, np.uint8)
    crop[44:46, :] = 0
    crop[20:40, 100:110] = 0
    crop[5, 300] = 0
    ink = find_letter_ink(crop)
    assert ink[20:40, 100:110].all()
    assert ink.sum() == 200


def test_each_gap_goes_to_the_pair_it_lies_between() -> None:
    ink = np.zeros((10, 100), np.bool_)
    ink[:, 0:20] = ink[:, 30:50] = ink[:, 52:70] = True
    assert find_gaps(ink, (10.0, 40.0, 60.0)) == [Gap(20, 30), Gap(50, 52)]
    # The surest step of the first letter lies in the gap behind it.
    assert find_gaps(ink, (5.0, 22.0, 60.0))[1] == Gap(20, 30)


def test_paper_at_the_ends_is_no_gap() -> None:
    ink = np.zeros((10, 100), np.bool_)
    ink[:, 20:40] = ink[:, 42:60] = True
    assert find_gaps(ink, (30.0, 70.0)) == [Gap(40, 42)]

"""A word's box holds its letters, not the check box before them that recognition passed over."""

import numpy as np
import pytest

from extractor.ocr.lines import _trim, _without_unread

HEIGHT, STEP = 48, 8.0


def _ink(*blocks: tuple[int, int]) -> np.ndarray:
    ink = np.zeros((HEIGHT, 200), np.bool_)
    for left, right in blocks:
        ink[8:40, left:right] = True
    return ink


def test_a_box_before_the_first_letter_is_left_out() -> None:
    ink = _ink((2, 30), (44, 60), (64, 80))
    own = _without_unread(ink, first=5 * STEP, last=10 * STEP, step=STEP)
    assert _trim(own, 0)[0] == 44


def test_a_box_behind_the_last_letter_is_left_out() -> None:
    ink = _ink((4, 20), (24, 40), (60, 88))
    own = _without_unread(ink, first=0.5 * STEP, last=6.5 * STEP, step=STEP)
    assert _trim(own, 0)[2] == 40


def test_a_tick_that_runs_into_the_letters_is_cut_where_there_is_least_ink() -> None:
    ink = _ink((2, 30), (44, 80))
    ink[10:12, 30:44] = True
    own = _without_unread(ink, first=5.5 * STEP, last=10 * STEP, step=STEP)
    assert 30 <= _trim(own, 0)[0] <= 44


@pytest.mark.parametrize("width", [6, 16, 24])
def test_a_first_letter_stays_however_wide_it_is(width: int) -> None:
    ink = _ink((2, 2 + width), (6 + width, 40 + width))
    own = _without_unread(ink, first=1.5 * STEP, last=7 * STEP, step=STEP)
    assert _trim(own, 0)[0] == 2


def test_a_word_between_two_gaps_that_meet_has_no_ink() -> None:
    nothing = np.zeros((HEIGHT, 0), np.bool_)
    assert _without_unread(nothing, first=0.0, last=STEP, step=STEP).size == 0
    assert _trim(nothing, 12) == (12, 0, 13, HEIGHT)

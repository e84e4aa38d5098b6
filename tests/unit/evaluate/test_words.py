"""Word and character error rates."""

import pytest

from extractor.evaluate.words import WordScore, add_scores, in_order_of, score_words
from models.record import BBox


@pytest.mark.parametrize(
    ("truth", "read", "wer", "cer"),
    [
        ("one two three", "one two three", 0.0, 0.0),
        ("one two three", "", 1.0, 1.0),
        ("", "one", 1.0, 1.0),
        ("", "", 0.0, 0.0),
        ("one two three", "one three", 1 / 3, 4 / 13),  # a word lost, with its space
        ("one two three", "one two too three", 1 / 3, 4 / 13),
        ("one two three", "one tvo three", 1 / 3, 1 / 13),
        ("infusion center", "infusioncenter", 1.0, 1 / 15),  # a lost space: one word wrong, one gone
        ("infusion", "in fusion", 2.0, 1 / 8),  # more errors than words
        ("a b c", "c b a", 2 / 3, 2 / 5),  # the order counts
    ],
)
def test_rates_are_the_fewest_edits_over_the_length_of_the_truth(truth: str, read: str, wer: float, cer: float) -> None:
    score = score_words(truth.split(), read.split())
    assert score.wer == pytest.approx(wer)
    assert score.cer == pytest.approx(cer)


def test_each_kind_of_edit_is_counted_apart() -> None:
    score = score_words(["a", "b", "c", "d"], ["a", "x", "c"])
    assert (score.substituted, score.deleted, score.inserted) == (1, 1, 0)
    assert score_words(["a"], ["a", "b"]).inserted == 1


def test_bag_of_words_ignores_the_order_and_counts_repeats() -> None:
    score = score_words(["a", "b", "b", "c"], ["c", "b", "a", "d", "e"])
    assert score.precision == pytest.approx(3 / 5)
    assert score.recall == pytest.approx(3 / 4)
    assert score.f1 == pytest.approx(2 * 0.6 * 0.75 / 1.35)


def test_compatibility_forms_are_equal_and_case_only_when_folded() -> None:
    assert score_words(["ﬁne"], ["fine"]).wer == 0
    assert score_words(["Fine"], ["fine"]).wer == 1
    assert score_words(["Fine"], ["fine"], is_folded=True).wer == 0


def test_pages_add_up_by_their_length() -> None:
    long, short = score_words(["a"] * 9, ["a"] * 9), score_words(["a"], ["b"])
    assert add_scores([long, short]).wer == pytest.approx(0.1)
    assert add_scores([]) == WordScore()


def test_words_are_put_into_the_order_of_the_truth_by_where_they_stand() -> None:
    left, right = BBox(0, 0, 40, 10), BBox(300, 0, 340, 10)
    below = BBox(0, 20, 40, 30)
    stray = BBox(500, 500, 510, 510)
    # Read across both columns, the stray speck first, and the last word in two halves, the right half first.
    read = [stray, left, right, BBox(20, 20, 40, 30), BBox(0, 20, 19, 30)]
    assert in_order_of([left, below, right], read) == (1, 4, 3, 2, 0)

"""Misread words of payers' names: put right where the reader doubted them, and never a word that was read."""

import pytest

from extractor.knowledge.payer_words import mend_name


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Summit Vale Healh Pian", "Summit Vale Health Plan"),
        ("Setect PPO", "Select PPO"),
        ("Lakeshore Insurence", "Lakeshore Insurance"),
        ("CASCADIA BLUVE", "CASCADIA BLUE"),
    ],
)
def test_a_misread_word_is_put_right(read: str, meant: str) -> None:
    assert mend_name(read, read.split()) == meant


@pytest.mark.parametrize("name", ["Prairie States Insurance", "Clover Health", "Golden Rule", "Lake Group 7"])
def test_other_words_and_plurals_stay(name: str) -> None:
    assert mend_name(name, name.split()) == name


def test_what_was_read_without_doubt_stays() -> None:
    assert mend_name("High Plains Mutoal", {"Mutoal"}) == "High Plains Mutual"
    assert mend_name("High Plains Mutual", ()) == "High Plains Mutual"

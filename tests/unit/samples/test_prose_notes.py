"""The marked prose that the entity model learns from."""

import random
from itertools import pairwise

import pytest

from samples.prose.damage import damage
from samples.prose.grammar import Filler, choose, load_phrases, load_words
from samples.prose.marked import Mark, Marked, join, rewrite
from samples.prose.notes import make_notes

SPLITS = ("train", "tune", "held")


@pytest.mark.parametrize("split", SPLITS)
def test_undamaged_marks_hold_what_they_say(split: str) -> None:
    for note in make_notes(40, 3, split, wear=0.0):
        places = [(mark.start, mark.end) for mark in note.marked.marks]
        assert places == sorted(places)
        assert all(end <= start for (_, end), (start, _) in pairwise(places))
        for mark in note.marked.marks:
            read = note.marked.text[mark.start : mark.end].casefold()
            assert "".join(read.replace("-\n", "").split()) == "".join(mark.value.split()).casefold()


def test_the_same_seed_gives_the_same_notes() -> None:
    assert make_notes(5, 3, "train") == make_notes(5, 3, "train")
    assert make_notes(5, 3, "train") != make_notes(5, 4, "train")


def test_no_template_and_no_word_to_measure_with_is_trained_on() -> None:
    templates = {split: {line for lines in load_phrases(split).values() for line in lines} for split in SPLITS}
    shared = {"{P}: {O}", "{dx+}", "{C} {dose}", "{M} {dose}"}
    for split in ("tune", "held"):
        assert templates[split] & templates["train"] <= shared
    for name, words in load_words().items():
        if isinstance(words, dict) and "held" in words:
            assert {str(w).casefold() for w in words["held"]} & {str(w).casefold() for w in words["train"]} == set(), (
                name
            )


@pytest.mark.parametrize("split", SPLITS)
def test_every_template_can_be_filled(split: str) -> None:
    filler = Filler(random.Random(1), "held" if split == "held" else "train")
    for lines in load_phrases(split).values():
        for line in lines:
            filled = filler.fill(line)
            assert not set("{}[]|") & set(filled.text.replace("|", "") if "|" in filled.text else filled.text) - set(
                "[]"
            )


def test_choices_nest() -> None:
    said = {choose("a[b|c[d|]]", random.Random(seed)) for seed in range(40)}
    assert said == {"ab", "acd", "ac"}


def test_damage_moves_marks_with_the_text() -> None:
    marked = Marked("failed Humira in 2019", (Mark(7, 13, "PRIOR", "Humira"),))
    cut = rewrite(marked, ("" if character == "f" else character for character in marked.text))
    assert cut.text[cut.marks[0].start : cut.marks[0].end] == "Humira"
    worn = damage(marked, 0.3, random.Random(5))
    assert worn.text != marked.text
    assert worn.marks[0].value == "Humira"
    assert damage(marked, 0.0, random.Random(5)) == marked


def test_a_mark_of_which_nothing_is_left_is_gone() -> None:
    marked = Marked("x y", (Mark(0, 1, "LAB", "x"), Mark(2, 3, "LAB", "y")))
    assert [mark.value for mark in rewrite(marked, ("", " ", "y")).marks] == ["y"]


def test_joining_shifts_marks() -> None:
    one = Marked("ab", (Mark(1, 2, "LAB", "b"),))
    both = join([one, one], ", ")
    assert [both.text[mark.start : mark.end] for mark in both.marks] == ["b", "b"]

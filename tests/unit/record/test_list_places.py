"""Paths without the places of list items, and boxes that lie on others."""

import pytest

from models.record import BBox, lies_on
from models.record.list_places import leaf_name, unplaced
from models.stages.layout import Layout, Line, Section
from models.stages.text import Word, words_outside


@pytest.mark.parametrize(
    ("path", "general", "leaf"),
    [
        ("patient.first_name", "patient.first_name", "first_name"),
        ("orders[2].dose", "orders[].dose", "dose"),
        ("orders[*].premedications[]", "orders[].premedications[]", "premedications"),
        ("labs[0]", "labs[]", "labs"),
    ],
)
def test_a_path_loses_its_places(path: str, general: str, leaf: str) -> None:
    assert unplaced(path) == general
    assert leaf_name(path) == leaf


def test_a_box_lies_on_another_with_more_than_the_share() -> None:
    box, half = BBox(0, 0, 10, 10), BBox(5, 0, 15, 10)
    assert not lies_on(box, [half])
    assert lies_on(box, [half], 0.49)
    assert not lies_on(box, [])


def test_words_are_told_by_where_most_of_them_stands() -> None:
    words = tuple(Word(text=text, bbox=BBox(x, 0, x + 10, 8), source="test") for text, x in (("Dose", 0), ("mg", 12)))
    layout = Layout(
        page_no=1,
        lines=(Line(words=words, bbox=BBox(0, 0, 22, 8)),),
        sections=(Section(title="Orders", title_bbox=BBox(0, -20, 40, -10), bbox=BBox(0, -20, 100, 50)),),
    )
    area = BBox(11, 0, 30, 8)
    assert [word.text for word in layout.words_in(area)] == ["mg"]
    assert [word.text for word in words_outside(words, [area])] == ["Dose"]
    assert [layout.title_of(index) for index in (0, 1, None)] == ["Orders", "", ""]

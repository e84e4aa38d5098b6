"""Entities and the words they were read from."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.ner import page_entities
from models.record import BBox, bounding_box
from models.stages.entities import EntityLabel
from models.stages.layout import Layout, Line
from models.stages.text import Word

TODAY = date(2026, 11, 22)


def layout_of(*texts: str) -> Layout:
    lines = []
    for row, text in enumerate(texts):
        words = tuple(
            Word(text=word, bbox=BBox(50.0 * place, 20.0 * row, 50.0 * place + 40, 20.0 * row + 10), source="test")
            for place, word in enumerate(text.split())
        )
        lines.append(Line(words=words, bbox=bounding_box([word.bbox for word in words]) if words else BBox(0, 0, 0, 0)))
    return Layout(page_no=3, lines=tuple(lines))


def test_words_and_box() -> None:
    layout = layout_of("Start Ocrevus (ocrelizumab) 300 mg IV", "Phone (303) 555-0147")
    found = {located.entity.label: located for located in page_entities(layout, today=TODAY)}
    drug = found[EntityLabel.DRUG]
    assert drug.page_no == 3
    assert [word.text for word in drug.words] == ["Ocrevus", "(ocrelizumab)"]
    assert drug.bbox == BBox(50, 0, 140, 10)
    assert [word.text for word in found[EntityLabel.DOSE].words] == ["300", "mg"]
    assert found[EntityLabel.PHONE].bbox == BBox(50, 20, 140, 30)


def test_a_name_may_run_over_a_line() -> None:
    (drug,) = page_entities(layout_of("treated with interferon", "beta-1a since"), today=TODAY)
    assert drug.entity.value == "interferon beta-1a"
    assert [word.text for word in drug.words] == ["interferon", "beta-1a"]


def test_a_page_without_words() -> None:
    assert page_entities(Layout(page_no=1)) == ()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["Ocrevus", "300", "mg", "IV", "Dr.", "Kim", "04/12/1968,", "G35", "q8w", "x"]), max_size=6
        ).map(" ".join),
        max_size=5,
    )
)
def test_each_entitys_words_hold_its_text(texts: list[str]) -> None:
    layout = layout_of(*texts)
    for located in page_entities(layout, today=TODAY):
        joined = " ".join(word.text for word in located.words)
        assert " ".join(located.entity.text.split()) in joined
        assert located.entity.text == layout.text[located.entity.start : located.entity.end]

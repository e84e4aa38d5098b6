"""Words of an address that look like labels go back to it."""

from oracle_pages import PageMaker, words_at

from extractor.packet import read_answers
from models.record import BBox
from models.stages.layout import KeyValue, Relation


def _page(label: str, value: str, before: str) -> PageMaker:
    """An address row of which the layout took the word ``label`` for a label of its own."""
    maker = PageMaker().section("Patient Information").row(("Address", before))
    last = maker.pairs[-1].value[-1].bbox
    label_words = words_at(label, last.x1 + 5.0, last.top)
    words = words_at(value, label_words[-1].bbox.x1 + 5.0, last.top)
    pair = KeyValue(
        label=label,
        label_bbox=label_words[0].bbox,
        value=words,
        relation=Relation.RIGHT,
        area=BBox(words[0].bbox.x0, last.top, 560.0, last.bottom),
        section=0,
    )
    maker.pairs.append(pair)
    line = maker.lines[-1]
    maker.lines[-1] = line.model_copy(update={"words": (*line.words, *label_words, *words)})
    return maker


def test_a_state_before_its_postal_code_is_no_label() -> None:
    answers = read_answers(_page("ID", "83702", "14 Elm Rd, Boise,").build())
    assert [answer.text for answer in answers] == ["14 Elm Rd, Boise, ID 83702"]


def test_a_unit_behind_a_comma_is_no_label() -> None:
    answers = read_answers(_page("Suite", "130, Spokane, WA 99201", "1530 Quarry Way,").build())
    assert [answer.text for answer in answers] == ["1530 Quarry Way, Suite 130, Spokane, WA 99201"]


def test_a_unit_with_a_label_of_its_own_stays_apart() -> None:
    page = PageMaker().section("Patient Information").row(("Address", "14 Elm Rd"), ("Apt #", "4")).build()
    assert [answer.attribute for answer in read_answers(page)] == ["address", "address_line2"]

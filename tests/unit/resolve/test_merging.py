"""Items that several pages show: one of them, unless something read on both speaks against it."""

import pytest

from extractor.resolve.items import page_items
from extractor.resolve.merging import merge_coverages, merge_labs, merge_prior_therapies, merge_texts
from models.record import BBox
from models.stages.candidate import Candidate, Scored


def _read(family: str, page_no: int, item: str, **leaves: str | None) -> list[Scored]:
    box = BBox(0, 10 * len(item), 9, 10 * len(item) + 5)
    return [
        Scored(
            candidate=Candidate(
                path=f"{family}[].{leaf}", value=value, raw=str(value), page_no=page_no, bbox=box, source="x", item=item
            ),
            probability=0.9,
        )
        for leaf, value in leaves.items()
    ]


def _text(page_no: int, value: str, top: float = 0.0) -> Scored:
    candidate = Candidate(
        path="patient.allergies[]", value=value, raw=value, page_no=page_no, bbox=BBox(0, top, 9, top + 5), source="x"
    )
    return Scored(candidate=candidate, probability=0.9)


def test_a_bare_card_joins_the_policy_whose_number_it_shows() -> None:
    form = [
        *_read("coverages", 2, "a", rank="secondary", payer="Lakeside Mutual", member_id="QQZ12345678"),
        *_read("coverages", 2, "aa", rank="primary", payer="Meridian Health", member_id="ABC99887766"),
    ]
    card = _read("coverages", 1, "card", member_id="ABC99887766", group_number="G17")
    primary, secondary = merge_coverages(page_items([*form, *card], "coverages"))
    assert primary.key("payer") == "meridian health"
    assert primary.pages == {1, 2}
    assert primary.says("group_number")
    assert not secondary.says("group_number")


def test_another_payer_of_the_same_rank_is_another_coverage() -> None:
    first = _read("coverages", 1, "a", rank="primary", payer="Meridian Health")
    second = _read("coverages", 3, "b", rank="primary", payer="Lakeside Mutual")
    assert len(merge_coverages(page_items([*first, *second], "coverages"))) == 2


def test_a_group_number_alone_is_no_coverage() -> None:
    assert merge_coverages(page_items(_read("coverages", 1, "a", group_number="G17"), "coverages")) == []


@pytest.mark.parametrize(
    ("second", "count"),
    [
        ({"test": "TSH", "collected": "2026-11-01", "result": "2.1"}, 1),
        ({"test": "TSH", "collected": "2026-11-01", "result": "2.7"}, 1),
        ({"test": "TSH", "collected": "2026-05-01", "result": "2.1"}, 2),
        ({"test": "TSH", "result": "2.1"}, 1),
        ({"test": "TSH", "result": "2.7"}, 2),
        ({"test": "Free T4", "collected": "2026-11-01", "result": "2.1"}, 2),
    ],
)
def test_a_result_shown_twice_is_one(second: dict[str, str], count: int) -> None:
    first = _read("labs", 3, "a", test="TSH", collected="2026-11-01", result="2.1")
    assert len(merge_labs(page_items([*first, *_read("labs", 4, "b", **second)], "labs"))) == count


def test_two_rows_of_one_page_are_two_results() -> None:
    rows = [*_read("labs", 3, "a", test="TSH", result="2.1"), *_read("labs", 3, "bb", test="TSH", result="2.1")]
    assert len(merge_labs(page_items(rows, "labs"))) == 2


def test_an_unanswered_leaf_stays_with_its_item() -> None:
    (row,) = merge_labs(page_items(_read("labs", 1, "a", test="TSH", result=None), "labs"))
    assert not row.says("result")
    assert len(row.of("result")) == 1


def test_two_courses_of_a_drug_are_two_therapies() -> None:
    first = _read("prior_therapies", 1, "a", drug="natalizumab", start="2019")
    again = _read("prior_therapies", 2, "b", drug="natalizumab", outcome="intolerance")
    later = _read("prior_therapies", 2, "cc", drug="natalizumab", start="2023")
    merged = merge_prior_therapies(page_items([*first, *again, *later], "prior_therapies"))
    assert [item.key("start") for item in merged] == ["2019", "2023"]
    assert merged[0].says("outcome")


def test_a_letter_misread_on_another_page_is_the_same_allergy() -> None:
    groups = merge_texts([_text(1, "Penicillin", 40), _text(1, "Sulfa", 30), _text(2, "Penici1lin")])
    assert [[one.candidate.value for one in group] for group in groups] == [["Sulfa"], ["Penicillin", "Penici1lin"]]


def test_near_words_of_one_page_are_two_allergies() -> None:
    assert len(merge_texts([_text(1, "Cefazolin"), _text(1, "Cefazoline")])) == 2

"""Blocks about insurance as clinics print them: one line, columns, a pharmacy block, ranks only where they are said."""

import pytest
from oracle_pages import PageMaker, words_at
from proposed import at, by_item, propose_all

from models.record import BBox, bounding_box
from models.stages.candidate import Candidate
from models.stages.layout import Line


def _put(maker: PageMaker, *pieces: tuple[str, float]) -> None:
    """Pieces of print on one height."""
    for text, x0 in pieces:
        words = words_at(text, x0, maker.y)
        maker.lines.append(Line(words=words, bbox=bounding_box([word.bbox for word in words])))
    maker.y += 18.0


def _form() -> PageMaker:
    return PageMaker().line("Infusion Order Form").section("Insurance Information")


def test_a_whole_policy_on_one_line() -> None:
    maker = PageMaker().line("Order").line("Great Lakes Mutual / Gold HMO - ID GLM448812, group 5521")
    (one,) = by_item(propose_all(maker), "coverages")
    assert one == {"payer": "Great Lakes Mutual", "plan": "Gold HMO", "member_id": "GLM448812", "group_number": "5521"}
    maker = PageMaker().line("Insurance: Lakeshore Assurance ID#: LKA0093381 Grp#: 77120 Ph: 800-555-0151")
    (one,) = by_item(propose_all(maker), "coverages")
    assert one == {
        "payer": "Lakeshore Assurance",
        "member_id": "LKA0093381",
        "group_number": "77120",
        "payer_phone": "+18005550151",
    }


def test_text_about_a_number_is_no_policy() -> None:
    found = propose_all(PageMaker().line("Note").line("Copay card was mailed, ID 448812 is not active yet"))
    assert [one for one in found if one.path.startswith("coverages")] == []


def test_a_column_for_each_policy_and_the_labels_on_the_left() -> None:
    maker = PageMaker().line("Demographics")
    _put(maker, ("Primary", 200.0), ("Secondary", 390.0))
    _put(maker, ("Insurance", 60.0), ("Lakeshore Assurance", 200.0), ("Pinnacle Trust", 390.0))
    _put(maker, ("Policy ID", 60.0), ("LKA0093381", 200.0), ("PBT-661-20", 390.0))
    _put(maker, ("Subscriber", 60.0), ("Alden Marsh", 200.0), ("Ottoline Marsh", 390.0))
    _put(maker, ("Relationship", 60.0), ("Spouse", 200.0), ("Self", 390.0))
    _put(maker, ("Phone", 60.0), ("800-555-0151", 200.0), ("800-555-0152", 390.0))
    first, second = by_item(propose_all(maker), "coverages")
    assert (first["rank"], first["payer"], first["member_id"]) == ("primary", "Lakeshore Assurance", "LKA0093381")
    assert second == {
        "rank": "secondary",
        "payer": "Pinnacle Trust",
        "member_id": "PBT-661-20",
        "subscriber_name": "Ottoline Marsh",
        "relationship": "self",
        "payer_phone": "+18005550152",
    }


def test_numbers_of_a_pharmacy_benefit_come_with_the_policy() -> None:
    maker = _form().row(("Medical insurer", "Great Lakes Mutual"), ("Member ID", "GLM448812"))
    maker.row(("Other insurer", "Lakeshore Assurance"), ("Other insurer's ID", "LKA0093381"))
    first, other = by_item(propose_all(maker.row(("Rx BIN", "610077"), ("Rx PCN", "GLM01"))), "coverages")
    assert first == {"payer": "Great Lakes Mutual", "member_id": "GLM448812", "bin": "610077", "pcn": "GLM01"}
    assert other == {"payer": "Lakeshore Assurance", "member_id": "LKA0093381"}


def _ranks(found: tuple[Candidate, ...]) -> list[tuple[object, bool]]:
    return [(one.value, one.is_valid) for one in found if one.path == "coverages[].rank"]


@pytest.mark.parametrize(
    ("title", "ranks"),
    [
        ("Primary Insurance", [("primary", True)]),
        ("2nd Insurance", [("secondary", True)]),
        ("Coverage 1", [("primary", False)]),  # the number may only count the blocks
        ("Insurance", []),
    ],
)
def test_a_rank_is_sure_only_where_it_is_said(title: str, ranks: list[tuple[object, bool]]) -> None:
    maker = PageMaker().line("Patient Face Sheet").section(title)
    maker.row(("Insurer", "Great Lakes Mutual"), ("Policy no.", "GLM448812"))
    assert _ranks(propose_all(maker)) == ranks


def test_the_first_name_of_a_subscriber_ranks_nothing() -> None:
    maker = _form().row(("Payer", "Great Lakes Mutual"), ("Subscriber first name", "Ana"))
    assert _ranks(propose_all(maker)) == []


def test_a_value_that_meets_the_next_column_is_cut_at_its_label() -> None:
    maker = PageMaker().line("Registration").row(("Patient Name", "Ana Bell"), ("Home phone", "303-555-0147"))
    maker.section("Coverage 1")
    _put(maker, ("Insurer", 40.0), ("Plan", 160.0), ("Policy", 310.0), ("Group", 445.0))
    _put(maker, ("Summit Lake Health Plan PPO Choice", 40.0), ("SLH436118361", 310.0), ("G318935", 445.0))
    words = tuple(  # set so narrow that nothing parts the payer from the plan
        word.model_copy(update={"bbox": BBox(x0, word.bbox.top, x0 + 22.0, word.bbox.bottom)})
        for word, x0 in zip(maker.lines[-3].words, (40.0, 64.0, 88.0, 112.0, 160.0, 184.0), strict=True)
    )
    maker.lines[-3] = Line(words=words, bbox=bounding_box([word.bbox for word in words]))
    section = maker.sections[-1]
    maker.sections[-1] = section.model_copy(update={"bbox": BBox(30.0, section.bbox.top, 580.0, maker.y)})
    found = propose_all(maker)
    assert at(found, "coverages[].payer") == ["Summit Lake Health Plan"]
    assert at(found, "coverages[].plan") == ["PPO Choice"]
    assert at(found, "coverages[].member_id") == ["SLH436118361"]


def test_running_text_and_notes_under_a_line_are_no_payer() -> None:
    for text in ("review of a drug given by infusion", "(policy number)", "copy of card attached"):
        assert at(propose_all(_form().row(("Payer", text))), "coverages[].payer") == []

"""Whole policies in running text, in blocks with titles and in columns of labels; hints of empty answers are none."""

import pytest
from oracle_pages import PageMaker, words_at
from proposed import at, by_item, propose_all

from extractor.fields.policies import find_policies
from extractor.fields.policy_blocks import with_blocks
from extractor.knowledge.hints import is_hint
from extractor.packet import read_answers
from models.stages.layout import Line


def _maker(*rows: str) -> PageMaker:
    maker = PageMaker().line("Infusion order")
    for row in rows:
        maker.line(row)
    return maker


def test_a_policy_in_a_sentence_over_two_lines() -> None:
    maker = _maker(
        "9. Payer: Great Lakes Fund (primary), ID GLT 20-449817, group 299, subscriber Harold",
        "Tsosie, patient is his spouse. 800-555-0175.",
    )
    (one,) = by_item(propose_all(maker), "coverages")
    assert one == {
        "rank": "primary",
        "payer": "Great Lakes Fund",
        "member_id": "GLT 20-449817",
        "group_number": "299",
        "subscriber_name": "Harold Tsosie",
        "relationship": "spouse",
        "payer_phone": "+18005550175",
    }


def test_the_number_of_a_list_is_no_part_of_the_payers_name_and_ranks_only_for_a_person() -> None:
    maker = _maker(
        "Coverage",
        "1. Susquehanna Health Member ID: SQB77120934 Group: 80041-02 Subscriber: Helen Quan (spouse)",
        "2. None on file",
    )
    found = propose_all(maker)
    (one,) = by_item(found, "coverages")
    assert (one["payer"], one["member_id"], one["subscriber_name"]) == (
        "Susquehanna Health",
        "SQB77120934",
        "Helen Quan",
    )
    assert [(c.value, c.is_valid) for c in found if c.path == "coverages[].rank"] == [("primary", False)]


def _columns(*rows: tuple[tuple[float, str], ...]) -> PageMaker:
    """Lines side by side, one row below the other."""
    maker = PageMaker().line("Patient face sheet")
    for row in rows:
        for x0, text in row:
            words = words_at(text, x0, maker.y)
            maker.lines.append(Line(words=words, bbox=words[0].bbox.union(words[-1].bbox)))
        maker.y += 14.0
    return maker


def test_blocks_whose_titles_name_the_payer_keep_their_numbers_and_an_ended_one_is_no_coverage() -> None:
    maker = _columns(
        ((40, "Primary: Medicare Part B"), (320, "Secondary: Copper State Medigap")),
        ((40, "Policy / ID"), (130, "3XK7-PQ2-MN48"), (320, "Policy / ID"), (410, "CSM 5540 1187")),
        ((40, "Subscriber"), (130, "Same as patient"), (320, "Group"), (410, "MG-7")),
        ((40, "Prescription: Mesa Saver"), (320, "Inactive: Cholla Employee Trust")),
        ((40, "Policy / ID"), (130, "MPD900217"), (320, "Policy / ID"), (410, "CET-20077")),
        ((40, "BIN / PCN"), (130, "610591 / MDSAV"), (320, "Subscriber"), (410, "Warren Vo")),
        ((40, "Group"), (130, "RXAZ4")),
    )
    first, second, third = sorted(by_item(propose_all(maker), "coverages"), key=lambda one: str(one.get("rank", "z")))
    assert first == {
        "rank": "primary",
        "payer": "Medicare Part B",
        "member_id": "3XK7-PQ2-MN48",
        "relationship": "self",
    }
    assert second == {
        "rank": "secondary",
        "payer": "Copper State Medigap",
        "member_id": "CSM 5540 1187",
        "group_number": "MG-7",
    }
    assert third == {
        "payer": "Mesa Saver",
        "member_id": "MPD900217",
        "bin": "610591",
        "pcn": "MDSAV",
        "group_number": "RXAZ4",
    }


def test_a_rank_that_stands_for_the_answer_is_no_payer() -> None:
    maker = PageMaker().line("Notice of approval").row(("Coverage", "Primary"), ("Member ID", "TBT600417785"))
    found = propose_all(maker)
    assert at(found, "coverages[].payer") == []
    assert at(found, "coverages[].rank") == ["primary"]


def test_pharmacy_numbers_printed_once_below_two_policies_go_to_a_person() -> None:
    maker = PageMaker().line("Enrollment form")
    maker.row(("Primary insurer", "Aloha Island Health"), ("Policy ID", "AIH3309184"))
    maker.row(("Secondary insurer", "Pacific Federal Benefits"), ("Policy ID", "PFB6641093"))
    maker.row(("Rx BIN", "610014"), ("Rx PCN", "ALOHARX"))
    found = propose_all(maker)
    first = next(one for one in by_item(found, "coverages") if one["rank"] == "primary")
    assert (first["bin"], first["pcn"]) == ("610014", "ALOHARX")
    assert [one.is_valid for one in found if one.path in {"coverages[].bin", "coverages[].pcn"}] == [False, False]


@pytest.mark.parametrize(
    "text",
    ["e.g. Gold PPO 2500", "(555) 555-5555", "Payer / member ID, if any", "Apt, suite, unit (optional)", "6 digits",
     "Letters or digits", "Number on the back of card", "mm/dd/yyyy", "yyyy-mm-dd"],
)  # fmt: skip
def test_hints_of_how_to_fill_an_answer_are_no_values(text: str) -> None:
    maker = PageMaker().line("Referral").row(("Payer", "Lookout Health Alliance"), ("Plan name", text))
    assert is_hint(text)
    assert at(propose_all(maker), "coverages[].plan") == []


@pytest.mark.parametrize(
    "text", ["Gold PPO 2500", "(423) 555-0155", "Optional Care Plus", "610014", "11/12/2026", "n/a"]
)
def test_values_are_no_hints(text: str) -> None:
    assert not is_hint(text)


def test_a_label_column_goes_on_below_the_payer() -> None:
    maker = _columns(
        ((48, "Primary"), (107, "Magnolia Teachers Health")),
        ((48, "ID"), (107, "MTH 77130945")),
        ((48, "Cardholder"), (107, "Ernestine Vo (self)")),
        ((48, "Secondary"), (107, "Tricare For Life")),
        ((48, "ID"), (107, "90224417751")),
    )
    first, second = by_item(propose_all(maker), "coverages")
    assert first == {
        "rank": "primary",
        "payer": "Magnolia Teachers Health",
        "member_id": "MTH 77130945",
        "subscriber_name": "Ernestine Vo",
        "relationship": "self",
    }
    assert second == {"rank": "secondary", "payer": "Tricare For Life", "member_id": "90224417751"}


def test_pharmacy_numbers_within_a_sentence_come_with_the_pages_policy() -> None:
    maker = PageMaker().line("Notice of approval").row(("Payer", "Tidewater Trust"), ("Member ID", "TBT600417785"))
    maker.line("Doses given at home need a request under the benefit (RxBIN 015581, RxPCN TIDEX).")
    page = maker.build()
    (policy,) = find_policies(with_blocks(read_answers(page), page), page)
    assert policy.leaves["bin"].text == "015581"
    assert policy.leaves["pcn"].text.startswith("TIDEX")

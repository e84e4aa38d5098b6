"""What running text may say about an order, and what it never proves."""

from collections.abc import Sequence
from datetime import date

import pytest
from oracle_pages import PageMaker, order_page

from extractor.fields import propose
from extractor.fields.prose import without_other_drugs
from extractor.fields.statements import find_statements
from extractor.fields.typed_marks import is_ticked, is_unticked
from extractor.packet import assemble, read_answers
from models.stages.candidate import Candidate
from models.stages.entities import LocatedEntity
from models.stages.layout import PageReading
from models.stages.options import SiteOptions

TODAY = date(2026, 11, 22)


def _propose(*makers: PageMaker) -> tuple[Candidate, ...]:
    packet, _ = assemble("0" * 64, [maker.build() for maker in makers], len(makers))
    return propose(packet, SiteOptions(), TODAY)


def _values(candidates: Sequence[Candidate], leaf: str) -> set[object]:
    """Of orders and diagnoses; an earlier therapy is another thing."""
    own = [candidate for candidate in candidates if not candidate.path.startswith("prior_therapies")]
    return {candidate.value for candidate in own if candidate.path.endswith(f".{leaf}")}


def _note(*lines: str) -> PageMaker:
    maker = PageMaker().line("Progress Note").line("History of Present Illness")
    for line in lines:
        maker.line(line)
    return maker


def test_the_drug_that_failed_is_not_the_one_that_is_started() -> None:
    found = _propose(_note("Plan: failed Remicade 5 mg/kg, now start Entyvio 300 mg IV every 8 weeks"))
    assert _values(found, "drug") == {"vedolizumab"}
    assert _values(found, "dose") == {"300 mg"}


@pytest.mark.parametrize(
    "said",
    [
        "The patient tried and failed Tysabri 300 mg before this infusion",
        "Allergic to Tysabri, infusion reaction in the past",
        "Mother is on Tysabri 300 mg infusion",
        "We do not recommend Tysabri 300 mg infusion",
        "Infusion plan: no Tysabri",
    ],
)
def test_a_drug_that_is_not_ordered_is_no_order(said: str) -> None:
    assert _values(_propose(_note(said)), "drug") == set()


def test_a_drug_of_a_note_has_no_label_and_no_mark() -> None:
    found = _propose(_note("Plan: start Ocrevus 600 mg IV every 6 months"))
    orders = [candidate for candidate in found if candidate.path.startswith("orders[0]")]
    assert {candidate.path for candidate in orders} >= {"orders[0].drug", "orders[0].dose"}
    assert all(candidate.features["anchor"] < 1.0 for candidate in orders)


def test_text_is_analysed_only_where_a_line_names_a_drug() -> None:
    asked: list[int] = []

    def read(page: PageReading) -> tuple[LocatedEntity, ...]:
        asked.append(page.page.page_no)
        return ()

    for maker, times in ((order_page(), 0), (_note("Plan: start Ocrevus 600 mg IV"), 1)):
        page = maker.build()
        asked.clear()
        without_other_drugs(find_statements(page, read_answers(page)), page, read)
        assert len(asked) == times


def test_a_ruled_out_diagnosis_is_none() -> None:
    found = _propose(_note("Assessment: rule out lupus M32.9", "Diagnosis: Crohn's disease K50.90"))
    assert _values(found, "code") == {"K50.90"}


def test_the_writer_of_a_letter_is_proposed_and_never_sure() -> None:
    maker = PageMaker().line("To whom it may concern").line("Please treat this patient.").line("Sincerely,")
    found = _propose(maker.line("Thomas Reed, MD"))
    names = [c for c in found if c.path in {"prescriber.first_name", "prescriber.last_name"}]
    assert {c.value for c in names} == {"Thomas", "Reed"}
    assert all(c.features["anchor"] < 1.0 for c in names)


@pytest.mark.parametrize("text", ["[X] Kisunla", "(x) Kisunla", "{X} Kisunla", "(X} Kisunla", "[x ) Kisunla"])
def test_a_typed_tick(text: str) -> None:
    page = PageMaker().line(text).line("[ ] Leqembi").line("{ j Vyepti").build()
    lines = page.layout.lines
    assert [is_ticked(line.text, lines) for line in lines] == [True, False, False]
    assert [is_unticked(line.text, lines) for line in lines] == [False, True, True]


def test_boxes_read_as_letters_count_only_together() -> None:
    lines = PageMaker().line("X Kisunla").line("O Leqembi").line("O Tysabri").line("Oral intake").build().layout.lines
    assert [is_ticked(line.text, lines) for line in lines] == [True, False, False, False]
    assert [is_unticked(line.text, lines) for line in lines] == [False, True, True, False]
    alone = PageMaker().line("X Kisunla").line("Xolair 150 mg").build().layout.lines
    assert not any(is_ticked(line.text, alone) for line in alone)


def test_only_the_typed_choice_is_proposed() -> None:
    maker = PageMaker().line("Infusion Order Form").section("Medication")
    maker.line("[X] Kisunla (donanemab-azbt), 350 mg/20 mL").line("[ ] Leqembi (lecanemab-irmb), 500 mg/5 mL")
    assert _values(_propose(maker.row(("Dose", "700 mg IV every 4 weeks"))), "drug") == {"donanemab"}


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("Ultomiris (ravulizumab-cwvz)", "ravulizumab"),
        ("lecanemab-irmb", "lecanemab"),
        ("infliximab-dyyb", "infliximab-dyyb"),
        ("Inflectra", "infliximab-dyyb"),
    ],
)
def test_only_a_biosimilars_suffix_is_part_of_the_drug(printed: str, value: str) -> None:
    maker = PageMaker().line("Infusion Order Form").section("Prescription").row(("Medication", printed))
    assert _values(_propose(maker), "drug") == {value}


def test_a_far_misreading_is_shown_with_what_else_it_may_be() -> None:
    maker = PageMaker().line("Infusion Order Form").section("Prescription").row(("Medication", "Oerenvus"))
    drugs = [c for c in _propose(maker) if c.path.endswith(".drug")]
    assert drugs
    assert not any(drug.is_valid for drug in drugs)


def test_an_unusual_dose_weighs_less() -> None:
    def usual(dose: str) -> float:
        maker = PageMaker().line("Infusion Order Form").section("Prescription")
        (found,) = [c for c in _propose(maker.row(("Medication", "Entyvio"), ("Dose", dose))) if "dose" in c.path]
        return found.features["usual"]

    assert usual("300 mg") == 1.0
    assert usual("30 mg") == 0.0


def test_one_line_may_hold_the_schemes_of_two_doses() -> None:
    maker = PageMaker().line("Infusion Order Form").section("Prescription").row(("Medication", "Ocrevus"))
    maker.row(("Directions", "300 mg IV day 1 and day 15, then 600 mg IV every 6 months"))
    found = _propose(maker)
    orders = {
        (c.path, c.value) for c in found if c.path.endswith((".dose", ".frequency")) and c.path.startswith("orders[")
    }
    assert orders == {
        ("orders[0].dose", "300 mg"),
        ("orders[0].frequency", "day 1 and day 15"),
        ("orders[1].dose", "600 mg"),
        ("orders[1].frequency", "every 6 months"),
    }

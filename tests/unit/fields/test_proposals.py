"""What is proposed from hand-built pages: right owners, right kinds, nothing from unticked boxes."""

from datetime import date

import pytest
from oracle_pages import PageMaker, order_page

from extractor.fields import attempted_paths, families, propose
from extractor.packet import assemble
from models.stages.candidate import Candidate
from models.stages.options import SiteOptions

TODAY = date(2026, 11, 22)


def _propose(*makers: PageMaker, site: SiteOptions | None = None) -> tuple[Candidate, ...]:
    packet, _ = assemble("0" * 64, [maker.build() for maker in makers], len(makers))
    return propose(packet, site or SiteOptions(), TODAY)


def _values(candidates: tuple[Candidate, ...], path: str) -> list[object]:
    return [candidate.value for candidate in candidates if candidate.path == path]


def test_the_order_page_gives_each_person_their_own() -> None:
    found = _propose(order_page())
    expected = {
        "patient.first_name": "Maria",
        "patient.middle_name": "Elena",
        "patient.last_name": "Lopez-Ortiz",
        "patient.date_of_birth": "1981-03-14",
        "patient.home_phone": "+13035550141",
        "patient.mobile_phone": "+17205550142",
        "prescriber.first_name": "Thomas",
        "prescriber.last_name": "Reed",
        "prescriber.credentials": "MD",
        "prescriber.npi": "1234567893",
        "prescriber.phone": "+13035550150",
        "prescriber.fax": "+13035550151",
        "prescriber.signature_present": True,
        "prescriber.signature_date": "2026-11-18",
        "orders[*].date": "2026-11-18",
        "orders[0].drug": "ocrelizumab",
        "orders[0].brand": "Ocrevus",
        "orders[0].dose": "600 mg",
        "orders[0].route": "IV",
        "orders[0].frequency": "every 6 months",
        "diagnoses[0].code": "G35.A",
    }
    for path, value in expected.items():
        assert set(_values(found, path)) == {value}, path


def test_every_candidate_says_where_and_why_it_was_read() -> None:
    for candidate in _propose(order_page()):
        assert candidate.bbox is not None
        assert candidate.source in {"ocr:oracle", "derived"}
        assert candidate.reasons
        assert candidate.raw or candidate.path == "prescriber.signature_present"


def test_what_nobody_ticked_is_no_value() -> None:
    found = _propose(order_page())
    drugs = {candidate.value for candidate in found if candidate.path.endswith(".drug")}
    codes = {candidate.value for candidate in found if candidate.path.endswith(".code")}
    assert drugs == {"ocrelizumab"}
    assert codes == {"G35.A"}


def test_an_unclear_mark_is_proposed_but_marked() -> None:
    maker = PageMaker().line("Infusion Order Form").section("Diagnosis").box("G35.A Multiple sclerosis", None)
    (code,) = [c for c in _propose(maker) if c.path.endswith(".code")]
    assert code.features["checked"] < 0.5


def test_a_drug_in_a_bare_line_beside_boxes_is_doubted() -> None:
    maker = PageMaker().line("Infusion Order Form").section("Medication").box("Venofer (iron sucrose)", False)
    maker.line("Feraheme").row(("Dose", "510 mg IV"))
    drugs = [c for c in _propose(maker) if c.path.endswith(".drug")]
    assert drugs
    assert all(drug.features["role"] <= 0.3 for drug in drugs)


@pytest.mark.parametrize(
    "row",
    [
        ("Fax completed form to", "303-555-0151"),
        ("Pharmacy Fax", "303-555-0151"),
        ("Emergency Contact Phone", "303-555-0151"),
        ("Insurance Phone", "303-555-0151"),
    ],
)
def test_other_peoples_numbers_are_nobodys_here(row: tuple[str, str]) -> None:
    found = _propose(PageMaker().line("Infusion Order Form").row(row))
    assert [c for c in found if c.path.endswith(("phone", "fax")) and not c.path.startswith("coverages")] == []


def test_the_receivers_number_is_never_the_prescribers() -> None:
    maker = PageMaker().line("Infusion Order Form").line("Fax completed form to: 303-555-0199")
    maker.section("Prescriber Information").row(("Phone", "303-555-0150"), ("Fax", "303-555-0199"))
    found = _propose(maker)
    assert _values(found, "prescriber.fax") == []
    assert _values(found, "prescriber.phone") == ["+13035550150"]
    site = SiteOptions(phones=("+13035550150",))
    assert _values(_propose(maker, site=site), "prescriber.phone") == []


def test_a_wrong_check_digit_keeps_the_digits_and_offers_repairs() -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Prescriber NPI", "1234567890"))
    (npi,) = [c for c in _propose(maker) if c.path == "prescriber.npi"]
    assert npi.value == "1234567890"
    assert not npi.is_valid
    assert "1234567893" in {alternative.value for alternative in npi.alternatives}
    assert len(npi.alternatives) == 10


@pytest.mark.parametrize("label", ["DEA", "TIN", "License", "UPIN", "Group NPI", "Facility NPI", "Pharmacy NPI"])
def test_other_identifiers_are_no_npi(label: str) -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Prescriber Name", "Thomas Reed, MD"), (label, "1234567893"))
    assert _values(_propose(maker), "prescriber.npi") == []


def test_dates_of_other_things_are_no_order_date() -> None:
    maker = PageMaker().line("Infusion Order Form").section("Order")
    maker.row(("DOB", "03/14/1981"), ("Start date", "12/01/2026"), ("Date of last treatment", "06/01/2026"))
    maker.line("Form revised 01/2024").row(("Printed on", "11/20/2026"))
    assert _values(_propose(maker), "orders[*].date") == []
    maker.row(("Order date", "11/19/2026"))
    assert _values(_propose(maker), "orders[*].date") == ["2026-11-19"]


def test_an_empty_answer_is_a_blank() -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Patient Name", ""), ("DOB", "")).row(("Prescriber NPI", ""))
    blanks = {c.path for c in _propose(maker) if c.is_blank}
    assert {"patient.last_name", "patient.date_of_birth", "prescriber.npi"} <= blanks


def test_two_doses_of_one_drug_are_two_orders() -> None:
    maker = PageMaker().line("Infusion Order Form").section("Prescription").row(("Medication", "Ocrevus"))
    maker.row(("Loading dose", "300 mg IV day 1 and day 15"))
    maker.row(("Maintenance dose", "600 mg IV every 6 months"))
    found = _propose(maker)
    assert _values(found, "orders[0].dose") == ["300 mg"]
    assert _values(found, "orders[0].frequency") == ["day 1 and day 15"]
    assert _values(found, "orders[1].dose") == ["600 mg"]
    assert _values(found, "orders[1].drug") == ["ocrelizumab"]


def test_a_table_row_is_one_order() -> None:
    maker = PageMaker().line("Infusion Order Form").section("Prescription")
    maker.table(
        ("Medication", "Dose", "Route", "Frequency"),
        ("Entyvio", "300 mg", "IV", "every 8 weeks"),
        ("Remicade", "5 mg/kg", "IV", "every 6 weeks"),
    )
    found = _propose(maker)
    rows = [[c.value for c in found if c.path == f"orders[{n}].{leaf}"] for n in (0, 1) for leaf in ("drug", "dose")]
    assert rows == [["vedolizumab"], ["300 mg"], ["infliximab"], ["5 mg/kg"]]


@pytest.mark.parametrize(
    "line",
    [
        "Premedication: methylprednisolone 100 mg IV",
        "Prior therapy: Tysabri 300 mg IV",
        "Each vial contains 300 mg/10 mL of Ocrevus",
    ],
)
def test_other_drugs_of_the_page_are_no_orders(line: str) -> None:
    maker = PageMaker().line("Infusion Order Form").section("Clinical Information").line(line)
    assert [c for c in _propose(maker) if c.path.endswith(".dose")] == []


def test_family_history_is_no_diagnosis() -> None:
    maker = PageMaker().line("Progress Note").line("Assessment").line("Family history of lupus M32.9")
    maker.line("Crohn's disease K50.90")
    assert {c.value for c in _propose(maker) if c.path.endswith(".code")} == {"K50.90"}


def test_a_misread_code_is_kept_and_its_look_alikes_offered() -> None:
    maker = PageMaker().line("Infusion Order Form").row(("ICD-10", "K5O.90"))
    (code,) = [c for c in _propose(maker) if c.path.endswith(".code")]
    assert code.value == "K5O.90"
    assert not code.is_valid
    assert "K50.90" in {alternative.value for alternative in code.alternatives}


@pytest.mark.parametrize("label", ["Patient Signature", "Parent/Guardian Signature", "Nurse Signature"])
def test_somebody_elses_signature_is_not_the_prescribers(label: str) -> None:
    maker = PageMaker().line("Infusion Order Form").signature(label, True, "11/18/2026")
    assert _values(_propose(maker), "prescriber.signature_present") == []


def test_an_unsigned_order_says_so() -> None:
    found = _propose(PageMaker().line("Infusion Order Form").signature("Physician Signature", False))
    assert _values(found, "prescriber.signature_present") == [False]
    assert [c.value for c in found if c.path == "prescriber.signature_date" and not c.is_blank] == []


def test_an_electronic_signature_gives_name_and_date() -> None:
    maker = PageMaker().line("Infusion Order Form")
    maker.line("Electronically signed by: Thomas Reed, MD on 11/18/2026 3:14 PM")
    found = _propose(maker)
    assert _values(found, "prescriber.signature_present") == [True]
    assert _values(found, "prescriber.signature_date") == ["2026-11-18"]
    assert _values(found, "prescriber.last_name") == ["Reed"]


def test_families_only_propose_what_they_declare() -> None:
    import re

    declared = {re.sub(r"\[[^\]]*\]", "[]", path) for path in attempted_paths()}
    used = {re.sub(r"\[[^\]]*\]", "[]", candidate.path) for candidate in _propose(order_page())}
    assert used <= declared


def test_families_are_named_as_registered() -> None:
    assert all(families.get(name).name == name for name in families.names())


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Lopez-Ortiz, Maria", "Maria", "Lopez-Ortiz"),
        ("Lindqvist. Bertrand", "Bertrand", "Lindqvist"),
        ("Lindqvist Jr. Bertrand", "Bertrand", "Lindqvist"),
        ("Bertrand W endell Lindqvist", "Bertrand", "Lindqvist"),
        ("Hiroshi Montrose, MvD", "Hiroshi", "Montrose"),
    ],
)
def test_a_name_is_split_in_spite_of_misread_commas(text: str, first: str, last: str) -> None:
    found = _propose(PageMaker().line("Infusion Order Form").row(("Patient Name", text)))
    assert _values(found, "patient.first_name") == [first]
    assert _values(found, "patient.last_name") == [last]


def test_the_dose_of_a_reaction_order_is_no_order() -> None:
    maker = PageMaker().line("Infusion Order Form").section("Medication").box("Vyepti", True).row(("Dose", "100 mg"))
    maker.line("If a severe reaction occurs give epinephrine 0.3 mg IM, flush with sodium chloride")
    assert {c.value for c in _propose(maker) if c.path.endswith(".dose")} == {"100 mg"}

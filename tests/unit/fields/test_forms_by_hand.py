"""What forms of practices say in rows and notes of their own: results turned round, a drug's row, a scheme below."""

from lab_sheets import sheet, values
from oracle_pages import PageMaker, words_at
from proposed import at, by_item, propose_all

from extractor.knowledge.therapies import read_therapies
from extractor.packet import Role, read_answers
from models.record import bounding_box
from models.stages.layout import Line


def test_a_grid_of_tests_gives_limits_and_flags_in_rows_of_their_own() -> None:
    places = (100, 190, 280, 350, 420)

    def row(label: str, *cells: str) -> list[tuple[float, str]]:
        return [(40, label), *((x, cell) for x, cell in zip(places, cells, strict=True) if cell)]

    page = sheet(
        row("", "Hemoglobin", "Hematocrit", "Ferritin", "TIBC", "Creatinine")[1:],
        row("Unit", "g/dL", "%", "ng/mL", "ug/dL", "mg/dL"),
        row("Limits", "13.0-17.0", "39.0-51.0", "24-336", "250-425", "0.70-1.30"),
        row("Result", "9.7", "30.2", "31", "301", "1.84"),
        row("Flag", "L", "L", "", "", "H"),
    )
    assert values(page, "test", "result", "unit", "reference_range", "flag") == [
        ("Hemoglobin", "9.7", "g/dL", "13.0-17.0", "L"),
        ("Hematocrit", "30.2", "%", "39.0-51.0", "L"),
        ("Ferritin", "31", "ng/mL", "24-336", None),
        ("TIBC", "301", "ug/dL", "250-425", None),
        ("Creatinine", "1.84", "mg/dL", "0.70-1.30", "H"),
    ]


def test_a_specialty_behind_a_name_is_no_last_name() -> None:
    found = propose_all(PageMaker().line("Infusion Order Form").row(("Physician", "Imogen Vale Nephrology")))
    assert at(found, "prescriber.last_name") == ["Vale"]


def _put(maker: PageMaker, *pieces: tuple[str, float]) -> PageMaker:
    for text, x0 in pieces:
        words = words_at(text, x0, maker.y)
        maker.lines.append(Line(words=words, bbox=bounding_box([word.bbox for word in words])))
    maker.y += 14.0
    return maker


def test_the_row_of_a_failed_drug_tells_when_and_why() -> None:
    maker = PageMaker().line("Infusion Order Form").row(("Medication", "Cimzia 200 mg SC every 2 weeks"))
    maker.row(("Failed drug 1", "naproxen"))
    maker.y -= 14.0
    _put(maker, ("dates", 300.0), ("2021 - 2023", 340.0), ("reason", 430.0), ("no relief", 470.0))
    told = by_item(propose_all(maker), "prior_therapies")
    assert [(one["drug"], one["start"], one["stop"], one["outcome"]) for one in told] == [
        ("naproxen", "2021", "2023", "no relief")
    ]


def test_a_drug_that_was_never_taken_is_no_earlier_therapy() -> None:
    told = read_therapies("fingolimod 2020 to 2025, relapses; natalizumab but never took it", is_listed=True)
    assert [one.drug.generic for one in told] == ["fingolimod"]


def test_the_line_below_a_ticked_drug_gives_its_scheme() -> None:
    maker = PageMaker().line("Infusion Order Form")
    maker.box("abatacept 750 mg (60 to 100 kg)", True)
    box = maker.boxes[-1].label_bbox
    assert box is not None
    maker.y = box.bottom + 2
    _put(maker, ("750 mg, IV, weeks 0, 2, 4 then every 4 weeks, infuse over 30 minutes", box.x0))
    [order] = by_item(propose_all(maker), "orders")
    assert (order["dose"], order["route"]) == ("750 mg", "IV")
    assert order["frequency"] == "weeks 0, 2, 4 then every 4 weeks"


def test_where_a_patient_lives_is_told_in_a_note_and_asked_about() -> None:
    maker = PageMaker().line("Office visit").row(("Patient", "Ana Ruiz"), ("DOB", "01/02/1980"))
    maker.line("Plan: infusion. She lives at 7 Franklin Circle, Apt 21, Brentwood, TN 37027, with her son.")
    found = propose_all(maker)
    cities = [one for one in found if one.path == "patient.address.city"]
    assert [(one.value, one.is_valid) for one in cities] == [("Brentwood", False)]


def test_a_providers_number_under_a_title_about_insurance_is_a_providers() -> None:
    maker = PageMaker().section("Insurance").row(("Insurance Company", "Aetna")).row(("NPI", "1234567893"))
    [npi] = [one for one in read_answers(maker.build()) if one.attribute == "npi"]
    assert npi.role is Role.PRESCRIBER
    assert npi.role_score < 0.5


def test_a_mobile_above_a_contacts_telephone_is_the_patients() -> None:
    maker = PageMaker().row(("Home phone", "303-555-0141"), ("Mobile", "303-555-0142"))
    maker.row(("Emergency contact", "Wade Ruiz"), ("Contact phone", "303-555-0143"))
    roles = {one.text: one.role for one in read_answers(maker.build())}
    assert roles["303-555-0142"] is Role.PATIENT
    assert roles["303-555-0143"] is Role.CONTACT

"""Sex, record number, measures and addresses: each person's own, nothing from a box that nobody ticked."""

import pytest
from oracle_pages import PageMaker
from proposed import at, propose_all

from models.stages.candidate import Candidate

PARTS = ("line1", "line2", "city", "state", "postal_code")


def _form() -> PageMaker:
    return PageMaker().line("Infusion Order Form").section("Patient Information").row(("Patient Name", "Ana Bell"))


def _address(found: tuple[Candidate, ...], owner: str) -> list[object]:
    return [(at(found, f"{owner}.address.{part}") or [None])[0] for part in PARTS]


def test_a_row_of_measures() -> None:
    found = propose_all(_form().row(("Sex", "F"), ("MRN", "887766"), ("Height", "5'11\""), ("Weight", "206 lbs")))
    assert at(found, "patient.sex") == ["female"]
    assert at(found, "patient.mrn") == ["887766"]
    assert at(found, "patient.height_cm") == [180.3]
    assert at(found, "patient.weight_kg") == [93.4]


def test_a_weight_without_a_unit_is_not_valid() -> None:
    found = propose_all(_form().row(("Weight", "206"), ("Height", "71 in or cm")))
    for candidate in found:
        if candidate.path in {"patient.weight_kg", "patient.height_cm"}:
            assert not candidate.is_valid
            assert candidate.features["valid"] <= 0.3


@pytest.mark.parametrize(
    ("male", "female", "sex"), [(True, False, ["male"]), (False, True, ["female"]), (False, False, [])]
)
def test_sex_is_what_is_ticked(male: bool, female: bool, sex: list[str]) -> None:
    found = propose_all(_form().box("Male", male).box("Female", female))
    assert at(found, "patient.sex") == sex


def test_a_childs_sex_box_beside_a_subscriber_is_not_the_patients() -> None:
    found = propose_all(_form().box("Male", True, "Subscriber").box("Female", False, "Subscriber"))
    assert at(found, "patient.sex") == []


def test_sex_in_a_note() -> None:
    note = PageMaker().line("Progress Note").line("History of Present Illness")
    found = propose_all(note.line("This is a 54-year-old right-handed woman with relapsing disease."))
    assert at(found, "patient.sex") == ["female"]
    assert all(one.features["anchor"] == 0.0 for one in found if one.path == "patient.sex")


def test_an_email_is_the_patients_only_under_their_name() -> None:
    maker = _form().row(("Email", "a.bell@example.com")).section("Prescriber Information")
    found = propose_all(maker.row(("Email", "office@example.org")))
    assert at(found, "patient.email") == ["a.bell@example.com"]


def test_addresses_of_patient_and_prescriber() -> None:
    maker = _form().row(("Address", "5637 Canyon St Unit 1B, Omaha, NE 68114"))
    maker.section("Prescriber Information").row(("Name", "Thomas Reed, MD"), ("NPI", "1234567893"))
    maker.row(("Street", "2138 Orchard Dr, Suite 123")).row(("City", "Toledo"), ("State", "OH"), ("Zip", "43606"))
    found = propose_all(maker)
    assert _address(found, "patient") == ["5637 Canyon St", "Unit 1B", "Omaha", "NE", "68114"]
    assert _address(found, "prescriber") == ["2138 Orchard Dr", "Suite 123", "Toledo", "OH", "43606"]


def test_an_address_goes_on_in_the_next_row() -> None:
    maker = _form().row(("Address", "5637 Canyon St"))
    value = maker.pairs[-1].value[0].bbox
    found = propose_all(maker.line("Omaha, NE 68114", x0=value.x0))
    assert _address(found, "patient") == ["5637 Canyon St", None, "Omaha", "NE", "68114"]


def test_idaho_is_no_member_number() -> None:
    found = propose_all(_form().row(("Address", "14 Elm Rd, Boise, ID 83702")))
    assert _address(found, "patient")[2:] == ["Boise", "ID", "83702"]
    assert at(found, "coverages[].member_id") == []


def test_a_state_that_does_not_fit_its_postal_code_is_doubted() -> None:
    found = propose_all(_form().row(("City", "Omaha"), ("State", "TX"), ("Zip", "68114")))
    (state,) = [one for one in found if one.path == "patient.address.state"]
    assert state.value == "TX"
    assert state.features["valid"] < 0.5


@pytest.mark.parametrize(
    "label",
    [
        "Pharmacy Address",
        "Insurance Address",
        "Emergency Contact Address",
        "Guarantor Address",
        "PCP Address",
        "Facility Address",
        "Subscriber Address",
        "Shipping Address",
    ],
)
def test_other_peoples_addresses_are_nobodys_here(label: str) -> None:
    found = propose_all(_form().row((label, "77 Quarry Blvd, Salem, OR 97301")))
    assert [one for one in found if ".address." in one.path] == []


def test_a_form_that_asks_in_vain_says_blank() -> None:
    found = propose_all(_form().row(("Street Address", ""), ("Medical Record No", ""), ("Current Height", "")))
    blank = {one.path for one in found if one.is_blank}
    assert {"patient.address.line1", "patient.mrn", "patient.height_cm"} <= blank


def test_the_practice_in_its_letterhead() -> None:
    maker = PageMaker().line("Northgate Hematology Clinic").line("2138 Orchard Dr, Suite 123, Toledo, OH 43606")
    found = propose_all(maker.line("Order Form").section("Patient Information").row(("Patient Name", "Ana Bell")))
    assert at(found, "prescriber.practice") == ["Northgate Hematology Clinic"]
    assert _address(found, "prescriber") == ["2138 Orchard Dr", "Suite 123", "Toledo", "OH", "43606"]
    assert all(one.features["role"] <= 0.6 for one in found if one.path.startswith("prescriber.address"))


def test_the_receivers_letterhead_is_nobodys_practice() -> None:
    maker = PageMaker().line("Stillwater Infusion Suites").line("9 Harbor Way, Salem, OR 97301")
    found = propose_all(maker.line("Order Form").section("Patient Information").row(("Patient Name", "Ana Bell")))
    assert at(found, "prescriber.practice") == []
    assert _address(found, "prescriber") == [None] * 5

"""Addresses without a label: the patient's only where the fields around them are."""

from oracle_pages import PageMaker
from proposed import at, propose_all


def _sheet(before: tuple[str, str], after: tuple[str, str]) -> PageMaker:
    maker = PageMaker().line("Patient Demographics").row(before)
    return maker.line("1457 S Kipling Ct Apt 12").line("Lakewood, CO 80232").row(after)


def test_an_address_among_the_patients_fields_is_the_patients() -> None:
    found = propose_all(_sheet(("Birthdate", "3/9/1987"), ("Home phone", "720-555-0163")))
    parts = {part: at(found, f"patient.address.{part}") for part in ("line1", "line2", "city", "state", "postal_code")}
    assert parts == {
        "line1": ["1457 S Kipling Ct"],
        "line2": ["Apt 12"],
        "city": ["Lakewood"],
        "state": ["CO"],
        "postal_code": ["80232"],
    }


def test_an_address_beside_another_persons_field_is_nobodys() -> None:
    for before, after in (
        (("Emergency contact", "Chidi Okonkwo"), ("Home phone", "720-555-0163")),
        (("Birthdate", "3/9/1987"), ("PCP", "Hector Salinas, DO")),
    ):
        assert at(propose_all(_sheet(before, after)), "patient.address.line1") == []


def test_a_line_with_practice_and_address_among_the_prescribers_fields_is_theirs() -> None:
    maker = PageMaker().line("Infusion order form")
    for label, value in (("Patient", "Mei Granados"), ("Drug", "Ocrevus"), ("Dose", "600 mg"), ("Route", "IV")) * 4:
        maker = maker.row((label, value))
    maker = maker.row(("Prescriber", "Lorraine DeLuca, APRN")).line(
        "Harborlight Clinic, 8590 Chestnut Ave, Omaha, NE 68114"
    )
    found = propose_all(maker.row(("Prescriber NPI", "1234567893")))
    own = [candidate for candidate in found if "unlabelled" in {reason.code for reason in candidate.reasons}]
    assert {(candidate.path.removeprefix("prescriber."), candidate.value) for candidate in own} == {
        ("practice", "Harborlight Clinic"),
        ("address.line1", "8590 Chestnut Ave"),
        ("address.city", "Omaha"),
        ("address.state", "NE"),
        ("address.postal_code", "68114"),
    }
    assert {candidate.features["valid"] for candidate in own} == {0.0}

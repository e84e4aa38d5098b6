"""Rows whose parts do not fit each other are asked for, and what could not be read is said to be illegible."""

import pytest
from lab_sheets import Row, items, sheet

HEAD: Row = [(40, "Test"), (200, "Result"), (250, "Flag"), (300, "Units"), (400, "Reference Range")]


def row(test: str, result: str, flag: str, unit: str, limits: str) -> Row:
    return [(40, test), (200, result), (250, flag), (300, unit), (400, limits)]


def only(*cells: str) -> dict[str, object]:
    """The candidates of the one row with these cells."""
    found = items(sheet(HEAD, row("Sodium", "139", "", "mmol/L", "134-144"), row(*cells)))
    assert len(found) == 2
    return dict(found[1])


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("Creatinine", "89", "", "mg/dL", "0.57-1.00"), "implausible"),
        (("Hemoglobin", "12.9", "H", "g/dL", "11.1-15.9"), "flag_contradicts"),
        (("Potassium", "4.2", "L", "mmol/L", "3.5-5.2"), "flag_contradicts"),
        (("ALT", "161", "", "U/L", "0-32"), "flag_missing"),
        (("Neutrophils (Absolute)", "19", "", "x10E3/uL", "1.4-70"), "odd_range"),
        (("WBC", "6.2 7.1", "", "x10E3/uL", "3.4-10.8"), "unassigned"),
        (("Ferritin", "O.5l", "", "ng/mL", "15-150"), "repaired"),
        (("HBsAg", "Positive", "", "", "Negative"), "flag_missing"),
        (("Bilirubin, Total", "Negative", "", "mg/dL", "0.0-1.2"), "kind_of_result"),
    ],
)
def test_a_result_that_does_not_fit_is_asked(cells: tuple[str, ...], code: str) -> None:
    result = only(*cells)["result"]
    assert not result.is_valid  # type: ignore[attr-defined]
    assert code in {reason.code for reason in result.reasons}  # type: ignore[attr-defined]


def test_a_row_that_fits_is_not_asked() -> None:
    dated: Row = [(40, "Collected: 10/08/2026")]
    found = items(sheet(dated, HEAD, row("ALT (SGPT)", "61", "High", "IU/L", "0-32")))[0]
    assert all(candidate.is_valid for candidate in found.values())
    assert found["loinc"].value == "1742-6"
    assert found["unit"].value == "[IU]/L"


def test_a_report_without_a_date_of_collection_is_asked() -> None:
    collected = items(sheet(HEAD, row("TSH", "2.10", "", "mIU/L", "0.45-4.50")))[0]["collected"]
    assert collected.value is None and collected.is_illegible and not collected.is_valid


def test_a_unit_that_is_not_printed_is_not_stated() -> None:
    found = items(sheet(HEAD, row("TSH", "2.10", "", "", "0.45-4.50")))[0]
    assert "unit" not in found


def test_a_unit_that_belongs_to_another_test_is_asked() -> None:
    unit = items(sheet(HEAD, row("Sodium", "139", "", "g/dL", "134-144")))[0]["unit"]
    assert unit.value == "g/dL" and not unit.is_valid


def test_what_was_not_understood_is_illegible_and_not_absent() -> None:
    found = items(sheet(HEAD, row("TSH", "2.10", "", "§§w", "0#~50")))[0]
    assert found["unit"].is_illegible and found["unit"].raw == "§§w"
    assert found["reference_range"].is_illegible


def test_an_unknown_test_is_kept_as_printed_and_asked() -> None:
    found = items(sheet(HEAD, row("Obscurin Fragment", "4.1", "", "mg/dL", "1.0-9.0")))[0]
    assert found["test"].value == "Obscurin Fragment"
    assert not found["test"].is_valid
    assert "loinc" not in found


def test_a_misread_name_takes_the_known_spelling_and_says_so() -> None:
    found = items(sheet(HEAD, row("hleutrophils (Absolute)", "4.1", "", "xlOE3/uL", "1.4-7.0")))[0]
    assert found["test"].value == "Neutrophils Absolute"
    assert found["test"].alternatives[0].value == "hleutrophils (Absolute)"
    assert found["loinc"].value == "751-8"
    assert found["unit"].value == "10*3/uL"


def test_a_result_that_stands_off_its_row_is_asked() -> None:
    page = sheet(
        HEAD,
        row("Sodium", "139", "", "mmol/L", "134-144"),
        [(40, "Potassium")],
        [(200, "4.2"), (300, "mmol/L"), (400, "3.5-5.2")],
        step=7.0,
    )
    found = [each for each in items(page) if each["test"].value == "Potassium"]
    assert all(not each["result"].is_valid for each in found)


def test_every_row_has_its_own_item() -> None:
    found = items(sheet(HEAD, row("WBC", "6.2", "", "K/uL", "3.4-10.8"), row("WBC", "6.3", "", "K/uL", "3.4-10.8")))
    assert [each["result"].value for each in found] == ["6.2", "6.3"]
    assert {each["test"].item for each in found} == {"p1r00", "p1r01"}


def test_without_heads_what_was_not_understood_is_no_absence_either() -> None:
    found = items(sheet([(40, "Platelets"), (200, "248"), (300, "§w1"), (400, "15#~45O")]))[0]
    assert found["unit"].is_illegible
    assert found["reference_range"].is_illegible
    assert not found["result"].is_valid

"""Laboratory pages as laboratories, portals and flow sheets print them: columns by date, tiles, lists in text."""

import pytest
from lab_sheets import Row, items, sheet, values

from models.record import PageType
from models.stages.layout import PageReading

CORE = ("test", "result", "unit", "reference_range", "flag", "collected")
PLACES = (250, 320, 390, 460)


def flow(*heads: str) -> PageReading:
    """A flow sheet of four days: names, ranges and units, then a column for each head."""
    cells = (("99", "92", "93", "67 L"), ("146", "131", "140", "139"), ("9.7", "9.1", "9.4", "10.0"))
    names = (("Glucose", "70-99", "mg/dL"), ("Sodium", "134-144", "mmol/L"), ("Calcium", "8.7-10.2", "mg/dL"))
    rows: list[Row] = [[(40, "Test"), (130, "Range"), (200, "Unit"), *zip(PLACES, heads, strict=True)]]
    for (name, limits, unit), numbers in zip(names, cells, strict=True):
        rows.append([(40, name), (130, limits), (200, unit), *zip(PLACES, numbers, strict=True)])
    return sheet(*rows, source="embedded")


def test_the_newest_of_dated_columns_is_current_and_its_date_that_of_collection() -> None:
    page = flow("10/14/2025", "02/11/2026", "06/11/2026", "10/09/2026")
    assert values(page, *CORE) == [
        ("Glucose", "67", "mg/dL", "70-99", "L", "2026-10-09"),
        ("Sodium", "139", "mmol/L", "134-144", None, "2026-10-09"),
        ("Calcium", "10.0", "mg/dL", "8.7-10.2", None, "2026-10-09"),
    ]
    assert all(row["result"].is_valid and row["collected"].is_valid for row in items(page))


@pytest.mark.parametrize(
    "newest",
    ["IoIoqo", "lOlO9i2O2b", "10/09/2020", "06/11/2026"],
    ids=["unread", "garbled with digits", "misread year", "the same day twice"],
)
def test_a_doubtful_head_among_dated_ones_makes_every_result_ask(newest: str) -> None:
    page = flow("10/14/2025", "02/11/2026", "06/11/2026", newest)
    found = items(page)
    assert len(found) == 3
    assert not any(row["result"].is_valid or row["collected"].is_valid for row in found)


def test_a_date_of_collection_that_is_still_to_come_asks() -> None:
    page = flow("10/14/2025", "02/11/2026", "06/11/2026", "10/09/2028")
    assert {reason.code for reason in items(page)[0]["collected"].reasons} >= {"future_date"}
    assert not any(row["collected"].is_valid for row in items(page))


def test_days_without_a_year_are_guesses_and_a_year_in_the_next_line_completes_them() -> None:
    body: list[Row] = [
        [(40, "ALT"), (130, "0-35"), (250, "31"), (310, "28")],
        [(40, "AST"), (130, "0-35"), (250, "30"), (310, "27")],
    ]
    days: Row = [(40, "Test"), (130, "Range"), (250, "Oct 12"), (310, "Jul 02")]
    years: Row = [(250, "2026"), (310, "2026")]
    expected = [("ALT", "31", "2026-10-12"), ("AST", "30", "2026-10-12")]
    for heads, is_sure in (([days], False), ([days, years], True), ([years, days], True)):
        page = sheet(*heads, *body)
        assert values(page, "test", "result", "collected") == expected
        assert {row["result"].is_valid for row in items(page)} == {is_sure}


def test_units_behind_the_names_are_units() -> None:
    page = sheet(
        [(40, "Test (unit)"), (250, "10/17/26"), (330, "07/18/26"), (410, "Expected")],
        [(40, "Bilirubin, Total (mg/dL)"), (250, "0.4"), (330, "1.0"), (410, "0.0-1.2")],
        [(40, "AST (SGOT) (IU/L)"), (250, "16"), (330, "21"), (410, "0-40")],
        [(40, "Hematocrit (%)"), (250, "41.0"), (330, "40.1"), (410, "34.0-46.6")],
    )
    assert values(page, "test", "result", "unit", "reference_range") == [
        ("Bilirubin, Total", "0.4", "mg/dL", "0.0-1.2"),
        ("AST (SGOT)", "16", "[IU]/L", "0-40"),
        ("Hematocrit", "41.0", "%", "34.0-46.6"),
    ]


def test_a_unit_in_the_results_head_is_that_of_every_row() -> None:
    page = sheet(
        [(40, "Test"), (200, "Result (mg/dL)"), (320, "Reference range")],
        [(40, "IgG"), (200, "854"), (320, "586-1602")],
        [(40, "IgA"), (200, "122"), (320, "87-352")],
    )
    assert values(page, "test", "result", "unit") == [("IgG", "854", "mg/dL"), ("IgA", "122", "mg/dL")]


def test_unknown_heads_are_told_by_what_stands_below_them() -> None:
    page = sheet(
        [(40, "Specimen drawn 10/12/2026")],
        [(40, "Analyte"), (220, "Your number"), (330, "Units"), (430, "Healthy people")],
        [(40, "Ferritin"), (220, "88"), (330, "ng/mL"), (430, "15-150")],
        [(40, "TSH"), (220, "2.1"), (330, "mIU/L"), (430, "0.4-4.5")],
        [(40, "ALT"), (220, "28"), (330, "U/L"), (430, "0-35")],
    )
    assert values(page, "test", "result", "unit", "reference_range")[0] == ("Ferritin", "88", "ng/mL", "15-150")
    assert all(row["result"].is_valid for row in items(page))


def test_two_unknown_heads_over_numbers_make_the_results_ask() -> None:
    page = sheet(
        [(40, "Test"), (220, "Spring visit"), (330, "Autumn visit"), (430, "Units"), (500, "Limits")],
        [(40, "Ferritin"), (220, "88"), (330, "91"), (430, "ng/mL"), (500, "15-150")],
        [(40, "TSH"), (220, "2.1"), (330, "2.2"), (430, "mIU/L"), (500, "0.4-4.5")],
        [(40, "ALT"), (220, "28"), (330, "33"), (430, "U/L"), (500, "0-35")],
    )
    assert len(items(page)) == 3
    assert not any(row["result"].is_valid for row in items(page))


def test_a_table_of_earlier_results_alone_gives_none() -> None:
    page = sheet(
        [(40, "Test"), (150, "Prior result"), (250, "Units"), (330, "Range")],
        [(40, "ALT"), (150, "31"), (250, "U/L"), (330, "0-35")],
        [(40, "Sodium"), (150, "139"), (250, "mmol/L"), (330, "134-144")],
    )
    assert items(page) == []


def test_a_current_cell_that_is_empty_is_not_filled_from_an_earlier_one() -> None:
    page = sheet(
        [(40, "Component"), (150, "Ref Range"), (240, "Units"), (300, "10/12/26"), (370, "07/02/26")],
        [(40, "WBC"), (150, "4.0-11.0"), (240, "K/uL"), (300, "6.2"), (370, "5.9")],
        [(40, "Platelets"), (150, "150-400"), (240, "K/uL"), (370, "222")],
        [(40, "ALT"), (150, "7-56"), (240, "U/L"), (300, "22"), (370, "30")],
    )
    assert values(page, "test", "result") == [("WBC", "6.2"), ("ALT", "22")]


def test_tests_as_columns_and_days_as_rows() -> None:
    page = sheet(
        [(40, "Date"), (120, "WBC"), (180, "Hgb"), (240, "Plt"), (300, "ALT")],
        [(120, "K/uL"), (180, "g/dL"), (240, "K/uL"), (300, "U/L")],
        [(40, "07/02/2026"), (120, "5.9"), (180, "12.9"), (240, "222"), (300, "25")],
        [(40, "10/12/2026"), (120, "6.2"), (180, "12.2"), (240, "250"), (300, "22")],
    )
    assert values(page, "test", "result", "unit", "collected") == [
        ("WBC", "6.2", "10*3/uL", "2026-10-12"),
        ("Hgb", "12.2", "g/dL", "2026-10-12"),
        ("Plt", "250", "10*3/uL", "2026-10-12"),
        ("ALT", "22", "U/L", "2026-10-12"),
    ]


def test_tiles_side_by_side_keep_their_own_units_and_ranges() -> None:
    page = sheet(
        [(40, "My test results"), (400, "Specimen of Sep 23, 2026")],
        [(40, "WBC"), (320, "RBC")],
        [(40, "7.0"), (320, "4.73")],
        [(40, "x10E3/uL   normal: 3.4-10.8"), (320, "x10E6/uL   normal: 3.77-5.28")],
        [],
        [(40, "Hemoglobin"), (320, "Hematocrit")],
        [(40, "Pending"), (320, "32.7   Low")],
        [(40, "g/dL   normal: 11.1-15.9"), (320, "%   normal: 34.0-46.6")],
    )
    assert sorted(values(page, *CORE), key=str) == [
        ("Hematocrit", "32.7", "%", "34.0-46.6", "L", "2026-09-23"),
        ("Hemoglobin", None, "g/dL", "11.1-15.9", None, "2026-09-23"),
        ("RBC", "4.73", "10*6/uL", "3.77-5.28", None, "2026-09-23"),
        ("WBC", "7.0", "10*3/uL", "3.4-10.8", None, "2026-09-23"),
    ]


def test_a_bare_number_below_a_name_asks() -> None:
    page = sheet([(40, "Laboratory report")], [(40, "Hemoglobin A1c")], [(40, "6")])
    (row,) = items(page)
    assert not row["result"].is_valid


def test_results_listed_in_running_text_with_ranges_in_brackets() -> None:
    page = sheet(
        [(40, "Blood was drawn on September 15, 2026.")],
        [(40, "WBC 4.1 x10E3/uL (3.4-10.8); Hemoglobin still pending; Immunoglobulin A, Qn, Serum 289 mg/dL")],
        [(40, "(87-352); Hep B Surface Ab Reactive (Reactive); Neutrophils (Absolute) 9.0 x10E3/uL High (1.4-7.0).")],
    )
    assert values(page, *CORE) == [
        ("WBC", "4.1", "10*3/uL", "3.4-10.8", None, "2026-09-15"),
        ("Hemoglobin", None, None, None, None, "2026-09-15"),
        ("Immunoglobulin A, Qn, Serum", "289", "mg/dL", "87-352", None, "2026-09-15"),
        ("Hep B Surface Ab", "reactive", None, "Reactive", None, "2026-09-15"),
        ("Neutrophils (Absolute)", "9.0", "10*3/uL", "1.4-7.0", "H", "2026-09-15"),
    ]


def test_an_analyzer_slip_with_two_columns() -> None:
    page = sheet(
        [(40, "WBC"), (100, "12.4"), (130, "H"), (150, "10^3/uL"), (220, "[4.0 - 10.0]"), (340, "NEU%"), (400, "60.1")],
        [(40, "HGB"), (100, "12.9"), (150, "g/dL"), (220, "[11.0 - 16.0]"), (340, "LYM%"), (400, "22.0")],
        [(40, "PLT"), (100, "250"), (150, "10^3/uL"), (220, "[100 - 300]"), (340, "MON%"), (400, "5.0")],
    )
    found = {row["test"].value: (row["result"].value, row["result"].is_valid) for row in items(page)}
    assert found == {
        "WBC": ("12.4", True),
        "HGB": ("12.9", True),
        "PLT": ("250", True),
        "NEU%": ("60.1", True),
        "LYM%": ("22.0", True),
        "MON%": ("5.0", True),
    }


def test_results_below_their_names_with_dates_below_the_results() -> None:
    page = sheet(
        [(40, "POTASSIUM")],
        [(50, "Result: 4.5 (Ref Range: 3.5 - 5.0 mmol/L)")],
        [(50, "Collected: 10/12/2026 08:00"), (300, "Status: Final")],
        [],
        [(40, "HEPATITIS B SURFACE ANTIGEN")],
        [(50, "Result: Nonreactive (Ref Range: Nonreactive)")],
        [(50, "Collected: 09/01/2026 08:00"), (300, "Status: Final")],
    )
    assert values(page, *CORE) == [
        ("POTASSIUM", "4.5", "mmol/L", "3.5 - 5.0", None, "2026-10-12"),
        ("HEPATITIS B SURFACE ANTIGEN", "non-reactive", None, "Nonreactive", None, "2026-09-01"),
    ]


def test_labels_within_a_row_and_a_range_on_the_next_line() -> None:
    page = sheet(
        [(40, "WBC"), (280, "Result: 9.2 10*3/uL"), (490, "Final")],
        [(40, "Reference: 4.0 - 10.5")],
        [],
        [(40, "C-reactive protein"), (280, "Result: 18.2 mg/L"), (430, "Flag: H"), (490, "Final")],
        [(40, "Reference: <5.0")],
    )
    assert values(page, "test", "result", "unit", "reference_range", "flag") == [
        ("WBC", "9.2", "10*3/uL", "4.0 - 10.5", None),
        ("C-reactive protein", "18.2", "mg/L", "<5.0", "H"),
    ]


def test_complete_lines_on_an_order_are_results_and_others_are_not() -> None:
    page = sheet(
        [(40, "07.01"), (80, "TSH"), (250, "<0.01 uIU/mL ref 0.45-4.50 flag L 2026-11-10 F")],
        [(40, "07.02"), (80, "glucose"), (250, "104 mg/dL ref 70-99 flag H 2026-11-10 F")],
        [(40, "Hold for platelets below 100")],
        kind=PageType.ORDER,
    )
    assert values(page, *CORE) == [
        ("TSH", "<0.01", "u[IU]/mL", "0.45-4.50", "L", "2026-11-10"),
        ("glucose", "104", "mg/dL", "70-99", "H", "2026-11-10"),
    ]


def test_names_that_go_on_in_the_next_line() -> None:
    page = sheet(
        [(40, "Test"), (150, "Result"), (220, "Units"), (300, "Reference")],
        [(40, "Immunoglobulin G, Qn,"), (150, "854"), (220, "mg/dL"), (300, "586-1602")],
        [(40, "Serum")],
        [(40, "Alkaline"), (150, "77"), (220, "U/L"), (300, "35-104")],
        [(40, "Phosphatase")],
        step=12.0,
    )
    assert values(page, "test", "loinc") == [
        ("Immunoglobulin G, Qn, Serum", "2465-3"),
        ("Alkaline Phosphatase", "6768-6"),
    ]


def test_an_unknown_name_that_may_go_on_asks() -> None:
    page = sheet(
        [(40, "Test"), (150, "Result"), (220, "Units"), (300, "Reference")],
        [(40, "Soluble Fooglobin"), (150, "2.2"), (220, "mg/L"), (300, "1.9-4.4")],
        [(40, "Receptor")],
        [(40, "Ferritin"), (150, "88"), (220, "ng/mL"), (300, "15-150")],
        source="embedded",
    )
    unknown, ferritin = items(page)
    assert not unknown["test"].is_valid
    assert ferritin["test"].is_valid


def test_a_name_that_reaches_into_the_next_column_is_not_cut() -> None:
    page = sheet(
        [(40, "Test"), (75, "Units"), (150, "Result"), (220, "Range")],
        [(40, "AST (SGOT)"), (150, "16"), (220, "0-40")],
        [(40, "Zeta Foo Bar"), (150, "13"), (220, "0-32")],
        source="embedded",
    )
    assert values(page, "test", "result") == [("AST (SGOT)", "16"), ("Zeta Foo Bar", "13")]

"""Rows of laboratory reports in many layouts, none of them drawn by the samples' generator."""

from lab_sheets import TODAY, items, sheet, values

from extractor.fields.labs import count_unparsed_rows, read_page
from models.record import PageType

CORE = ("test", "result", "flag", "unit", "reference_range")


def test_a_previous_result_between_result_and_units_is_not_taken() -> None:
    head = [
        (36, "Test"),
        (200, "Current Result and Flag"),
        (320, "Previous Result and Date"),
        (440, "Units"),
        (490, "Reference Interval"),
    ]
    page = sheet(
        head,
        [(36, "WBC 01"), (200, "6.2"), (320, "8.6"), (350, "11/23/2022"), (440, "x10E3/uL"), (490, "3.4-10.8")],
        [
            (36, "Glucose 01"),
            (200, "145"),
            (250, "High"),
            (320, "98"),
            (350, "05/01/2023"),
            (440, "mg/dL"),
            (490, "70-99"),
        ],
        [(36, "TSH 01"), (200, "2.100"), (440, "uIU/mL"), (490, "0.450-4.500")],
    )
    assert values(page, *CORE) == [
        ("WBC", "6.2", None, "10*3/uL", "3.4-10.8"),
        ("Glucose", "145", "H", "mg/dL", "70-99"),
        ("TSH", "2.100", None, "u[IU]/mL", "0.450-4.500"),
    ]


def test_heads_of_two_lines_are_read_as_one() -> None:
    page = sheet(
        [(40, "Component"), (220, "Current"), (290, "Previous"), (370, "Units"), (440, "Reference")],
        [(220, "Result"), (290, "Result"), (440, "Range")],
        [(40, "Hemoglobin"), (220, "10.1 L"), (290, "12.4"), (370, "g/dL"), (440, "11.1 - 15.9")],
        [(40, "Platelet Count"), (220, "251"), (290, "248"), (370, "K/uL"), (440, "150 - 450")],
        step=14.0,
    )
    assert values(page, *CORE) == [
        ("Hemoglobin", "10.1", "L", "g/dL", "11.1 - 15.9"),
        ("Platelet Count", "251", None, "10*3/uL", "150 - 450"),
    ]


def test_columns_in_and_out_of_range() -> None:
    page = sheet(
        [(40, "Test Name"), (240, "In Range"), (310, "Out of Range"), (400, "Reference Range"), (500, "Lab")],
        [(40, "CHOLESTEROL, TOTAL"), (310, "241 H"), (400, "<200 mg/dL"), (500, "EN")],
        [(40, "HDL CHOLESTEROL"), (240, "62"), (400, "> OR = 50 mg/dL"), (500, "EN")],
        [(40, "HEPATITIS B SURFACE ANTIGEN"), (240, "NON-REACTIVE"), (400, "NON-REACTIVE"), (500, "EN")],
        [(40, "TRIGLYCERIDES"), (310, "310"), (400, "<150 mg/dL"), (500, "EN")],
    )
    assert values(page, *CORE) == [
        ("CHOLESTEROL, TOTAL", "241", "H", "mg/dL", "<200"),
        ("HDL CHOLESTEROL", "62", None, "mg/dL", "> OR = 50"),
        ("HEPATITIS B SURFACE ANTIGEN", "non-reactive", None, None, "NON-REACTIVE"),
        ("TRIGLYCERIDES", "310", "H", "mg/dL", "<150"),
    ]


def test_flags_before_behind_and_as_marks() -> None:
    page = sheet(
        [(40, "Analyte"), (220, "Value"), (320, "Units"), (420, "Ref. Range")],
        [(40, "Sodium"), (220, "H 149"), (320, "mmol/L"), (420, "135-145")],
        [(40, "Potassium"), (220, "3.1L"), (320, "mEq/L"), (420, "3.5-5.1")],
        [(40, "Calcium"), (220, "7.1 (LL)"), (320, "mg/dL"), (420, "8.6-10.3")],
        [(40, "Albumin"), (220, "2.9 *"), (320, "g/dL"), (420, "3.5-5.0")],
        [(40, "Chloride"), (220, "102"), (320, "mmol/L"), (420, "98-107")],
    )
    assert values(page, "test", "result", "flag") == [
        ("Sodium", "149", "H"),
        ("Potassium", "3.1", "L"),
        ("Calcium", "7.1", "LL"),
        ("Albumin", "2.9", "A"),
        ("Chloride", "102", None),
    ]


def test_two_panels_side_by_side() -> None:
    page = sheet(
        [
            (30, "Test"),
            (130, "Result"),
            (175, "Units"),
            (225, "Range"),
            (320, "Test"),
            (430, "Result"),
            (475, "Units"),
            (530, "Range"),
        ],
        [
            (30, "WBC"),
            (130, "6.2"),
            (175, "K/uL"),
            (225, "3.4-10.8"),
            (320, "AST"),
            (430, "22"),
            (475, "U/L"),
            (530, "0-40"),
        ],
        [
            (30, "RBC"),
            (130, "4.41"),
            (175, "M/uL"),
            (225, "3.77-5.28"),
            (320, "ALT"),
            (430, "61 H"),
            (475, "U/L"),
            (530, "0-32"),
        ],
    )
    assert values(page, *CORE) == [
        ("WBC", "6.2", None, "10*3/uL", "3.4-10.8"),
        ("RBC", "4.41", None, "10*6/uL", "3.77-5.28"),
        ("AST", "22", None, "U/L", "0-40"),
        ("ALT", "61", "H", "U/L", "0-32"),
    ]


def test_columns_named_by_dates_give_the_latest() -> None:
    page = sheet(
        [(40, "Component"), (200, "08/14/2026"), (280, "11/02/2026"), (370, "Units"), (450, "Reference Range")],
        [(40, "Ferritin"), (200, "31"), (280, "22"), (370, "ng/mL"), (450, "15-150")],
        [(40, "Hemoglobin"), (200, "10.9"), (280, "11.4"), (370, "g/dL"), (450, "11.1-15.9")],
    )
    assert values(page, "test", "result", "collected") == [
        ("Ferritin", "22", "2026-11-02"),
        ("Hemoglobin", "11.4", "2026-11-02"),
    ]


def test_a_result_on_the_line_below_and_a_name_of_two_lines() -> None:
    page = sheet(
        [(40, "TESTS"), (250, "RESULT"), (320, "FLAG"), (370, "UNITS"), (440, "REFERENCE INTERVAL")],
        [(40, "Immature Granulocytes")],
        [(250, "0"), (370, "%"), (440, "Not Estab.")],
        [(40, "Varicella Zoster Virus")],
        [(40, "Antibody (IgG)"), (250, "1.8"), (370, "index"), (440, ">0.9")],
        [(40, "Hepatitis B Surface"), (250, "Negative"), (440, "Negative")],
        [(40, "Antigen")],
        step=12.0,
    )
    assert values(page, "test", "loinc", "result", "unit", "reference_range") == [
        ("Immature Granulocytes", "71695-1", "0", "%", "Not Estab."),
        ("Varicella Zoster Virus Antibody (IgG)", "8047-3", "1.8", "{index}", ">0.9"),
        ("Hepatitis B Surface Antigen", "5196-1", "negative", None, "Negative"),
    ]


def test_rows_without_a_result_say_why() -> None:
    page = sheet(
        [(40, "Test"), (220, "Result"), (320, "Units"), (400, "Reference Range"), (500, "Status")],
        [(40, "JCV Antibody"), (220, "Pending"), (400, "Negative")],
        [(40, "Ferritin"), (220, "TNP"), (320, "ng/mL"), (400, "15-150")],
        [(40, "HCV RNA"), (220, "See note"), (400, "Not Detected")],
        [(40, "TSH"), (220, "2.10"), (320, "mIU/L"), (400, "0.45-4.50"), (500, "Preliminary")],
    )
    rows = items(page)
    assert [(r["test"].value, r["result"].value, r["status"].value if "status" in r else None) for r in rows] == [
        ("JCV Antibody", None, "pending"),
        ("Ferritin", None, "cancelled"),
        ("HCV RNA", None, None),
        ("TSH", "2.10", "preliminary"),
    ]
    assert rows[0]["result"].is_blank and rows[2]["result"].is_illegible
    assert not rows[2]["result"].is_valid


def test_a_report_without_column_heads_is_told_by_what_stands_in_it() -> None:
    page = sheet(
        [(40, "Collected: 10/08/2026 08:15"), (300, "Reported: 10/10/2026")],
        [(40, "White Blood Cell Count"), (240, "6.2"), (300, "Thousand/uL"), (400, "3.8-10.8")],
        [(40, "C-Reactive Protein"), (240, "14.2 H"), (300, "mg/L"), (400, "<8.0")],
        [(40, "TSH: 2.1 10/02/2026 09:40")],
        [(40, "CHOLESTEROL, TOTAL 170 Reference Range: <200 mg/dL")],
        [(40, "Hep B Core Ab, IgM"), (240, "Negative"), (400, "Negative")],
        [(40, "01: Quarry Reference Laboratory, 400 Quarry Rd, Toledo, OH 43606. Director: Hollis Ibarra, MD")],
    )
    assert values(page, "test", "result", "flag", "unit", "reference_range", "collected") == [
        ("White Blood Cell Count", "6.2", None, "10*3/uL", "3.8-10.8", "2026-10-08"),
        ("C-Reactive Protein", "14.2", "H", "mg/L", "<8.0", "2026-10-08"),
        ("TSH", "2.1", None, None, None, "2026-10-02"),
        ("CHOLESTEROL, TOTAL", "170", None, "mg/dL", "<200", "2026-10-08"),
        ("Hep B Core Ab, IgM", "negative", None, None, "Negative", "2026-10-08"),
    ]


def test_a_number_with_a_date_behind_the_result_is_an_earlier_one() -> None:
    page = sheet([(40, "WBC"), (240, "6.2"), (280, "8.6"), (310, "11/23/2022"), (380, "x10E3/uL"), (450, "3.4-10.8")])
    row = items(page)[0]
    assert row["result"].value == "6.2"
    assert any(reason.code == "earlier_result" for reason in row["result"].reasons)


def test_two_numbers_without_a_head_are_asked() -> None:
    page = sheet([(40, "Creatinine"), (240, "0.9"), (300, "1.1"), (380, "mg/dL"), (450, "0.57-1.00")])
    assert not items(page)[0]["result"].is_valid


def test_a_scale_before_the_result_is_not_the_result() -> None:
    page = sheet(
        [(40, "Creatinine Level")],
        [(40, "Normal range: 0.50 - 0.90 mg/dL")],
        [(40, "0.50"), (200, "0.90")],
        [(110, "0.72")],
        [(40, "eGFR")],
        [(40, "Normal range: above >=90 mL/min/1.73m2")],
        [(40, "Value")],
        [(40, "126")],
        step=13.0,
    )
    assert values(page, "test", "result", "unit", "reference_range") == [
        ("Creatinine Level", "0.72", "mg/dL", "0.50 - 0.90"),
        ("eGFR", "126", "mL/min/{1.73_m2}", ">=90"),
    ]


def test_a_page_that_goes_on_takes_the_columns_of_the_page_before() -> None:
    first = sheet(
        [(40, "Test"), (220, "Previous"), (300, "Result"), (370, "Units"), (440, "Reference Range")],
        [(40, "WBC"), (220, "8.6"), (300, "6.2"), (370, "K/uL"), (440, "3.4-10.8")],
        [(40, "RBC"), (220, "4.40"), (300, "4.41"), (370, "M/uL"), (440, "3.77-5.28")],
    )
    second = sheet(
        [(40, "Hemoglobin"), (220, "13.1"), (300, "12.6"), (370, "g/dL"), (440, "11.1-15.9")],
        [(40, "Hematocrit"), (220, "40.2"), (300, "38.9"), (370, "%"), (440, "34.0-46.6")],
        page_no=2,
    )
    columns = read_page(first, TODAY).columns
    rows = read_page(second, TODAY, columns).rows
    assert [row.result.value if row.result else None for row in rows] == ["12.6", "38.9"]


def test_a_heading_says_what_the_tests_below_are_made_from() -> None:
    page = sheet(
        [(40, "Test"), (220, "Result"), (320, "Units"), (420, "Reference Range")],
        [(40, "COMPLETE BLOOD COUNT")],
        [(40, "WBC"), (220, "6.2"), (320, "K/uL"), (420, "3.4-10.8")],
        [(40, "URINALYSIS WITH MICROSCOPIC")],
        [(40, "Protein"), (220, "Negative"), (420, "Negative")],
        [(40, "WBC"), (220, "0-5"), (320, "/hpf"), (420, "0-5")],
        [(40, "Specific Gravity"), (220, "1.015"), (420, "1.005-1.030")],
    )
    assert values(page, "test", "loinc", "result", "unit") == [
        ("WBC", "6690-2", "6.2", "10*3/uL"),
        ("Protein", "20454-5", "negative", None),
        ("WBC", "5821-4", "0-5", "/[HPF]"),
        ("Specific Gravity", "5811-5", "1.015", None),
    ]


def test_a_page_that_leans_by_more_than_a_row_is_straightened() -> None:
    rows = [("Sodium", "139", "mmol/L", "134-144"), ("Potassium", "4.2", "mmol/L", "3.5-5.2"),
            ("Chloride", "101", "mmol/L", "96-106"), ("Calcium", "9.4", "mg/dL", "8.7-10.2"),
            ("Glucose", "88", "mg/dL", "70-99"), ("Creatinine", "0.81", "mg/dL", "0.57-1.00")]  # fmt: skip
    page = sheet(
        [(40, "Test"), (300, "Result"), (370, "Units"), (450, "Reference Range")],
        *[[(40, name), (300, result), (370, unit), (450, limits)] for name, result, unit, limits in rows],
        slope=0.055,
    )
    assert values(page, "test", "result", "unit", "reference_range") == rows


def test_an_order_and_its_checklist_are_no_results() -> None:
    rows = [
        [(40, "Infusion Order")],
        [(40, "Labs: [ ] CBC w/ diff every 6 months  [x] CMP  [ ] HBsAg")],
        [(40, "Draw CBC q 6 months, TSH every 3 months, hold if ANC < 1.0")],
        [(40, "HBsAg"), (200, "Negative")],
        [(40, "Required tests"), (300, "Date")],
        [(40, "Creatinine"), (300, "2 weeks")],
    ]
    assert items(sheet(*rows, kind=PageType.ORDER)) == []


def test_rows_that_gave_no_result_are_counted() -> None:
    page = sheet(
        [(40, "Test"), (220, "Result"), (320, "Units"), (420, "Reference Range")],
        [(40, "WBC"), (220, "6.2"), (320, "K/uL"), (420, "3.4-10.8")],
        [(40, "RBC"), (220, "~~§"), (320, "M/uL"), (420, "3.77-5.28")],
        [(220, "38.9"), (320, "%"), (420, "34.0-46.6")],
    )
    assert count_unparsed_rows(page, TODAY) == 2
    assert count_unparsed_rows(sheet([(40, "Final report")]), TODAY) == 1


def test_each_row_may_have_its_own_date_and_status() -> None:
    page = sheet(
        [(40, "PRELIMINARY REPORT"), (300, "Date received: 10/09/2026")],
        [(40, "Test"), (200, "Result"), (260, "Units"), (330, "Collection Date"), (440, "Reference Range")],
        [(40, "TSH"), (200, "2.10"), (260, "mIU/L"), (330, "10/08/2026"), (440, "0.45-4.50")],
        [(40, "Ferritin"), (200, "31"), (260, "ng/mL"), (330, "09/02/2026"), (440, "15-150")],
    )
    assert values(page, "test", "collected", "status") == [
        ("TSH", "2026-10-08", "preliminary"),
        ("Ferritin", "2026-09-02", "preliminary"),
    ]


def test_dates_under_their_labels_and_other_dates() -> None:
    page = sheet(
        [(40, "Ordered"), (150, "Specimen Collected"), (280, "Received"), (400, "Reported")],
        [(40, "10/05/2026"), (150, "10/08/2026 08:15"), (280, "10/09/2026"), (400, "10/11/2026")],
        [(40, "DOB: 03/04/1980"), (200, "Printed 11/01/2026")],
        [(40, "Test"), (200, "Result"), (260, "Units"), (440, "Reference Range")],
        [(40, "TSH"), (200, "2.10"), (260, "mIU/L"), (440, "0.45-4.50")],
    )
    assert values(page, "collected") == [("2026-10-08",)]


def test_each_panel_may_have_its_own_date() -> None:
    head = [(40, "Test"), (200, "Result"), (260, "Units"), (440, "Reference Range")]
    page = sheet(
        [(40, "Thyroid panel"), (300, "Collected: 10/08/2026")],
        head,
        [(40, "TSH"), (200, "2.10"), (260, "mIU/L"), (440, "0.45-4.50")],
        [(40, "Iron studies"), (300, "Collected: 09/02/2026")],
        head,
        [(40, "Ferritin"), (200, "31"), (260, "ng/mL"), (440, "15-150")],
    )
    assert values(page, "test", "collected") == [("TSH", "2026-10-08"), ("Ferritin", "2026-09-02")]


def test_a_number_of_the_reports_head_is_no_result() -> None:
    page = sheet(
        [(40, "Iron Mountain Clinical Laboratory"), (400, "Page 1 of 2")],
        [(40, "Ref"), (80, "PT 4471902"), (300, "Phone 303-555-0141")],
        [(40, "Test"), (200, "Result"), (260, "Units"), (440, "Reference Range")],
        [(40, "TSH"), (200, "2.10"), (260, "mIU/L"), (440, "0.45-4.50")],
        [(40, "Performed at: 400 Quarry Rd, Toledo, OH 43606"), (440, "CLIA 36D0123456")],
        [(40, "Questions: 303-555-0188"), (260, "Director: H. Ibarra, MD")],
    )
    assert values(page, "test", "result") == [("TSH", "2.10")]


def test_the_date_below_the_head_of_the_current_column_is_the_date_of_collection() -> None:
    page = sheet(
        [(40, "Component"), (200, "Current"), (280, "Prior"), (370, "Units"), (450, "Reference")],
        [(200, "11/02/26"), (280, "08/14/26")],
        [(40, "Ferritin"), (200, "22"), (280, "31"), (370, "ng/mL"), (450, "15-150")],
        step=13.0,
    )
    assert values(page, "test", "result", "collected") == [("Ferritin", "22", "2026-11-02")]

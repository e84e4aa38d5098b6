"""Laboratory rows of layouts nobody has seen: columns without heads, details below names, labels within a line."""

import pytest
from lab_sheets import items, sheet, values

from models.record import PageType

CORE = ("test", "result", "unit", "reference_range", "flag", "collected")


def test_rows_that_end_with_dates_are_no_heads_of_columns_named_by_dates() -> None:
    dates = [(420, "02-Nov-26"), (480, "03-Nov-26"), (540, "05-Nov-26")]
    page = sheet(
        [
            (40, "Procedure"),
            (260, "Result"),
            (310, "Units"),
            (360, "Ref Interval"),
            (420, "Collected"),
            (480, "Received"),
            (540, "Verified"),
        ],
        [(40, "Hepatitis B Virus Surface Antigen"), (260, "Negative"), (360, "Negative"), *dates],
        [(40, "Immunoglobulin G"), (260, "842"), (310, "mg/dL"), (360, "768-1632"), *dates],
        [(40, "Hepatitis B Virus Core Antibodies, Total"), (260, "Negative"), (360, "Negative"), *dates],
    )
    assert values(page, "test", "result", "collected") == [
        ("Hepatitis B Virus Surface Antigen", "negative", "2026-11-02"),
        ("Immunoglobulin G", "842", "2026-11-02"),
        ("Hepatitis B Virus Core Antibodies, Total", "negative", "2026-11-02"),
    ]


def test_several_dates_of_a_row_without_heads_go_to_a_person() -> None:
    page = sheet([(40, "Ferritin 41 ng/mL 13-150 02-Nov-26 03-Nov-26 05-Nov-26")])
    (row,) = items(page)
    assert not row["collected"].is_valid


def test_a_status_in_a_column_of_its_own_is_no_part_of_the_name() -> None:
    page = sheet(
        [(40, "Hemoglobin"), (520, "Final")],
        [(40, "14.1 g/dL   Reference Value: 13.5-17.5")],
        [],
        [(40, "TSH"), (520, "Final")],
        [(40, "2.31 mIU/L   Reference Value: 0.30-4.20")],
    )
    assert values(page, "test", "result", "status") == [("Hemoglobin", "14.1", "final"), ("TSH", "2.31", "final")]


def test_a_name_read_from_pixels_keeps_its_hyphen() -> None:
    page = sheet([(40, "QuantiFERON-TB Gold"), (260, "Negative"), (360, "Negative")])
    assert values(page, "test") == [("QuantiFERON-TB Gold",)]


def test_units_and_ranges_below_the_names_of_a_table_of_days() -> None:
    page = sheet(
        [(40, "Component"), (280, "9/14/26"), (400, "11/12/26")],
        [(40, "ALBUMIN"), (280, "3.4 (L)"), (400, "3.3 (L)")],
        [(40, "g/dL ref 3.5-5.2")],
        [(40, "ALT"), (280, "26"), (400, "28")],
        [(40, "U/L ref <=50")],
        [(40, "PLATELETS"), (280, "430 (H)"), (400, "411 (H)")],
        [(40, "K/uL ref 150-400")],
    )
    assert values(page, *CORE) == [
        ("ALBUMIN", "3.3", "g/dL", "3.5-5.2", "L", "2026-11-12"),
        ("ALT", "28", "U/L", "<=50", None, "2026-11-12"),
        ("PLATELETS", "411", "10*3/uL", "150-400", "H", "2026-11-12"),
    ]


def test_flags_in_a_column_without_a_head() -> None:
    page = sheet(
        [(60, "Name"), (160, "Value"), (295, "Reference Range")],
        [(60, "WBC"), (160, "6.6"), (295, "3.8-10.8 K/uL")],
        [(60, "HGB"), (160, "9.1"), (250, "L"), (295, "11.7-15.5 g/dL")],
        [(60, "PLT"), (160, "462"), (250, "H"), (295, "140-400 K/uL")],
    )
    assert values(page, "test", "flag") == [("WBC", None), ("HGB", "L"), ("PLT", "H")]


def test_blocks_whose_range_stands_before_their_value() -> None:
    page = sheet(
        [(50, "Hemoglobin")],
        [(50, "Normal range: 13.2-17.1 g/dL")],
        [(50, "Value"), (85, "11.2 g/dL"), (140, "Low")],
        [],
        [(50, "Creatinine")],
        [(50, "Normal range: 0.60-1.29 mg/dL")],
        [(50, "Value"), (85, "0.88 mg/dL")],
        [],
        [(50, "Hepatitis B surface antigen")],
        [(50, "Normal range: Non-reactive")],
        [(50, "Value"), (85, "Non-reactive")],
    )
    assert values(page, "test", "result", "unit", "flag") == [
        ("Hemoglobin", "11.2", "g/dL", "L"),
        ("Creatinine", "0.88", "mg/dL", None),
        ("Hepatitis B surface antigen", "non-reactive", None, None),
    ]


def test_labels_and_a_date_within_a_line_below_a_table_of_days() -> None:
    page = sheet(
        [(40, "Component"), (280, "9/14/26"), (400, "11/12/26")],
        [(40, "ALT"), (280, "26"), (400, "28")],
        [(40, "AST"), (280, "30"), (400, "31")],
        [],
        [(40, "HEPATITIS B SURFACE AG Collected 11/05/26 0930 Result: Non-Reactive Ref: Non-Reactive Final")],
        [(40, "C. DIFF TOXIN PCR Collected 11/18/26 1100 Result: Pending (in process)")],
    )
    assert values(page, "test", "result", "reference_range", "status", "collected")[2:] == [
        ("HEPATITIS B SURFACE AG", "non-reactive", "Non-Reactive", "final", "2026-11-05"),
        ("C. DIFF TOXIN PCR", None, None, "pending", "2026-11-18"),
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            ["Labs (final, drawn 11/06/2026): ALT 21 U/L (7-35);", "bilirubin 0.5 mg/dL (0.2-1.2); HBsAg negative."],
            [
                ("ALT", "21", "U/L", "7-35", None, "2026-11-06"),
                ("bilirubin", "0.5", "mg/dL", "0.2-1.2", None, "2026-11-06"),
                ("HBsAg", "negative", None, None, None, "2026-11-06"),
            ],
        ),
        (
            ["Recent lab", "Eosinophils 0.52 x10E3/uL, ref 0.0-0.4, High; CRP 3 mg/L; both collected 2026-10-27"],
            [
                ("Eosinophils", "0.52", "10*3/uL", "0.0-0.4", "H", "2026-10-27"),
                ("CRP", "3", "mg/L", None, None, "2026-10-27"),
            ],
        ),
        (["Labs due prior to each infusion: ALT 40 U/L, AST 40 U/L"], []),
        (["Notes: ALT 40 U/L, AST 40 U/L"], []),
    ],
)  # fmt: skip
def test_a_paragraph_that_a_label_says_is_of_results(rows: list[str], expected: list[tuple[str | None, ...]]) -> None:
    page = sheet(*([(40, row)] for row in rows), kind=PageType.ORDER)
    assert values(page, *CORE) == expected


def test_a_dash_beside_a_status_that_says_so_is_a_result_to_come() -> None:
    page = sheet(
        [(40, "Test"), (220, "Result"), (350, "Reference"), (510, "Status")],
        [(40, "IgA"), (220, "66"), (350, "68-408"), (510, "Final")],
        [(40, "TSH"), (220, "--"), (350, "0.40-4.50"), (510, "Pending")],
        [(40, "CRP"), (220, "--"), (350, "<5.0"), (510, "Final")],
    )
    assert values(page, "test", "result", "status") == [("IgA", "66", "final"), ("TSH", None, "pending")]


def test_the_letter_of_a_footnote_behind_an_unknown_name_goes_to_a_person() -> None:
    page = sheet(
        [(40, "Test"), (220, "Result"), (350, "Reference"), (510, "Status")],
        [(40, "Anti-Xyz IgM Antibodyb"), (220, "12"), (350, "<1000"), (510, "Final")],
        source="embedded",
    )
    (row,) = items(page)
    assert (row["test"].value, row["test"].is_valid) == ("Anti-Xyz IgM Antibody", False)

"""Rows that begin with their result, columns headed by a word and a day, statuses over each panel."""

import pytest
from lab_sheets import Row, items, sheet, values

from extractor.knowledge.lab_words import read_report_status
from extractor.packet.result_rows import count_test_rows

CORE = ("test", "result", "unit", "reference_range", "flag", "status")
TURNED: tuple[Row, ...] = (
    [(40, "Chemistry (preliminary)")],
    [(40, "118 mg/dL"), (130, "Glucose"), (230, "H"), (260, "ref 70-99")],
    [(40, "4.1 mmol/L"), (130, "Potassium"), (260, "ref 3.5-5.1")],
    [(40, "0.92 mg/dL"), (130, "Creatinine"), (260, "ref 0.70-1.30")],
)


def test_a_result_may_stand_before_the_name_of_its_test() -> None:
    page = sheet(*TURNED)
    assert count_test_rows(page) == 3
    assert values(page, *CORE) == [
        ("Glucose", "118", "mg/dL", "70-99", "H", "preliminary"),
        ("Potassium", "4.1", "mmol/L", "3.5-5.1", None, "preliminary"),
        ("Creatinine", "0.92", "mg/dL", "0.70-1.30", None, "preliminary"),
    ]


def test_two_such_lines_alone_are_no_report() -> None:
    assert values(sheet(*TURNED[:3]), "test") == []


@pytest.mark.parametrize(("now", "before"), [("Now", "Before"), ("Current", "Prior"), ("Result", "Previous")])
def test_a_head_may_name_its_column_and_the_day(now: str, before: str) -> None:
    heads: Row = [(40, "Test (unit)"), (190, "Ref"), (260, f"{now} 16 Oct 2026"), (400, f"{before} 19 Aug 2026")]
    rows: tuple[Row, ...] = (
        [(40, "Hemoglobin (g/dL)"), (190, "13.5-17.5"), (260, "12.9 L"), (400, "13.8")],
        [(40, "Albumin (g/dL)"), (190, "3.5-5.0"), (260, "3.6"), (400, "4.0")],
        [(40, "CRP (mg/L)"), (190, "<5.0"), (260, "14.2 H"), (400, "6.1 H")],
    )
    page = sheet(heads, *rows, source="embedded")
    assert count_test_rows(page) == 3
    assert values(page, "test", "result", "unit", "flag", "collected") == [
        ("Hemoglobin", "12.9", "g/dL", "L", "2026-10-16"),
        ("Albumin", "3.6", "g/dL", None, "2026-10-16"),
        ("CRP", "14.2", "mg/L", "H", "2026-10-16"),
    ]
    dated = sheet([(40, "Collected: 10/15/2026")], heads, *rows, source="embedded")
    assert not any(row["collected"].is_valid for row in items(dated))


@pytest.mark.parametrize(
    ("text", "status"),
    [("Chemistry (final)", "final"), ("Report state: final", "final"), ("Glucose 95 (final)", None), ("(final)", None)],
)
def test_a_heading_may_state_the_status_in_brackets(text: str, status: str | None) -> None:
    assert read_report_status(text) == status

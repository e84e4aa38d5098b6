"""Laboratory pages whose heads, names or spaces were lost: rows are still read, and what is guessed is asked."""

from dataclasses import replace

from lab_sheets import Row, context_of, items, sheet, values

from extractor.fields.base import families

CORE = ("test", "result", "unit", "reference_range")
HEAD: Row = [(40, "Test"), (220, "Result"), (300, "Units"), (400, "Reference Range")]


def row(test: str, *cells: str) -> Row:
    return [(40, test), *zip((220, 300, 400), cells, strict=False)]


def test_a_sentence_above_the_results_is_no_head() -> None:
    page = sheet(
        [(40, "Laboratory results of Ada Byron, born March 04, 1967, blood drawn on")],
        [(40, "October 12, 2026. Values in brackets are normal.")],
        [(60, "WBC: 2.7 x10E3/uL L (3.4-10.8)")],
        [(60, "Hemoglobin: 12.0 g/dL (11.1-15.9)")],
        [(60, "Sodium: 141 mmol/L (134-144)")],
    )
    assert values(page, "test", "result", "unit", "flag", "collected") == [
        ("WBC", "2.7", "10*3/uL", "L", "2026-10-12"),
        ("Hemoglobin", "12.0", "g/dL", None, "2026-10-12"),
        ("Sodium", "141", "mmol/L", None, "2026-10-12"),
    ]


def test_columns_without_readable_heads_are_told_by_what_stands_in_them_and_asked() -> None:
    page = sheet(
        [(40, "Tzsls"), (220, "Rcsufl"), (300, "Ureis"), (400, "Rofcnce")],
        row("Hemoglobin", "12.6", "g/dL", "11.1-15.9"),
        row("Hemat0crlt", "38.9", "%", "34.0-46.6"),
        row("Glucasa", "95", "mg/dl", "70-99"),
        row("Potassium", "4.1", "mmo", "3.5-5.2"),
        row("HBsAg", "Negatve", "", "Negative"),
    )
    assert values(page, "loinc", "result") == [
        ("718-7", "12.6"),
        ("4544-3", "38.9"),
        ("2345-7", "95"),
        ("2823-3", "4.1"),
        ("5196-1", "negative"),
    ]
    guessed = items(page)[2]
    assert not any(candidate.is_valid for candidate in guessed.values())
    assert "guessed_name" in {reason.code for reason in guessed["test"].reasons}


def test_a_row_that_only_its_own_words_tell_is_added_and_asked() -> None:
    page = sheet(
        HEAD,
        row("Sodium", "139", "mmol/L", "134-144"),
        row("Chloride", "101", "mmol/L", "96-106"),
        [(120, "Calcium"), (310, "9.4 mg/dL 8.7-10.2")],
    )
    assert values(page, "test", "result")[2] == ("Calcium", "9.4")
    assert not items(page)[2]["result"].is_valid
    assert items(page)[0]["unit"].is_valid


def test_names_get_their_spaces_back() -> None:
    page = sheet(
        HEAD,
        row("HEPATITISB SURFACEANTIGEN", "NON-REACTIVE", "", "NON-REACTIVE"),
        row("HEPATITISB CORE AB TOTAL", "Pending", "", "NON-REACTIVE"),
        row("WHITE BLOODCELL COUNT", "6.2", "x10E3/uL", "3.4-10.8"),
    )
    assert values(page, "test", "loinc") == [
        ("HEPATITIS B SURFACE ANTIGEN", "5196-1"),
        ("HEPATITIS B CORE AB TOTAL", "13952-7"),
        ("WHITE BLOOD CELL COUNT", "6690-2"),
    ]


def test_a_misread_pending_has_no_result_and_a_misread_name_is_the_likeliest_one() -> None:
    page = sheet(
        HEAD,
        row("Creatinine", "Pendng", "mg/dL", "0.57-1.00"),
        row("Bilirubin, Totai", "0.4", "mg/dL", "0.0-1.2"),
        row("ImmunogiopuinG, Un, Serum", "956", "mg/dL", "586-1602"),
    )
    assert values(page, "loinc", "result", "status") == [
        ("2160-0", None, "pending"),
        ("1975-2", "0.4", "final"),
        ("2465-3", "956", "final"),
    ]
    assert not items(page)[0]["result"].is_valid
    assert not items(page)[1]["result"].is_valid


def test_a_mark_as_tall_as_rows_swallows_none_of_them() -> None:
    page = sheet(HEAD, row("Sodium", "139", "mmol/L", "134-144"), row("Chloride", "101", "mmol/L", "96-106"))
    words = page.layout.lines[0].words
    box = words[0].bbox
    smear = words[0].model_copy(update={"text": "1", "bbox": box._replace(x0=560.0, x1=580.0, bottom=box.bottom + 40)})
    line = page.layout.lines[0].model_copy(update={"words": (*words, smear)})
    layout = page.layout.model_copy(update={"lines": (line, *page.layout.lines[1:])})
    assert values(page.model_copy(update={"layout": layout}), "test") == [("Sodium",), ("Chloride",)]


def test_prose_with_numbers_gives_no_rows() -> None:
    page = sheet(
        [(40, "Note 1  The result of 14 March was reported to the clinic")],
        [(40, "Comment 2  Values between 10 and 20 are borderline")],
        [(40, "Page 1 of 2  Account 55 Suite 12 mg/dL")],
    )
    assert values(page, "test") == []


def test_a_report_that_goes_on_without_heads_takes_those_of_the_page_before_and_is_asked() -> None:
    head: Row = [(40, "Test"), (220, "Previous"), (300, "Result"), (370, "Units"), (440, "Reference Range")]
    first = sheet(head, [(40, "WBC"), (220, "8.6"), (300, "6.2"), (370, "K/uL"), (440, "3.4-10.8")])
    second = sheet(
        [(40, "Hemoglobin"), (220, "13.1"), (300, "12.6"), (370, "g/dL"), (440, "11.1-15.9")],
        [(40, "Sodium"), (220, "141"), (300, "139"), (370, "mmol/L"), (440, "134-144")],
        page_no=2,
    )
    context = replace(context_of(second), pages=(first, second))
    found = [c for c in families.get("labs").propose(second, context) if c.path.endswith("result")]
    assert [candidate.value for candidate in found] == ["12.6", "139"]
    assert not any(candidate.is_valid for candidate in found)


def test_a_misread_unit_is_the_likeliest_of_the_test_and_asked() -> None:
    page = sheet(
        HEAD,
        row("WBC", "6.2", "x10C3AL", "3.4-10.8"),
        row("Sodium", "139", "mmol/L", "134-144"),
        row("Albumin", "4.1", "#", "3.9-4.9"),
    )
    units = [found.get("unit") for found in items(page)]
    assert [unit.value if unit else None for unit in units] == ["10*3/uL", "mmol/L", None]
    assert [unit.is_valid if unit else None for unit in units] == [False, True, False]


def test_a_test_without_a_result_is_that_of_its_range() -> None:
    page = sheet(
        HEAD,
        [(40, "Glucose"), (220, "Pending"), (400, "70-99")],
        [(40, "Sodium"), (220, "139"), (300, "mmol/L"), (400, "134-144")],
    )
    assert values(page, "loinc", "status")[0] == ("2345-7", "pending")

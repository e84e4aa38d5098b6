"""What a report states of its panels, and what stands on it beside rows: neither becomes a result unseen."""

import pytest
from lab_sheets import Row, items, sheet, values

from extractor.knowledge.lab_guesses import GUESS, match_marked
from extractor.knowledge.lab_values import read_range
from extractor.knowledge.lab_words import is_explanation, read_report_status

HEAD: Row = [(40, "Test"), (200, "Result"), (250, "Flag"), (300, "Units"), (400, "Reference Range")]
COLLECTED: Row = [(40, "Collected: 10/08/2026")]


def row(test: str, result: str, flag: str, unit: str, limits: str) -> Row:
    return [(40, test), (200, result), (250, flag), (300, unit), (400, limits)]


SODIUM, TSH = row("Sodium", "139", "", "mmol/L", "134-144"), row("TSH", "2.10", "", "mIU/L", "0.45-4.50")
PENDING = row("Varicella IgG", "PENDING", "", "", "")


def stated(text: str) -> Row:
    return [(40, text)]


def test_a_panel_that_is_pending_says_nothing_of_the_others() -> None:
    page = sheet(COLLECTED, stated("Status: COMPLETED"), HEAD, SODIUM, TSH, stated("Status: PENDING"), HEAD, PENDING)
    found = {item["test"].value: item for item in items(page)}
    assert [found[name]["status"].value for name in ("Sodium", "TSH", "Varicella IgG")] == ["final", "final", "pending"]
    assert all(item["status"].is_valid for item in found.values())


def test_a_result_under_a_pending_status_is_asked() -> None:
    status = items(sheet(COLLECTED, stated("Status: PENDING"), HEAD, SODIUM, TSH))[0]["status"]
    assert status.value == "final" and not status.is_valid
    assert "status_contradicts" in {reason.code for reason in status.reasons}


def test_several_statuses_of_results_are_asked() -> None:
    page = sheet(COLLECTED, stated("Status: PRELIMINARY"), HEAD, SODIUM, stated("Status: FINAL"), HEAD, TSH)
    found = items(page)
    assert [item["status"].value for item in found] == ["preliminary", "final"]
    assert not any(item["status"].is_valid for item in found)


def test_a_rows_own_status_against_its_result_is_asked() -> None:
    head: Row = [*HEAD, (500, "Status")]
    page = sheet(COLLECTED, head, [*SODIUM, (500, "Pending")], [*TSH, (500, "Final")])
    assert [item["status"].is_valid for item in items(page)] == [False, True]


@pytest.mark.parametrize(
    ("text", "status"),
    [("STATUS: COMPLETED", "final"), ("Order status: In process", "pending"), ("Status of the liver", None)],
)
def test_the_status_of_a_report(text: str, status: str | None) -> None:
    assert read_report_status(text) == status


@pytest.mark.parametrize(
    "text",
    [
        "Abnormal: below 41%; equivocal: 41-67%; normal: above",
        "Values above 0.24 nmol/L are found in about",
        "Result of the assay verified by repeat analysis",
        "Method: chemiluminescence",
    ],
)
def test_a_sentence_about_results_is_an_explanation(text: str) -> None:
    assert is_explanation(text)


@pytest.mark.parametrize(
    "name",
    ["C1 Esterase Inhibitor, Functional", "Cat Dander IgE", "Protein, Total", "IgG, Subclass 1", "TB2 minus Nil"],
)
def test_a_tests_name_is_none(name: str) -> None:
    assert not is_explanation(name)


def test_a_footnote_between_rows_is_no_row() -> None:
    note: Row = [(40, "Abnormal: below 41%; equivocal: 41-67%; normal: above"), (300, "67%")]
    page = sheet(COLLECTED, HEAD, SODIUM, row("C1 Inhibitor Activity", "31", "L", "%", ">67"), note, TSH)
    assert [test for (test,) in values(page, "test")] == ["Sodium", "C1 Inhibitor Activity", "TSH"]


def test_a_remark_about_a_test_beside_its_row_is_asked() -> None:
    page = sheet(
        COLLECTED, HEAD, SODIUM, row("Ferritin", "12", "L", "ng/mL", "15-150"), row("Ferritin", "30", "", "", "")
    )
    found = [item for item in items(page) if item["test"].value == "Ferritin"]
    assert [item["result"].is_valid for item in found] == [True, False][: len(found)]


def test_an_unknown_test_that_is_pending_is_a_row() -> None:
    page = sheet(COLLECTED, HEAD, SODIUM, row("Cat Dander IgE", "In process", "", "kU/L", "<0.35"))
    found = items(page)[1]
    assert (found["test"].value, found["unit"].value, found["status"].value) == ("Cat Dander IgE", "k[IU]/L", "pending")
    assert found["result"].value is None


def test_the_letter_of_a_footnote_makes_a_known_name_a_guess() -> None:
    match = match_marked("Immunoglobulin Ga")
    assert match is not None and match.score == GUESS
    assert match_marked("Sodiuma") is None


def test_a_code_that_only_a_result_would_tell_is_asked() -> None:
    loinc = items(sheet(COLLECTED, HEAD, SODIUM, PENDING))[1]["loinc"]
    assert not loinc.is_valid


@pytest.mark.parametrize(("text", "value"), [("NON- REACTIVE", "NON-REACTIVE"), ("3.8-4.9.", "3.8-4.9")])
def test_a_range_loses_what_typesetting_left_in_it(text: str, value: str) -> None:
    limits = read_range(text)
    assert limits is not None and limits.text == value


def test_a_bare_date_of_an_analyser_is_asked() -> None:
    page = sheet([(40, "DATE: 11/11/2026"), (200, "TIME: 10:22")], HEAD, SODIUM, TSH)
    collected = items(page)[0]["collected"]
    assert collected.value == "2026-11-11" and not collected.is_valid


def test_heads_under_a_tests_name_are_of_its_result() -> None:
    head: Row = [(40, "Result"), (200, "Reference value"), (360, "Titer endpoint")]
    page = sheet(COLLECTED, [(40, "NMO IgG")], head, [(40, "POSITIVE (A)"), (200, "Negative"), (360, "1:1000")])
    assert values(page, "test", "result", "flag") == [("NMO IgG", "positive", "A")]

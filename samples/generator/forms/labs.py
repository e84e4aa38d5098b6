"""Laboratory reports in layouts of several kinds of laboratory."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

Columns = tuple[tuple[str, str, float, str], ...]
PAGE_ROWS = 24


def _table(
    sheet: Sheet, case: Case, y: float, columns: Columns, rows: range, name: str, size: float, step: float
) -> float:
    for head, _, x, align in columns:
        sheet.print(x, y, head, size - 1, bold=True, align=align)
    sheet.line(columns[0][2], y + 3, max(c[2] for c in columns) + 60, y + 3, 0.7)
    y += step
    for index in rows:
        cells = say.lab_row(case, index, name)
        for _, key, x, align in columns:
            if key == "abnormal" or key == "normal":
                is_abnormal = case.results[index].flag is not None
                if is_abnormal == (key == "abnormal"):
                    sheet.print(x, y, [*cells["result"], seg(" "), *cells["letter"]], size, align=align)
            elif cells.get(key):
                sheet.print(x, y, cells[key], size, align=align)
        y += step
    return y


def _pages(case: Case) -> list[range]:
    total = len(case.results)
    return [range(start, min(total, start + PAGE_ROWS)) for start in range(0, total, PAGE_ROWS)]


@register("labs_flag_column", "train", "labs", ("typed",))
def draw_flag_column(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A national laboratory's older layout: result, flag, units, interval, laboratory code."""
    sheets = []
    pages = _pages(case)
    for number, rows in enumerate(pages, 1):
        sheet = Sheet("lab_report", look, rng)
        sheet.print(40, 46, "Tri-County Reference Laboratory", 13, bold=True)
        sheet.print(572, 46, f"Page {number} of {len(pages)}", 9, align="right")
        sheet.frame(40, 56, 572, 106)
        sheet.print(46, 70, [seg("Patient: "), *say.patient(case, "last, first")], 9)
        sheet.print(
            46,
            84,
            [
                seg("DOB: "),
                *say.day(case.date_of_birth, "patient.date_of_birth"),
                seg("   Sex: "),
                *say.sex(case, "letter"),
            ],
            9,
        )
        sheet.print(46, 98, f"Specimen: {rng.randint(100, 365)}-{rng.randint(100, 999)}-{rng.randint(1000, 9999)}-0", 9)
        sheet.print(310, 70, [seg("Date collected: "), *say.collected(case), seg(" 08:15")], 9)
        sheet.print(310, 84, f"Date received: {case.results[0].collected.strftime('%m/%d/%Y')}", 9)
        sheet.print(
            310,
            98,
            [
                seg("Ordering: "),
                *say.doctor(case.prescriber, "last, first"),
                seg("  NPI: "),
                *say.npi(case.prescriber.npi),
            ],
            9,
        )
        columns: Columns = (
            ("TESTS", "test", 46, "left"),
            ("RESULT", "result", 250, "left"),
            ("FLAG", "flag", 320, "left"),
            ("UNITS", "unit", 370, "left"),
            ("REFERENCE INTERVAL", "range", 440, "left"),
            ("LAB", "code", 550, "left"),
        )
        y = _table(sheet, case, 128, columns, rows, "test", 9, 16)
        sheet.print(
            46,
            y + 16,
            "01: Tri-County Reference Laboratory, 400 Quarry Rd, Toledo, OH 43606. Director: Hollis Ibarra, MD",
            7.5,
        )
        sheets.append(sheet)
    return sheets


@register("labs_hospital", "train", "labs", ("typed",))
def draw_hospital(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A hospital system's printout: each result with its range in words, landscape."""
    sheets = []
    for rows in _pages(case):
        sheet = Sheet("lab_report", look, rng, (792.0, 612.0))
        sheet.print(48, 46, "Results Review - Laboratory", 14, bold=True)
        sheet.print(
            48,
            62,
            [
                *say.patient(case, "last, first"),
                seg("   MRN "),
                seg(case.mrn, "patient.mrn"),
                seg("   DOB "),
                *say.day(case.date_of_birth, "patient.date_of_birth", "%m/%d/%Y"),
            ],
            9.5,
        )
        sheet.print(
            48,
            76,
            [
                seg("Collected on "),
                *say.collected(case, "%b %d, %Y"),
                seg("   Result status: Final unless marked   Authorizing provider: "),
                *say.doctor(case.prescriber),
            ],
            9.5,
        )
        columns: Columns = (
            ("Component", "test", 52, "left"),
            ("Value", "result", 330, "right"),
            ("Flag", "letter", 350, "left"),
            ("Units", "unit", 400, "left"),
            ("Normal range", "range", 520, "left"),
        )
        _table(sheet, case, 104, columns, rows, "test", 10, 18.5)
        sheets.append(sheet)
    return sheets


@register("labs_previous", "retired", "labs", ("typed",))
def draw_previous(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A national laboratory's newer layout: the previous result stands between the current one and its units."""
    sheets = []
    earlier = case.results[0].collected.replace(year=case.results[0].collected.year - 1).strftime("%m/%d/%Y")
    for number, rows in enumerate(_pages(case), 1):
        sheet = Sheet("lab_report", look, rng)
        sheet.print(36, 44, "PATIENT REPORT", 15, bold=True)
        sheet.print(576, 44, "Four Rivers Diagnostics", 12, bold=True, align="right")
        sheet.print(36, 64, say.patient(case, "last, first"), 11, bold=True)
        sheet.print(
            36,
            78,
            [
                seg("DOB: "),
                *say.day(case.date_of_birth, "patient.date_of_birth"),
                seg("   Patient ID: "),
                seg(case.mrn, "patient.mrn"),
            ],
            8.5,
        )
        sheet.print(300, 64, [seg("Date Collected: "), *say.collected(case)], 8.5)
        sheet.print(300, 78, [seg("Ordering Physician: "), *say.doctor(case.prescriber, "first last")], 8.5)
        sheet.line(36, 86, 576, 86, 1.5)
        sheet.print(
            36, 104, ", ".join(case.drug["labs"]).upper() + f" (continued {number})" * (number > 1), 10, bold=True
        )
        columns: Columns = (
            ("Test", "test", 36, "left"),
            ("Current Result and Flag", "result", 215, "left"),
            ("", "flag", 282, "left"),
            ("Previous Result and Date", "previous", 325, "left"),
            ("", "when", 370, "left"),
            ("Units", "unit", 440, "left"),
            ("Reference Interval", "range", 498, "left"),
        )
        y = 122.0
        for index in rows:
            if case.results[index].result:
                sheet.print(370, y + 17 + (index - rows.start) * 17, earlier, 8.5)
        _table(sheet, case, y, columns, rows, "test", 8.5, 17)
        sheet.traps.add("previous_results")
        sheet.print(36, 740, "Date Created and Stored: " + case.results[0].collected.strftime("%m/%d/%y 1921 ET"), 7.5)
        sheets.append(sheet)
    return sheets


@register("labs_in_range", "retired", "labs", ("typed",))
def draw_in_range(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Capitals, in-range and out-of-range results in columns of their own."""
    sheets = []
    for rows in _pages(case):
        sheet = Sheet("lab_report", look, rng)
        sheet.print(50, 50, "BLUE HERON CLINICAL LABS", 14, bold=True)
        pairs: list[tuple[str, list[Seg]]] = [
            ("PATIENT INFORMATION", []),
            (
                "",
                [
                    seg(case.last_name.upper(), "patient.last_name", case.last_name),
                    seg(","),
                    seg(case.first_name.upper(), "patient.first_name", case.first_name),
                ],
            ),
            (
                "",
                [
                    seg("DOB: "),
                    *say.day(case.date_of_birth, "patient.date_of_birth"),
                    seg(f"  AGE: {case.order_date.year - case.date_of_birth.year}"),
                ],
            ),
            ("", [seg("GENDER: "), *say.sex(case, "letter")]),
        ]
        for index, (label, value) in enumerate(pairs):
            sheet.print(50, 72 + 13 * index, label or value, 9, bold=bool(label))
        sheet.print(320, 72, "ORDERING PHYSICIAN", 9, bold=True)
        sheet.print(320, 85, say.doctor(case.prescriber, "last, first"), 9)
        sheet.print(320, 98, [seg("COLLECTED: "), *say.collected(case), seg(" 09:40")], 9)
        sheet.print(320, 111, f"REPORTED: {case.order_date.strftime('%m/%d/%Y')}", 9)
        columns: Columns = (
            ("Test Name", "caps", 50, "left"),
            ("In Range", "normal", 280, "left"),
            ("Out of Range", "abnormal", 350, "left"),
            ("Reference Range", "range", 430, "left"),
            ("Unit", "unit", 515, "left"),
        )
        plain: Columns = tuple((head, "test" if key == "caps" else key, x, align) for head, key, x, align in columns)
        _table(sheet, case, 140, plain, rows, "caps", 9, 17)
        sheets.append(sheet)
    return sheets

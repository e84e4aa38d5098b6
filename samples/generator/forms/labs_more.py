"""Further laboratory layouts: earlier results as columns, one value column with flags, a letter, a chart's list."""

import random
from datetime import timedelta

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import flow
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

PAGE_ROWS = 26


def _pages(case: Case, rows: int = PAGE_ROWS) -> list[range]:
    total = len(case.results)
    return [range(start, min(total, start + rows)) for start in range(0, total, rows)]


def _earlier(case: Case, index: int, back: int) -> str:
    """A result of ``back`` visits ago, near the one the case calls the previous."""
    result = case.results[index]
    if not result.previous or "word" in result.row:
        return result.previous
    return f"{float(result.previous) * (1 + 0.03 * back):.{result.row['places']}f}"


@register("labs_trend", "train", "labs", ("typed",))
def draw_trend(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A clinic's flow sheet: the newest result in the first of three dated columns."""
    sheets = []
    first = case.results[0].collected
    for rows in _pages(case):
        sheet = Sheet("lab_report", look, rng)
        sheet.print(40, 46, "Laboratory Results - Cumulative", 14, bold=True)
        sheet.print(
            40,
            62,
            [
                seg("Patient: "),
                *say.patient(case, "last, first"),
                seg("   DOB: "),
                *say.day(case.date_of_birth, "patient.date_of_birth", "%m/%d/%y"),
                seg("   MRN: "),
                seg(case.mrn, "patient.mrn"),
            ],
            9,
        )
        sheet.print(
            40,
            75,
            [
                seg("Provider: "),
                *say.doctor(case.prescriber),
                seg("   Newest collection in the first column; earlier ones for comparison."),
            ],
            9,
        )
        heads = [
            (44.0, "Component"),
            (210.0, ""),
            (300.0, "Prior"),
            (362.0, "Prior"),
            (428.0, "Units"),
            (500.0, "Reference"),
        ]
        for x, head in heads:
            sheet.print(x, 100, head, 8.5, bold=True)
        sheet.print(210, 100, "Current", 8.5, bold=True)
        sheet.print(210, 111, say.collected(case, "%m/%d/%y"), 8.5)
        for x, days in ((300, 182), (362, 364)):
            sheet.print(x, 111, (first - timedelta(days=days)).strftime("%m/%d/%y"), 8.5)
        sheet.line(40, 115, 572, 115, 0.8)
        y = 128.0
        for index in rows:
            cells = say.lab_row(case, index)
            sheet.print(44, y, cells["test"], 9)
            sheet.print(
                210,
                y,
                [*cells["result"], *([seg(" "), *cells["letter"]] if cells["letter"] else [])],
                9,
                bold=bool(cells["letter"]),
            )
            sheet.print(300, y, _earlier(case, index, 0), 9)
            sheet.print(362, y, _earlier(case, index, 1), 9)
            sheet.print(428, y, cells["unit"], 9)
            sheet.print(500, y, cells["range"], 9)
            y += 17
        sheet.traps.add("previous_results")
        sheets.append(sheet)
    return sheets


@register("labs_value_flag", "tune", "labs", ("typed",))
def draw_value_flag(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A national laboratory's newer layout: capitals, one value column, H or L right of it, ruled groups."""
    sheets = []
    pages = _pages(case)
    for number, rows in enumerate(pages, 1):
        sheet = Sheet("lab_report", look, rng)
        sheet.print(44, 48, "SANDHILL DIAGNOSTICS", 15, bold=True)
        sheet.print(568, 48, f"Report status: FINAL   Page {number}/{len(pages)}", 8.5, align="right")
        sheet.line(44, 54, 568, 54, 1.5)
        left: list[list[Seg]] = [
            [seg("Patient Name: "), *say.patient(case, "LAST, FIRST MIDDLE")],
            [
                seg("DOB: "),
                *say.day(case.date_of_birth, "patient.date_of_birth", "%m/%d/%Y"),
                seg("   Gender: "),
                *say.sex(case, "letter"),
            ],
            [seg("Patient ID: "), seg(case.mrn, "patient.mrn")],
        ]
        right: list[list[Seg]] = [
            [seg("Collected: "), *say.collected(case, "%m/%d/%Y"), seg(" / 07:52 PDT")],
            [seg(f"Received: {case.results[0].collected.strftime('%m/%d/%Y')} / 18:10 PDT")],
            [
                seg("Client: "),
                *say.doctor(case.prescriber, "first last"),
                seg("   "),
                seg(case.prescriber.practice, "prescriber.practice"),
            ],
        ]
        for index, text in enumerate(left):
            sheet.print(44, 70 + 13 * index, text, 9)
        for index, text in enumerate(right):
            sheet.print(300, 70 + 13 * index, text, 9)
        for x, head in ((48.0, "Analyte"), (300.0, "Value"), (372.0, ""), (400.0, "Reference Range"), (520.0, "Units")):
            sheet.print(x, 122, head, 8.5, bold=True)
        sheet.shade(44, 112, 568, 126, 0.88)
        y = 142.0
        for index in rows:
            cells = say.lab_row(case, index, "caps")
            sheet.print(48, y, cells["test"], 9)
            sheet.print(300, y, cells["result"], 9, bold=True)
            sheet.print(376, y, cells["letter"], 9, bold=True)
            sheet.print(400, y, cells["range"], 9)
            sheet.print(520, y, cells["unit"], 9)
            sheet.line(44, y + 5, 568, y + 5, 0.25, 0.5)
            y += 17.5
        sheets.append(sheet)
    return sheets


@register("labs_letter", "tune", "labs", ("typed",))
def draw_letter(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A letter with the results as a short list: test, result with its unit, range in brackets."""
    sheets = []
    who = case.prescriber
    for number, rows in enumerate(_pages(case, 24)):
        sheet = Sheet("lab_report", look, rng)
        sheet.print(70, 60, [seg(who.practice, "prescriber.practice")], 14, bold=True)
        sheet.print(70, 76, "In-house laboratory", 10)
        y = 106.0
        lead: list[Seg] = [
            seg("Laboratory results" if number == 0 else "Laboratory results, continued"),
            seg(" of "),
            *say.patient(case),
            seg(", born "),
            *say.day(case.date_of_birth, "patient.date_of_birth", "%B %d, %Y"),
            seg(", blood drawn on "),
            *say.collected(case, "%B %d, %Y"),
            seg(". Normal values stand in brackets; H is high, L is low."),
        ]
        y = flow(sheet, 70, y, lead, 470, 10.5, 1.35) + 10
        for index in rows:
            cells = say.lab_row(case, index)
            text = [*cells["test"], seg(":  "), *cells["result"]]
            text += [seg(" "), *cells["unit"]] if cells["unit"] and case.results[index].result else []
            text += [seg("  "), *cells["letter"]] if cells["letter"] else []
            text += [seg("   ("), *cells["range"], seg(")")] if cells["range"] else []
            sheet.print(84, y, text, 10.5)
            y += 19
        sheet.print(70, y + 20, [seg("Released by the laboratory for "), *say.doctor(who)], 10)
        sheets.append(sheet)
    return sheets


@register("labs_chart", "retired", "labs", ("typed",))
def draw_chart(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A hospital chart's printout: each test a block of two lines, the range in words below the name."""
    sheets = []
    earlier = case.results[0].collected - timedelta(days=190)
    for rows in _pages(case, 22):
        sheet = Sheet("lab_report", look, rng)
        sheet.print(
            40,
            34,
            [
                *say.patient(case, "last, first"),
                seg("  (MRN "),
                seg(case.mrn, "patient.mrn"),
                seg(")  DOB: "),
                *say.day(case.date_of_birth, "patient.date_of_birth", "%d %b %Y"),
            ],
            9.5,
            bold=True,
        )
        sheet.print(40, 56, "Test Results", 15, bold=True)
        sheet.print(
            40,
            71,
            [
                seg("Collected "),
                *say.collected(case, "%d %b %Y"),
                seg("   Ordered by "),
                *say.doctor(case.prescriber, "first last"),
                seg("   Status: final unless shown"),
            ],
            9,
        )
        sheet.print(468, 90, f"Last {earlier.strftime('%d %b %Y')}", 8, bold=True)
        y = 104.0
        for index in rows:
            cells = say.lab_row(case, index)
            sheet.print(48, y, cells["test"], 10, bold=True)
            if cells["range"]:
                sheet.print(
                    48,
                    y + 10.5,
                    [
                        seg("Normal range: "),
                        *cells["range"],
                        seg(" "),
                        seg(str(case.results[index].row.get("printed", ""))),
                    ],
                    8,
                )
            value = [
                *cells["result"],
                *([seg(" "), *cells["unit"]] if cells["unit"] and case.results[index].result else []),
            ]
            end = sheet.print(300, y, value, 10.5)
            if cells["letter"]:
                sheet.print(end + 10, y, cells["letter"], 10.5, bold=True)
            sheet.print(468, y, cells["previous"], 9, grey=0.3)
            sheet.line(40, y + 15, 572, y + 15, 0.3, 0.6)
            y += 29
        sheet.traps.add("previous_results")
        sheets.append(sheet)
    return sheets

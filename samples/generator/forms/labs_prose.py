"""Laboratory reports without a table of the usual kind: unit with range, running text, the result below its name."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.labs_flow import pages
from samples.generator.forms.layout import flow
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet


@register("labs_one_column", "test", "labs", ("typed",))
def draw_one_column(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Unit and range share a column, the flag stands before the result."""
    sheets = []
    for number, rows in enumerate(pages(case, 27), 1):
        sheet = Sheet("lab_report", look, rng)
        sheet.print(572, 44, "Millrace Laboratory Services", 13, bold=True, align="right")
        sheet.print(572, 57, f"Final report, sheet {number}", 9, align="right")
        facts: list[list[Seg]] = [
            [seg("Name  "), *say.patient(case, "last, first")],
            [seg("Birth  "), *say.day(case.date_of_birth, "patient.date_of_birth", "%d-%b-%Y"), seg("   Sex  ")],
            [seg("Drawn  "), *say.collected(case, "%d-%b-%Y"), seg("  07:50")],
            [seg("Client  "), *say.doctor(case.prescriber, "first last")],
        ]
        facts[1] += say.sex(case, "letter")
        for index, fact in enumerate(facts):
            sheet.print(44, 44 + 13 * index, fact, 9.5)
        sheet.line(44, 92, 572, 92, 1.6)
        for x, head in ((44, "Analyte"), (300, ""), (322, "Found"), (420, "Units (reference)")):
            sheet.print(x, 106, head, 9, bold=True)
        y = 124.0
        for index in rows:
            cells = say.lab_row(case, index)
            sheet.print(44, y, cells["test"], 9.5)
            sheet.print(300, y, cells["letter"], 9.5, bold=True)
            sheet.print(322, y, cells["result"], 9.5)
            limits = [seg("("), *cells["range"], seg(")")] if cells["range"] else []
            sheet.print(420, y, [*cells["unit"], seg(" ") if cells["unit"] else seg(""), *limits], 9.5)
            y += 20
        sheet.print(44, 752, "Millrace Laboratory Services, 17 Mill Lane, Troy, NY 12180. CLIA 33D0000000.", 8)
        sheets.append(sheet)
    return sheets


@register("labs_running", "test", "labs", ("typed",))
def draw_running(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A clinic's own summary: all results of one draw in running text, panel by panel."""
    sheet = Sheet("lab_report", look, rng)
    sheet.print(60, 56, [seg(case.prescriber.practice, "prescriber.practice")], 13, bold=True)
    sheet.print(60, 72, "Summary of laboratory results", 11)
    born = [seg(" (born "), *say.day(case.date_of_birth, "patient.date_of_birth", "%m/%d/%Y"), seg(")")]
    sheet.print(60, 98, [*say.patient(case), *born], 10.5, bold=True)
    y = flow(sheet, 60, 118, [seg("Blood was drawn on "), *say.collected(case, "%B %d, %Y"), seg(".")], 490, 10.5, 1.5)
    size = 6
    for start in range(0, len(case.results), size):
        text: list[Seg] = []
        for index in range(start, min(len(case.results), start + size)):
            text += [seg("; ")] if text else []
            text += _phrase(case, index)
        y = flow(sheet, 60, y + 7, [*text, seg(".")], 490, 10.5, 1.5)
    sheet.print(60, y + 16, [seg("Reviewed by "), *say.doctor(case.prescriber)], 10)
    return [sheet]


def _phrase(case: Case, index: int) -> list[Seg]:
    """``WBC 6.2 x10E3/uL (3.4-10.8)``, with what is out of range said in a word."""
    cells = say.lab_row(case, index)
    if case.results[index].result is None:
        return [*cells["test"], seg(" still "), seg("pending")]
    text: list[Seg] = [*cells["test"], seg(" "), *cells["result"]]
    text += [seg(" "), *cells["unit"]] if cells["unit"] else []
    text += [seg(" "), *cells["flag"]] if cells["flag"] else []
    return [*text, seg(" ("), *cells["range"], seg(")")] if cells["range"] else text


@register("labs_below", "test", "labs", ("typed",))
def draw_below(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Cards in two columns: the test on top, its result large below, unit and range in small print under that."""
    sheets = []
    for rows in pages(case, 24):
        sheet = Sheet("lab_report", look, rng)
        sheet.print(40, 44, "My test results", 15, bold=True)
        name = [*say.patient(case, "first last"), seg(", ")]
        sheet.print(40, 59, [*name, *say.day(case.date_of_birth, "patient.date_of_birth", "%m/%d/%Y")], 10)
        sheet.print(572, 44, [seg("Specimen of "), *say.collected(case, "%b %d, %Y")], 10, align="right")
        sheet.print(572, 59, [seg("Ordered by "), *say.doctor(case.prescriber, "dr")], 10, align="right")
        for place, index in enumerate(rows):
            x, y = 40.0 + 272 * (place % 2), 76.0 + 56 * (place // 2)
            cells = say.lab_row(case, index)
            sheet.frame(x, y, x + 260, y + 50, 0.5, 0.4)
            sheet.print(x + 8, y + 13, cells["test"], 9, bold=True)
            end = sheet.print(x + 8, y + 30, cells["result"], 13)
            if cells["flag"]:
                sheet.print(end + 10, y + 30, cells["flag"], 9, bold=True)
            small: list[Seg] = [*cells["unit"], seg("   ")] if cells["unit"] else []
            small += [seg("normal: "), *cells["range"]] if cells["range"] else []
            sheet.print(x + 8, y + 44, small, 8)
        sheets.append(sheet)
    return sheets

"""Flow sheets: tests down the page, dates across it; the newest column is the report, the others are history."""

import random
from datetime import timedelta

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

ROWS = 24


def pages(case: Case, rows: int = ROWS) -> list[range]:
    """The case's results in pages of so many rows."""
    return [range(start, min(len(case.results), start + rows)) for start in range(0, len(case.results), rows)]


def earlier(rng: random.Random, case: Case, index: int, back: int) -> str:
    """What the same test gave ``back`` visits ago: near the previous result, now and then not done."""
    result = case.results[index]
    if back == 1 or "word" in result.row or not result.previous:
        return result.previous
    if rng.random() < 0.15:
        return "--"
    return f"{float(result.previous) * rng.uniform(0.92, 1.08):.{result.row['places']}f}"


def _value(case: Case, index: int) -> list[Seg]:
    cells = say.lab_row(case, index)
    flag = [seg(" "), *cells["letter"]] if cells["letter"] else []
    return [*cells["result"], *flag]


@register("labs_newest_first", "test", "labs", ("typed",))
def draw_newest_first(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Landscape; the newest of four dated columns stands first, units behind the test's name."""
    sheets = []
    for rows in pages(case, 22):
        sheet = Sheet("lab_report", look, rng, (792.0, 612.0))
        sheet.print(40, 40, "LABORATORY FLOW SHEET", 14, bold=True)
        sheet.print(752, 40, [*say.patient(case, "last, first")], 12, bold=True, align="right")
        born = [seg("born "), *say.day(case.date_of_birth, "patient.date_of_birth", "%b %d, %Y")]
        sheet.print(752, 54, [*born, seg("   MRN "), seg(case.mrn, "patient.mrn")], 9, align="right")
        sheet.print(40, 54, [seg("Requested by "), *say.doctor(case.prescriber)], 9)
        sheet.shade(40, 66, 752, 84, 0.85)
        sheet.print(46, 79, "Test (unit)", 9, bold=True)
        newest = case.results[0].collected
        days = [newest - timedelta(days=back * 91) for back in (1, 2, 3)]
        sheet.print(330, 79, say.collected(case, "%m/%d/%y"), 9, bold=True)
        for x, day in zip((410, 490, 570), days, strict=True):
            sheet.print(x, 79, day.strftime("%m/%d/%y"), 9)
        sheet.print(652, 79, "Expected", 9, bold=True)
        y = 100.0
        for index in rows:
            cells = say.lab_row(case, index)
            unit = [seg(" ("), *cells["unit"], seg(")")] if cells["unit"] else []
            sheet.print(46, y, [*cells["test"], *unit], 9)
            sheet.print(330, y, _value(case, index), 9, bold=bool(cells["letter"]))
            for back, x in enumerate((410, 490, 570), 1):
                sheet.print(x, y, earlier(rng, case, index, back), 9)
            sheet.print(652, y, cells["range"], 9)
            sheet.line(40, y + 6, 752, y + 6, 0.3, 0.5)
            y += 21
        sheet.traps.add("previous_results")
        sheets.append(sheet)
    return sheets


@register("labs_newest_last", "test", "labs", ("typed",))
def draw_newest_last(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A ruled grid whose columns run from the oldest date to the newest; the range stands before them."""
    sheets = []
    edges = (36.0, 190.0, 262.0, 322.0, 386.0, 450.0, 514.0, 576.0)
    for rows in pages(case, 28):
        sheet = Sheet("lab_report", look, rng)
        sheet.print(306, 42, "Results over time", 14, bold=True, align="center")
        who: list[Seg] = [*say.patient(case, "first last"), seg("   DOB ")]
        sheet.print(
            306, 57, [*who, *say.day(case.date_of_birth, "patient.date_of_birth", "%m/%d/%Y")], 10, align="center"
        )
        sheet.print(306, 70, [seg("Ordering: "), *say.doctor(case.prescriber, "last, first")], 9, align="center")
        newest = case.results[0].collected
        heads: list[str | list[Seg]] = ["Test", "Range", "Unit"]
        heads += [(newest - timedelta(days=back * 120)).strftime("%m/%d/%Y") for back in (3, 2, 1)]
        heads.append(say.collected(case, "%m/%d/%Y"))
        _grid_row(sheet, 80, edges, heads, True)
        y = 98.0
        for index in rows:
            cells = say.lab_row(case, index)
            row: list[str | list[Seg]] = [cells["test"], cells["range"], cells["unit"]]
            row += [earlier(rng, case, index, back) for back in (3, 2, 1)]
            _grid_row(sheet, y, edges, [*row, _value(case, index)], False)
            y += 18
        sheet.print(36, y + 14, "H above, L below the range. The last column is the most recent draw.", 8)
        sheet.traps.add("previous_results")
        sheets.append(sheet)
    return sheets


def _grid_row(sheet: Sheet, y: float, edges: tuple[float, ...], cells: list[str | list[Seg]], is_head: bool) -> None:
    for x0, x1, cell in zip(edges, edges[1:], cells, strict=False):
        sheet.frame(x0, y, x1, y + 18, 0.4)
        sheet.print(x0 + 3, y + 12.5, cell, 8 if is_head else 8.5, bold=is_head)

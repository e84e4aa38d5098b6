"""A prescription blank: letterhead, name and date on lines, a large Rx with directions in running hand."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import ask, put
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 96.0, 516.0


@register("rx_pad", "tune", "order", ("hand", "typed"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """One framed prescription in the middle of a sheet, with a fax note above."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%m/%d/%y", "%-m-%-d-%y", "%b %d %Y"), ("###.###.####", "(###) ###-####", "### ### ####")
    a = Answers(case, rng, style(rng, dates, phones, ("first last",), ("first last",)))
    sheet.print(LEFT, 56, [seg("FAX to: "), *a("center"), seg("  "), *a("center_fax")], 10, bold=True)
    sheet.frame(LEFT - 16, 78, RIGHT + 16, 700, 1.4)
    sheet.print(306, 106, a.sure("practice"), 15, bold=True, align="center")
    sheet.print(306, 121, a("office"), 9, align="center")
    sheet.print(
        306, 133, [seg("Tel. "), *a.sure("office_phone"), seg("     Fax "), *a.sure("office_fax")], 9, align="center"
    )
    sheet.print(
        306,
        148,
        [*a("doctor", "first last, credentials"), seg("      NPI "), *a("npi"), seg("      DEA "), *a("dea")],
        9,
        align="center",
    )
    if a.has("supervisor"):
        sheet.print(306, 160, [*a("supervisor"), seg("      NPI "), *a("supervisor_npi")], 9, align="center")
    sheet.line(LEFT - 16, 168, RIGHT + 16, 168, 0.8)
    y = 194.0
    for row in (
        [("For", 300, "name"), ("Date", 110, "order_date")],
        [("Address", 290, "address"), ("DOB", 120, "dob")],
        [("Weight", 90, "weight"), ("Height", 90, "height"), ("Allergies", 220, "allergies")],
        [("Insurance", 220, "payer"), ("ID", 180, "member")],
        [("Phone", 180, "home"), ("Dx", 220, "icd_dx 0")],
    ):
        y = _row(sheet, a, y, row)
    sheet.print(LEFT - 4, y + 30, "Rx", 34, bold=True)
    y = (
        put(sheet, LEFT + 60, y + 22, [*a("drug", rng.choice(("brand", "generic", "generic (brand)")))], 340, 2, 17)
        + 21
    )
    for index in range(len(case.orders)):
        words: list[Seg] = [*a(f"course {index}"), seg(": ")] if case.orders[index].course else [seg("Sig: ")]
        tail = a(f"duration {index}")
        words += [*a(f"dose {index}"), seg(" "), *a(f"route {index}"), seg(" "), *a(f"frequency {index}")]
        y = put(sheet, LEFT + 60, y, [*words, *([seg(" x "), *tail] if tail else [])], 340, 2, 17) + 21
    if a("premeds"):
        put(sheet, LEFT + 60, y, [seg("Premeds: "), *a("premeds")], 340, 3, 17)
    y = 600.0
    x = sheet.print(LEFT, y, "Refills:", 10) + 6
    sheet.line(x, y + 2, x + 60, y + 2, 0.5)
    put(sheet, x + 6, y, a(f"refills {len(case.orders) - 1}"), 50)
    sheet.check(LEFT + 150, y, "Dispense as written", rng.random() < 0.3, 9)
    sheet.check(LEFT + 270, y, "Substitution permitted", False, 9)
    sheet.line(LEFT, 668, RIGHT - 120, 668, 0.7)
    sheet.print(LEFT, 679, "Signature (not valid if stamped)", 8)
    if case.is_signed:
        sheet.sign(LEFT + 30, 664, 160, 24)
    sheet.line(RIGHT - 100, 668, RIGHT, 668, 0.7)
    sheet.print(RIGHT - 100, 679, "Date", 8)
    put(sheet, RIGHT - 96, 665, a("only_sign_date"), 92)
    return [sheet]


def _row(sheet: Sheet, a: Answers, y: float, row: list[tuple[str, int, str]]) -> float:
    x = LEFT
    for label, room, key in row:
        start = sheet.print(x, y, label, 9) + 4
        sheet.line(start, y + 2, x + room, y + 2, 0.5)
        put(sheet, start + 3, y - 1, ask(sheet, a, key), x + room - start - 4)
        x += room + 12
    return y + 24

"""Half a page of fax cover, and below a dashed line a prescription that was typed or written on the same sheet."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import ask, put
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 58.0, 554.0


@register("cover_order", "test", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A small office saves a page: who faxes what to whom, then the order."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%m/%d/%Y", "%-m/%-d/%y", "%b %-d, %Y"), ("###-###-####", "(###) ###-####", "### ### ####")
    a = Answers(case, rng, style(rng, dates, phones, ("first last", "last, first")))
    sheet.print(LEFT, 74, "FAX", 40, bold=True)
    sheet.print(RIGHT, 52, a.sure("practice"), 12, bold=True, align="right")
    sheet.print(RIGHT, 66, a.sure("office"), 8.5, align="right")
    sheet.print(
        RIGHT, 78, [seg("tel "), *a.sure("office_phone"), seg("  fax "), *a.sure("office_fax")], 8.5, align="right"
    )
    sheet.line(LEFT, 88, RIGHT, 88, 2.0)
    lines: list[tuple[str, list[Seg], float]] = [
        ("To", [*a("center"), seg(", intake")], LEFT),
        ("Fax", a("center_fax"), 330.0),
        ("From", a("doctor"), LEFT),
        ("Pages", [seg("this one and what follows")], 330.0),
        ("About", [seg("new start, "), *a("name")], LEFT),
        ("Sent", [seg(case.order_date.strftime(a.how.date))], 330.0),
    ]
    y = 110.0
    for number, (label, value, x) in enumerate(lines):
        sheet.print(x, y, label, 10, bold=True)
        put(sheet, x + 44, y, value, (322.0 if x == LEFT else RIGHT) - x - 48)
        y += 22 * (number % 2)
    text = (
        "Confidential: for the addressee only. If this reached you in error call us and destroy it. Please confirm "
        "receipt and the date of the first visit by return fax."
    )
    y = sheet.paragraph(LEFT, y + 10, text, RIGHT - LEFT, 9)
    for x in range(int(LEFT), int(RIGHT), 9):
        sheet.line(x, y + 6, x + 5, y + 6, 0.8)
    y = _prescription(sheet, a, y + 32)
    sheet.print(LEFT, y + 24, "x", 12)
    sheet.line(LEFT + 12, y + 26, 340, y + 26, 0.7)
    if case.is_signed:
        sheet.sign(LEFT + 30, y + 24, 160, 22)
    put(sheet, 364, y + 24, a("sign_date"), 120)
    sheet.line(360, y + 26, RIGHT, y + 26, 0.7)
    sheet.print(LEFT + 12, y + 36, [*a("doctor"), seg("   NPI "), *a("npi")], 8.5)
    sheet.print(360, y + 36, "date", 8.5)
    tail: list[Seg] = [seg("clinic NPI "), *a("group_npi")] if a.has("group_npi") else []
    if a.has("supervisor"):
        tail += [seg("   supervising: "), *a("supervisor")]
    sheet.print(LEFT + 12, y + 48, tail, 8.5)
    return [sheet]


def _prescription(sheet: Sheet, a: Answers, y: float) -> float:
    """A few words before each answer, nothing ruled."""
    case, last = a.case, len(a.case.orders) - 1
    rows: list[list[tuple[str, str, float]]] = [
        [("Pt:", "name", 240), ("dob", "dob", 130)],
        [("lives at", "address", 420)],
        [("home", "home", 130), ("cell", "mobile", 130), ("wt", "weight", 80)],
        [("ins.", "payer", 190), ("id", "member", 140), ("grp", "group", 70)],
        [("all.", "allergies", 420)],
        [("dx", "icd_dx 0", 420)],
        [("dx", "icd_dx 1", 420)],
        [("Rx:", "drug", 400)],
    ]
    for index, order in enumerate(case.orders):
        start = f"@course {index}" if order.course else "give"
        rows.append([(start, f"dose {index}", 90), ("", f"route {index}", 30), ("", f"frequency {index}", 190)])
    rows.append([("for", f"duration {last}", 110), ("refills", f"refills {last}", 50), ("start by", "start", 120)])
    rows.append([("premeds", "premeds", 420)])
    rows.append([("tried", "prior 0", 420)])
    for row in rows:
        x = LEFT
        for words, key, width in row:
            if words:
                label = a(words[1:]) if words.startswith("@") else words
                x = sheet.print(x, y, label, 10) + 6
            put(sheet, x, y, ask(sheet, a, key), min(width, RIGHT - x))
            x += width + 12
        y += 23.5
    return y

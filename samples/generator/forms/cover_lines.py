"""Cover sheets of further offices: a plain list with a message in its middle, and a practice's own letterhead."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import put, ticks
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

PHONES = ("###.###.####", "1-###-###-####", "(###) ###-####")


@register("cover_lines", "tune", "cover", ("typed", "hand"))
def draw_lines(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Labels right-aligned on a colon, message in a tall box."""
    sheet = Sheet("cover_sheet", look, rng)
    a = Answers(case, rng, style(rng, ("%Y-%m-%d", "%b %-d, %Y"), PHONES))
    sheet.print(72, 90, "Fax message", 26, bold=True)
    sheet.line(72, 100, 540, 100, 2.0)
    rows: list[tuple[str, list[Seg]]] = [
        ("Recipient", a("center")),
        ("Attention", [seg("Infusion intake")]),
        ("Recipient's fax", a("center_fax")),
        ("Sent by", [*a("doctor"), seg(", "), *a.sure("practice")]),
        ("Sender's phone", a.sure("office_phone")),
        ("Sender's fax", a.sure("office_fax")),
        ("Sent on", [seg(case.order_date.strftime(a.how.date))]),
        ("Sheets with this one", []),
        ("Subject", [seg("Infusion referral, "), *a("name", "plain")]),
    ]
    y = 132.0
    for label, answer in rows:
        sheet.print(190, y, label + " :", 11, align="right")
        put(sheet, 200, y, answer, 340)
        if label.startswith("Sheets"):
            sheet.page_total_at = (200, y)
        y += 24
    sheet.frame(72, y + 6, 540, y + 190, 1.0)
    sheet.print(80, y + 22, "Message", 9, bold=True)
    text = rng.choice(
        (
            "Order and records attached. Please confirm receipt by fax.",
            "New patient, insurance is active. Call with questions.",
            "Labs follow when resulted.",
        )
    )
    put(sheet, 84, y + 46, [seg(text)], 440, 3, 22)
    sheet.paragraph(
        72,
        690,
        "The pages of this message are private medical records. Whoever gets them in error is "
        "asked to call the sender and to shred them. No one else may read, copy or pass them on.",
        468,
        8.5,
    )
    return [sheet]


@register("cover_letterhead", "tune", "cover", ("typed",))
def draw_letterhead(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Letterhead in the middle, two columns of small tables, boxes for what is enclosed."""
    sheet = Sheet("cover_sheet", look, rng)
    a = Answers(case, rng, style(rng, ("%m-%d-%y", "%d %b %Y"), PHONES))
    sheet.print(306, 70, a.sure("practice"), 18, bold=True, align="center")
    sheet.print(306, 86, a.sure("office"), 9.5, align="center")
    sheet.print(306, 99, [seg("T "), *a.sure("office_phone"), seg("   F "), *a.sure("office_fax")], 9.5, align="center")
    sheet.shade(60, 116, 552, 140, 0.2)
    sheet.print(306, 132, "FAX TRANSMISSION", 13, bold=True, grey=1.0, align="center")
    pairs: list[tuple[float, float, str, list[Seg]]] = [
        (60, 170, "To", a("center")),
        (60, 192, "Fax", a("center_fax")),
        (60, 214, "Phone", a("center_phone")),
        (320, 170, "From", a("doctor")),
        (320, 192, "Date", [seg(case.order_date.strftime(a.how.date))]),
        (320, 214, "Page count", []),
    ]
    for x, y, label, answer in pairs:
        sheet.print(x, y, label, 10.5, bold=True)
        put(sheet, x + 70, y, answer, 170)
        sheet.line(x + 66, y + 4, x + 232, y + 4, 0.4)
        if label == "Page count":
            sheet.page_total_at = (x + 70, y)
    sheet.print(60, 260, "Enclosed:", 11, bold=True)
    for index, label in enumerate(
        ("Signed order", "Face sheet", "Insurance cards", "Visit note", "Laboratory results", "Imaging")
    ):
        sheet.check(80 + 220 * (index % 2), 284 + 22 * (index // 2), label, rng.random() < 0.6, 10)
    ticks(sheet, 60, 376, [("Please call to schedule", True, ()), ("No reply needed", False, ())], 10)
    sheet.paragraph(
        60,
        420,
        "Confidential under federal and state privacy law. If you are not the addressee, stop "
        "here: notify our office and destroy every page.",
        492,
        9,
    )
    return [sheet]

"""Cover sheets: who sends how many pages to whom."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

NOTICE = (
    "This transmission may hold protected health information meant only for the addressee. If it reached you "
    "by mistake, "
    "tell the sender by telephone at once and destroy all pages. Disclosing it further without consent is prohibited."
)


@register("cover_ruled", "train", "cover", ("typed", "hand"))
def draw_ruled(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A big FAX, ruled lines in two columns, comment area."""
    sheet = Sheet("cover_sheet", look, rng)
    who, phone = case.prescriber, say.phone_style(rng)
    sheet.print(60, 110, "FAX", 52, bold=True)
    sheet.print(552, 84, [seg(who.practice, "prescriber.practice")], 12, bold=True, align="right")
    sheet.print(552, 98, say.street(who.address, "prescriber.address"), 9, align="right")
    sheet.print(552, 110, say.city(who.address, "prescriber.address"), 9, align="right")
    rows: list[tuple[str, list[Seg], str, list[Seg]]] = [
        ("To:", [seg(case.center.name)], "From:", say.doctor(who)),
        ("Fax:", say.number(case.center.fax, style=phone), "Fax:", say.number(who.fax, "prescriber.fax", phone)),
        (
            "Phone:",
            say.number(case.center.phone, style=phone),
            "Phone:",
            say.number(who.phone, "prescriber.phone", phone),
        ),
        ("Date:", [seg(case.order_date.strftime("%m/%d/%Y"))], "Pages incl. cover:", []),
        ("Re:", [seg("Referral, "), *say.drug(case, "brand")], "Attn:", [seg("Intake")]),
    ]
    y = 170.0
    for left, answer, right, reply in rows:
        for x0, x1, label, value in ((60, 296, left, answer), (316, 552, right, reply)):
            start = sheet.print(x0, y, label, 11, bold=True) + 6
            sheet.line(start, y + 3, x1, y + 3, 0.6)
            sheet.fill(start + 4, y, value, x1 - start - 6)
            if label.startswith("Pages"):
                sheet.page_total_at = (start + 4, y)
        y += 34
    x = 60.0
    for label in ("Urgent", "For review", "Please comment", "Please reply"):
        x = sheet.check(x, y, label, label == "For review", 10.5) + 26
    sheet.print(60, y + 40, "Comments:", 11, bold=True)
    for index in range(6):
        sheet.line(60, y + 66 + 24 * index, 552, y + 66 + 24 * index, 0.4)
    sheet.fill(64, y + 63, [seg("New start. Please call us with the appointment date.")], 480)
    sheet.paragraph(60, 700, NOTICE, 492, 8)
    return [sheet]


@register("cover_boxed", "retired", "cover", ("typed", "hand"))
def draw_boxed(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A framed block of rows in capitals, patient named in the reference."""
    sheet = Sheet("cover_sheet", look, rng)
    who = case.prescriber
    sheet.print(306, 90, "FACSIMILE TRANSMITTAL", 20, bold=True, align="center")
    sheet.print(306, 112, [seg(who.practice, "prescriber.practice")], 13, align="center")
    sheet.print(
        306,
        127,
        [*say.street(who.address, "prescriber.address"), seg(" - "), *say.city(who.address, "prescriber.address")],
        9,
        align="center",
    )
    rows: list[tuple[str, list[Seg]]] = [
        ("TO", [seg(case.center.name + ", scheduling")]),
        ("RECIPIENT FAX", say.number(case.center.fax)),
        ("SENDER", say.doctor(who, "dr")),
        (
            "SENDER PHONE / FAX",
            [*say.number(who.phone, "prescriber.phone"), seg("  /  "), *say.number(who.fax, "prescriber.fax")],
        ),
        ("DATE SENT", [seg(case.order_date.strftime("%B %d, %Y"))]),
        ("NUMBER OF PAGES", []),
        (
            "REGARDING",
            [*say.patient(case, "plain"), seg(", born "), *say.day(case.date_of_birth, "patient.date_of_birth")],
        ),
    ]
    y = 160.0
    for label, answer in rows:
        sheet.frame(80, y, 532, y + 30, 1.2)
        sheet.print(88, y + 19, label, 10, bold=True)
        sheet.fill(230, y + 20, answer, 294, look.pen_size * 1.05)
        if label.startswith("NUMBER"):
            sheet.page_total_at = (230, y + 20)
        y += 30
    sheet.line(230 - 8, 160, 230 - 8, y, 1.2)
    sheet.print(80, y + 40, "MESSAGE", 10, bold=True)
    sheet.paragraph(
        80,
        y + 58,
        "Enclosed: signed order, demographics, insurance card, last office note and laboratory results.",
        450,
        10,
    )
    sheet.frame(80, 640, 532, 710, 0.8)
    sheet.paragraph(88, 655, NOTICE, 436, 8.5)
    return [sheet]

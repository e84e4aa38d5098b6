"""Insurance cards copied one side to a page, as a copier does that is fed twice."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

Rows = tuple[tuple[str, list[Seg]], ...]


def _sides(look: Look, rng: random.Random) -> tuple[Sheet, Sheet]:
    return Sheet("insurance_card", look, rng), Sheet("insurance_card", look, rng)


def _rows(sheet: Sheet, x: float, y: float, rows: Rows, gap: float, step: float, size: float) -> float:
    for label, value in rows:
        if value:
            sheet.print(x, y, label, size * 0.8)
            sheet.print(x + gap, y + (0 if gap else size + 2), value, size, bold=label.startswith(("ID", "Member")))
            y += step
    return y


@register("card_pages", "tune", "card", ("typed",))
def draw_pages(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Enlarged to twice the size, names above values, the back full of telephone numbers."""
    front, back = _sides(look, rng)
    for sheet in (front, back):
        sheet.frame(70, 160, 542, 450, 1.6)
    front.print(90, 192, say.coverage(case, "payer"), 19, bold=True)
    front.print(522, 192, say.coverage(case, "plan"), 12, align="right")
    left: Rows = (
        ("Subscriber name", say.coverage(case, "subscriber_name")),
        ("ID number", say.coverage(case, "member_id")),
        ("Group", say.coverage(case, "group_number")),
    )
    right: Rows = (
        ("Rx BIN", say.coverage(case, "bin")),
        ("Rx PCN", say.coverage(case, "pcn")),
        ("Office visit", [seg("$25")]),
    )
    _rows(front, 90, 236, left, 0, 56, 14)
    _rows(front, 360, 236, right, 0, 56, 13)
    back.shade(71, 176, 541, 214, 0.25)
    lines: tuple[list[Seg], ...] = (
        [seg("Members call: "), *say.number(case.payer_phone, "coverages[0].payer_phone", "1-###-###-####")],
        [seg("Providers call: 1-800-555-0111")],
        [seg("Pharmacists call: 1-877-555-0122")],
        [seg("Precertification fax: 1-888-555-0133")],
        [seg("Mail claims to PO Box 9120, Salem, OR 97301. Payer ID 55101")],
    )
    for index, text in enumerate(lines):
        back.print(90, 250 + 30 * index, text, 12)
    return [front, back]


@register("card_copied", "train", "card", ("typed",))
def draw_copied(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Life size near the top of each page, labels left of the values, a stamp of the date copied."""
    front, back = _sides(look, rng)
    for sheet, side in ((front, "FRONT"), (back, "BACK")):
        sheet.frame(48, 60, 294, 216, 1.0)
        sheet.print(48, 240, f"{side} - copied {case.order_date.strftime('%m/%d/%Y')}", 9)
    front.print(58, 82, say.coverage(case, "payer"), 12, bold=True)
    rows: Rows = (
        ("Member:", say.coverage(case, "subscriber_name")),
        ("ID #:", say.coverage(case, "member_id")),
        ("Grp #:", say.coverage(case, "group_number")),
        ("Plan:", say.coverage(case, "plan")),
        ("BIN:", say.coverage(case, "bin")),
        ("PCN:", say.coverage(case, "pcn")),
    )
    _rows(front, 58, 106, rows, 50, 17, 9.5)
    back.print(
        58, 92, [seg("Customer Service "), *say.number(case.payer_phone, "coverages[0].payer_phone", "###-###-####")], 9
    )
    back.print(58, 108, "Prior authorization 800-555-0144", 9)
    back.paragraph(
        58, 128, "Emergency: go to the nearest hospital. Possession of this card is no proof of eligibility.", 226, 8
    )
    return [front, back]


@register("card_centered", "retired", "card", ("typed",))
def draw_tall(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Front in the middle of one page, back at the foot of another, values right-aligned."""
    front, back = _sides(look, rng)
    front.shade(140, 280, 472, 490, 0.93)
    front.frame(140, 280, 472, 490, 1.2)
    front.print(306, 308, say.coverage(case, "payer"), 15, bold=True, align="center")
    front.print(306, 324, say.coverage(case, "plan"), 10, align="center")
    rows: Rows = (
        ("NAME", say.coverage(case, "subscriber_name")),
        ("MEMBER ID", say.coverage(case, "member_id")),
        ("GROUP", say.coverage(case, "group_number")),
        ("RXBIN", say.coverage(case, "bin")),
        ("RXPCN", say.coverage(case, "pcn")),
    )
    y = 354.0
    for label, value in rows:
        if value:
            front.print(156, y, label, 9, bold=True)
            front.print(456, y, value, 11, align="right")
            y += 24
    back.frame(140, 500, 472, 710, 1.2)
    back.print(156, 536, "Questions about benefits", 9, bold=True)
    back.print(456, 536, say.number(case.payer_phone, "coverages[0].payer_phone", "###.###.####"), 11, align="right")
    back.print(156, 560, "Behavioral health", 9, bold=True)
    back.print(456, 560, "888.555.0155", 11, align="right")
    back.paragraph(
        156,
        592,
        "Specialty medicines need approval before they are given. Send electronic claims under payer number 77310.",
        300,
        9,
    )
    return [front, back]

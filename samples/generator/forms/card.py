"""Copies of insurance cards, front and back on one page."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.ops import Box, seg
from samples.generator.sheet import Look, Sheet


def _card(sheet: Sheet, box: Box, grey: float = 1.0) -> None:
    if grey < 1:
        sheet.shade(*box, grey)
    sheet.frame(*box, 1.2)


@register("card_stacked", "train", "card", ("typed",))
def draw_stacked(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Front above back, life size."""
    sheet = Sheet("insurance_card", look, rng)
    _card(sheet, (184, 120, 428, 274))
    sheet.print(196, 142, say.coverage(case, "payer"), 13, bold=True)
    sheet.print(196, 156, say.coverage(case, "plan"), 8.5)
    for index, (label, value) in enumerate(
        (
            ("Member", say.coverage(case, "subscriber_name")),
            ("Member ID", say.coverage(case, "member_id")),
            ("Group No.", say.coverage(case, "group_number")),
        )
    ):
        sheet.print(196, 184 + 24 * index, label, 7)
        sheet.print(196, 195 + 24 * index, value, 10, bold=index == 1)
    for index, (label, value) in enumerate(
        (("RxBIN", say.coverage(case, "bin")), ("RxPCN", say.coverage(case, "pcn")))
    ):
        if value:
            sheet.print(344, 184 + 24 * index, label, 7)
            sheet.print(344, 195 + 24 * index, value, 10)
    sheet.print(344, 232, "Copay $30 / $50", 7.5)
    _card(sheet, (184, 330, 428, 484))
    sheet.shade(185, 344, 427, 366, 0.4)
    sheet.print(
        196,
        390,
        [seg("Member services "), *say.number(case.payer_phone, "coverages[0].payer_phone", "###-###-####")],
        8.5,
    )
    sheet.print(196, 406, "Provider line 800-555-0100", 8.5)
    sheet.paragraph(
        196,
        426,
        "Show this card whenever you receive care. It does not guarantee coverage. Send claims to PO Box "
        "4400, Albany, NY 12205.",
        220,
        7.5,
    )
    return [sheet]


@register("card_side_by_side", "retired", "card", ("typed",))
def draw_side(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Front and back side by side, tinted, as a copier reduces them."""
    sheet = Sheet("insurance_card", look, rng)
    sheet.print(60, 80, "Insurance card copy - scanned at check-in", 9)
    _card(sheet, (40, 110, 300, 270), 0.9)
    sheet.print(290, 132, say.coverage(case, "payer"), 12, bold=True, align="right")
    rows = (
        ("SUBSCRIBER", say.coverage(case, "subscriber_name")),
        ("IDENTIFICATION NO", say.coverage(case, "member_id")),
        ("GRP", say.coverage(case, "group_number")),
        ("PLAN", say.coverage(case, "plan")),
        ("BIN", say.coverage(case, "bin")),
        ("PCN", say.coverage(case, "pcn")),
    )
    for index, (label, value) in enumerate(rows):
        if value:
            sheet.print(50, 156 + 18 * index, label, 7.5, bold=True)
            sheet.print(150, 156 + 18 * index, value, 9.5)
    _card(sheet, (312, 110, 572, 270), 0.9)
    sheet.print(322, 140, [seg("Customer care: "), *say.number(case.payer_phone, "coverages[0].payer_phone")], 9)
    sheet.print(322, 156, "Nurse line: (888) 555-0102", 9)
    sheet.paragraph(
        322,
        180,
        "Precertification is needed for infused specialty drugs. Pharmacists: process claims with the BIN "
        "and PCN on the front.",
        240,
        8,
    )
    return [sheet]

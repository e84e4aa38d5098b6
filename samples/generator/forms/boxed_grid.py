"""A boxed grid: every cell has a small label in its upper left corner and the answer below it."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register, standing_orders
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 36.0, 576.0


class _Grid:
    def __init__(self, sheet: Sheet, top: float):
        self.sheet, self.top = sheet, top

    def head(self, title: str) -> None:
        """A dark bar with a section's title."""
        self.sheet.shade(LEFT, self.top, RIGHT, self.top + 14, 0.15)
        self.sheet.print(LEFT + 5, self.top + 10.5, title, 9, bold=True, grey=1.0)
        self.top += 14

    def row(self, cells: list[tuple[str | list[Seg], float, list[Seg] | None]], height: float = 27) -> None:
        """Cells of label, share of the width and answer (None: the cell is left to the caller)."""
        x = LEFT
        total = sum(c[1] for c in cells)
        for label, share, answer in cells:
            wide = (RIGHT - LEFT) * share / total
            self.sheet.frame(x, self.top, x + wide, self.top + height)
            self.sheet.print(x + 3, self.top + 8, label, 6.5)
            if answer is not None:
                self.sheet.fill(x + 6, self.top + height - 5, answer, wide - 10)
            x += wide
        self.top += height


@register("boxed_grid", "train", "order", ("typed", "hand", "acroform"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Order form of a clinic on one page."""
    sheet = Sheet("order", look, rng)
    who, style = case.prescriber, rng.choice(say.DATE_STYLES)
    phone = say.phone_style(rng)
    sheet.print(LEFT, 44, case.center.name, 14, bold=True)
    sheet.print(LEFT, 58, "Infusion Therapy Order Form", 11)
    sheet.print(RIGHT, 44, [seg("Return by fax: "), *say.number(case.center.fax, style=phone)], 9, align="right")
    sheet.print(RIGHT, 56, [seg("Questions: "), *say.number(case.center.phone, style=phone)], 9, align="right")
    grid = _Grid(sheet, 70)
    grid.head("PATIENT")
    grid.row(
        [
            ("Last name", 4, say.patient(case, "last")),
            ("First name", 4, say.patient(case, "first")),
            ("MI", 1, say.patient(case, "middle")),
            ("Birth date", 3, say.day(case.date_of_birth, "patient.date_of_birth", style)),
        ]
    )
    grid.row(
        [
            ("Street address", 6, say.street(case.home, "patient.address")),
            ("City, state, ZIP", 5, say.city(case.home, "patient.address")),
        ]
    )
    grid.row(
        [
            ("Home phone", 3, say.number(case.home_phone, "patient.home_phone", phone)),
            ("Cell phone", 3, say.number(case.mobile_phone, "patient.mobile_phone", phone)),
            ("Sex", 2, None),
            ("Height", 1.6, say.height(case)),
            ("Weight", 1.6, say.weight(case)),
        ]
    )
    x = LEFT + (RIGHT - LEFT) * 6 / 11.2 + 8
    for name in ("male", "female"):
        x = sheet.check(x, grid.top - 7, name[0].upper(), case.sex == name, 9, says=(("patient.sex", name),)) + 8
    grid.row(
        [
            ("Allergies", 7, say.allergies(case)),
            (
                "Emergency contact / phone",
                5,
                [seg(case.emergency[0] + " "), *say.number(case.emergency[2], style=phone)],
            ),
        ]
    )
    grid.head("INSURANCE")
    grid.row(
        [
            ("Primary payer", 4, say.coverage(case, "payer")),
            ("Member ID", 3, say.coverage(case, "member_id")),
            ("Group no.", 2, say.coverage(case, "group_number")),
            ("Policy holder", 3, say.coverage(case, "subscriber_name")),
        ]
    )
    grid.head("DIAGNOSIS AND ORDER")
    grid.row(
        [
            ("ICD-10 code", 2, say.diagnosis(case, 0, "only")),
            ("Diagnosis", 6, [say.diagnosis(case, 0)[2]]),
            ("Other diagnosis", 5, say.diagnosis(case, 1) if len(case.diagnoses) > 1 else None),
        ]
    )
    grid.row(
        [
            ("Medication", 5, say.drug(case, rng.choice(("brand (generic)", "brand", "generic (brand)")))),
            ("Vial", 2, [seg(case.drug["vial"])]),
            ("HCPCS", 2, [Seg(case.drug["hcpcs"], say.each_order(case, "hcpcs", case.drug["hcpcs"]))]),
        ]
    )
    for index in range(len(case.orders)):
        grid.row(
            [
                (say.course(case, index), 2, say.order_leaf(case, index, "dose")),
                ("Route", 1, say.order_leaf(case, index, "route")),
                ("Frequency", 5, say.frequency(case, index, rng)),
                ("Duration", 2, say.order_leaf(case, index, "duration")),
                ("Refills", 1, say.order_leaf(case, index, "refills")),
            ]
        )
    grid.row(
        [
            ("Premedication", 8, say.premedications(case)),
            ("Requested start", 3, say.day(case.start_date, "orders[0].start_date", style)),
        ]
    )
    grid.head("PRESCRIBER")
    grid.row(
        [
            ("Prescriber name", 5, say.doctor(who)),
            ("NPI", 3, say.npi(who.npi, is_spaced=rng.random() < 0.3)),
            ("DEA", 2, [seg(who.dea)]),
            ("State license", 2, [seg(who.license_number)]),
        ]
    )
    grid.row(
        [
            ("Practice", 5, [seg(who.practice, "prescriber.practice")]),
            ("Group NPI", 2.5, [seg(who.group_npi)]),
            ("Office phone", 2.5, say.number(who.phone, "prescriber.phone", phone)),
            ("Office fax", 2.5, say.number(who.fax, "prescriber.fax", phone)),
        ]
    )
    grid.row([("Office address", 1, say.address(who.address, "prescriber.address"))])
    grid.row([("Prescriber signature", 7, None), ("Order date", 3, say.sign_date(case, style))], 38)
    if case.is_signed:
        sheet.sign(LEFT + 30, grid.top - 9, 130)
    sheet.print(LEFT, grid.top + 14, f"For {case.center.name} staff: NPI {case.center.npi}", 7)
    sheet.print(RIGHT, grid.top + 14, "Form IT-204 rev. 03/2025", 7, align="right")
    standing_orders(sheet, grid.top + 34, "train")
    return [sheet]

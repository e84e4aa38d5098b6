"""A manufacturer-style enrollment form: comb boxes for dates and numbers, numbered blocks, circles to mark."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 32.0, 580.0


def _blank(sheet: Sheet, x: float, y: float, wide: float, label: str, answer: list[Seg]) -> None:
    sheet.frame(x, y - 16, x + wide, y + 3, 0.5, 0.3)
    sheet.print(x + 2, y + 10, label.upper(), 6)
    sheet.fill(x + 4, y - 2, answer, wide - 8)


def _block(sheet: Sheet, y: float, number: int, title: str) -> float:
    sheet.shade(LEFT, y, LEFT + 16, y + 16, 0.0)
    sheet.print(LEFT + 8, y + 12, str(number), 11, bold=True, grey=1.0, align="center")
    sheet.print(LEFT + 22, y + 12, title, 11, bold=True)
    sheet.line(LEFT, y + 18, RIGHT, y + 18, 1.2)
    return y + 42


@register("comb_enrollment", "retired", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Start form on one page."""
    sheet = Sheet("enrollment_form", look, rng)
    who, phone = case.prescriber, say.phone_style(rng)
    sheet.print(LEFT, 44, f"{case.drug['brand']} Patient Start Form", 17, bold=True)
    sheet.print(
        RIGHT,
        36,
        [seg("Fax pages to "), *say.number(case.center.fax, style="###-###-####")],
        9,
        bold=True,
        align="right",
    )
    sheet.print(RIGHT, 48, [seg("Help line "), *say.number(case.center.phone, style="###-###-####")], 9, align="right")
    y = _block(sheet, 58, 1, "Patient")
    _blank(sheet, LEFT, y, 180, "first name", say.patient(case, "first"))
    _blank(sheet, LEFT + 188, y, 50, "m.i.", say.patient(case, "middle"))
    _blank(sheet, LEFT + 246, y, 302, "last name", say.patient(case, "last"))
    y += 38
    born = case.date_of_birth
    sheet.comb(LEFT, y, born.strftime("%m/%d/%Y"), (15, 18), (("patient.date_of_birth", born.isoformat()),))
    sheet.print(LEFT, y + 8, "DATE OF BIRTH (MM/DD/YYYY)", 6)
    x = 240.0
    for name in ("male", "female"):
        x = sheet.check(x, y - 4, name.capitalize(), case.sex == name, 9, "circle", (("patient.sex", name),)) + 14
    _blank(sheet, 370, y, 90, "height", say.height(case, rng.choice(("ft", "in"))))
    _blank(sheet, 468, y, 112, "weight", say.weight(case, rng.choice(("lb", "kg"))))
    y += 34
    _blank(sheet, LEFT, y, 270, "home address", say.street(case.home, "patient.address"))
    _blank(sheet, LEFT + 278, y, 270, "city  state  zip", say.city(case.home, "patient.address"))
    y += 34
    _blank(sheet, LEFT, y, 130, "home phone", say.number(case.home_phone, "patient.home_phone", phone))
    _blank(sheet, LEFT + 138, y, 130, "mobile", say.number(case.mobile_phone, "patient.mobile_phone", phone))
    _blank(sheet, LEFT + 276, y, 272, "e-mail", [seg(case.email, "patient.email")])
    y += 34
    _blank(sheet, LEFT, y, 270, "caregiver or alternate contact", [seg(f"{case.emergency[0]} ({case.emergency[1]})")])
    _blank(sheet, LEFT + 278, y, 130, "contact phone", say.number(case.emergency[2], style=phone))
    y = _block(sheet, y + 16, 2, "Coverage")
    _blank(sheet, LEFT, y, 200, "medical insurance", say.coverage(case, "payer"))
    _blank(sheet, LEFT + 208, y, 150, "subscriber id #", say.coverage(case, "member_id"))
    _blank(sheet, LEFT + 366, y, 80, "group #", say.coverage(case, "group_number"))
    _blank(sheet, LEFT + 454, y, 94, "insurer phone", say.number(case.payer_phone, "coverages[0].payer_phone", phone))
    y += 34
    _blank(sheet, LEFT, y, 200, "policy holder", say.coverage(case, "subscriber_name"))
    _blank(sheet, LEFT + 208, y, 150, "relationship to patient", say.coverage(case, "relationship"))
    y = _block(sheet, y + 16, 3, "Prescriber")
    _blank(sheet, LEFT, y, 130, "first name", [say.doctor(who)[0]])
    _blank(sheet, LEFT + 138, y, 130, "last name", [say.doctor(who)[2]])
    _blank(sheet, LEFT + 276, y, 60, "title", [say.doctor(who)[4]])
    _blank(sheet, LEFT + 344, y, 204, "facility name", [seg(who.practice, "prescriber.practice")])
    y += 38
    sheet.comb(LEFT, y, who.npi, (15, 18), (("prescriber.npi", who.npi),))
    sheet.print(LEFT, y + 8, "NPI #", 6)
    _blank(sheet, 196, y, 92, "group npi # (if any)", [seg(who.group_npi)])
    _blank(sheet, 296, y, 80, "state license #", [seg(who.license_number)])
    _blank(sheet, 384, y, 94, "telephone", say.number(who.phone, "prescriber.phone", phone))
    _blank(sheet, 486, y, 94, "fax", say.number(who.fax, "prescriber.fax", phone))
    y += 34
    _blank(sheet, LEFT, y, 548, "office address", say.address(who.address, "prescriber.address"))
    y = _block(sheet, y + 16, 4, "Prescription")
    _blank(
        sheet, LEFT, y, 130, "primary diagnosis (icd-10)", say.diagnosis(case, 0, rng.choice(("only", "only nodot")))
    )
    _blank(sheet, LEFT + 138, y, 410, "description", [say.diagnosis(case, 0)[2]])
    y += 34
    for index, order in enumerate(case.orders):
        drug = say.drug(case, "brand (generic)") if index == 0 else [seg("as above")]
        if order.course:
            drug = [*drug, seg(", "), *say.order_leaf(case, index, "course")]
        _blank(sheet, LEFT, y, 190, "medication", drug)
        _blank(sheet, LEFT + 196, y, 76, "dose", say.order_leaf(case, index, "dose"))
        _blank(sheet, LEFT + 278, y, 40, "route", say.order_leaf(case, index, "route"))
        _blank(sheet, LEFT + 324, y, 150, "directions", say.frequency(case, index, rng))
        _blank(sheet, LEFT + 480, y, 68, "refills", say.order_leaf(case, index, "refills"))
        y += 34
    _blank(sheet, LEFT, y, 270, "known allergies", say.allergies(case))
    _blank(sheet, LEFT + 278, y, 270, "earlier treatment", say.prior(case, 0))
    y += 44
    sheet.line(LEFT, y, 360, y, 0.8)
    sheet.print(LEFT, y + 8, "PRESCRIBER SIGNATURE (no stamps)", 6)
    if case.is_signed:
        sheet.sign(LEFT + 40, y - 3, 150, 20)
        when = case.order_date
        says = (("prescriber.signature_date", when.isoformat()), *say.each_order(case, "date", when.isoformat()))
        sheet.comb(400, y, when.strftime("%m/%d/%Y"), (15, 18), says)
    else:
        sheet.comb(400, y, "__/__/____", (15, 18), ())
        sheet.blank.append("prescriber.signature_date")
    sheet.print(400, y + 8, "DATE", 6)
    return [sheet]

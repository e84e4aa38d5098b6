"""A free letter from the prescriber: no form at all, the order in prose."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, WIDTH = 66.0, 480.0


@register("letter", "retired", "order", ("typed",))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Letterhead, address block, reference line, three paragraphs, signature."""
    sheet = Sheet("order", look, rng)
    who, phone = case.prescriber, say.phone_style(rng)
    sheet.print(306, 54, [seg(who.practice, "prescriber.practice")], 16, bold=True, align="center")
    sheet.print(306, 68, say.address(who.address, "prescriber.address"), 9, align="center")
    sheet.print(
        306,
        80,
        [
            seg("Telephone "),
            *say.number(who.phone, "prescriber.phone", phone),
            seg("  -  Facsimile "),
            *say.number(who.fax, "prescriber.fax", phone),
        ],
        9,
        align="center",
    )
    sheet.line(LEFT, 88, LEFT + WIDTH, 88, 1.0)
    sheet.print(LEFT, 116, say.order_date(case, "%B %d, %Y"), 10.5)
    for index, text in enumerate(
        (case.center.name, case.center.address.line1, f"{case.center.address.city}, {case.center.address.state}")
    ):
        sheet.print(LEFT, 142 + 13 * index, text, 10.5)
    sheet.print(LEFT, 181, [seg("By fax: "), *say.number(case.center.fax, style=phone)], 10.5)
    born = say.day(case.date_of_birth, "patient.date_of_birth", rng.choice(("%m/%d/%Y", "%B %d, %Y")))
    sheet.print(LEFT, 206, [seg("Re: "), *say.patient(case), seg(", born "), *born], 10.5)
    y = sheet.paragraph(LEFT, 232, [seg("Dear colleagues,")], WIDTH, 10.5)
    title = "Ms." if case.sex == "female" else "Mr."
    said: list[Seg] = [
        seg(f"I am referring {title} {case.last_name} for treatment with "),
        *say.drug(case, "generic (brand)"),
        seg(". The indication is "),
        *say.diagnosis(case, 0, "description"),
        seg(". "),
    ]
    if len(case.diagnoses) > 1:
        said += [seg("Other active problems: "), *say.diagnosis(case, 1, "description"), seg(". ")]
    first = case.priors[0]
    said += [
        seg("Earlier treatment with "),
        seg(first[0], "prior_therapies[0].drug"),
        seg(" from "),
        seg(first[1], "prior_therapies[0].start"),
        seg(" to "),
        seg(first[2], "prior_therapies[0].stop"),
        seg(" was stopped for "),
        seg(first[3], "prior_therapies[0].outcome"),
        seg(". There is a family history of type 2 diabetes (E11.9); tuberculosis has been ruled out."),
    ]
    y = sheet.paragraph(LEFT, y + 8, said, WIDTH, 10.5, 1.4)
    order: list[Seg] = [seg("Please give ")]
    for index in range(len(case.orders)):
        order += [seg(", followed by ")] if index else []
        order += [
            *say.order_leaf(case, index, "dose"),
            seg(" "),
            *say.order_leaf(case, index, "route"),
            seg(" "),
            *say.order_leaf(case, index, "frequency"),
        ]
        tail = say.order_leaf(case, index, "duration")
        order += [seg(" for "), *tail] if tail else []
    order += [
        seg(". Premedication: "),
        *say.premedications(case, ", "),
        seg(". Allergies: "),
        *say.allergies(case),
        seg(". Weight "),
        *say.weight(case, "kg"),
        seg(", height "),
        *say.height(case, "cm"),
        seg("."),
    ]
    y = sheet.paragraph(LEFT, y + 8, order, WIDTH, 10.5, 1.4)
    cover: list[Seg] = [
        seg("Coverage is with "),
        *say.coverage(case, "payer"),
        seg(", member number "),
        *say.coverage(case, "member_id"),
        seg(". The patient can be reached at "),
        *say.number(case.home_phone, "patient.home_phone", phone),
        seg(
            f". Results of the last blood tests are attached; please call {say.plain_phone(who.phone, phone)} "
            "with questions."
        ),
    ]
    y = sheet.paragraph(LEFT, y + 8, cover, WIDTH, 10.5, 1.4)
    sheet.print(LEFT, y + 16, "Sincerely,", 10.5)
    if case.is_signed:
        sheet.sign(LEFT + 4, y + 54, 140, 22)
    sheet.print(LEFT, y + 76, say.doctor(who), 10.5)
    sheet.print(LEFT, y + 90, [seg("NPI "), *say.npi(who.npi)], 10.5)
    sheet.print(LEFT, y + 118, [seg("cc: "), *say.doctor(case.primary_care, "first last, credentials", "")], 9)
    return [sheet]

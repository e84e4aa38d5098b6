"""One column of underlined blanks with the label left of each."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 54.0, 558.0


def _blanks(sheet: Sheet, y: float, parts: list[tuple[str | list[Seg], float, list[Seg]]], size: float = 10) -> None:
    x, total = LEFT, sum(p[1] for p in parts)
    for label, share, answer in parts:
        end = x + (RIGHT - LEFT) * share / total
        start = sheet.print(x, y, label, size) + 3
        sheet.line(start, y + 2, end - 8, y + 2, 0.5)
        sheet.fill(start + 4, y, answer, end - start - 14)
        x = end


@register("underlined", "train", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Physician's order for infusion, one page of lines."""
    sheet = Sheet("order", look, rng)
    who, style, phone = case.prescriber, rng.choice(say.DATE_STYLES), say.phone_style(rng)
    sheet.print(306, 50, case.center.name.upper(), 13, bold=True, align="center")
    sheet.print(306, 66, "PHYSICIAN ORDERS - OUTPATIENT INFUSION", 11, bold=True, align="center")
    sheet.print(
        306,
        79,
        [
            seg("Phone "),
            *say.number(case.center.phone, style=phone),
            seg("   Fax "),
            *say.number(case.center.fax, style=phone),
        ],
        9,
        align="center",
    )
    step = 25.0
    y = 108.0
    rows: list[list[tuple[str | list[Seg], float, list[Seg]]]] = [
        [
            ("Patient name:", 6, say.patient(case, rng.choice(("first last", "last, first")))),
            ("Date of birth:", 4, say.day(case.date_of_birth, "patient.date_of_birth", style)),
        ],
        [
            ("Phone:", 4, say.number(case.home_phone, "patient.home_phone", phone)),
            ("Height:", 2.4, say.height(case, rng.choice(("in", "ft", "cm")))),
            ("Weight:", 2.4, say.weight(case, rng.choice(("lb", "kg")))),
        ],
        [("Address:", 1, say.address(case.home, "patient.address"))],
        [("Allergies:", 1, say.allergies(case))],
        [("Insurance:", 5, say.coverage(case, "payer")), ("ID #:", 4, say.coverage(case, "member_id"))],
        [
            ("Diagnosis:", 6, [say.diagnosis(case, 0)[2]]),
            ("ICD-10:", 3, say.diagnosis(case, 0, rng.choice(("only", "only nodot")))),
        ],
    ]
    if len(case.diagnoses) > 1:
        rows.append([("Other problems:", 1, say.diagnosis(case, 1, "description"))])
    rows.append(
        [
            ("Date of order:", 4, say.order_date(case, style)),
            (
                "Last infusion:",
                4,
                say.day(case.last_treatment, "orders[0].last_treatment_date", style)
                if case.last_treatment
                else say.Blank(("orders[0].last_treatment_date",)),
            ),
        ]
    )
    rows.append([("Medication:", 1, say.drug(case, rng.choice(("brand", "brand (generic)", "generic"))))])
    rows += [
        [
            ([*say.course(case, index), seg(":")], 3, say.order_leaf(case, index, "dose")),
            ("Route:", 1.6, say.order_leaf(case, index, "route")),
            ("Frequency:", 5, say.frequency(case, index, rng)),
        ]
        for index in range(len(case.orders))
    ]
    last = len(case.orders) - 1
    rows.append(
        [
            ("Duration of order:", 4, say.order_leaf(case, last, "duration")),
            ("Refills:", 3, say.order_leaf(case, last, "refills")),
            ("Start on or after:", 4, say.day(case.start_date, "orders[0].start_date", style)),
        ]
    )
    rows.append([("Premedicate with:", 1, say.premedications(case, ", "))])
    rows.append([("Failed therapies:", 1, say.prior(case, 0))])
    rows += [
        [
            ("Ordering provider (print):", 6, say.doctor(who)),
            ("NPI #:", 3, say.npi(who.npi, is_spaced=rng.random() < 0.3)),
        ],
        [("Practice:", 5, [seg(who.practice, "prescriber.practice")]), ("DEA #:", 2.5, [seg(who.dea)])],
        [
            ("Office phone:", 4, say.number(who.phone, "prescriber.phone", phone)),
            ("Office fax:", 4, say.number(who.fax, "prescriber.fax", phone)),
        ],
        [
            ("Primary care physician:", 5, say.doctor(case.primary_care, "dr", "")),
            ("PCP phone:", 4, say.number(case.primary_care.phone, style=phone)),
        ],
    ]
    for row in rows:
        _blanks(sheet, y, row)
        y += step
    y += 12
    _blanks(sheet, y, [("Signature:", 6, []), ("Date:", 3, say.sign_date(case, style, False))])
    if case.is_signed:
        sheet.sign(LEFT + 70, y - 1, 140, 20)
    sheet.paragraph(
        LEFT,
        y + 24,
        "Attach: demographics, insurance cards front and back, last two office notes, current medication "
        "list, laboratory results from the past 90 days.",
        RIGHT - LEFT,
        8,
    )
    return [sheet]

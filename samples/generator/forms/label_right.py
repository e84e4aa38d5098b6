"""The blank comes first and its label follows in brackets; every section is numbered in Roman figures."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register, standing_orders
from samples.generator.forms.layout import ask, each_order, put, sexes, ticks
from samples.generator.ops import seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 52.0, 560.0
Row = list[tuple[str, float, str]]
PATIENT: list[Row] = [
    [("(last name)", 3, "last_name"), ("(first name)", 3, "first"), ("(mi)", 1.2, "middle")],
    [("(date of birth)", 3, "dob"), ("(hgt)", 1.8, "height"), ("(wgt)", 1.8, "weight")],
    [("(street, apt.)", 4, "street"), ("(city, state, zip)", 4, "city_state_zip")],
    [("(home phone)", 3, "home"), ("(work phone)", 3, "work"), ("(cell)", 3, "mobile")],
    [("(allergies, reactions)", 1, "allergies")],
    [("(next of kin)", 4, "emergency"), ("(phone of next of kin)", 3, "emergency_phone")],
]
PAYER: list[Row] = [
    [("(insurance company)", 4, "payer"), ("(identification no.)", 3, "member")],
    [("(insured)", 4, "subscriber"), ("(group no.)", 3, "group")],
]
DRUG: list[Row] = [
    [("(ICD-10-CM)", 2, "icd 0"), ("(primary diagnosis)", 5, "dx 0")],
    [("(ICD-10-CM)", 2, "icd 1"), ("(secondary diagnosis)", 5, "dx 1")],
    [("(medication)", 5, "drug"), ("(J-code)", 2, "hcpcs")],
]
DOSE: Row = [("(dose)", 3, "dose #"), ("(route)", 1.6, "route #"), ("(interval)", 6, "frequency #")]
AFTER: Row = [("(good for)", 3, "duration #"), ("(refills)", 2, "refills #"), ("(start)", 3, "start")]
OFFICE: list[Row] = [
    [("(prescriber, title)", 4, "doctor"), ("(NPI)", 3, "npi")],
    [("(clinic)", 4, "practice"), ("(clinic NPI)", 3, "group_npi")],
    [("(clinic address)", 1, "office")],
    [("(clinic phone)", 3, "office_extended"), ("(clinic fax)", 3, "office_fax")],
]


@register("label_right", "train", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Order form of an older pattern."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%m/%d/%Y", "%d-%b-%Y", "%m-%d-%y"), ("###-###-####", "(###) ###-####", "### ### ####")
    a = Answers(case, rng, style(rng, dates, phones))
    sheet.print(306, 44, "INFUSION THERAPY - PRESCRIBER ORDER", 13, bold=True, align="center")
    sheet.print(306, 57, [*a("center"), seg(", fax "), *a("center_fax")], 9, align="center")
    y = _part(sheet, a, 84, "I. Patient", PATIENT)
    ticks(sheet, LEFT, y, sexes(sheet, a))
    sheet.print(LEFT + 130, y, "(sex)", 8)
    y = _part(sheet, a, y + 24, "II. Payer", PAYER)
    last = len(case.orders) - 1
    doses: list[Row] = []
    for index, row in enumerate(each_order(len(case.orders), DOSE)):
        course = case.orders[index].course
        doses.append([(f"({course} dose)" if course else "(dose)", *row[0][1:]), *row[1:]])
    after = each_order(last + 1, AFTER)[-1]
    y = _part(
        sheet,
        a,
        y + 5,
        "III. Order",
        [
            *DRUG,
            *doses,
            after,
            [("(premedication)", 1, "premeds")],
            [("(treatment tried, from - to, outcome)", 1, "prior 0")],
        ],
    )
    y = _part(sheet, a, y + 5, "IV. Prescriber", OFFICE)
    sheet.line(LEFT, y + 14, 330, y + 14, 0.5)
    sheet.print(334, y + 14, "(signature)", 8)
    if case.is_signed:
        sheet.sign(LEFT + 40, y + 12, 150, 18)
    sheet.line(400, y + 14, 520, y + 14, 0.5)
    sheet.print(524, y + 14, "(date)", 8)
    put(sheet, 404, y + 11, a("sign_date"), 112)
    standing_orders(sheet, y + 34, "train")
    return [sheet]


def _part(sheet: Sheet, a: Answers, y: float, title: str, rows: list[Row]) -> float:
    sheet.print(LEFT, y, title, 10, bold=True)
    y += 20
    for row in rows:
        x, total = LEFT, sum(share for _, share, _ in row)
        for label, share, key in row:
            end = x + (RIGHT - LEFT) * share / total
            tail = sheet.look.body.width(label, 8) + 8
            sheet.line(x, y + 2, end - tail, y + 2, 0.5)
            put(sheet, x + 3, y, ask(sheet, a, key), end - tail - x - 4)
            if label.endswith(" dose)"):
                number = int(key.split()[1])
                words = [seg("("), seg(case_of(a, number), f"orders[{number}].course"), seg(" dose)")]
                sheet.print(end - tail + 3, y, words, 8)
            else:
                sheet.print(end - tail + 3, y, label, 8)
            x = end
        y += 20
    return y


def case_of(a: Answers, number: int) -> str:
    """What an order's course is called."""
    return a.case.orders[number].course

"""Chart notes: a visit told in one narrative with the plan by problem, and an infusion nurse's telephone contact."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import flow
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet


@register("note_narrative", "test", "note", ("typed",))
def draw_narrative(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """No headings but two: what happened, and a numbered plan; signed by typing the name."""
    sheet = Sheet("clinical_note", look, rng)
    sheet.traps.add("allergies_beside_medications")
    who, seen = case.prescriber, case.results[0].collected.strftime("%B %-d, %Y")
    she, her = ("She", "her") if case.sex == "female" else ("He", "his")
    sheet.print(560, 46, [seg(who.practice, "prescriber.practice")], 11, bold=True, align="right")
    sheet.print(560, 60, f"Visit of {seen}", 9.5, align="right")
    named = [
        *say.patient(case, "first last"),
        seg(", born "),
        *say.day(case.date_of_birth, "patient.date_of_birth", "%m/%d/%Y"),
    ]
    sheet.print(52, 60, named, 10.5, bold=True)
    course: list[Seg] = []
    for index, (name, start, stop, outcome) in enumerate(case.priors):
        path = f"prior_therapies[{index}]"
        course += [
            seg("The first drug was " if index == 0 else f"{she} was then switched to "),
            seg(name, f"{path}.drug"),
            seg(" ("),
            seg(start, f"{path}.start"),
            seg(" to "),
            seg(stop, f"{path}.stop"),
            seg("), given up because of "),
            seg(outcome, f"{path}.outcome"),
            seg(". "),
        ]
    history: list[Seg] = [
        seg(f"{she} comes with {her} spouse to talk about treatment of "),
        seg(case.diagnoses[0][1], "diagnoses[0].description"),
        seg(". "),
        *course,
        seg("An uncle takes adalimumab for psoriasis (L40.0). There was never tuberculosis, and no cancer is known. "),
        seg("At home: lisinopril 20 mg daily, calcium with vitamin D. "),
        *(
            [seg("Allergies: "), *say.allergies(case), seg(". ")]
            if case.allergies
            else [*say.allergies(case), seg(". ")]
        ),
        seg(f"Blood pressure {rng.randint(108, 140)}/{rng.randint(64, 86)}, "),
        *say.weight(case, "kg"),
        seg(", "),
        *say.height(case, "cm"),
        seg(". The examination is unchanged; no joint is hot, no rash is seen, gait is safe."),
    ]
    y = flow(sheet, 52, 92, history, 508, 10.5, 1.45) + 12
    sheet.print(52, y, "Plan", 11, bold=True)
    order = case.orders[0]
    plan: list[list[Seg]] = [
        [*say.diagnosis(case, 0, "description"), seg(": begin "), *say.drug(case, "brand (generic)"), seg(" ")],
        [seg("Vaccines: inactivated influenza today, no live vaccine from now on.")],
        [seg("Laboratory work is attached; repeat in three months.")],
    ]
    plan[0] += [*say.order_leaf(case, 0, "dose"), seg(" "), *say.order_leaf(case, 0, "route"), seg(" ")]
    plan[0] += [seg(order.frequency, "orders[0].frequency"), seg(". Oral therapy was offered and declined.")]
    if len(case.diagnoses) > 1:
        plan.insert(1, [*say.diagnosis(case, 1, "description"), seg(": no change.")])
    y += 18
    for number, text in enumerate(plan, 1):
        sheet.print(58, y, f"({number})", 10.5)
        y = flow(sheet, 80, y, text, 480, 10.5, 1.45) + 4
    if case.is_signed:
        sheet.print(52, y + 18, [seg("/s/ "), *say.doctor(who)], 10.5)
    return [sheet]


@register("note_contact", "test", "note", ("typed",))
def draw_contact(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A nurse's telephone contact: caption and text in two columns, what was answered and what was not asked."""
    sheet = Sheet("clinical_note", look, rng)
    sheet.print(46, 50, "Telephone Contact", 14, bold=True)
    sheet.print(
        566,
        50,
        case.order_date.strftime("%m/%d/%Y") + f" {rng.randint(8, 16)}:{rng.randint(10, 59)}",
        10,
        align="right",
    )
    drug, start, stop, outcome = case.priors[0]
    path = "prior_therapies[0]"
    rows: list[tuple[str, list[Seg]]] = [
        ("Patient", [*say.patient(case, "last, first"), seg("   MRN "), seg(case.mrn, "patient.mrn")]),
        ("Reached at", say.number(case.home_phone, "patient.home_phone")),
        ("Provider", say.doctor(case.prescriber)),
        ("Concern", [seg("Readiness for infusion: "), seg(case.diagnoses[0][1], "diagnoses[0].description")]),
        (
            "Asked",
            [
                seg(f"{case.first_name} denies fever, cough and open wounds. No dental work planned. Was on "),
                seg(drug, f"{path}.drug"),
                seg(" from "),
                seg(start, f"{path}.start"),
                seg(" to "),
                seg(stop, f"{path}.stop"),
                seg(" and stopped for "),
                seg(outcome, f"{path}.outcome"),
                seg(". A cousin had a reaction to rituximab. Does not take prednisone."),
            ],
        ),
        ("Allergies", say.allergies(case)),
        (
            "Advised",
            [seg("Drink water, bring a list of medicines, plan for three hours. Call 911 for trouble breathing.")],
        ),
        ("Taken by", [seg("Marisol Quintero, RN, infusion coordinator")]),
    ]
    y = 84.0
    for label, text in rows:
        sheet.print(46, y, label, 10, bold=True)
        y = flow(sheet, 140, y, text, 420, 10.5, 1.4) + 8
    return [sheet]

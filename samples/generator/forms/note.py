"""Clinic notes in prose: history, earlier therapies, findings, plan, and what is negated or said of relatives."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet


def _tried(case: Case) -> list[Seg]:
    said: list[Seg] = []
    for index, (name, start, stop, outcome) in enumerate(case.priors):
        path = f"prior_therapies[{index}]"
        said += [
            seg("then " if index else "First treated with "),
            seg(name, f"{path}.drug"),
            seg(" from "),
            seg(start, f"{path}.start"),
            seg(" to "),
            seg(stop, f"{path}.stop"),
            seg(", ended for "),
            seg(outcome, f"{path}.outcome"),
            seg(". " if index == len(case.priors) - 1 else ", "),
        ]
    return said


@register("note_sections", "train", "note", ("typed",))
def draw_sections(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Headings in bold capitals, paragraphs below."""
    sheet = Sheet("clinical_note", look, rng)
    who = case.prescriber
    pronoun = "She" if case.sex == "female" else "He"
    sheet.print(54, 52, [seg(who.practice, "prescriber.practice")], 13, bold=True)
    sheet.print(54, 66, [seg("Office visit, "), seg(case.results[0].collected.strftime("%m/%d/%Y"))], 10)
    sheet.print(
        54,
        82,
        [seg("Patient: "), *say.patient(case), seg("    DOB: "), *say.day(case.date_of_birth, "patient.date_of_birth")],
        10,
    )
    age = case.order_date.year - case.date_of_birth.year
    paragraphs: list[tuple[str, list[Seg]]] = [
        (
            "HISTORY",
            [
                seg(f"{age}-year-old here for follow-up of "),
                seg(case.diagnoses[0][1], "diagnoses[0].description"),
                seg(
                    f". {pronoun} reports more fatigue since the last visit and two new episodes this year. "
                    "No fever, no weight loss, no chest pain."
                ),
            ],
        ),
        ("PREVIOUS TREATMENT", _tried(case)),
        (
            "PAST HISTORY",
            [
                seg(
                    "No history of tuberculosis or hepatitis. Denies cancer. Mother with breast cancer "
                    "(C50.919); father with type 2 diabetes. Never smoked."
                )
            ],
        ),
        (
            "MEDICATIONS",
            [seg("Lisinopril 10 mg PO daily, vitamin D 2000 units PO daily, acetaminophen 500 mg PO as needed.")],
        ),
        ("ALLERGIES", say.allergies(case)),
        (
            "VITAL SIGNS",
            [
                seg(
                    f"BP {rng.randint(108, 142)}/{rng.randint(64, 88)}, pulse {rng.randint(58, 96)}, "
                    f"temperature 98.{rng.randint(0, 9)} F, weight "
                ),
                *say.weight(case, "kg"),
                seg(", height "),
                *say.height(case, "cm"),
                seg("."),
            ],
        ),
        (
            "EXAMINATION",
            [
                seg(
                    "Alert, in no distress. Heart regular, lungs clear, abdomen soft. Strength full in both "
                    "arms, reduced in the left leg. No rash or joint swelling."
                )
            ],
        ),
        (
            "ASSESSMENT",
            [
                *say.diagnosis(case, 0, "description"),
                seg(", active despite treatment. Malignancy was ruled out by imaging."),
            ],
        ),
        (
            "PLAN",
            [
                seg("Start "),
                *say.drug(case, "generic (brand)"),
                seg(", "),
                *say.order_leaf(case, 0, "dose"),
                seg(" "),
                *say.order_leaf(case, 0, "route"),
                seg(" "),
                *say.order_leaf(case, 0, "frequency"),
                seg(
                    ". Risks discussed, including infusion reactions. Blood tests before the first infusion. "
                    "Return in 3 months."
                ),
            ],
        ),
    ]
    sheet.traps.add("allergies_beside_medications")
    y = 108.0
    for title, text in paragraphs:
        sheet.print(54, y, title, 10, bold=True)
        y = sheet.paragraph(54, y + 14, text, 504, 10, 1.35) + 8
    if case.is_signed:
        sheet.print(
            54,
            y + 10,
            [
                seg("Electronically signed by "),
                *say.doctor(who),
                seg(case.results[0].collected.strftime(" on %m/%d/%Y 5:40 PM")),
            ],
            9.5,
        )
    return [sheet]


@register("note_soap", "retired", "note", ("typed",))
def draw_soap(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """S, O, A, P in a hanging layout, two pages."""
    who = case.prescriber
    first, second = Sheet("clinical_note", look, rng), Sheet("clinical_note", look, rng)
    for number, sheet in enumerate((first, second), 1):
        sheet.print(
            60,
            44,
            [
                *say.patient(case, "last, first"),
                seg("  "),
                *say.day(case.date_of_birth, "patient.date_of_birth", "%m/%d/%Y"),
                seg(f"  Progress note, page {number} of 2"),
            ],
            9,
        )
        sheet.line(60, 49, 552, 49, 0.7)
    left: list[tuple[str, list[Seg]]] = [
        (
            "S",
            [
                seg("Seen with "),
                seg(case.diagnoses[0][1], "diagnoses[0].description"),
                seg(
                    f". Symptoms have worsened over {rng.randint(3, 9)} months. The patient denies recent "
                    "infection, is not pregnant, and has never had hepatitis B. "
                ),
                *_tried(case),
                seg("A sister has lupus (M32.9). Brother takes methotrexate."),
            ],
        ),
        (
            "O",
            [
                seg(f"BP {rng.randint(108, 142)}/{rng.randint(64, 88)}. Weight "),
                *say.weight(case, "lb"),
                seg(", height "),
                *say.height(case, "in"),
                seg(
                    ". Neck supple, no nodes. Lungs clear. Gait slow but steady. Reviewed laboratory results "
                    "(attached) and the last imaging, which shows no new mass."
                ),
            ],
        ),
        (
            "",
            [
                seg("Allergies: "),
                *say.allergies(case),
                seg(". Medications: amlodipine 5 mg PO daily, folic acid 1 mg PO daily."),
            ],
        ),
    ]
    right: list[tuple[str, list[Seg]]] = [
        ("A", [seg("1. "), *say.diagnosis(case, 0, "description"), seg(", not controlled. ")])
    ]
    if len(case.diagnoses) > 1:
        right.append(("", [seg("2. "), *say.diagnosis(case, 1, "description"), seg(", stable.")]))
    right.append(
        (
            "P",
            [
                seg("Refer for "),
                *say.drug(case, "brand (generic)"),
                seg(" "),
                *say.order_leaf(case, 0, "dose"),
                seg(" "),
                *say.order_leaf(case, 0, "frequency"),
                seg(
                    ". Not a candidate for oral therapy. Vaccines are up to date. Follow-up after the second infusion."
                ),
            ],
        )
    )
    first.traps.add("allergies_beside_medications")
    for sheet, parts in ((first, left), (second, right)):
        y = 84.0
        for letter, text in parts:
            sheet.print(60, y, letter, 13, bold=True)
            y = sheet.paragraph(86, y, text, 466, 10.5, 1.45) + 12
        if sheet is second:
            sheet.print(86, y + 16, say.doctor(who), 10.5)
            sheet.print(86, y + 30, [seg(who.practice, "prescriber.practice")], 10)
    return [first, second]

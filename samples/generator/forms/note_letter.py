"""A consultation as a letter to the family doctor: narrative first, numbered problems with the plan under each."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import flow
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet


@register("note_consult", "tune", "note", ("typed",))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Addressed to the PCP, so that the physician named first is not the prescriber."""
    sheet = Sheet("clinical_note", look, rng)
    a = Answers(case, rng, style(rng, ("%b %-d, %Y", "%Y-%m-%d"), ("###-###-####",), ("first last",)))
    family = case.primary_care
    sheet.print(60, 50, a.sure("practice"), 14, bold=True)
    sheet.print(60, 64, a.sure("office"), 9)
    sheet.print(60, 92, "CONSULTATION", 12, bold=True)
    sheet.print(60, 108, f"To: {family.first_name} {family.last_name}, {family.credentials}, {family.practice}", 10)
    sheet.print(
        60, 122, [seg("Patient: "), *a("name"), seg("; date of birth "), *a("dob"), seg("; chart "), *a.sure("mrn")], 10
    )
    she, her = ("She", "her") if case.sex == "female" else ("He", "his")
    age = case.order_date.year - case.date_of_birth.year
    tried: list[Seg] = []
    for index, (name, start, stop, outcome) in enumerate(case.priors):
        path = f"prior_therapies[{index}]"
        tried += [
            seg(name.capitalize(), f"{path}.drug", name),
            seg(" was given from "),
            seg(start, f"{path}.start"),
            seg(" until "),
            seg(stop, f"{path}.stop"),
            seg(" and given up for "),
            seg(outcome, f"{path}.outcome"),
            seg(". "),
        ]
    texts: list[tuple[str, list[Seg]]] = [
        (
            "",
            [
                seg(f"Thank you for sending this {age}-year-old, whom I saw for "),
                seg(case.diagnoses[0][1], "diagnoses[0].description"),
                seg(
                    f". {she} describes slow worsening over {rng.randint(4, 14)} months. There has been no "
                    "fever, no night sweats and no weight loss. "
                ),
                *tried,
            ],
        ),
        (
            "Past and family history",
            [
                seg(
                    f"Appendectomy in 1998. No diabetes, no tuberculosis; hepatitis B was excluded. {she} "
                    f"lives with {her} family. A grandmother had rheumatoid arthritis (M06.9) and took "
                    "methotrexate; an uncle had lymphoma."
                )
            ],
        ),
        (
            "Medicines and allergies",
            [
                seg("Takes atorvastatin 20 mg PO daily, sertraline 50 mg PO daily and cholecalciferol. Allergies: "),
                *a.sure("allergies"),
                seg("."),
            ],
        ),
        (
            "Findings",
            [
                seg(
                    f"Blood pressure {rng.randint(104, 146)}/{rng.randint(62, 90)}, pulse {rng.randint(56, 98)}. "
                    "Height "
                ),
                *a.sure("height"),
                seg(", weight "),
                *a.sure("weight"),
                seg(". Comfortable at rest. Chest clear. No swollen nodes. Skin without rash."),
            ],
        ),
        ("Impression and plan", []),
        (
            "1.",
            [
                *a("icd_dx 0", "description"),
                seg(". Active in spite of treatment. I propose "),
                *a("drug", "brand (generic)"),
                seg(", "),
                *a("dose 0"),
                seg(" "),
                *a("route 0"),
                seg(" "),
                *a.sure("frequency 0"),
                seg(", at an infusion center. Possible reactions were explained."),
            ],
        ),
    ]
    if len(case.diagnoses) > 1:
        texts.append(("2.", [*a("icd_dx 1", "description"), seg(", stable, no change.")]))
    texts.append(
        (
            f"{3 if len(case.diagnoses) > 1 else 2}.",
            [seg("Malignancy (C80.1) was considered and is ruled out. Vaccines are complete. Review in 12 weeks.")],
        )
    )
    y = 148.0
    for title, text in texts:
        if not text:
            sheet.print(60, y, title, 10.5, bold=True)
            y += 16
        elif title.endswith("."):
            sheet.print(68, y, title, 10.5)
            y = flow(sheet, 86, y, text, 462, 10.5, 1.35) + 5
        elif title:
            sheet.print(60, y, title, 10.5, bold=True)
            y = flow(sheet, 60, y + 15, text, 492, 10.5, 1.35) + 8
        else:
            y = flow(sheet, 60, y, text, 492, 10.5, 1.35) + 8
    sheet.print(60, y + 14, [*a("doctor"), seg(", dictated, not proofread")], 10)
    sheet.traps.add("allergies_beside_medications")
    return [sheet]

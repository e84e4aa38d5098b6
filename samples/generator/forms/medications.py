"""Medication lists: drugs and doses that nobody orders here, allergies beside them."""

import random

from samples.generator.answers import Answers, Style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

HOME = (
    ("lisinopril", "10 mg tablet", "1 tablet by mouth once daily"),
    ("metformin", "500 mg tablet", "1 tablet by mouth twice daily with meals"),
    ("atorvastatin", "20 mg tablet", "1 tablet by mouth at bedtime"),
    ("levothyroxine", "75 mcg tablet", "1 tablet by mouth every morning"),
    ("omeprazole", "20 mg capsule", "1 capsule by mouth before breakfast"),
    ("folic acid", "1 mg tablet", "1 tablet by mouth daily"),
    ("gabapentin", "300 mg capsule", "1 capsule by mouth three times daily"),
    ("sertraline", "50 mg tablet", "1 tablet by mouth daily"),
    ("cholecalciferol", "2000 unit capsule", "1 capsule by mouth daily"),
    ("albuterol", "90 mcg inhaler", "2 puffs every 6 hours as needed"),
    ("amlodipine", "5 mg tablet", "1 tablet by mouth daily"),
    ("prednisone", "5 mg tablet", "1 tablet by mouth daily with food"),
)


def start(case: Case, look: Look, rng: random.Random, date: str) -> tuple[Sheet, Answers, list[tuple[str, str, str]]]:
    """A page to begin with, its answers, and what the patient takes at home: name, strength and directions."""
    sheet = Sheet("medication_list", look, rng)
    sheet.traps.add("allergies_beside_medications")
    tried = {name for name, *_ in case.priors}
    listed = [row for row in rng.sample(HOME, 8) if row[0] not in tried]
    return sheet, Answers(case, rng, Style(date=date, name="last, first")), listed


@register("medications_table", "train", "medications", ("typed",))
def draw_table(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A ruled table of name, strength and directions."""
    sheet, a, listed = start(case, look, rng, "%m/%d/%Y")
    sheet.print(44, 48, "CURRENT MEDICATION LIST", 14, bold=True)
    sheet.print(44, 64, [*a("name"), seg("    DOB "), *a("dob"), seg("    MRN "), *a.sure("mrn")], 10)
    sheet.print(44, 80, [seg("Allergies: "), *a.sure("allergies")], 10, bold=True)
    y = 96.0
    edges = (44.0, 140.0, 240.0, 504.0, 572.0)
    for row in (
        ("Medication", "Strength", "Directions", "Last filled"),
        *((n, s, d, f"{rng.randint(1, 10):02d}/{rng.randint(1, 28):02d}/2026") for n, s, d in listed),
    ):
        for x, text in zip(edges, row, strict=False):
            sheet.print(x + 4, y + 13, text, 9, bold=row[0] == "Medication")
        sheet.line(44, y, 572, y, 0.5)
        y += 19
    sheet.line(44, y, 572, y, 0.5)
    for x in edges:
        sheet.line(x, 96, x, y, 0.5)
    sheet.print(44, y + 18, [seg("Reconciled by nursing. Ordering clinician: "), *a("doctor")], 9)
    return [sheet]


@register("medications_lines", "tune", "medications", ("typed",))
def draw_lines(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Two columns, taken now and stopped; the stopped ones are the therapies tried before."""
    sheet, a, listed = start(case, look, rng, "%Y-%m-%d")
    sheet.print(50, 50, "Medicines on record", 15, bold=True)
    sheet.print(50, 66, [*a("name"), seg(", born "), *a("dob")], 10.5)
    sheet.print(50, 96, "Taken now", 11, bold=True)
    sheet.print(50, 340, "Stopped", 11, bold=True)
    sheet.print(370, 96, "Allergies and intolerances", 11, bold=True)
    for index, (name, strength, directions) in enumerate(listed):
        sheet.print(58, 116 + 26 * index, f"{name} {strength}", 10)
        sheet.print(66, 127 + 26 * index, directions, 8.5)
    for index in range(len(case.priors)):
        sheet.print(58, 360 + 17 * index, a(f"prior {index}"), 10)
    allergies = a.sure("allergies", "\n")
    for index, piece in enumerate(piece for piece in allergies if piece.text.strip()):
        sheet.print(378, 116 + 17 * index, [piece], 10)
    return [sheet]


@register("medications_chart", "retired", "medications", ("typed",))
def draw_chart(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Numbered entries of two lines each, head in a band."""
    sheet, a, listed = start(case, look, rng, "%d %b %Y")
    sheet.shade(40, 34, 572, 74, 0.88)
    sheet.print(48, 50, a("name"), 12, bold=True)
    sheet.print(48, 66, [seg("Date of birth "), *a("dob"), seg("   Sex "), *a.sure("sex")], 9.5)
    sheet.print(564, 50, "Active medications", 11, bold=True, align="right")
    y = 96.0
    for number, (name, strength, directions) in enumerate(listed, 1):
        sheet.print(48, y, f"{number}.", 10)
        sheet.print(66, y, f"{name.upper()} {strength.upper()}", 10, bold=True)
        sheet.print(
            66, y + 12, f"Sig: {directions}. Dispense {rng.choice((30, 60, 90))}, refills {rng.randint(0, 5)}.", 9
        )
        y += 32
    sheet.line(48, y, 564, y, 0.6)
    allergies: list[Seg] = [seg("ALLERGIES: "), *a.sure("allergies", "; ")]
    sheet.print(48, y + 18, allergies, 10)
    return [sheet]

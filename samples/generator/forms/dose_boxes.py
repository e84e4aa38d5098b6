"""An order set by drug: under every drug its usual doses and intervals, each with a box of its own."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case, drugs
from samples.generator.forms.base import register, standing_orders
from samples.generator.forms.layout import Option, ask, put, sexes, ticks
from samples.generator.ops import Json, Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 42.0, 570.0
LENGTHS = ("3 months", "6 months", "12 months")


@register("dose_boxes", "train", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A specialty's order set with three drugs on one page."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%m/%d/%Y", "%m.%d.%Y", "%-m/%-d/%Y"), ("###-###-####", "(###) ###-####", "### ###-####")
    a = Answers(case, rng, style(rng, dates, phones, ("first last", "last, first")))
    shape = rng.choice(("square", "bracket"))
    sheet.print(LEFT, 44, f"{case.drug['specialty'].capitalize()} Infusion Orders", 15, bold=True)
    sheet.print(LEFT, 57, [*a("center"), seg(" | F: "), *a("center_fax"), seg(" | T: "), *a("center_phone")], 8.5)
    y = 78.0
    for row in (
        [("Patient:", 280, "name"), ("D.O.B.:", 120, "dob")],
        [("Phone:", 150, "home"), ("Ht:", 90, "height"), ("Wt:", 90, "weight")],
        [("Allergies:", 440, "allergies")],
        [("Payer:", 240, "payer"), ("ID:", 170, "member")],
    ):
        y = _blanks(sheet, a, y, row)
    sheet.print(LEFT, y, "Gender:", 9, bold=True)
    x = ticks(sheet, LEFT + 42, y, sexes(sheet, a), shape=shape)
    priorities: list[Option] = [
        (n.upper(), case.priority == n, say_all(case, "priority", n)) for n in ("routine", "urgent", "stat")
    ]
    sheet.print(x + 30, y, "Urgency:", 9, bold=True)
    ticks(sheet, x + 78, y, priorities, shape=shape)
    y = _diagnoses(sheet, case, a, y + 22, shape)
    brands = sorted(
        [case.drug["brand"], *(b for b in case.drug["others"] if any(d["brand"] == b for d in drugs()))][
            : 3 if a.has("unticked_drugs") else 1
        ]
    )
    for brand in brands:
        y = _drug(sheet, case, a, y, brand, shape)
    last = len(case.orders) - 1
    sheet.print(LEFT, y, "ORDER VALID FOR", 9, bold=True)
    ticks(
        sheet,
        LEFT + 96,
        y,
        [(n, case.orders[last].duration == n, ((f"orders[{last}].duration", n),)) for n in LENGTHS],
        shape=shape,
    )
    if not case.orders[last].duration:
        sheet.blank.append(f"orders[{last}].duration")
    sheet.print(LEFT + 340, y, "REFILLS", 9, bold=True)
    put(sheet, LEFT + 384, y, a(f"refills {last}"), 60)
    sheet.line(LEFT + 382, y + 2, LEFT + 450, y + 2, 0.5)
    y = _blanks(sheet, a, y + 22, [("Premedications:", 420, "premeds")])
    y = _blanks(sheet, a, y, [("Prior therapy:", 420, "prior 0")])
    y = _blanks(sheet, a, y, [("Ordering provider:", 220, "doctor"), ("NPI:", 130, "npi")])
    y = _blanks(sheet, a, y, [("Practice:", 230, "practice"), ("Group NPI:", 130, "group_npi")])
    y = _blanks(sheet, a, y, [("Ph:", 150, "office_phone"), ("Fax:", 150, "office_fax")])
    y = _blanks(sheet, a, y + 8, [("Signature:", 250, ""), ("Date:", 130, "sign_date")])
    if case.is_signed:
        sheet.sign(LEFT + 80, y - 24, 140, 17)
    standing_orders(sheet, y + 4, "train")
    return [sheet]


def say_all(case: Case, leaf: str, value: Json) -> tuple[tuple[str, Json], ...]:
    """What is marked once, said of every order."""
    return tuple((f"orders[{index}].{leaf}", value) for index in range(len(case.orders)))


def _blanks(sheet: Sheet, a: Answers, y: float, row: list[tuple[str, int, str]]) -> float:
    x = LEFT
    for label, width, key in row:
        start = sheet.print(x, y, label, 9, bold=True) + 3
        sheet.line(start, y + 2, start + width, y + 2, 0.5)
        if key:
            put(sheet, start + 3, y, ask(sheet, a, key), width - 5)
        x = start + width + 10
    return y + 21


def _diagnoses(sheet: Sheet, case: Case, a: Answers, y: float, shape: str) -> float:
    sheet.print(LEFT, y, "DIAGNOSIS", 9, bold=True)
    listed = [tuple(d) for d in case.drug["diagnoses"]]
    if a.has("unticked_codes"):
        listed += [tuple(d) for drug in drugs() if drug["brand"] in case.drug["others"] for d in drug["diagnoses"]]
    for code, words in sorted(set(listed[:5]), key=str):
        y += 13.5
        is_on = (code, words) == case.diagnoses[0]
        label = [seg(words, "diagnoses[0].description"), seg(" - "), seg(code, "diagnoses[0].code")]
        sheet.check(LEFT + 8, y, label, is_on, 8.5, shape, (("diagnoses[0].code", code),) if is_on else ())
    return y + 19


def _drug(sheet: Sheet, case: Case, a: Answers, y: float, brand: str, shape: str) -> float:
    """One drug with the doses and intervals of its regimens; those ordered are marked."""
    drug = next(d for d in drugs() if d["brand"] == brand)
    is_mine = brand == case.drug["brand"]
    label: list[Seg] = [*a("drug", "generic (brand)")] if is_mine else [seg(f"{drug['generic']} ({brand})")]
    sheet.check(LEFT, y, label, is_mine, 9.5, shape)
    lines = [entry for regimen in drug["regimens"] for entry in regimen]
    mine = [(o.dose, o.frequency, o.course) for o in case.orders] if is_mine else []
    kept = list(dict.fromkeys((e["dose"], e["frequency"], e.get("course", "")) for e in lines))
    route = drug.get("route", "IV")
    for dose, frequency, course in kept:
        y += 14
        is_on = (dose, frequency, course) in mine
        i = mine.index((dose, frequency, course)) if is_on else 0
        words = [seg(course.capitalize() + ": ", f"orders[{i}].course", course)] if course else []
        given = [seg(dose, f"orders[{i}].dose"), seg(" "), seg(route, f"orders[{i}].route"), seg(" ")]
        sheet.check(LEFT + 22, y, [*words, *given, seg(frequency, f"orders[{i}].frequency")], is_on, 9, shape)
    return y + 19

"""Every question behind a bullet or a box, the answer under it and set in: a list to work through."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case, drugs
from samples.generator.forms.base import register
from samples.generator.forms.layout import Option, ask, put, sexes, ticks
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, MIDDLE, RIGHT = 44.0, 312.0, 574.0
Item = tuple[str, str]
ABOUT: tuple[Item, ...] = (
    ("What is the patient's full name?", "name"),
    ("When was the patient born?", "dob"),
    ("Where does the patient live?", "address"),
    ("Best number during the day?", "mobile"),
    ("Height and weight today?", "height+weight"),
    ("Any drug allergies? Write NKDA if none.", "allergies"),
    ("Which insurer, and which plan?", "payer+plan"),
    ("Member ID and group on the card?", "member+group"),
    ("Whose policy is it?", "subscriber"),
    ("Whom do we call in an emergency?", "emergency+emergency_phone"),
)
FROM: tuple[Item, ...] = (
    ("Who prescribes? (name and title)", "doctor"),
    ("Individual NPI, ten digits?", "npi"),
    ("Which practice?", "practice"),
    ("Where is the practice?", "office"),
    ("Phone for questions?", "office_extended"),
    ("Fax for our reports?", "office_fax"),
    ("NPI of the practice?", "group_npi"),
    ("If an NP or PA: who supervises?", "supervisor"),
    ("Who is the family doctor?", "pcp"),
    ("Which treatment was tried?", "prior 0"),
)


@register("bullets", "tune", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Two columns of questions; the order with boxes to mark below."""
    sheet = Sheet("enrollment_form", look, rng)
    dates, phones = ("%b %-d, %Y", "%m.%d.%Y", "%Y-%m-%d"), ("###-###-####", "(###) ###-####", "+1 ### ### ####")
    a = Answers(case, rng, style(rng, dates, phones, ("first last", "last, first")))
    sheet.print(LEFT, 42, f"Enroll a patient for {case.drug['brand']}", 16, bold=True)
    sheet.print(LEFT, 56, [seg("Answer all questions and fax to "), *a("center"), seg(" at "), *a("center_fax")], 9)
    y = max(_list(sheet, a, LEFT, 78, MIDDLE - LEFT - 18, ABOUT), _list(sheet, a, MIDDLE, 78, RIGHT - MIDDLE, FROM))
    sheet.line(LEFT, y - 8, RIGHT, y - 8, 0.8)
    y += 6
    x = sheet.print(LEFT, y, "\u2022  Is the patient", 9) + 8
    ticks(sheet, x, y, sexes(sheet, a), shape="circle")
    y = _diagnoses(sheet, case, a, y + 17)
    for index in range(len(case.orders)):
        lead: list[Seg] = [seg("\u2022  "), *a(f"course {index}"), seg(" to infuse: "), *a("drug", "brand")]
        x = sheet.print(LEFT, y, lead, 9) + 8
        sheet.line(x, y + 2, x + 90, y + 2, 0.5)
        put(sheet, x + 3, y, a(f"dose {index}"), 84)
        x = ticks(
            sheet,
            x + 98,
            y,
            [(r, case.orders[index].route == r, ((f"orders[{index}].route", r),)) for r in ("IV", "SC")],
            gap=8,
            shape="circle",
        )
        sheet.print(LEFT + 14, y + 17, "How often?", 9)
        sheet.line(LEFT + 66, y + 19, 330, y + 19, 0.5)
        put(sheet, LEFT + 70, y + 17, a(f"frequency {index}"), 250)
        sheet.print(342, y + 17, "For how long?", 9)
        sheet.line(402, y + 19, RIGHT, y + 19, 0.5)
        put(sheet, 406, y + 17, a(f"duration {index}"), 160)
        y += 38
    for label, key in (
        ("\u2022  What is given before the infusion?", "premeds"),
        ("\u2022  When should it start?", "start"),
        ("\u2022  When was the last dose, if any?", "last"),
    ):
        x = sheet.print(LEFT, y, label, 9) + 8
        sheet.line(x, y + 2, RIGHT, y + 2, 0.5)
        put(sheet, x + 3, y, ask(sheet, a, key), RIGHT - x - 6)
        y += 20
    x = sheet.print(LEFT, y + 14, "\u2022  Signature of the prescriber", 9) + 8
    sheet.line(x, y + 16, 400, y + 16, 0.5)
    if case.is_signed:
        sheet.sign(x + 20, y + 14, 130, 18)
    x = sheet.print(410, y + 14, "Today's date", 9) + 6
    sheet.line(x, y + 16, RIGHT, y + 16, 0.5)
    put(sheet, x + 3, y + 14, a("sign_date"), RIGHT - x - 6)
    return [sheet]


def _list(sheet: Sheet, a: Answers, x: float, y: float, width: float, items: tuple[Item, ...]) -> float:
    for question, key in items:
        sheet.print(x, y, "\u2022  " + question, 8.5)
        put(sheet, x + 14, y + 16.5, ask(sheet, a, key), width - 16)
        sheet.line(x + 12, y + 18.5, x + width, y + 18.5, 0.4)
        y += 33.5
    return y


def _diagnoses(sheet: Sheet, case: Case, a: Answers, y: float) -> float:
    sheet.print(LEFT, y, "\u2022  Which diagnosis? Mark one.", 9)
    listed = [tuple(d) for d in case.drug["diagnoses"]]
    if a.has("unticked_codes"):
        listed += [
            tuple(d) for drug in drugs() if drug["specialty"] == case.drug["specialty"] for d in drug["diagnoses"]
        ]
    for code, words in list(dict.fromkeys(listed))[:4]:
        y += 14
        is_on = (code, words) == case.diagnoses[0]
        label = [seg(code, "diagnoses[0].code"), seg("  "), seg(words, "diagnoses[0].description")]
        option: Option = ("", is_on, (("diagnoses[0].code", code),) if is_on else ())
        sheet.check(LEFT + 14, y, label, option[1], 8.5, "circle", option[2])
    return y + 20

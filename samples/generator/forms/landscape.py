"""A landscape form: patient and prescriber in the left third, the order as a wide table right of them."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case, drugs
from samples.generator.forms.base import register
from samples.generator.forms.layout import ask, each_order, label_of, put
from samples.generator.ops import seg
from samples.generator.sheet import Look, Sheet

LEFT, SPLIT, RIGHT = 34.0, 276.0, 758.0
SIDE: tuple[tuple[str, str], ...] = (
    ("Pt name", "name"),
    ("DOB", "dob"),
    ("Addr", "street"),
    ("", "city_state_zip"),
    ("Ph", "home"),
    ("Alt Ph", "mobile"),
    ("Ht / Wt", "height+weight"),
    ("Ins", "payer"),
    ("Ins ID", "member"),
    ("Grp", "group"),
    ("Ins 2", "payer2"),
    ("ID 2", "member2"),
    ("MD/NP", "doctor"),
    ("NPI", "npi"),
    ("Supv MD", "supervisor"),
    ("Clinic", "practice"),
    ("Addr", "office_street"),
    ("", "office_city"),
    ("Ph", "office_phone"),
    ("Fx", "office_fax"),
)
DOSE: list[tuple[str, float, str]] = [
    ("@course #", 2.2, "dose #"),
    ("Rte", 0.8, "route #"),
    ("Freq", 3.6, "frequency #"),
    ("x", 1.6, "duration #"),
    ("RF", 0.8, "refills #"),
]


@register("landscape", "train", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Order form printed across the paper, which the machine sends lying on its side."""
    sheet = Sheet("order", look, rng, (792.0, 612.0))
    dates, phones = ("%m/%d/%y", "%m-%d-%Y", "%b %d, %Y"), ("###-###-####", "(###)###-####", "###.###.####")
    a = Answers(case, rng, style(rng, dates, phones, ("last, first", "first last")))
    sheet.print(LEFT, 40, [*a("center"), seg(" - Therapy Order")], 14, bold=True)
    sheet.print(RIGHT, 40, [seg("Fax "), *a("center_fax"), seg("   Ph "), *a("center_phone")], 9.5, align="right")
    sheet.frame(LEFT, 52, SPLIT - 10, 52 + 25 * len(SIDE) + 6, 0.8)
    for index, (label, key) in enumerate(SIDE):
        y = 70.0 + 25 * index
        sheet.print(LEFT + 6, y, label, 8.5, bold=True)
        sheet.line(LEFT + 52, y + 3, SPLIT - 16, y + 3, 0.4)
        put(sheet, LEFT + 55, y, ask(sheet, a, key), SPLIT - LEFT - 74)
    y = 52.0
    top: list[list[tuple[str, float, str]]] = [
        [("Dx code", 1.2, "icd 0"), ("Dx", 5, "dx 0"), ("Order date", 1.8, "order_date")],
        [("Dx code", 1.2, "icd 1"), ("Dx", 5, "dx 1"), ("Start", 1.8, "start")],
        [("Allergies", 5, "allergies"), ("Last tx", 2, "last")],
    ]
    for row in top:
        y = _cells(sheet, a, y, row)
    y = _drugs(sheet, case, a, y + 16)
    rest: list[list[tuple[str, float, str]]] = [
        [("Premeds", 1, "premeds")],
        [("Failed", 1, "prior 0")],
        [("Failed", 1, "prior 1")],
    ]
    for row in (*each_order(len(case.orders), DOSE), *rest):
        y = _cells(sheet, a, y, row)
    y += 34
    sheet.line(SPLIT, y, 560, y, 0.7)
    sheet.print(SPLIT, y + 10, "Signature", 8)
    sheet.line(580, y, RIGHT, y, 0.7)
    sheet.print(580, y + 10, "Date / time", 8)
    if case.is_signed:
        sheet.sign(SPLIT + 30, y - 3, 160, 20)
    put(sheet, 586, y - 3, a("only_sign_date"), 160)
    return [sheet]


def _cells(sheet: Sheet, a: Answers, y: float, row: list[tuple[str, float, str]], high: float = 32.0) -> float:
    x, total = SPLIT, sum(share for _, share, _ in row)
    for label, share, key in row:
        end = x + (RIGHT - SPLIT) * share / total
        sheet.frame(x, y, end, y + high, 0.5)
        sheet.print(x + 3, y + 8.5, label_of(a, label), 7)
        put(sheet, x + 6, y + 25, ask(sheet, a, key), end - x - 12)
        x = end
    return y + high


def _drugs(sheet: Sheet, case: Case, a: Answers, y: float) -> float:
    """The drug beside others of its kind, each with its box."""
    brands = sorted([case.drug["brand"], *(case.drug["others"] if a.has("unticked_drugs") else [])])
    x = SPLIT + 4
    for brand in brands:
        known = next((d for d in drugs() if d["brand"] == brand), None)
        is_on = brand == case.drug["brand"]
        label = a("drug", "brand (generic)") if is_on else f"{brand} ({known['generic']})" if known else brand
        words = label if isinstance(label, str) else "".join(piece.text for piece in label)
        if x + sheet.look.body.width(words, 9) + 16 > RIGHT:
            x, y = SPLIT + 4, y + 15
        x = sheet.check(x, y, label, is_on, 9) + 14
    return y + 9

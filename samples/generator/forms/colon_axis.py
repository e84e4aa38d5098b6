"""Two halves side by side: in each all labels end at one colon and the answers begin behind it."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms import ticked
from samples.generator.forms.base import register, standing_orders
from samples.generator.forms.layout import ask, label_of, put, sexes, ticks
from samples.generator.ops import seg
from samples.generator.sheet import Look, Sheet

RIGHT = 584.0
AXES = (118.0, 390.0)
ENDS = (292.0, RIGHT)
Topic = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
WHO: Topic = (
    (
        ("Patient", "name"),
        ("Birth date", "dob"),
        ("Street", "street"),
        ("City, ST Zip", "city_state_zip"),
        ("Home tel", "home"),
        ("Mobile", "mobile"),
        ("E-mail", "email"),
        ("Chart no", "mrn"),
    ),
    (
        ("Provider", "doctor"),
        ("Provider NPI", "npi"),
        ("Practice", "practice"),
        ("Practice NPI", "group_npi"),
        ("Street", "office_street"),
        ("City, ST Zip", "office_city"),
        ("Office tel", "office_phone"),
        ("Office fax", "office_fax"),
    ),
)
PAY: Topic = (
    (("Insurance 1", "payer"), ("Member no", "member"), ("Group no", "group"), ("Holder", "subscriber")),
    (("Insurance 2", "payer2"), ("Member no", "member2"), ("Family doctor", "pcp"), ("Doctor's tel", "pcp_phone")),
)
BODY: Topic = (
    (("Height", "height"), ("Weight", "weight"), ("Allergies", "allergies")),
    (("Emergency", "emergency"), ("Emergency tel", "emergency_phone"), ("Last infused", "last")),
)


@register("colon_axis", "test", "order", ("typed", "hand", "mixed"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A clinic network's referral and order."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%m/%d/%Y", "%d-%b-%Y", "%m/%d/%y"), ("###-###-####", "(###) ###-####", "###/###-####")
    a = Answers(case, rng, style(rng, dates, phones, ("last, first", "first last")))
    sheet.print(28, 42, "REFERRAL / ORDER", 16, bold=True)
    sheet.print(RIGHT, 42, [seg("to "), *a("center"), seg(" ("), *a("center_fax"), seg(")")], 9, align="right")
    y = 52.0
    for topic in (WHO, PAY, BODY):
        y = _topic(sheet, a, y, topic)
    sheet.print(AXES[0], y + 4, "Gender:", 8.5, align="right")
    ticks(sheet, AXES[0] + 6, y + 4, sexes(sheet, a, "letter"), 8.5)
    sheet.print(AXES[1], y + 4, "Ordered on:", 8.5, align="right")
    put(sheet, AXES[1] + 6, y + 4, a("order_date"), 120)
    sheet.line(28, y + 10, RIGHT, y + 10, 1.2)
    y = _order(sheet, a, y + 26)
    sheet.print(AXES[0], y + 22, "Signature:", 8.5, align="right")
    if case.is_signed:
        sheet.sign(AXES[0] + 20, y + 22, 150, 20)
    sheet.line(AXES[0] + 6, y + 24, 330, y + 24, 0.5)
    sheet.print(AXES[1], y + 22, "Signed:", 8.5, align="right")
    put(sheet, AXES[1] + 6, y + 22, a("only_sign_date"), 140)
    sheet.line(AXES[1] + 4, y + 24, RIGHT, y + 24, 0.5)
    standing_orders(sheet, y + 44, "test")
    return [sheet]


def _topic(sheet: Sheet, a: Answers, y: float, topic: Topic) -> float:
    sheet.line(28, y, RIGHT, y, 1.2)
    low = y
    for axis, end, pairs in zip(AXES, ENDS, topic, strict=True):
        low = y + 15
        for label, key in pairs:
            sheet.print(axis, low, label + ":", 8.5, align="right")
            put(sheet, axis + 6, low, ask(sheet, a, key), end - axis - 8)
            low += 17.5
    return low - 6


def _order(sheet: Sheet, a: Answers, y: float) -> float:
    case, axis = a.case, AXES[0]
    last = len(case.orders) - 1
    rows = [("Diagnosis", "icd_dx 0"), ("Diagnosis", "icd_dx 1"), ("Medicine", "drug"), ("J-code", "hcpcs")]
    for index, order in enumerate(case.orders):
        rows.append((f"@course {index}" if order.course else "Dose", f"dose {index}+route {index}+frequency {index}"))
    rows += [("Length", f"duration {last}"), ("Refills", f"refills {last}"), ("Begin", "start")]
    rows += [("Had before", "prior 0"), ("Had before", "prior 1")]
    for label, key in rows:
        words = label_of(a, label)
        sheet.print(
            axis, y, [seg(words), seg(":")] if isinstance(words, str) else [*words, seg(":")], 8.5, align="right"
        )
        put(sheet, axis + 6, y, ask(sheet, a, key), RIGHT - axis - 8)
        y += 17.5
    sheet.print(axis, y, "Premedicate:", 8.5, align="right")
    return ticked.premedications(sheet, a, axis + 6, y, 12.5, 8.5, 4)

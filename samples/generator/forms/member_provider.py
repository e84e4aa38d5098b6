"""Two people on every line: the member's answers left, the provider's right, one rule below both."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case, drugs
from samples.generator.forms.base import register, standing_orders
from samples.generator.forms.layout import Option, ask, put
from samples.generator.ops import seg
from samples.generator.sheet import Look, Sheet

LEFT, MIDDLE, RIGHT = 40.0, 306.0, 572.0
ROWS: tuple[tuple[str, str, str, str], ...] = (
    ("Member Name", "name", "Provider Name", "doctor"),
    ("Cardholder ID", "member", "NPI Number", "npi"),
    ("Date of Birth", "dob", "Address", "office_street"),
    ("Address", "street", "City, State and Zip", "office_city"),
    ("City, State Zip", "city_state_zip", "Phone Number", "office_phone"),
    ("Phone Number", "home", "FAX Number", "office_fax"),
    ("Cell Number", "mobile", "Clinic Name", "practice"),
    ("Sex", "sex", "Clinic NPI Number", "group_npi"),
    ("Height", "height", "Supervising Physician", "supervisor"),
    ("Weight", "weight", "State License", "license"),
    ("Plan Name", "payer", "Group Number of Member", "group"),
)


@register("member_provider", "retired", "order", ("typed", "hand", "mixed"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A request that crosses patient and prescriber on one row."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%m/%d/%Y", "%b %d, %Y", "%m-%d-%y"), ("(###)-###-####", "###-###-####", "### ### ####")
    a = Answers(
        case, rng, style(rng, dates, phones, ("first last", "last, first"), ("first last, credentials", "last, first"))
    )
    sheet.print(306, 44, "INFUSION SERVICES REQUEST AND ORDER", 14, bold=True, align="center")
    sheet.print(306, 57, [seg("Return to "), *a("center"), seg(" by fax at "), *a("center_fax")], 9, align="center")
    sheet.print((LEFT + MIDDLE) / 2, 78, "Member", 10.5, bold=True, align="center")
    sheet.print((MIDDLE + RIGHT) / 2, 78, "Provider", 10.5, bold=True, align="center")
    y = 98.0
    for left, mine, right, theirs in ROWS:
        for x0, x1, label, key in ((LEFT, MIDDLE - 8, left, mine), (MIDDLE, RIGHT, right, theirs)):
            start = sheet.print(x0, y, label, 9) + 4
            sheet.line(start, y + 2.5, x1, y + 2.5, 0.4)
            put(sheet, start + 2, y, ask(sheet, a, key), x1 - start - 4)
        y += 20.5
    sheet.line(LEFT, y - 6, RIGHT, y - 6, 1.0)
    y = _request(sheet, case, a, y + 10)
    sheet.print(LEFT, y + 16, "Provider Signature", 9)
    sheet.line(LEFT + 84, y + 18, 360, y + 18, 0.5)
    if case.is_signed:
        sheet.sign(LEFT + 104, y + 16, 140, 18)
    sheet.print(376, y + 16, "Date", 9)
    sheet.line(400, y + 18, RIGHT, y + 18, 0.5)
    put(sheet, 406, y + 16, a("sign_date"), 150)
    sheet.frame(LEFT, y + 36, RIGHT, y + 62, 0.5)
    sheet.print(
        LEFT + 6,
        y + 52,
        "For Office Use Only:   Accepted / Declined (Circle One) by ____________   Date ____________",
        8.5,
    )
    standing_orders(sheet, y + 78, "retired")
    return [sheet]


def _request(sheet: Sheet, case: Case, a: Answers, y: float) -> float:
    """Diagnosis and drug as lists of boxes, then the order on lines."""
    sheet.print(LEFT, y, "Diagnosis:", 9, bold=True)
    listed = [tuple(d) for d in case.drug["diagnoses"]]
    if a.has("unticked_codes"):
        listed += [
            tuple(d) for drug in drugs() if drug["specialty"] == case.drug["specialty"] for d in drug["diagnoses"]
        ]
    for code, words in list(dict.fromkeys(listed))[:5]:
        is_on = (code, words) == case.diagnoses[0]
        label = [seg(words, "diagnoses[0].description"), seg(", "), seg(code, "diagnoses[0].code")]
        option: Option = ("", is_on, (("diagnoses[0].code", code),) if is_on else ())
        sheet.check(LEFT + 60, y, label, is_on, 9, "square", option[2])
        y += 14
    y += 8
    sheet.print(LEFT, y, "Request is for:", 9, bold=True)
    names = [case.drug["brand"], *(case.drug["others"] if a.has("unticked_drugs") else [])]
    x = LEFT + 76.0
    for brand in sorted(names):
        is_on = brand == case.drug["brand"]
        x = sheet.check(x, y, a("drug", "brand") if is_on else brand, is_on, 9) + 16
    y += 21
    last = len(case.orders) - 1
    for index, order in enumerate(case.orders):
        named = [*a(f"course {index}"), seg(":")]
        cells: list[tuple[str, int, str]] = [
            ("Route:", 40, f"route {index}"),
            ("Frequency:", 230, f"frequency {index}"),
        ]
        x = sheet.print(LEFT, y, named if order.course else "Dose:", 9) + 3
        x = _blank(sheet, a, x, y, 76, f"dose {index}")
        for head, width, key in cells:
            x = _blank(sheet, a, sheet.print(x + 8, y, head, 9) + 3, y, width, key)
        y += 20
    for row in (
        [
            ("Length of order:", 110, f"duration {last}"),
            ("Refills:", 40, f"refills {last}"),
            ("Start date:", 110, "start"),
        ],
        [("Known allergies:", 180, "allergies"), ("Last treatment:", 110, "last")],
        [("Premedication:", 440, "premeds")],
        [("Other therapies tried:", 400, "prior 0")],
    ):
        x = LEFT
        for head, width, key in row:
            x = _blank(sheet, a, sheet.print(x, y, head, 9) + 3, y, width, key) + 10
        y += 20
    return y


def _blank(sheet: Sheet, a: Answers, x: float, y: float, width: float, key: str) -> float:
    sheet.line(x, y + 2.5, x + width, y + 2.5, 0.4)
    put(sheet, x + 2, y, ask(sheet, a, key), width - 4)
    return x + width

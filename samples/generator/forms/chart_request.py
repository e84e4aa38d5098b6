"""A chart's request for infusion: banner, questions with answers, each medicine as a block of Sig and Dispense."""

import random

from samples.generator import stamps
from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms import ticked
from samples.generator.forms.base import register
from samples.generator.forms.layout import flow
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 44.0, 568.0


@register("chart_request", "test", "order", ("typed",))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """What a hospital's chart prints when an infusion is referred out."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%m/%d/%Y", "%-m/%-d/%Y", "%m/%d/%y"), ("###-###-####", "(###) ###-####")
    a = Answers(case, rng, style(rng, dates, phones, ("last, first", "LAST, FIRST MIDDLE"), ("last, first",)))
    sheet.frame(LEFT, 34, RIGHT, 76, 1.0)
    sheet.print(LEFT + 6, 50, a.sure("name"), 12, bold=True)
    sheet.print(LEFT + 6, 64, [seg("MRN: "), *a.sure("mrn"), seg("    DOB: "), *a.sure("dob")], 9)
    sheet.print(RIGHT - 6, 50, [seg("Sex: "), *a.sure("sex", "letter")], 9, align="right")
    sheet.print(RIGHT - 6, 64, [seg("Enc. date: "), seg(case.order_date.strftime("%m/%d/%Y"))], 9, align="right")
    sheet.print(LEFT, 100, "Ambulatory Referral to Infusion", 13, bold=True)
    priority = [seg(" (Priority: "), *a("priority"), seg(")")]
    sheet.print(RIGHT, 100, [seg("Order date "), *a("order_date"), *priority], 9, align="right")
    y = 120.0
    for index in range(len(case.orders)):
        y = _medicine(sheet, a, y, index) + 6
    y = _section(sheet, y + 4, "Questionnaire")
    for number, (question, answer) in enumerate(_questions(a), 1):
        sheet.print(LEFT + 8, y, f"{number}.", 9)
        end = sheet.print(LEFT + 24, y, question, 9)
        sheet.print(max(end + 8, 300), y, answer, 9, bold=False)
        y += 13.5
    y = _section(sheet, y + 8, "Coverage")
    line: list[Seg] = (
        [*a("payer"), seg(" / "), *a.sure("plan"), seg(" - ID ")] if a("plan") else [*a("payer"), seg(" - ID ")]
    )
    sheet.print(LEFT + 8, y, [*line, *a.sure("member"), seg(", group "), *a.sure("group")], 9)
    y += 13.5
    sheet.print(LEFT + 8, y, [seg("Subscriber: "), *a.sure("subscriber"), seg(", "), *a.sure("relationship")], 9)
    y = _section(sheet, y + 22, "Provider information")
    for text in _office(a):
        y = flow(sheet, LEFT + 8, y, text, RIGHT - LEFT - 16, 9, 1.4)
    day = case.order_date.strftime("%m/%d/%Y")
    if case.is_signed:
        who = case.prescriber
        lines = stamps.electronic(rng, "test", f"{who.first_name} {who.last_name}, {who.credentials}", day, 877)
        y = ticked.signed_by_wire(sheet, LEFT + 8, y + 12, list(lines))
        sheet.print(LEFT + 8, y + 2, [seg("Signature date: "), *a("only_sign_date")], 9)
    else:
        sheet.print(LEFT + 8, y + 12, "Signature: none recorded", 9)
    sheet.print(LEFT, 770, [seg("Routed to: "), *a("center"), seg(", "), *a("center_fax")], 8)
    sheet.print(RIGHT, 770, "Printed from the record, page 1 of 1", 8, align="right")
    return [sheet]


def _section(sheet: Sheet, y: float, title: str) -> float:
    sheet.shade(LEFT, y, RIGHT, y + 14, 0.0)
    sheet.print(LEFT + 6, y + 10.5, title, 9, bold=True, grey=1.0)
    return y + 28


def _medicine(sheet: Sheet, a: Answers, y: float, index: int) -> float:
    """Name in bold, then indented lines of caption and value."""
    order = a.case.orders[index]
    drug = a("drug", "generic (brand)")
    name: list[Seg] = [*drug] if index == 0 else [seg(piece.text) for piece in drug]
    sheet.print(LEFT, y, [*name, seg(", "), *a("vial"), seg(" vial")], 10.5, bold=True)
    sig: list[Seg] = [
        seg("Infuse "),
        *a(f"dose {index}"),
        seg(" "),
        *a(f"route {index}", "words" if order.route == "IV" else ""),
    ]
    sig += [seg(" "), *a(f"frequency {index}")]
    if a(f"duration {index}"):
        sig += [seg(", for "), *a(f"duration {index}")]
    lines: list[tuple[str, list[Seg]]] = [("Sig:", [*sig, seg(".")])]
    if order.course:
        lines.append(("Phase:", a(f"course {index}")))
    lines.append(("Dispense:", [seg(f"{2 + index} each, as vials needed")]))
    lines.append(("Refills:", a(f"refills {index}")))
    if index == 0:
        lines.append(("Associated Dx:", a("icd_dx 0", "description")))
        lines.append(("Associated Dx:", a("icd_dx 1", "description")))
        lines.append(("Pre-infusion:", a("premeds", ", ")))
        lines.append(("HCPCS:", a("hcpcs")))
    for label, value in lines:
        y += 14
        sheet.print(LEFT + 16, y, label, 9)
        if value:
            y = flow(sheet, LEFT + 96, y, value, RIGHT - LEFT - 100, 9, 1.35) - 9 * 1.35
        else:
            sheet.print(LEFT + 96, y, value, 9)
    return y + 14


def _questions(a: Answers) -> list[tuple[str, list[Seg]]]:
    found: list[tuple[str, list[Seg]]] = [
        ("Has the patient been told of the referral?", [seg("Yes")]),
        ("Best number to reach the patient", a("home")),
        ("Mobile number", a("mobile")),
        ("Where does the patient live?", a("address")),
        ("Most recent weight", a("weight")),
        ("Most recent height", a("height")),
        ("Allergies on file", a("allergies")),
        ("Earlier agents and results", a("prior 0")),
        ("Date last treated", a("last")),
        ("Requested first appointment", a("start")),
    ]
    return found


def _office(a: Answers) -> list[list[Seg]]:
    lines: list[list[Seg]] = [
        [seg("Authorized by: "), *a("doctor"), seg("     NPI: "), *a("npi")],
        [*a("practice"), seg(", "), *a("office")],
        [seg("Ph: "), *a.sure("office_phone"), seg("     Fx: "), *a.sure("office_fax")],
    ]
    if a.has("group_npi"):
        lines.append([seg("Department NPI: "), *a("group_npi")])
    if a.has("supervisor"):
        lines.append([seg("Supervised by: "), *a("supervisor"), seg(" (NPI "), *a("supervisor_npi"), seg(")")])
    if a.has("pcp"):
        lines.append([seg("PCP on file: "), *a("pcp"), seg(", "), *a("pcp_phone")])
    return lines

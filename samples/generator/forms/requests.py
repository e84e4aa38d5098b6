"""A payer's numbered questions, a safety program's agreement, and letters that order nothing."""

import random

from samples.generator import hand
from samples.generator.answers import Answers, Style, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import ask, flow, put
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 48.0, 564.0


@register("prior_auth_questions", "test", "prior_auth", ("typed", "hand"))
def draw_prior_auth(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Numbered questions with the answer right of a dotted rule, yes and no to be ringed."""
    sheet = Sheet("prior_authorization", look, rng)
    a = Answers(case, rng, style(rng, ("%m/%d/%Y", "%-m/%-d/%Y"), ("###-###-####", "(###) ###-####")))
    sheet.print(LEFT, 46, [*a.sure("payer"), seg(": review of a drug given by infusion")], 12.5, bold=True)
    sheet.print(LEFT, 60, "Send to utilization review by fax, 855-555-0172. Incomplete forms are returned.", 8.5)
    asked: list[tuple[str, str]] = [
        ("Enrolled person", "name"),
        ("Born", "dob"),
        ("Number on the card; group", "member+group"),
        ("Who prescribes?", "doctor"),
        ("NPI of who prescribes", "npi"),
        ("NPI that bills", "group_npi"),
        ("Office telephone; fax", "office_phone+office_fax"),
        ("Where will it be given?", "center"),
        ("Fax of that place", "center_fax"),
        ("Drug", "drug"),
        ("For what condition?", "icd_dx 0"),
    ]
    asked += [("Dose; route; interval", f"dose {i}+route {i}+frequency {i}") for i in range(len(case.orders))]
    asked += [("What was used before?", "prior 0"), ("And besides that?", "prior 1")]
    y = 88.0
    for number, (label, key) in enumerate(asked, 1):
        end = sheet.print(LEFT, y, f"{number}. {label}", 9.5)
        for x in range(int(end) + 4, 214, 5):
            sheet.line(x, y, x + 0.8, y, 0.7)
        put(sheet, 222, y, ask(sheet, a, key), RIGHT - 224)
        y += 22
    for number, text in enumerate(
        (
            "Is this a renewal of an earlier approval?",
            "Is the drug given with another biologic?",
            "Is the stay inpatient?",
        ),
        len(asked) + 1,
    ):
        sheet.print(LEFT, y, f"{number}. {text}", 9.5)
        is_yes = rng.random() < 0.4
        sheet.choose(330, y, [("Yes", is_yes, ()), ("No", not is_yes, ())], 9.5)
        y += 22
    sheet.line(LEFT, y + 34, 330, y + 34, 0.6)
    sheet.print(LEFT, y + 44, "Prescriber or delegate", 8)
    if case.is_signed:
        sheet.sign(LEFT + 30, y + 32, 150, 20)
    sheet.line(350, y + 34, RIGHT, y + 34, 0.6)
    sheet.print(350, y + 44, "Day signed", 8)
    put(sheet, 356, y + 31, a("only_sign_date"), 180)
    return [sheet]


@register("rems_agreement", "test", "rems", ("typed", "hand"))
def draw_rems(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """An agreement in sentences with the blanks at their ends; both parties sign at the foot."""
    sheet = Sheet("enrollment_form", look, rng)
    a = Answers(case, rng, style(rng, ("%m/%d/%Y", "%b %-d, %Y"), ("(###) ###-####", "###.###.####")))
    sheet.print(306, 52, f"{case.drug['brand']} Risk Evaluation and Mitigation", 14, bold=True, align="center")
    sheet.print(306, 67, "Patient and prescriber agreement, fax to 844-555-0193", 9.5, align="center")
    y = 100.0
    for words, key in (
        ("The patient in this agreement is", "name"),
        ("whose day of birth is", "dob"),
        ("who lives at", "address"),
        ("and answers the telephone at", "home"),
        ("The prescriber is", "doctor"),
        ("with the national provider identifier", "npi"),
        ("working at", "practice"),
        ("telephone of the office", "office_phone"),
        ("fax of the office", "office_fax"),
    ):
        at = sheet.print(LEFT, y, words, 10) + 6
        sheet.line(at, y + 2.5, RIGHT, y + 2.5, 0.4)
        put(sheet, at + 3, y, ask(sheet, a, key), RIGHT - at - 6)
        y += 25
    terms = (
        "Both have talked about the risk of serious infection, what to do when fever or confusion starts, and about "
        "the checks that are due before each dose. Either may end this agreement in writing."
    )
    y = flow(sheet, LEFT, y + 8, [seg(terms)], RIGHT - LEFT, 10, 1.4) + 44
    for x, label, is_patient in ((LEFT, "Patient, and day", True), (318.0, "Prescriber, and day", False)):
        sheet.line(x, y, x + 236, y, 0.6)
        sheet.print(x, y + 11, label, 8)
        if is_patient:
            strokes, _ = hand.signature(sheet.rng, x + 12, y - 3, 110, 16)
            sheet.drawing.ops.extend(strokes)
            sheet.traps.add("patient_signature")
        elif case.is_signed:
            sheet.sign(x + 10, y - 3, 120, 18)
            put(sheet, x + 150, y - 3, a("only_sign_date"), 84)
    return [sheet]


def _head(sheet: Sheet, a: Answers, title: str) -> float:
    """Letterhead at the foot of the page, the title at its top."""
    sheet.print(LEFT + 16, 70, title, 15, bold=True)
    sheet.line(LEFT, 716, RIGHT, 716, 0.8)
    sheet.print(306, 732, a.sure("practice"), 10, bold=True, align="center")
    numbers = [seg("tel "), *a.sure("office_phone"), seg("  fax "), *a.sure("office_fax")]
    sheet.print(306, 746, [*a.sure("office"), seg("  "), *numbers], 8, align="center")
    return 110.0


@register("cancel_note", "test", "cancellation", ("typed",))
def draw_cancel(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A few sentences that stop an order, the drug named in them."""
    sheet = Sheet("other", look, rng)
    a = Answers(case, rng, Style(date="%m/%d/%Y", name="first last", phone="(###) ###-####"))
    y = _head(sheet, a, "STOP ORDER")
    why = rng.choice(
        (
            "The patient is in hospital for some time.",
            "Another clinic takes over.",
            "The insurer refused payment twice.",
        )
    )
    for text in (
        [seg("For "), *a("center"), seg(", "), *a("center_fax")],
        [seg("Patient "), *a("name"), seg(", "), *a("dob")],
        [seg(f"Effective now {case.drug['brand']} is discontinued and our order for it is cancelled. {why}")],
        [seg("Take the patient off the schedule and do not give any further dose. Confirm to our fax below.")],
        [*a("doctor")],
    ):
        y = flow(sheet, LEFT + 16, y, text, 480, 11, 1.5) + 10
    return [sheet]


@register("reply_grid", "test", "reply", ("typed",))
def draw_reply(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A payer's decision in a small grid: what was asked for, what was decided, from when until when."""
    sheet = Sheet("prior_authorization", look, rng)
    a = Answers(case, rng, Style(date="%m/%d/%Y", name="last, first", phone="###-###-####"))
    is_approved = rng.random() < 0.5
    sheet.print(LEFT, 56, a.sure("payer"), 15, bold=True)
    sheet.print(LEFT, 72, [seg("Medical management, "), *a.sure("payer_phone")], 9.5)
    sheet.print(LEFT, 108, "Decision on your prior authorization request", 12.5, bold=True)
    year = case.order_date.year
    dates = f"{case.order_date.strftime('%m/%d/%Y')} to {case.order_date.strftime('%m/%d')}/{year + 1}"
    rows: list[tuple[str, list[Seg]]] = [
        ("Covered person", a("name")),
        ("Birth date", a("dob")),
        ("Card number", a.sure("member")),
        ("Asked by", a("doctor")),
        ("Asked for", [seg(f"{case.drug['brand']} ({case.drug['hcpcs']})")]),
        ("Decision", [seg("APPROVED" if is_approved else "NOT APPROVED")]),
        ("In force", [seg(dates if is_approved else "does not apply")]),
        ("Case number", [seg(f"PA-{rng.randint(100000, 999999)}")]),
    ]
    y = 122.0
    for label, value in rows:
        sheet.frame(LEFT, y, RIGHT, y + 24, 0.6)
        sheet.print(LEFT + 8, y + 16, label, 9.5)
        sheet.print(210, y + 16, value, 10.5, bold=label == "Decision")
        y += 24
    sheet.line(200, 122, 200, y, 0.6)
    text = "Payment depends on coverage on the day of service. You may ask for a second review within 60 days."
    flow(sheet, LEFT, y + 22, [seg(text)], 500, 9.5, 1.4)
    return [sheet]


@register("astray_dental", "test", "misdirected", ("typed",))
def draw_astray(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A clearance that a dentist asked for."""
    sheet = Sheet("other", look, rng)
    a = Answers(case, rng, Style(date="%m/%d/%Y", phone="###.###.####"))
    y = _head(sheet, a, "Clearance for dental treatment")
    for text in (
        [seg("To Fernwood Family Dentistry, attention front desk")],
        [seg("Concerning "), *a("name"), seg(", born "), *a("dob")],
        [seg("There is no objection to the extraction of two teeth under local anesthesia. No antibiotic is needed.")],
    ):
        y = flow(sheet, LEFT + 16, y, text, 480, 11, 1.5) + 10
    return [sheet]

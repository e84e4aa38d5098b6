"""What offices and payers fax besides referrals: cancellations, replies to requests, faxes gone astray."""

import random

from samples.generator.answers import Answers, Style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import flow
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet


def _letter(
    sheet: Sheet, a: Answers, title: str, lines: list[list[Seg]], texts: list[list[Seg]], left: float = 66.0
) -> float:
    sheet.print(left, 60, a.sure("practice"), 14, bold=True)
    sheet.print(left, 74, a.sure("office"), 9)
    sheet.print(left, 86, [seg("Phone "), *a.sure("office_phone"), seg("   Fax "), *a.sure("office_fax")], 9)
    sheet.print(left, 122, title, 13, bold=True)
    y = 148.0
    for line in lines:
        sheet.print(left, y, line, 10.5)
        y += 16
    y += 12
    for text in texts:
        y = flow(sheet, left, y, text, 480, 10.5, 1.45) + 8
    return y


@register("cancel_letter", "train", "cancellation", ("typed",))
def draw_cancel_letter(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A letter that takes an order back."""
    sheet = Sheet("other", look, rng)
    a = Answers(case, rng, Style(name="first last", phone="(###) ###-####"))
    when = case.order_date.strftime("%m/%d/%Y")
    lines: list[list[Seg]] = [
        [seg("To: "), *a("center"), seg(", fax "), *a("center_fax")],
        [seg("Patient: "), *a("name"), seg("     DOB: "), *a("dob")],
    ]
    reason = rng.choice(
        ("The patient has decided against treatment.", "The plan denied coverage.", "The patient moved out of state.")
    )
    texts: list[list[Seg]] = [
        [
            seg(
                f"Please CANCEL the infusion order for {case.drug['brand']} for the above patient. "
                f"{reason} Do not schedule any further visits. Cancel all appointments after {when}."
            )
        ],
        [seg("Thank you.")],
    ]
    y = _letter(sheet, a, "CANCELLATION OF INFUSION ORDER", lines, texts)
    sheet.print(66, y + 30, a("doctor"), 10.5)
    return [sheet]


@register("cancel_form", "tune", "cancellation", ("typed",))
def draw_cancel_form(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A slip with the reason in boxes."""
    sheet = Sheet("other", look, rng)
    a = Answers(case, rng, Style(date="%Y-%m-%d", name="last, first", phone="###.###.####"))
    sheet.print(306, 70, "DISCONTINUE / CANCEL REQUEST", 16, bold=True, align="center")
    sheet.print(306, 88, [seg("to "), *a("center"), seg(" "), *a("center_fax")], 10, align="center")
    rows: list[tuple[str, list[Seg]]] = [
        ("Patient", a("name")),
        ("Birth date", a("dob")),
        ("Therapy to stop", [seg(case.drug["brand"])]),
        ("Effective", [seg(case.order_date.strftime("%Y-%m-%d"))]),
        ("Requested by", a("doctor")),
        ("Office", a.sure("practice")),
        ("Office fax", a.sure("office_fax")),
    ]
    y = 124.0
    for label, answer in rows:
        sheet.frame(80, y, 532, y + 26, 0.7)
        sheet.print(88, y + 17, label, 9.5, bold=True)
        sheet.fill(210, y + 17, answer, 310)
        y += 26
    y += 30
    for label in ("Patient withdrew", "Adverse reaction", "Coverage ended", "Changed to another drug"):
        sheet.check(90, y, label, label == "Patient withdrew", 10)
        y += 20
    sheet.print(80, y + 16, "No further infusions are to be given under the earlier order.", 10.5)
    return [sheet]


@register("cancel_memo", "retired", "cancellation", ("typed",))
def draw_cancel_memo(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A short memo."""
    sheet = Sheet("other", look, rng)
    a = Answers(case, rng, Style(date="%d %b %Y", name="first last", phone="###-###-####"))
    lines: list[list[Seg]] = [
        [seg("For: "), *a("center"), seg(" ("), *a("center_fax"), seg(")")],
        [seg("About: "), *a("name"), seg(", born "), *a("dob")],
    ]
    text = (
        f"We withdraw our referral for {case.drug['brand']}. The order sent before is void; "
        "please cancel it and release the chair. The patient will be treated elsewhere."
    )
    y = _letter(sheet, a, "Withdrawal of referral", lines, [[seg(text)]], 80)
    sheet.print(80, y + 24, [*a("doctor"), seg(", by phone order to staff")], 10)
    return [sheet]


def _reply(sheet: Sheet, a: Answers, rng: random.Random, is_approved: bool, words: tuple[str, str, str]) -> float:
    """A payer's head, the facts in lines, and its decision."""
    case = a.case
    sheet.print(66, 60, a.sure("payer"), 15, bold=True)
    sheet.print(66, 76, [seg("Utilization management, "), *a.sure("payer_phone")], 9.5)
    sheet.print(66, 112, words[0], 12.5, bold=True)
    name, dob, member = words[1].split("|")
    facts: list[list[Seg]] = [
        [seg(f"{name}: "), *a("name")],
        [seg(f"{dob}: "), *a("dob")],
        [seg(f"{member}: "), *a.sure("member")],
        [seg("Requested by: "), *a("doctor")],
        [seg(f"Service: {case.drug['hcpcs']} {case.drug['brand']}")],
        [seg(f"Reference no.: A{rng.randint(1000000, 9999999)}")],
    ]
    y = 138.0
    for line in facts:
        sheet.print(66, y, line, 10.5)
        y += 16
    outcome = words[2].split("|")[0 if is_approved else 1]
    return flow(sheet, 66, y + 14, [seg(outcome)], 480, 11, 1.45)


@register("reply_letter", "train", "reply", ("typed",))
def draw_reply_letter(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A determination in plain words."""
    sheet = Sheet("prior_authorization", look, rng)
    a = Answers(case, rng, Style(name="first last"))
    words = (
        "NOTICE OF PRIOR AUTHORIZATION DETERMINATION",
        "Member|Date of birth|Member ID",
        "Your prior authorization request has been APPROVED for 12 months and up to 14 "
        "visits.|Your prior authorization request has been DENIED because criteria for step "
        "therapy were not met. You may appeal within 180 days.",
    )
    y = _reply(sheet, a, rng, rng.random() < 0.5, words)
    flow(
        sheet,
        66,
        y + 10,
        [seg("This notice is not a guarantee of payment. Benefits are subject to eligibility at the time of service.")],
        480,
        9.5,
    )
    return [sheet]


@register("reply_boxes", "tune", "reply", ("typed",))
def draw_reply_boxes(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """The decision as marked boxes."""
    sheet = Sheet("prior_authorization", look, rng)
    a = Answers(case, rng, Style(date="%Y-%m-%d", name="last, first", phone="###.###.####"))
    is_approved = rng.random() < 0.5
    y = _reply(
        sheet,
        a,
        rng,
        is_approved,
        (
            "Response to your authorization request",
            "Patient|Born|Contract no.",
            "The request was reviewed by a pharmacist and approved.|The request was reviewed by a "
            "physician and not approved.",
        ),
    )
    for label, is_on in (
        ("Approved as requested", is_approved),
        ("Approved in part", False),
        ("Not approved", not is_approved),
        ("More information needed", False),
    ):
        y += 20
        sheet.check(70, y, label, is_on, 10)
    return [sheet]


@register("reply_notice", "retired", "reply", ("typed",))
def draw_reply_notice(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A notice with validity dates that are not the order's."""
    sheet = Sheet("prior_authorization", look, rng)
    a = Answers(case, rng, Style(date="%d %b %Y", name="first last", phone="###-###-####"))
    year = case.order_date.year
    words = (
        "Authorization outcome",
        "Enrollee|Birth date|Enrollee ID",
        f"Outcome: authorized, valid {case.order_date.strftime('%d %b %Y')} to "
        f"{case.order_date.strftime('%d %b')} {year + 1}, 8 units each visit.|Outcome: "
        "authorization declined. A peer-to-peer call can be arranged within 10 business days.",
    )
    _reply(sheet, a, rng, rng.random() < 0.5, words)
    return [sheet]


def _astray(case: Case, look: Look, rng: random.Random, how: Style, to: str, title: str, text: str) -> list[Sheet]:
    """A letter about somebody to somebody else."""
    sheet = Sheet("other", look, rng)
    a = Answers(case, rng, how)
    lines: list[list[Seg]] = [[seg(f"To: {to}")], [seg("Patient: "), *a("name"), seg(", DOB "), *a("dob")]]
    _letter(sheet, a, title, lines, [[seg(text)]])
    return [sheet]


@register("astray_records", "train", "misdirected", ("typed",))
def draw_astray_records(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A request for records that should have gone to a hospital."""
    text = (
        "Please send the discharge summary and operative report of the admission in June to our "
        "office. A signed release is on file."
    )
    return _astray(
        case,
        look,
        rng,
        Style(phone="###-###-####"),
        "Lakeview Hospital, health information management",
        "REQUEST FOR MEDICAL RECORDS",
        text,
    )


@register("astray_pharmacy", "tune", "misdirected", ("typed",))
def draw_astray_pharmacy(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A refill answer for a drug store."""
    text = (
        "In reply to your refill question: lisinopril 10 mg may be refilled, 90 tablets, three "
        "times. Amlodipine was stopped."
    )
    return _astray(
        case, look, rng, Style(date="%Y-%m-%d", phone="###.###.####"), "Willow Street Pharmacy", "REFILL RESPONSE", text
    )


@register("astray_therapy", "retired", "misdirected", ("typed",))
def draw_astray_therapy(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A physical therapy plan of care."""
    text = (
        "Physical therapy twice a week for six weeks for low back pain: strengthening, gait "
        "training, home program. Re-evaluate after twelve visits."
    )
    return _astray(
        case, look, rng, Style(date="%d %b %Y", phone="(###) ###-####"), "Harbor Physical Therapy", "PLAN OF CARE", text
    )

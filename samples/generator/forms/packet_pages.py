"""What else comes with an order: covers, face sheets, insurance cards, a medication list, an imaging report."""

import random

from samples.generator import say
from samples.generator.answers import Answers, Style, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.imaging import STUDIES, setting
from samples.generator.forms.layout import ask, flow, put, ticks
from samples.generator.forms.medications import start
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

NOTICE = (
    "Health information is private under federal law (45 CFR 164). Whoever is not named above may not read or keep "
    "these pages; telephone the sender, who will arrange their return."
)
Pairs = tuple[tuple[str, str], ...]


@register("cover_split", "test", "cover", ("typed", "hand"))
def draw_cover_split(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Two panels side by side, receiver left and sender right, and boxes for how urgent it is."""
    sheet = Sheet("cover_sheet", look, rng)
    a = Answers(case, rng, style(rng, ("%m/%d/%Y", "%b %-d, %Y"), ("###-###-####", "(###) ###-####")))
    sheet.shade(40, 60, 572, 108, 0.0)
    sheet.print(54, 94, "TELEFAX", 28, bold=True, grey=1.0)
    sheet.print(558, 92, a.sure("practice"), 12, bold=True, grey=1.0, align="right")
    panels: tuple[tuple[float, Pairs], ...] = (
        (40, (("Deliver to", "center"), ("Their fax", "center_fax"), ("Their phone", "center_phone"))),
        (310, (("Comes from", "doctor"), ("Our fax", "office_fax"), ("Our phone", "office_phone"))),
    )
    for x, pairs in panels:
        sheet.frame(x, 124, x + 262, 232, 1.0)
        for index, (label, key) in enumerate(pairs):
            sheet.print(x + 82, 150 + 32 * index, label, 9, align="right")
            put(sheet, x + 90, 150 + 32 * index, ask(sheet, a, key), 166)
    sheet.frame(40, 246, 572, 290, 1.0)
    sheet.print(122, 272, "Concerning", 9, align="right")
    sheet.fill(130, 272, [*a("name"), seg("  "), *a("dob")], 260)
    sheet.print(470, 272, "Sheets in all", 9, align="right")
    sheet.page_total_at = (480, 272)
    ticks(
        sheet,
        54,
        318,
        [(name, name == "Please review", ()) for name in ("At once", "Please review", "Please reply")],
        10,
    )
    sheet.print(40, 356, "Remarks", 10, bold=True)
    remarks = "Order, registration sheet, card copies, chart note and laboratory work follow. Call with questions."
    sheet.paragraph(40, 374, remarks, 520, 10.5, 1.6)
    sheet.paragraph(40, 716, NOTICE, 532, 8)
    return [sheet]


@register("cover_note", "test", "cover", ("typed",))
def draw_cover_note(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A line of facts at the top and a note in sentences that fills the page."""
    sheet = Sheet("cover_sheet", look, rng)
    a = Answers(case, rng, style(rng, ("%B %-d, %Y", "%m/%d/%Y"), ("(###) ###-####", "###.###.####")))
    sheet.print(70, 66, a.sure("practice"), 14, bold=True)
    sheet.print(70, 82, [*a.sure("office")], 9)
    sheet.line(70, 92, 542, 92, 0.8)
    line: list[Seg] = [seg("By fax to "), *a("center_fax"), seg(" from "), *a.sure("office_fax")]
    sheet.print(70, 108, line, 9.5)
    sheet.print(542, 108, case.order_date.strftime(a.how.date), 9.5, align="right")
    y = 150.0
    for text in (
        [seg("Dear colleagues at "), *a("center"), seg(",")],
        [
            seg("with this fax we refer "),
            *a("name", "first last"),
            seg(", born "),
            *a("dob"),
            seg(", for infusion therapy. You find the signed order on the next page, then what your intake asks for."),
        ],
        [seg("If anything is missing please ring "), *a.sure("office_phone"), seg(" and ask for the infusion desk.")],
        [seg("Kind regards, for "), *a("doctor")],
    ):
        y = flow(sheet, 70, y, text, 472, 11, 1.5) + 10
    sheet.paragraph(70, 720, NOTICE, 472, 8)
    return [sheet]


@register("face_blocks", "test", "face", ("typed",))
def draw_face_blocks(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A registration page of four blocks, captions in small print above their values, four to a row."""
    sheet = Sheet("demographics", look, rng)
    a = Answers(case, rng, Style(date="%m/%d/%Y", name="last, first", phone="###-###-####"))
    sheet.print(40, 46, "Registration Sheet", 15, bold=True)
    sheet.print(572, 46, [seg("Account "), seg(f"{rng.randint(10**7, 10**8)}")], 9, align="right")
    y = 62.0
    blocks: tuple[tuple[str, tuple[Pairs, ...]], ...] = (
        (
            "Patient",
            (
                (("Name", "name"), ("Birth date", "dob"), ("Sex", "sex"), ("MRN", "mrn")),
                (("Street", "street"), ("City, state, zip", "city_state_zip"), ("Home", "home"), ("Mobile", "mobile")),
            ),
        ),
        ("Contacts", ((("In an emergency", "@emergency"), ("Phone", "@emergency_phone"), ("E-mail", "email")),)),
        (
            "Coverage 1",
            (
                (("Insurer", "payer"), ("Plan", "plan"), ("Policy", "member"), ("Group", "group")),
                (("Policyholder", "subscriber"), ("Patient is", "relationship"), ("Insurer phone", "payer_phone")),
            ),
        ),
        ("Coverage 2", ((("Insurer", "payer2"), ("Policy", "member2")),)),
        (
            "Clinicians",
            ((("Attending", "doctor"), ("Primary care", "@primary"), ("Primary care NPI", "@primary_npi")),),
        ),
    )
    stranger: dict[str, list[Seg]] = {
        "@emergency": [seg(f"{case.emergency[0]} ({case.emergency[1]})")],
        "@emergency_phone": say.number(case.emergency[2], style="###-###-####"),
        "@primary": say.doctor(case.primary_care, "first last", ""),
        "@primary_npi": [seg(case.primary_care.npi)],
    }
    for title, rows in blocks:
        if title == "Coverage 2" and case.second_payer is None:
            continue
        sheet.print(40, y + 12, title, 10.5, bold=True)
        sheet.line(40, y + 17, 572, y + 17, 1.0)
        y += 30
        for row in rows:
            for index, (label, key) in enumerate(row):
                x = 40.0 + 135 * index
                sheet.print(x, y, label, 7, grey=0.3)
                put(sheet, x, y + 13, stranger.get(key) or a.sure(key), 130)
            y += 32
    return [sheet]


@register("face_strip", "test", "face", ("typed",))
def draw_face_strip(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Labels end at a colon in the middle of the page; guarantor and next of kin stand between patient and payer."""
    sheet = Sheet("demographics", look, rng)
    a = Answers(case, rng, Style(date="%b %d, %Y", name="first last", phone="(###) ###-####"))
    sheet.print(306, 54, "PATIENT INFORMATION", 14, bold=True, align="center")
    rows: list[tuple[str, list[Seg]]] = [
        ("Patient", a("name")),
        ("Date of birth", a("dob")),
        ("Gender", a.sure("sex", "letter")),
        ("Address", a("street")),
        ("", a("city_state_zip")),
        ("Home phone", a("home")),
        ("Work phone", a("work")),
        ("Guarantor", [seg(case.subscriber)]),
        ("Guarantor phone", say.number(case.emergency[2], style="(###) ###-####")),
        ("Next of kin", [seg(case.emergency[0]), seg(", "), seg(case.emergency[1].lower())]),
        ("Insurance", a.sure("payer")),
        ("Identification", a.sure("member")),
        ("Group", a.sure("group")),
        ("Insured", a.sure("subscriber")),
        ("Referring provider", a("doctor")),
        ("Referring provider NPI", a("npi")),
        ("Allergies", a.sure("allergies")),
    ]
    y = 90.0
    for label, value in rows:
        if label:
            sheet.print(252, y, label + " :", 10, align="right")
        if value:
            sheet.print(262, y, value, 10)
        else:
            sheet.print(262, y, value, 10)
        y += 21
    sheet.print(306, 740, "Please check and correct at every visit", 8.5, align="center")
    return [sheet]


@register("card_pair", "test", "card", ("typed",))
def draw_card_pair(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Front above back on one copied page, the labels small under their values."""
    sheet = Sheet("insurance_card", look, rng)
    sheet.print(306, 60, "copy of card, both sides", 9, align="center")
    sheet.frame(150, 90, 462, 290, 1.4)
    sheet.print(162, 116, say.coverage(case, "payer"), 14, bold=True)
    sheet.print(450, 116, say.coverage(case, "plan"), 10, align="right")
    spots: tuple[tuple[float, float, str, str], ...] = (
        (162, 154, "subscriber_name", "Member"),
        (162, 194, "member_id", "Member no."),
        (330, 194, "group_number", "Group no."),
        (162, 234, "bin", "BIN"),
        (246, 234, "pcn", "PCN"),
    )
    for x, y, leaf, label in spots:
        value = say.coverage(case, leaf)
        if value:
            sheet.print(x, y, value, 11)
            sheet.print(x, y + 10, label, 7)
    sheet.print(330, 234, "Visit $25 / Specialist $50", 8.5)
    sheet.print(162, 272, "Present this card with every prescription.", 8)
    sheet.frame(150, 330, 462, 530, 1.4)
    sheet.shade(150, 344, 462, 372, 0.15)
    sheet.print(
        162, 400, [seg("Customer care "), *say.number(case.payer_phone, "coverages[0].payer_phone", "###-###-####")], 10
    )
    sheet.print(162, 418, "Nurse line 800-555-0160     Provider line 800-555-0161", 8.5)
    sheet.paragraph(
        162, 440, "Mail claims to PO Box 1180, Salt Lake City, UT 84110. Hospital stays need notice.", 280, 8
    )
    return [sheet]


@register("medications_sentences", "test", "medications", ("typed",))
def draw_medications(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A reconciliation in which each drug is a line of text, continued, changed or stopped."""
    sheet, a, listed = start(case, look, rng, "%m/%d/%Y")
    sheet.print(56, 56, "Medication reconciliation", 14, bold=True)
    sheet.print(56, 72, [*a("name"), seg(", "), *a("dob")], 10.5)
    y = 104.0
    for name, strength, how in listed:
        fate = rng.choice(("continue", "continue", "continue", "stopped last month", "dose changed"))
        y = flow(sheet, 56, y, [seg(f"- {name} {strength}, {how}: {fate}.")], 500, 10.5, 1.4) + 3
    sheet.print(56, y + 14, [seg("Reactions to drugs: "), *a.sure("allergies")], 10.5, bold=True)
    sheet.print(56, y + 34, [seg("Reconciled at the visit with "), *a("doctor")], 10)
    return [sheet]


@register("imaging_table", "test", "imaging", ("typed",))
def draw_imaging(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """The parts of the report as rows of a ruled table, captions in the left column."""
    sheet, a, done, before = setting(case, look, rng, "%b %d, %Y")
    title, technique, findings, impression = STUDIES[case.drug["specialty"]]
    sheet.print(48, 50, "Diagnostic Imaging Consultation", 14, bold=True)
    rows: list[tuple[str, list[Seg]]] = [
        ("Patient", [*a("name"), seg("   "), *a("dob"), seg("   MRN "), *a.sure("mrn")]),
        ("Ordering", a("doctor")),
        ("Exam", [seg(f"{title}, {done}")]),
        ("Compared with", [seg(before)]),
        ("Technique", [seg(technique)]),
        ("Findings", [seg(findings)]),
        ("Impression", [seg(impression)]),
        ("Read by", [seg("Ottoline Prewitt, MD, diagnostic radiology")]),
    ]
    y = 66.0
    for label, text in rows:
        low = flow(sheet, 152, y + 14, text, 408, 10, 1.4) - 6
        sheet.print(54, y + 14, label, 10, bold=True)
        sheet.frame(48, y, 568, low + 4, 0.5)
        y = low + 4
    sheet.line(146, 66, 146, y, 0.5)
    return [sheet]

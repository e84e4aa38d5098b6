"""A manufacturer's start form on two pages; the second repeats who the patient and the prescriber are."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import PREMEDICATIONS, Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import Option, ask, each_order, put, sexes, ticks
from samples.generator.ops import seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 46.0, 566.0
Row = list[tuple[str, float, str]]
FIRST: tuple[tuple[str, list[Row]], ...] = (
    (
        "1  Patient information (all fields required)",
        [
            [
                ("PATIENT FIRST NAME", 3, "first"),
                ("MIDDLE INITIAL", 1.4, "middle"),
                ("PATIENT LAST NAME", 3, "surname"),
                ("SUFFIX", 1, "suffix"),
            ],
            [
                ("DATE OF BIRTH", 2, "dob"),
                ("HOME PHONE", 2.4, "home"),
                ("MOBILE", 2.4, "mobile"),
                ("WEIGHT", 1.4, "weight"),
                ("HEIGHT", 1.2, "height"),
            ],
            [
                ("HOME ADDRESS", 3, "line1"),
                ("APT", 1.2, "line2"),
                ("CITY", 2, "city"),
                ("STATE", 0.8, "state"),
                ("ZIP", 1.2, "zip"),
            ],
            [
                ("EMAIL ADDRESS", 3, "email"),
                ("ALTERNATE CONTACT", 3, "emergency"),
                ("CONTACT TELEPHONE", 2, "emergency_phone"),
            ],
        ],
    ),
    (
        "2  Insurance (attach copies of both sides of all cards)",
        [
            [
                ("PRIMARY MEDICAL INSURANCE", 3, "payer"),
                ("SUBSCRIBER ID #", 2, "member"),
                ("GROUP #", 1.4, "group"),
                ("TEL #", 2, "payer_phone"),
            ],
            [
                ("POLICY HOLDER", 3, "subscriber"),
                ("RELATIONSHIP", 1.6, "relationship"),
                ("SECONDARY INSURANCE", 3, "payer2"),
                ("SUBSCRIBER ID #", 2, "member2"),
            ],
        ],
    ),
    (
        "3  Prescriber",
        [
            [
                ("HCP FIRST NAME", 2, "doctor_first"),
                ("HCP LAST NAME", 2, "doctor_last"),
                ("TITLE", 1, "credentials"),
                ("NPI #", 2, "npi"),
                ("GROUP NPI #", 2, "group_npi"),
            ],
            [
                ("FACILITY NAME", 4, "practice"),
                ("STATE LICENSE #", 2, "license"),
                ("SUPERVISING PHYSICIAN (NP/PA)", 3, "supervisor"),
            ],
            [
                ("ADDRESS", 3, "office_street"),
                ("CITY", 2, "office_town"),
                ("STATE", 0.8, "office_state"),
                ("ZIP", 1.2, "office_zip"),
            ],
            [("TELEPHONE", 2, "office_extended"), ("FAX", 2, "office_fax"), ("PRIMARY CARE PROVIDER", 3, "pcp")],
        ],
    ),
)
DOSE: Row = [
    ("", 2, "dose #"),
    ("ROUTE", 1, "route #"),
    ("DIRECTIONS", 4, "frequency #"),
    ("DURATION", 2, "duration #"),
    ("REFILLS", 1, "refills #"),
]


@register("start_pages", "retired", "order", ("typed", "hand", "acroform"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Who on page 1, what on page 2."""
    dates, phones = ("%m/%d/%Y", "%m-%d-%y", "%d %b %Y"), ("###-###-####", "(###) ### ####", "###.###.####")
    a = Answers(case, rng, style(rng, dates, phones, ("first last",)))
    pages = [Sheet("enrollment_form", look, rng), Sheet("enrollment_form", look, rng)]
    for number, sheet in enumerate(pages, 1):
        sheet.print(LEFT, 40, f"{case.drug['brand']} START FORM", 15, bold=True)
        sheet.print(RIGHT, 40, f"Page {number} of 2", 9, align="right")
        sheet.print(LEFT, 53, [seg("Fax both pages to "), *a("center"), seg(" "), *a("center_fax")], 9)
        sheet.line(LEFT, 59, RIGHT, 59, 1.6)
    y = 76.0
    for title, rows in FIRST:
        y = _section(pages[0], a, y, title, rows)
    ticks(
        pages[0],
        LEFT + 4,
        y,
        [("Patient was told of this referral", True, ()), ("OK to leave a message", rng.random() < 0.5, ())],
        shape="circle",
    )
    pages[0].print(RIGHT - 150, y, "Gender", 8)
    ticks(pages[0], RIGHT - 116, y, sexes(pages[0], a), shape="circle")
    _order(pages[1], case, a, 76.0)
    return pages


def _section(sheet: Sheet, a: Answers, y: float, title: str, rows: list[Row]) -> float:
    sheet.print(LEFT, y, title, 10.5, bold=True)
    y += 8
    for row in rows:
        x, total = LEFT, sum(share for _, share, _ in row)
        for label, share, key in row:
            end = x + (RIGHT - LEFT) * share / total
            sheet.shade(x, y, end - 5, y + 19, 0.92)
            put(sheet, x + 4, y + 14, ask(sheet, a, key), end - x - 12)
            sheet.print(x, y + 27, label, 6.5)
            x = end
        y += 35
    return y + 14


def _order(sheet: Sheet, case: Case, a: Answers, y: float) -> None:
    y = _section(
        sheet,
        a,
        y,
        "Repeat from page 1",
        [
            [
                ("PATIENT NAME", 3, "name"),
                ("DATE OF BIRTH", 2, "dob"),
                ("HCP NAME", 3, "doctor"),
                ("TELEPHONE", 2, "office_phone"),
            ]
        ],
    )
    y = _section(
        sheet,
        a,
        y,
        "4  Diagnosis",
        [
            [("ICD-10-CM", 2, "icd 0"), ("PRIMARY DIAGNOSIS", 6, "dx 0")],
            [("KNOWN ALLERGIES", 5, "allergies"), ("TREATED WITH BEFORE", 5, "prior 0")],
        ],
    )
    sheet.print(LEFT, y, "5  Prescription", 10.5, bold=True)
    y += 8
    rows: list[Row] = [[("MEDICATION", 5, "drug"), ("DATE OF RX", 2, "order_date"), ("START ON", 2, "start")]]
    rows += each_order(len(case.orders), DOSE)
    for row in rows:
        x, total = LEFT, sum(share for _, share, _ in row)
        for label, share, key in row:
            end = x + (RIGHT - LEFT) * share / total
            sheet.shade(x, y, end - 5, y + 19, 0.92)
            put(sheet, x + 4, y + 14, ask(sheet, a, key), end - x - 12)
            sheet.print(x, y + 27, label or a("course " + key.split()[1]), 6.5)
            x = end
        y += 35
    y += 10
    sheet.print(LEFT, y, "Premedication:", 9)
    listed = tuple(dict.fromkeys((*case.premedications, *PREMEDICATIONS[:4])))
    for index, name in enumerate(listed):
        is_on = name in case.premedications
        says = (
            tuple(
                (f"orders[{i}].premedications[{case.premedications.index(name)}]", name)
                for i in range(len(case.orders))
            )
            if is_on
            else ()
        )
        option: Option = (name, is_on, says)
        sheet.check(LEFT + 70 + 220 * (index % 2), y + 15 * (index // 2), option[0], is_on, 9, "circle", says)
    if not case.premedications:
        sheet.blank.append("orders[0].premedications[0]")
    y += 15 * ((len(listed) + 1) // 2) + 30
    sheet.paragraph(
        LEFT,
        y,
        "I certify that this therapy is medically needed and that the information is accurate. I "
        "authorize the program to forward this prescription to a pharmacy or infusion center.",
        RIGHT - LEFT,
        8.5,
    )
    y += 60
    sheet.line(LEFT, y, 350, y, 0.8)
    sheet.print(LEFT, y + 9, "PRESCRIBER SIGNATURE (dispense as written)", 6.5)
    if case.is_signed:
        sheet.sign(LEFT + 30, y - 3, 160, 22)
    sheet.line(380, y, RIGHT, y, 0.8)
    sheet.print(380, y + 9, "DATE", 6.5)
    put(sheet, 386, y - 3, a("only_sign_date"), 170)

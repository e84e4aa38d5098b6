"""Payers' prior-authorization requests, one layout for each split: the order's facts again, in a payer's words."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import ask, bar, put, ticks
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

Row = list[tuple[str, float, str]]


def _lines(sheet: Sheet, a: Answers, x0: float, x1: float, y: float, rows: list[Row], step: float = 22.0) -> float:
    for row in rows:
        x, total = x0, sum(share for _, share, _ in row)
        for label, share, key in row:
            end = x + (x1 - x0) * share / total
            start = sheet.print(x, y, label, 9) + 4
            sheet.line(start, y + 2.5, end - 8, y + 2.5, 0.4)
            put(sheet, start + 2, y, ask(sheet, a, key), end - start - 12)
            x = end
        y += step
    return y


def _boxes(sheet: Sheet, a: Answers, x0: float, x1: float, y: float, rows: list[Row], high: float = 30.0) -> float:
    for row in rows:
        x, total = x0, sum(share for _, share, _ in row)
        for label, share, key in row:
            end = x + (x1 - x0) * share / total
            sheet.frame(x, y, end, y + high, 0.5)
            sheet.print(x + 3, y + 8, label, 7)
            put(sheet, x + 5, y + 24, ask(sheet, a, key), end - x - 10)
            x = end
        y += high
    return y


def _questions(sheet: Sheet, x: float, y: float, questions: tuple[str, ...], rng: random.Random) -> float:
    for text in questions:
        is_yes = rng.random() < 0.6
        ticks(sheet, x, y, [("Yes", is_yes, ()), ("No", not is_yes, ())], gap=8)
        sheet.print(x + 76, y, text, 9)
        y += 16
    return y


def _sign(sheet: Sheet, a: Answers, x0: float, x1: float, y: float, label: str) -> None:
    start = sheet.print(x0, y, label, 9) + 4
    sheet.line(start, y + 2, x1 - 150, y + 2, 0.5)
    if a.case.is_signed:
        sheet.sign(start + 20, y, 130, 18)
    sheet.print(x1 - 144, y, "Date", 9)
    sheet.line(x1 - 120, y + 2, x1, y + 2, 0.5)
    put(sheet, x1 - 116, y, a("only_sign_date"), 110)


@register("prior_auth_boxes", "train", "prior_auth", ("typed", "hand"))
def draw_boxes(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Boxes under dark bars, questions with Yes and No."""
    sheet = Sheet("prior_authorization", look, rng)
    a = Answers(case, rng, style(rng, ("%m/%d/%Y", "%m/%d/%y"), ("(###) ###-####", "###-###-####")))
    payer: list[Seg] = [*a.sure("payer")]
    sheet.print(40, 44, payer, 14, bold=True)
    sheet.print(40, 59, "Prior Authorization Request - Medical Benefit Drug", 11)
    sheet.print(572, 44, "Fax to 1-800-555-0166", 9, align="right")
    y = bar(sheet, 40, 70, 572, "Member", 0.2)
    y = _boxes(
        sheet,
        a,
        40,
        572,
        y,
        [
            [("Member name", 4, "name"), ("Member ID", 3, "member"), ("Date of birth", 2, "dob")],
            [("Address", 6, "address"), ("Phone", 3, "home")],
        ],
    )
    y = bar(sheet, 40, y + 6, 572, "Requesting provider", 0.2)
    y = _boxes(
        sheet,
        a,
        40,
        572,
        y,
        [
            [("Provider name", 4, "doctor"), ("Provider NPI", 3, "npi"), ("Group NPI", 3, "group_npi")],
            [("Office phone", 3, "office_phone"), ("Office fax", 3, "office_fax"), ("Practice", 4, "practice")],
        ],
    )
    y = bar(sheet, 40, y + 6, 572, "Servicing facility", 0.2)
    y = _boxes(
        sheet,
        a,
        40,
        572,
        y,
        [[("Facility", 4, "center"), ("Facility phone", 3, "center_phone"), ("Facility fax", 3, "center_fax")]],
    )
    y = bar(sheet, 40, y + 6, 572, "Drug requested", 0.2)
    rows: list[Row] = [[("Drug", 5, "drug"), ("HCPCS", 2, "hcpcs")], [("ICD-10", 2, "icd 0"), ("Diagnosis", 5, "dx 0")]]
    rows += [
        [("Dose", 2, f"dose {i}"), ("Route", 1, f"route {i}"), ("Frequency", 5, f"frequency {i}")]
        for i in range(len(case.orders))
    ]
    y = _boxes(sheet, a, 40, 572, y, [*rows, [("Therapies tried", 1, "prior 0")]])
    y = _questions(
        sheet,
        44,
        y + 18,
        (
            "Is this a continuation of therapy?",
            "Has the member tried a preferred product?",
            "Will it be given with another biologic?",
            "Is the member enrolled in hospice?",
        ),
        rng,
    )
    _sign(sheet, a, 40, 572, y + 26, "Provider signature")
    return [sheet]


@register("prior_auth_lines", "tune", "prior_auth", ("typed", "hand"))
def draw_lines(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Numbered sections on lines, member and prescriber side by side."""
    sheet = Sheet("prior_authorization", look, rng)
    a = Answers(case, rng, style(rng, ("%Y-%m-%d", "%b %-d, %Y", "%m-%d-%y"), ("###.###.####", "### ### ####")))
    sheet.print(306, 46, "PRECERTIFICATION OF AN INFUSED DRUG", 13, bold=True, align="center")
    sheet.print(306, 60, [*a.sure("payer"), seg(" - utilization review, fax 1-888-555-0177")], 9, align="center")
    sheet.print(44, 88, "1. Who is covered", 10.5, bold=True)
    sheet.print(316, 88, "2. Who prescribes", 10.5, bold=True)
    _lines(
        sheet,
        a,
        44,
        306,
        110,
        [
            [(label, 1, key)]
            for label, key in (
                ("Patient", "name"),
                ("Born", "dob"),
                ("Contract no.", "member"),
                ("Group", "group"),
                ("Home tel.", "home"),
                ("Weight", "weight"),
            )
        ],
    )
    y = _lines(
        sheet,
        a,
        316,
        580,
        110,
        [
            [(label, 1, key)]
            for label, key in (
                ("Prescriber", "doctor"),
                ("NPI", "npi"),
                ("Supervisor", "supervisor"),
                ("Tel.", "office_phone"),
                ("Fax", "office_fax"),
                ("Clinic", "practice"),
            )
        ],
    )
    sheet.print(44, y + 10, "3. What is requested", 10.5, bold=True)
    rows: list[Row] = [[("Drug", 5, "drug"), ("Code", 2, "hcpcs")], [("ICD-10", 2, "icd 0"), ("Diagnosis", 5, "dx 0")]]
    rows += [
        [("Dose", 2, f"dose {i}"), ("Route", 1.4, f"route {i}"), ("How often", 4, f"frequency {i}")]
        for i in range(len(case.orders))
    ]
    y = _lines(
        sheet,
        a,
        44,
        580,
        y + 32,
        [*rows, [("Where", 4, "center"), ("Tel.", 2, "center_phone")], [("Tried before", 1, "prior 0")]],
    )
    sheet.print(44, y + 10, "4. Questions", 10.5, bold=True)
    y = _questions(
        sheet,
        50,
        y + 28,
        (
            "Was TB excluded in the last 12 months?",
            "Is there an active infection?",
            "Did the patient respond to the last course?",
        ),
        rng,
    )
    _sign(sheet, a, 44, 580, y + 28, "5. Signed by the prescriber")
    return [sheet]


@register("prior_auth_table", "retired", "prior_auth", ("typed", "hand"))
def draw_table(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Label and answer in one table, then a narrative."""
    sheet = Sheet("prior_authorization", look, rng)
    a = Answers(case, rng, style(rng, ("%d %b %Y", "%m.%d.%Y", "%m/%d/%y"), ("###-###-####", "(###) ### ####")))
    sheet.print(46, 46, "Coverage determination: physician-administered drug", 13, bold=True)
    sheet.print(46, 60, [*a.sure("payer"), seg(", pharmacy services, fax back to 877.555.0188")], 9)
    keys: list[tuple[str, str]] = [
        ("Enrollee", "name"),
        ("Enrollee birth date", "dob"),
        ("Enrollee ID / group", "member+group"),
        ("Enrollee phone", "home"),
        ("Prescribing clinician", "doctor"),
        ("Clinician NPI", "npi"),
        ("Billing NPI", "group_npi"),
        ("Clinician phone", "office_phone"),
        ("Clinician fax", "office_fax"),
        ("Site of care", "center"),
        ("Site of care fax", "center_fax"),
        ("Product", "drug"),
        ("Condition", "icd_dx 0"),
    ]
    keys += [("Regimen", f"dose {i}+route {i}+frequency {i}") for i in range(len(case.orders))]
    keys += [("Alternatives used", "prior 0"), ("Alternatives used", "prior 1")]
    y = 74.0
    for label, key in keys:
        sheet.frame(46, y, 566, y + 22, 0.5)
        sheet.print(52, y + 14.5, label, 9, bold=True)
        put(sheet, 196, y + 15.5, ask(sheet, a, key), 362)
        y += 22
    sheet.line(188, 74, 188, y, 0.5)
    x = sheet.print(46, y + 20, "Expedited review is asked for:", 9) + 10
    ticks(sheet, x, y + 20, [("yes", case.priority == "stat", ()), ("no", case.priority != "stat", ())], shape="circle")
    _sign(sheet, a, 46, 566, y + 52, "Clinician's signature")
    return [sheet]

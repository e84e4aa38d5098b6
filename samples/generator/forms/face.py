"""Face sheets: the practice system's demographics page."""

import random

from samples.generator import say
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet


@register("face_columns", "train", "face", ("typed",))
def draw_columns(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Three columns of label over value under section bars."""
    sheet = Sheet("demographics", look, rng)
    who, phone = case.prescriber, say.phone_style(rng)
    sheet.print(48, 52, [seg(who.practice, "prescriber.practice")], 13, bold=True)
    sheet.print(564, 52, "PATIENT FACE SHEET", 12, bold=True, align="right")
    blocks: list[tuple[str, list[tuple[str, list[Seg]]]]] = [
        (
            "PATIENT",
            [
                ("Patient", say.patient(case, "last, first")),
                ("Birth date", say.day(case.date_of_birth, "patient.date_of_birth")),
                ("Sex", say.sex(case)),
                ("Address", say.street(case.home, "patient.address")),
                ("City/St/Zip", say.city(case.home, "patient.address")),
                ("Account", [seg(case.mrn, "patient.mrn")]),
                ("Home", say.number(case.home_phone, "patient.home_phone", phone)),
                ("Cell", say.number(case.mobile_phone, "patient.mobile_phone", phone)),
                ("Email", [seg(case.email, "patient.email")]),
            ],
        ),
        (
            "GUARANTOR",
            [
                ("Guarantor", [seg(case.subscriber)]),
                ("Relation", [seg(case.relationship.capitalize())]),
                ("Phone", say.number(case.work_phone, style=phone)),
            ],
        ),
        (
            "EMERGENCY CONTACT",
            [
                ("Name", [seg(case.emergency[0])]),
                ("Relation", [seg(case.emergency[1])]),
                ("Phone", say.number(case.emergency[2], style=phone)),
            ],
        ),
        (
            "PRIMARY INSURANCE",
            [
                ("Company", say.coverage(case, "payer")),
                ("Plan", say.coverage(case, "plan")),
                ("Policy no.", say.coverage(case, "member_id")),
                ("Group", say.coverage(case, "group_number")),
                ("Subscriber", say.coverage(case, "subscriber_name")),
                ("Claims phone", say.number(case.payer_phone, "coverages[0].payer_phone", phone)),
            ],
        ),
        (
            "PHYSICIANS",
            [
                ("Primary care", say.doctor(case.primary_care, "first last, credentials", "")),
                ("PCP phone", say.number(case.primary_care.phone, style=phone)),
                ("Referring", say.doctor(who)),
            ],
        ),
    ]
    sheet.traps.add("guarantor")
    if case.second_payer:
        second = [
            (
                "Company",
                [
                    Seg(
                        case.second_payer[0],
                        (("coverages[1].payer", case.second_payer[0]), ("coverages[1].rank", "secondary")),
                    )
                ],
            ),
            ("Policy no.", [seg(case.second_payer[1], "coverages[1].member_id")]),
        ]
        blocks.insert(4, ("SECONDARY INSURANCE", second))
    y = 76.0
    for title, cells in blocks:
        sheet.shade(48, y, 564, y + 13, 0.85)
        sheet.print(52, y + 10, title, 9, bold=True)
        if title.startswith("PRIMARY INS"):
            sheet.say((("coverages[0].rank", "primary"),), sheet.drawing.words[-2].box)
        y += 28
        for index, (label, value) in enumerate(cells):
            x = 52 + 174 * (index % 3)
            sheet.print(x, y, label, 7.5)
            sheet.print(x, y + 11, value, 9.5)
            if index % 3 == 2 or index == len(cells) - 1:
                y += 31
        y += 2
    return [sheet]


@register("face_list", "retired", "face", ("typed",))
def draw_list(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """One list with dotted leaders, in the capitals of an older system."""
    sheet = Sheet("demographics", look, rng)
    who, phone = case.prescriber, say.phone_style(rng)
    sheet.print(70, 60, "REGISTRATION RECORD", 14, bold=True)
    sheet.print(70, 74, [seg("Printed "), seg(case.order_date.strftime("%m/%d/%y")), seg(" by front desk")], 8)
    rows: list[tuple[str, list[Seg]]] = [
        ("PATIENT NAME", say.patient(case, "last, first")),
        ("DATE OF BIRTH", say.day(case.date_of_birth, "patient.date_of_birth", "%m-%d-%Y")),
        ("GENDER", say.sex(case, "letter")),
        ("MEDICAL RECORD NO", [seg(case.mrn, "patient.mrn")]),
        ("STREET", say.street(case.home, "patient.address")),
        ("CITY ST ZIP", say.city(case.home, "patient.address")),
        ("TELEPHONE HOME", say.number(case.home_phone, "patient.home_phone", phone)),
        ("TELEPHONE WORK", say.number(case.work_phone, "patient.work_phone", phone)),
        ("TELEPHONE CELL", say.number(case.mobile_phone, "patient.mobile_phone", phone)),
        (
            "NOTIFY IN EMERGENCY",
            [seg(f"{case.emergency[0]}, {case.emergency[1]}, "), *say.number(case.emergency[2], style=phone)],
        ),
        (
            "FAMILY DOCTOR",
            [*say.doctor(case.primary_care, "last, first", ""), seg(" NPI "), seg(case.primary_care.npi)],
        ),
        (
            "INSURANCE 1",
            [Seg(case.payer[0], (("coverages[0].payer", case.payer[0]), ("coverages[0].rank", "primary")))],
        ),
        ("  ID NUMBER", say.coverage(case, "member_id")),
        ("  GROUP NUMBER", say.coverage(case, "group_number")),
        ("  INSURED", [*say.coverage(case, "subscriber_name"), seg(" / "), *say.coverage(case, "relationship")]),
    ]
    if case.second_payer:
        rows += [
            (
                "INSURANCE 2",
                [
                    Seg(
                        case.second_payer[0],
                        (("coverages[1].payer", case.second_payer[0]), ("coverages[1].rank", "secondary")),
                    )
                ],
            ),
            ("  ID NUMBER", [seg(case.second_payer[1], "coverages[1].member_id")]),
        ]
    rows += [
        ("REFERRED BY", say.doctor(who, "last, first")),
        ("ALLERGIES", say.allergies(case, "; ")),
    ]
    y = 104.0
    for label, value in rows:
        end = sheet.print(70, y, label, 10)
        for x in range(int(end) + 4, 226, 5):
            sheet.line(x, y, x + 0.8, y, 0.8)
        sheet.print(232, y, value, 10)
        y += 19.5
    return [sheet]

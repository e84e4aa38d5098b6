"""Numbered questions down the page, sub-questions lettered, yes and no to be ringed, each answer on the line below."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms import ticked
from samples.generator.forms.base import register, standing_orders
from samples.generator.forms.layout import ask, put
from samples.generator.ops import seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 44.0, 572.0
Question = tuple[str, tuple[tuple[str, str, float], ...]]
FIRST: tuple[Question, ...] = (
    ("Whom do you refer?", (("a. full name", "name", 3), ("b. born on", "dob", 1.7), ("c. record no.", "mrn", 1.3))),
    (
        "Where can we reach this person?",
        (("a. address", "address", 4), ("b. day", "home", 1.6), ("c. evening", "mobile", 1.6)),
    ),
    (
        "Who insures this person?",
        (
            ("a. company", "payer", 2.4),
            ("b. number on the card", "member", 2),
            ("c. group", "group", 1.2),
            ("d. in whose name", "subscriber", 2),
        ),
    ),
    (
        "What should the nurse know?",
        (("a. allergies", "allergies", 3.4), ("b. weight", "weight", 1.2), ("c. height", "height", 1.2)),
    ),
)
LAST: tuple[Question, ...] = (
    (
        "Who are you?",
        (("a. prescriber", "doctor", 3), ("b. own NPI", "npi", 1.6), ("c. NPI of the office", "group_npi", 1.8)),
    ),
    ("Where is your office?", (("a. name", "practice", 2.6), ("b. address", "office", 4.4))),
    (
        "How do we reach your office?",
        (
            ("a. telephone", "office_phone", 2),
            ("b. fax", "office_fax", 2),
            ("c. supervising physician", "supervisor", 2.4),
        ),
    ),
)


@register("numbered", "test", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A questionnaire that authorizes and orders at once."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%m/%d/%Y", "%b %-d, %Y", "%m-%d-%y"), ("(###) ###-####", "###-###-####", "###.###.####")
    a = Answers(case, rng, style(rng, dates, phones))
    sheet.print(LEFT, 42, "Infusion request: please answer every question", 13.5, bold=True)
    sheet.print(LEFT, 55, [seg("Return all pages to "), *a("center"), seg(" at "), *a("center_fax")], 8.5)
    last = len(case.orders) - 1
    doses = tuple(
        piece
        for i, order in enumerate(case.orders)
        for piece in (
            (f"@course {i}" if order.course else "how much", f"dose {i}+route {i}", 2.0),
            ("how often", f"frequency {i}", 2.6),
        )
    )
    middle: tuple[Question, ...] = (
        (
            "Which drug is wanted?",
            (("a. drug", "drug", 3.6), ("b. billing code", "hcpcs", 1.2), ("c. written on", "order_date", 1.6)),
        ),
        *(
            (("In what dose?", doses),)
            if len(case.orders) == 1
            else tuple(("In what dose?", doses[i : i + 2]) for i in range(0, len(doses), 2))
        ),
        (
            "For how long?",
            (
                ("a. period", f"duration {last}", 1.6),
                ("b. refills", f"refills {last}", 1),
                ("c. first visit", "start", 1.6),
                ("d. last given", "last", 1.6),
            ),
        ),
        ("What was tried before?", (("a.", "prior 0", 1), ("b.", "prior 1", 1))),
    )
    y, number = 76.0, 0
    for question in FIRST:
        number += 1
        y = _question(sheet, a, y, number, question)
    number += 1
    sheet.print(LEFT, y, f"{number}.  For what condition? (mark all that apply)", 9, bold=True)
    y = ticked.diagnoses(sheet, a, LEFT + 18, y + 14, 3, 13) + 5
    for question in (*middle, *LAST):
        number += 1
        y = _question(sheet, a, y, number, question)
    for text in ("Has tuberculosis been ruled out?", "Is the patient pregnant?"):
        number += 1
        end = sheet.print(LEFT, y, f"{number}.  {text}", 9, bold=True)
        is_yes = text.startswith("Has")
        sheet.choose(end + 16, y, [("YES", is_yes, ()), ("NO", not is_yes, ())], 9)
        y += 17
    sheet.print(LEFT, y + 14, "Prescriber signs here", 8.5)
    sheet.line(LEFT + 92, y + 16, 360, y + 16, 0.6)
    if case.is_signed:
        sheet.sign(LEFT + 110, y + 14, 150, 18)
    sheet.print(376, y + 14, "Today's date", 8.5)
    sheet.line(432, y + 16, RIGHT, y + 16, 0.6)
    put(sheet, 436, y + 14, a("only_sign_date"), RIGHT - 440)
    if y < 690:
        standing_orders(sheet, y + 36, "test")
    return [sheet]


def _question(sheet: Sheet, a: Answers, y: float, number: int, question: Question) -> float:
    title, pieces = question
    sheet.print(LEFT, y, f"{number}.  {title}", 9, bold=True)
    x, total = LEFT + 18, sum(share for _, _, share in pieces)
    for label, key, share in pieces:
        end = x + (RIGHT - LEFT - 18) * share / total
        sheet.print(x, y + 12, a(label[1:]) if label.startswith("@") else label, 7.5)
        put(sheet, x + 10, y + 25, ask(sheet, a, key), end - x - 18)
        sheet.line(x + 8, y + 27.5, end - 8, y + 27.5, 0.4)
        x = end
    return y + 41

"""Questions and sentences with the blanks in the middle of them, as a small clinic types its own form."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register, standing_orders
from samples.generator.forms.layout import ask, label_of, put, sexes, ticks
from samples.generator.ops import Seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 60.0, 556.0
# Words, then the key of the blank that follows them and its width in points.
Line = list[tuple[str, str, float]]

WHO: list[Line] = [
    [("I, ", "doctor", 190), (", NPI number ", "npi", 110), (", of", "", 0)],
    [("", "practice", 230), (", ask you to treat my patient", "", 0)],
    [("", "name", 230), (", who was born on ", "dob", 130), (".", "", 0)],
    [("The patient lives at ", "address", 380), (".", "", 0)],
    [("You can call the patient at home at ", "home", 110), (" or on a cell phone at ", "mobile", 110), (".", "", 0)],
    [
        ("The patient is ", "height", 60),
        (" tall, weighs ", "weight", 70),
        (" and is allergic to ", "allergies", 150),
        (".", "", 0),
    ],
]
PAYS: list[Line] = [
    [("The bill goes to ", "payer", 190), (" under the ID ", "member", 120), (",", "", 0)],
    [("group ", "group", 90), (", in the name of ", "subscriber", 170), (".", "", 0)],
]
WHY: list[Line] = [
    [("The diagnosis is ", "dx 0", 330), (" (ICD-10 ", "icd 0", 60), (").", "", 0)],
    [("So far we tried ", "prior 0", 380), (".", "", 0)],
]
WHAT: list[Line] = [[("Please give ", "drug", 260), (", from ", "start", 110), (" on.", "", 0)]]
DOSE: Line = [("@course #", "dose #", 90), (" by ", "route #", 40), (", ", "frequency #", 230), (".", "", 0)]
MORE: list[Line] = [
    [
        ("This order holds for ", "duration #", 90),
        (" with ", "refills #", 40),
        (" refills. The last dose was on ", "last", 110),
        (".", "", 0),
    ],
    [("Thirty minutes before each infusion give ", "premeds", 290), (".", "", 0)],
    [("Call my office at ", "office_phone", 120), (" or fax to ", "office_fax", 120), (" with questions.", "", 0)],
    [("Our address is ", "office", 380), (".", "", 0)],
]


@register("sentences", "tune", "order", ("typed", "hand"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """One page of sentences under four questions."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%B %-d, %Y", "%b %d, %Y", "%m-%d-%Y"), ("### ### ####", "(###) ### ####", "###-###-####")
    a = Answers(case, rng, style(rng, dates, phones, ("first last",)))
    sheet.print(LEFT, 52, "Request for an infusion", 17, bold=True)
    sheet.print(LEFT, 67, [Seg("To: "), *a("center"), Seg(", fax "), *a("center_fax")], 9.5)
    y = _lines(sheet, a, 100, "Who is asking, and for whom?", WHO)
    x = sheet.print(LEFT, y, "The patient is (check) ", 10) + 6
    ticks(sheet, x, y, sexes(sheet, a), 10)
    y = _lines(sheet, a, y + 34, "Who pays?", PAYS)
    y = _lines(sheet, a, y + 12, "Why is it needed?", WHY)
    last = str(len(case.orders) - 1)
    doses = [
        [(label.replace("#", str(i)), key.replace("#", str(i)), width) for label, key, width in DOSE]
        for i in range(len(case.orders))
    ]
    rest = [[(label, key.replace("#", last), width) for label, key, width in line] for line in MORE]
    y = _lines(sheet, a, y + 12, "What is to be given?", [*WHAT, *doses, *rest])
    sheet.print(LEFT, y + 18, "Signed by the prescriber:", 10)
    sheet.line(LEFT + 124, y + 20, 380, y + 20, 0.5)
    if case.is_signed:
        sheet.sign(LEFT + 140, y + 17, 150, 20)
    x = sheet.print(392, y + 18, "on ", 10)
    sheet.line(x, y + 20, RIGHT, y + 20, 0.5)
    put(sheet, x + 4, y + 18, a("sign_date"), RIGHT - x - 6)
    standing_orders(sheet, y + 44, "tune")
    return [sheet]


def _lines(sheet: Sheet, a: Answers, y: float, title: str, lines: list[Line]) -> float:
    sheet.print(LEFT, y, title, 11, bold=True)
    y += 23
    for line in lines:
        x = LEFT
        for words, key, width in line:
            x = sheet.print(x, y, label_of(a, words), 10)
            if words.startswith("@"):
                x += 5
            if key:
                end = min(x + width, RIGHT)
                sheet.line(x, y + 2, end, y + 2, 0.5)
                put(sheet, x + 3, y, ask(sheet, a, key), end - x - 5)
                x = end
        y += 23
    return y

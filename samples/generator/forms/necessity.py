"""A letter of medical necessity: addressed to the payer, copied to the center, the whole order in its sentences."""

import random

from samples.generator import stamps
from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms import ticked
from samples.generator.forms.base import register
from samples.generator.forms.layout import flow
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

LEFT, WIDTH = 72.0, 468.0


@register("necessity", "test", "order", ("typed",))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Two pages as a rule: what is asked and why on the first, the regimen and who signs on the second."""
    dates, phones = ("%B %-d, %Y", "%b %-d, %Y", "%m/%d/%Y"), ("(###) ###-####", "###-###-####", "###.###.####")
    a = Answers(case, rng, style(rng, dates, phones, ("first last",)))
    first, second = Sheet("order", look, rng), Sheet("order", look, rng)
    first.print(306, 52, a.sure("practice"), 15, bold=True, align="center")
    first.print(306, 66, a.sure("office"), 9, align="center")
    first.print(306, 78, [seg("T "), *a.sure("office_phone"), seg("  |  F "), *a.sure("office_fax")], 9, align="center")
    first.line(LEFT, 84, LEFT + WIDTH, 84, 1.4)
    y = 112.0
    for line in (
        a("order_date"),
        [],
        [*a.sure("payer"), seg(", medical review")],
        [seg("cc: "), *a("center"), seg(", fax "), *a("center_fax")],
        [],
        [seg("Re: "), *a("name"), seg(", date of birth "), *a("dob")],
        [seg("Member number "), *a.sure("member"), seg(", "), *a.sure("relationship"), seg(" of the policy")],
        [seg("Service: "), *a("drug", "generic (brand)"), seg(", "), *a.sure("hcpcs")],
    ):
        if line:
            first.print(LEFT, y, line, 10.5)
        y += 15
    y += 8
    for text in (
        [seg("To the medical director:")],
        _why(case, a),
        _tried(a),
        [
            seg(
                "The literature supports early treatment and the label approves this use. Delay exposes my patient to "
                "harm that cannot be undone. I am available for a peer-to-peer discussion."
            )
        ],
    ):
        y = flow(first, LEFT, y, text, WIDTH, 10.5, 1.45) + 9
    first.print(540, 760, "continued on the next page", 8.5, align="right")
    _second(second, case, a, rng)
    return [first, second]


def _why(case: Case, a: Answers) -> list[Seg]:
    age = case.order_date.year - case.date_of_birth.year
    person = "woman" if case.sex == "female" else "man"
    also = [seg(" "), *_also(a)] if len(case.diagnoses) > 1 else []
    return [
        seg(f"I write on behalf of my patient, a {age}-year-old "),
        Seg(person, (("patient.sex", case.sex),)),
        seg(" with "),
        *a("icd_dx 0", "description"),
        seg(
            ", whom I have followed for several years. The disease has stayed active: flares came closer together, and "
            "work and sleep have suffered."
        ),
        *also,
    ]


def _also(a: Answers) -> list[Seg]:
    return [seg("There is also "), *a.sure("icd_dx 1", "description"), seg(", which is stable.")]


def _tried(a: Answers) -> list[Seg]:
    text: list[Seg] = [seg("Earlier treatment did not suffice. ")]
    for index, (name, start, stop, outcome) in enumerate(a.case.priors):
        path = f"prior_therapies[{index}]"
        text += [
            seg("From "),
            seg(start, f"{path}.start"),
            seg(" until "),
            seg(stop, f"{path}.stop"),
            seg(" we used "),
            seg(name, f"{path}.drug"),
            seg(", which ended in "),
            seg(outcome, f"{path}.outcome"),
            seg(". "),
        ]
    return text


def _second(sheet: Sheet, case: Case, a: Answers, rng: random.Random) -> None:
    sheet.print(LEFT, 50, [*a("name"), seg(", page 2")], 9)
    texts: list[list[Seg]] = [[seg("My order, which stands until revoked, is this. "), *_regimen(case, a)]]
    if case.premedications and a("premeds"):
        texts.append([seg("Half an hour before each infusion the nurse gives "), *a("premeds", ", "), seg(".")])
    facts: list[Seg] = []
    if a("weight") and a("height"):
        facts = [seg("Measured last week: "), *a("height"), seg(" and "), *a("weight"), seg(". ")]
    if a("allergies"):
        facts += (
            [seg("Known allergies: "), *a("allergies"), seg(".")] if case.allergies else [*a("allergies"), seg(".")]
        )
    if facts:
        texts.append(facts)
    if a("home"):
        texts.append([seg("Please call the patient at "), *a("home"), seg(" once a decision is made.")])
    if a("address"):
        texts.append([seg("The home address is "), *a("address"), seg(".")])
    if a.has("pcp"):
        texts.append([seg("Primary care is with "), *a("pcp"), seg(" ("), *a("pcp_phone"), seg(").")])
    y = 84.0
    for text in texts:
        y = flow(sheet, LEFT, y, text, WIDTH, 10.5, 1.45) + 9
    y = flow(sheet, LEFT, y, [seg("Thank you for your prompt attention. Sincerely,")], WIDTH, 10.5) + 34
    day = case.order_date.strftime(a.how.date)
    if case.is_signed and rng.random() < 0.35:
        name = f"{case.prescriber.first_name} {case.prescriber.last_name}, {case.prescriber.credentials}"
        lines = stamps.electronic(rng, "test", name, day, rng.randint(480, 1080))
        y = ticked.signed_by_wire(sheet, LEFT, y, list(lines)) + 10
    elif case.is_signed:
        sheet.sign(LEFT + 4, y, 150, 22)
    sheet.print(LEFT, y + 16, a("doctor"), 10.5)
    sheet.print(LEFT, y + 30, [seg("National provider identifier "), *a("npi")], 10)
    if a.has("group_npi"):
        sheet.print(LEFT, y + 43, [seg("The clinic bills as "), *a("group_npi")], 10)


def _regimen(case: Case, a: Answers) -> list[Seg]:
    text: list[Seg] = []
    for index, order in enumerate(case.orders):
        lead = "Give " if index == 0 else "After that give "
        text += [seg(lead), *a(f"dose {index}"), seg(" "), *a(f"route {index}", "words"), seg(" ")]
        text += [*a(f"frequency {index}")]
        if order.course:
            text += [seg(" as the "), *a(f"course {index}")]
        if a(f"duration {index}"):
            text += [seg(" over "), *a(f"duration {index}")]
        if a(f"refills {index}"):
            text += [seg(", refills: "), *a(f"refills {index}")]
        text += [seg(". ")]
    if a("start"):
        text += [seg("The first infusion is planned for "), *a("start"), seg(".")]
    return text

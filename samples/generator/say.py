"""Values as people write them: each function gives segments that carry the record's normalised value."""

import random
from datetime import date

from samples.generator.case import Case
from samples.generator.ops import Json, Seg, seg
from samples.generator.people import Doctor, Home


class Blank(list[Seg]):
    """The answer that is not there: nothing to write, and the ``paths`` that the form asks for in vain."""

    def __init__(self, paths: tuple[str, ...] = ()):
        super().__init__()
        self.paths = paths


DATE_STYLES = ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%b %d, %Y", "%B %d, %Y", "%-m/%-d/%Y", "%d-%b-%Y", "%m.%d.%Y")
SHORT_FREQUENCY = {
    "every 2 weeks": ("q2 weeks", "every 2 wks"),
    "every 3 weeks": ("q3 weeks", "every 3 wks"),
    "every 4 weeks": ("q4 weeks", "Q 4 weeks", "every 4 wks"),
    "every 6 weeks": ("q6 weeks", "every 6 wks"),
    "every 8 weeks": ("q8 weeks", "Q 8 weeks", "every 8 wks"),
    "every 24 weeks": ("q24 weeks", "every 24 wks"),
    "every 6 months": ("q6 months", "every 6 mos"),
    "every 3 months": ("q3 months", "every 3 mos"),
}


def day(when: date, path: str, style: str = "%m/%d/%Y", *also: str) -> list[Seg]:
    """A date; a two-digit year still says the whole date. ``also`` are further paths with the same value."""
    return [Seg(when.strftime(style), tuple((p, when.isoformat()) for p in (path, *also) if p))]


def number(e164: str, path: str = "", style: str = "(###) ###-####") -> list[Seg]:
    """A telephone number in a style of ten ``#``."""
    digits = iter(e164[2:])
    text = "".join(next(digits) if c == "#" else c for c in style)
    return [seg(text, path, e164)]


def extended(e164: str, extension: str, path: str, style: str, mark: str) -> list[Seg]:
    """A telephone number with an extension, which the record writes after ``;ext=``."""
    return [seg(plain_phone(e164, style) + mark + extension, path, f"{e164};ext={extension}")]


def phone_style(rng: random.Random) -> str:
    """One of the usual ways to write a telephone number."""
    return rng.choice(("(###) ###-####", "###-###-####", "###.###.####", "(###)###-####", "### ###-####"))


def patient(case: Case, order: str = "first last") -> list[Seg]:
    """The patient's name: ``first last``, ``last, first``, ``first``, ``last``, ``middle``."""
    middle = case.middle_name
    first = [seg(case.first_name, "patient.first_name")]
    last = [seg(case.last_name, "patient.last_name")]
    tail = [seg(" "), seg(case.suffix, "patient.suffix")] if case.suffix else []
    inner = [seg(" "), seg(middle, "patient.middle_name")] if middle else []
    if order == "first":
        return first
    if order == "last":
        return [*last, *tail]
    if order == "middle":
        return [seg(middle[:1], "patient.middle_name", middle[:1])] if middle else Blank(("patient.middle_name",))
    if order == "surname":
        return last
    if order == "suffix":
        return tail[1:] or Blank(("patient.suffix",))
    if order == "LAST, FIRST MIDDLE":
        shown = [
            (case.last_name, "last_name"),
            (case.suffix, "suffix"),
            (case.first_name, "first_name"),
            (middle, "middle_name"),
        ]
        parts = [seg(text.upper(), f"patient.{leaf}", text) if text else seg("") for text, leaf in shown]
        return [
            *parts[:1],
            *([seg(" "), parts[1]] if case.suffix else []),
            seg(", "),
            parts[2],
            *([seg(" "), parts[3]] if middle else []),
        ]
    if order == "last, first":
        return [*last, *tail, seg(", "), *first, *inner]
    if order == "plain":
        return [*first, seg(" "), *last]
    return [*first, *inner, seg(" "), *last, *tail]


def doctor(who: Doctor, order: str = "first last, credentials", path: str = "prescriber") -> list[Seg]:
    """A physician's name; ``path`` empty where it is not the prescriber."""

    def part(text: str, name: str) -> Seg:
        return seg(text, f"{path}.{name}" if path else "", text)

    first, last = part(who.first_name, "first_name"), part(who.last_name, "last_name")
    credentials = part(who.credentials, "credentials")
    if order == "last, first":
        return [last, seg(", "), first, seg(" "), credentials]
    if order == "first last":
        return [first, seg(" "), last]
    if order == "dr":
        return [seg("Dr. "), first, seg(" "), last]
    return [first, seg(" "), last, seg(", "), credentials]


def street(home: Home, path: str = "") -> list[Seg]:
    """Both lines of the street address on one."""
    segs = [seg(home.line1, path and f"{path}.line1")]
    if home.line2:
        segs += [seg(", "), seg(home.line2, path and f"{path}.line2")]
    return segs


def city(home: Home, path: str = "") -> list[Seg]:
    """City, state and postal code."""
    return [
        seg(home.city, path and f"{path}.city"),
        seg(", "),
        seg(home.state, path and f"{path}.state"),
        seg(" "),
        seg(home.postal_code, path and f"{path}.postal_code"),
    ]


def address(home: Home, path: str = "") -> list[Seg]:
    """The whole address on one line."""
    return [*street(home, path), seg(", "), *city(home, path)]


def sex(case: Case, style: str = "word") -> list[Seg]:
    """``word``, ``letter``."""
    text = case.sex.capitalize() if style == "word" else case.sex[0].upper()
    return [seg(text, "patient.sex", case.sex)]


def height(case: Case, style: str = "in") -> list[Seg]:
    """In inches, feet and inches, or centimetres."""
    cm = round(case.height_in * 2.54, 1)
    texts = {
        "in": f"{case.height_in} in",
        "ft": f"{case.height_in // 12}'{case.height_in % 12}\"",
        "cm": f"{cm} cm",
    }
    return [seg(texts[style], "patient.height_cm", cm)]


def weight(case: Case, style: str = "lb") -> list[Seg]:
    """In pounds or kilograms."""
    kg = round(case.weight_lb * 0.45359237, 1)
    return [seg(f"{case.weight_lb} lbs" if style == "lb" else f"{kg} kg", "patient.weight_kg", kg)]


def allergies(case: Case, joint: str = ", ") -> list[Seg]:
    """The allergies, or that none are known."""
    if not case.allergies:
        return [seg("NKDA", "patient.allergies[0]")]
    segs: list[Seg] = []
    for index, name in enumerate(case.allergies):
        segs += [seg(joint)] if index else []
        segs.append(seg(name, f"patient.allergies[{index}]"))
    return segs


def npi(digits: str, path: str = "prescriber.npi", is_spaced: bool = False) -> list[Seg]:
    """An NPI, in one piece or as 4-3-3 with spaces."""
    text = f"{digits[:4]} {digits[4:7]} {digits[7:]}" if is_spaced else digits
    return [seg(text, path, digits)]


def each_order(case: Case, leaf: str, value: Json) -> tuple[tuple[str, Json], ...]:
    """What is printed once for all orders is said of each."""
    return tuple((f"orders[{index}].{leaf}", value) for index in range(len(case.orders)))


def drug(case: Case, style: str = "brand (generic)") -> list[Seg]:
    """The drug's name; a brand alone says the generic name too.

    The record's name is without an originator's suffix, which forms print or leave out; a biosimilar keeps its own.
    """
    brand, generic = case.drug["brand"], case.drug["generic"]
    says_brand, says_generic = (
        each_order(case, "brand", brand),
        each_order(case, "drug", case.drug.get("record", generic)),
    )
    if style == "brand":
        return [Seg(brand, (*says_brand, *says_generic))]
    if style == "generic":
        return [Seg(generic, says_generic)]
    if style == "generic (brand)":
        return [Seg(generic, says_generic), Seg(" ("), Seg(brand, says_brand), Seg(")")]
    return [Seg(brand, says_brand), Seg(" ("), Seg(generic, says_generic), Seg(")")]


def order_leaf(case: Case, index: int, leaf: str) -> list[Seg]:
    """Dose, route, frequency, course, duration or refills of one order as the record writes it."""
    text, path = str(getattr(case.orders[index], leaf)), f"orders[{index}].{leaf}"
    return [seg(text, path)] if text else Blank((path,))


def frequency(case: Case, index: int, rng: random.Random) -> list[Seg]:
    """The frequency, sometimes as people shorten it."""
    value = case.orders[index].frequency
    text = rng.choice((value, *SHORT_FREQUENCY.get(value, ())))
    return [seg(text, f"orders[{index}].frequency", value)]


def route(case: Case, index: int, style: str = "") -> list[Seg]:
    """The route as the record writes it, or in ``words``."""
    value = case.orders[index].route
    words = {"IV": "intravenous", "SC": "subcutaneous", "IM": "intramuscular", "PO": "by mouth"}
    return [seg(words[value] if style == "words" else value, f"orders[{index}].route", value)]


def course(case: Case, index: int) -> list[Seg]:
    """What a form calls this order's dose: ``Maintenance dose`` says the course, a plain ``Dose`` says nothing."""
    name = case.orders[index].course
    return [seg(name.capitalize(), f"orders[{index}].course", name), seg(" dose")] if name else [seg("Dose")]


def diagnosis(case: Case, index: int, style: str = "code description") -> list[Seg]:
    """Code and description, the code sometimes without its dot."""
    code, words = case.diagnoses[index]
    described = seg(words, f"diagnoses[{index}].description")
    shown = seg(code.replace(".", "") if "nodot" in style else code, f"diagnoses[{index}].code", code)
    if style.startswith("description"):
        return [described, seg(" ("), shown, seg(")")]
    if style.startswith("only"):
        return [shown]
    return [shown, seg(" "), described]


def premedications(case: Case, joint: str = "; ") -> list[Seg]:
    """The premedications, said of every order."""
    if not case.premedications:
        return [Seg("None", (("lists.premedications", 0),))]
    segs: list[Seg] = []
    for index, name in enumerate(case.premedications):
        segs += [seg(joint)] if index else []
        segs.append(Seg(name, each_order(case, f"premedications[{index}]", name)))
    return segs


def prior(case: Case, index: int) -> list[Seg]:
    """One therapy tried before, in a line."""
    name, start, stop, outcome = case.priors[index]
    path = f"prior_therapies[{index}]"
    return [
        seg(name, f"{path}.drug"),
        seg(" "),
        seg(start, f"{path}.start"),
        seg(" - "),
        seg(stop, f"{path}.stop"),
        seg(", "),
        seg(outcome, f"{path}.outcome"),
    ]


def coverage(case: Case, leaf: str) -> list[Seg]:
    """One leaf of the primary coverage."""
    text = {
        "payer": case.payer[0],
        "plan": case.payer[1],
        "bin": case.payer[2],
        "pcn": case.payer[3],
        "member_id": case.member_id,
        "group_number": case.group_number,
        "subscriber_name": case.subscriber,
        "relationship": case.relationship.capitalize(),
    }[leaf]
    path = f"coverages[0].{leaf}"
    return [seg(text, path, text.lower() if leaf == "relationship" else text)] if text else Blank((path,))


def second_payer(case: Case) -> list[Seg]:
    """The second insurer, which a form calls the secondary one."""
    if case.second_payer is None:
        return Blank()
    name = case.second_payer[0]
    return [Seg(name, (("coverages[1].payer", name), ("coverages[1].rank", "secondary")))]


def second_member(case: Case) -> list[Seg]:
    """The member number of the second insurer."""
    return [seg(case.second_payer[1], "coverages[1].member_id")] if case.second_payer else Blank()


def order_date(case: Case, style: str = "%m/%d/%Y") -> list[Seg]:
    """The labelled date of the order, said of every order."""
    return [Seg(case.order_date.strftime(style), each_order(case, "date", case.order_date.isoformat()))]


def sign_date(case: Case, style: str = "%m/%d/%Y", is_order_date: bool = True) -> list[Seg]:
    """The date beside the signature; on forms without another it dates the orders too."""
    if not case.is_signed and not is_order_date:
        return Blank(("prescriber.signature_date",))
    says = each_order(case, "date", case.order_date.isoformat()) if is_order_date else ()
    if case.is_signed:
        says = (("prescriber.signature_date", case.order_date.isoformat()), *says)
    return [Seg(case.order_date.strftime(style), says)]


def lab_row(case: Case, index: int, name: str = "test") -> dict[str, list[Seg]]:
    """The cells of one laboratory row: test, result, flag, unit, range, previous and status.

    LOINC code, unit in UCUM and status come with the test's name.
    """
    result = case.results[index]
    row, path = result.row, f"labs[{index}]"
    printed, caps = str(row[name]), name == "caps"
    says: list[tuple[str, Json]] = [
        (f"{path}.test", printed),
        (f"{path}.loinc", row["loinc"]),
        (f"{path}.status", result.status),
    ]
    words = row.get("word")
    text = result.result or "Pending"
    if words and result.result:
        text = words[1] if caps else words[0]
    value = None if result.result is None else (text.lower().replace(" ", "-") if words else text)
    says_result: tuple[tuple[str, Json], ...] = ((f"{path}.result", value),) if value is not None else ()
    unit = row.get("printed", "")
    limits = (words[1] if caps else words[0]) if words else row["range"]
    return {
        "test": [Seg(printed, tuple(says))],
        "result": [Seg(text, says_result)],
        "flag": [seg({"H": "High", "L": "Low"}[result.flag], f"{path}.flag", result.flag)] if result.flag else [],
        "letter": [seg(result.flag, f"{path}.flag")] if result.flag else [],
        "unit": [seg(unit, f"{path}.unit", row["unit"])] if unit else [],
        "range": [seg(limits, f"{path}.reference_range")] if limits else [],
        "code": [Seg("01")],
        "previous": [Seg(result.previous)] if result.result else [],
    }


def collected(case: Case, style: str = "%m/%d/%Y") -> list[Seg]:
    """The date of collection, said of every row."""
    when = case.results[0].collected
    return [
        Seg(when.strftime(style), tuple((f"labs[{i}].collected", when.isoformat()) for i in range(len(case.results))))
    ]


def plain_phone(e164: str, style: str) -> str:
    """The number as text only."""
    return number(e164, style=style)[0].text

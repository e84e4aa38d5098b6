"""Lists of boxes that say something: diagnoses, drugs, premedications and intervals, each with what is not wanted."""

from samples.generator import say
from samples.generator.answers import Answers
from samples.generator.case import PREMEDICATIONS, drugs
from samples.generator.ops import seg
from samples.generator.sheet import Sheet

INTERVALS = ("every 2 weeks", "every 4 weeks", "every 8 weeks", "every 12 weeks", "every 6 months")


def listed_diagnoses(a: Answers, most: int) -> list[tuple[str, str]]:
    """The drug's diagnoses, and with the trap those of other drugs of the specialty, up to ``most``."""
    case = a.case
    found = [(code, words) for code, words in case.drug["diagnoses"]]
    if a.has("unticked_codes"):
        same = (drug for drug in drugs() if drug["specialty"] == case.drug["specialty"])
        found += [(code, words) for drug in same for code, words in drug["diagnoses"]]
    return list(dict.fromkeys(found))[:most]


def diagnoses(
    sheet: Sheet, a: Answers, x: float, y: float, most: int, step: float = 14.0, shape: str = "square"
) -> float:
    """One box a diagnosis, its code first; returns the base line after the last."""
    for code, words in listed_diagnoses(a, most):
        is_on = (code, words) == a.case.diagnoses[0]
        label = [seg(code, "diagnoses[0].code"), seg("  "), seg(words, "diagnoses[0].description")]
        sheet.check(x, y, label, is_on, 8.5, shape)
        y += step
    return y


def stacked_diagnoses(sheet: Sheet, a: Answers, x: float, y: float, most: int) -> float:
    """The same for a narrow column: the description stands below its code."""
    for code, words in listed_diagnoses(a, most):
        is_on = (code, words) == a.case.diagnoses[0]
        sheet.check(x, y, [seg(code, "diagnoses[0].code")], is_on, 8.5)
        sheet.print(x + 11, y + 10, [seg(words, "diagnoses[0].description" if is_on else "")], 7.5)
        y += 23
    return y


def brands(a: Answers) -> list[str]:
    """The drug's brand, and with the trap those of others that the form lists, in the order of the alphabet."""
    return sorted({a.case.drug["brand"], *(a.case.drug["others"][:3] if a.has("unticked_drugs") else [])})


def premedications(
    sheet: Sheet, a: Answers, x: float, y: float, step: float = 13.0, size: float = 8.5, most: int = 6
) -> float:
    """A box for each usual premedication; returns the base line after the last."""
    case = a.case
    for name in dict.fromkeys((*case.premedications, *PREMEDICATIONS[:most])):
        is_on = name in case.premedications
        says = say.each_order(case, f"premedications[{case.premedications.index(name)}]", name) if is_on else ()
        sheet.check(x, y, name, is_on, size, "square", says)
        y += step
    if not case.premedications:
        sheet.blank.append("orders[0].premedications[0]")
    return y


def signed_by_wire(sheet: Sheet, x: float, y: float, lines: list[str], size: float = 9.0) -> float:
    """The block that an electronic signature prints, which counts as one; returns the base line after it."""
    start = len(sheet.drawing.words)
    for line in lines:
        sheet.print(x, y, line, size)
        y += size * 1.35
    boxes = [word.box for word in sheet.drawing.words[start:]]
    box = (x, boxes[0][1], max(b[2] for b in boxes), boxes[-1][3])
    sheet.say((("prescriber.signature_present", True),), box)
    return y

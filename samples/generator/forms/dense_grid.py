"""A small-print grid on half a page's width of cells: captions of six points inside each cell's upper left corner."""

import random

from samples.generator.answers import Answers, style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import ask, each_order, label_of, put
from samples.generator.ops import seg
from samples.generator.sheet import Look, Sheet

LEFT, RIGHT = 30.0, 582.0
Row = list[tuple[str, float, str]]

PATIENT: list[Row] = [
    [
        ("1. PT SURNAME", 3, "last_name"),
        ("2. PT GIVEN NAME", 3, "first"),
        ("3. M.I.", 1, "middle"),
        ("4. BORN", 2, "dob"),
        ("5. CHART #", 2, "mrn"),
    ],
    [
        ("6. STREET & NO.", 4, "line1"),
        ("7. APT", 1.4, "line2"),
        ("8. CITY", 2.4, "city"),
        ("9. ST", 0.8, "state"),
        ("10. ZIP", 1.4, "zip"),
    ],
    [
        ("11. TEL (H)", 2, "home"),
        ("12. TEL (C)", 2, "mobile"),
        ("13. SEX", 1, "sex"),
        ("14. HT", 1, "height"),
        ("15. WT", 1.2, "weight"),
        ("16. ALLERGIES", 4, "allergies"),
    ],
    [
        ("17. NOTIFY", 3, "emergency"),
        ("18. TEL", 2, "emergency_phone"),
        ("19. FAMILY DR", 3, "pcp"),
        ("20. TEL", 2, "pcp_phone"),
    ],
]
PLAN: list[Row] = [
    [("21. INSURER", 3, "payer"), ("22. PLAN", 2, "plan"), ("23. ID NO.", 2.4, "member"), ("24. GRP", 1.6, "group")],
    [
        ("25. INSURED PERSON", 3, "subscriber"),
        ("26. REL.", 1.2, "relationship"),
        ("27. 2ND INSURER", 3, "payer2"),
        ("28. 2ND ID NO.", 2.4, "member2"),
    ],
]
ORDER: list[Row] = [
    [
        ("29. DX 1 (ICD-10)", 1.4, "icd 0"),
        ("30. DX 1 IN WORDS", 5, "dx 0"),
        ("31. DX 2 (ICD-10)", 1.4, "icd 1"),
        ("32. DX 2 IN WORDS", 3.4, "dx 1"),
    ],
    [
        ("33. AGENT", 4, "drug"),
        ("34. J/Q CODE", 1.2, "hcpcs"),
        ("35. FORM", 2, "vial"),
        ("36. DATE WRITTEN", 2, "order_date"),
        ("37. TO BEGIN", 2, "start"),
    ],
]
DOSE: Row = [
    ("@course #", 2, "dose #"),
    ("RTE", 0.8, "route #"),
    ("INTERVAL", 4, "frequency #"),
    ("FOR", 1.6, "duration #"),
    ("RF", 0.9, "refills #"),
]
REST: list[Row] = [
    [("38. PREMEDICATION", 6, "premeds"), ("39. LAST GIVEN", 2, "last")],
    [("40. PRIOR TX (1)", 5, "prior 0"), ("41. PRIOR TX (2)", 5, "prior 1")],
    [
        ("42. PRESCRIBER (PRINT)", 4, "doctor"),
        ("43. NPI (IND.)", 2.2, "npi"),
        ("44. NPI (GRP)", 2.2, "group_npi"),
        ("45. DEA", 1.8, "dea"),
        ("46. LIC", 1.6, "license"),
    ],
    [("47. PRACTICE", 4, "practice"), ("48. OFFICE ADDRESS", 6, "office")],
    [
        ("49. OFFICE TEL", 2, "office_extended"),
        ("50. OFFICE FAX", 2, "office_fax"),
        ("51. SUPERVISING MD (IF NP/PA)", 3, "supervisor"),
        ("52. HIS/HER NPI", 2, "supervisor_npi"),
    ],
]


@register("dense_grid", "tune", "order", ("typed", "hand", "acroform"))
def draw(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Order form of numbered cells, no section titles."""
    sheet = Sheet("order", look, rng)
    dates, phones = ("%m/%d/%y", "%d-%b-%y", "%Y-%m-%d"), ("###-###-####", "### ###-####", "###.###.####")
    a = Answers(case, rng, style(rng, dates, phones))
    sheet.print(306, 34, [*a("center"), seg("  -  INFUSION ORDER RECORD")], 12, bold=True, align="center")
    npi = [seg("  npi "), *a("center_npi")] if a.has("center_npi") else []
    sheet.print(306, 46, [seg("fax "), *a("center_fax"), seg("  tel "), *a("center_phone"), *npi], 8, align="center")
    y = 54.0
    for row in (*PATIENT, *PLAN, *ORDER, *each_order(len(case.orders), DOSE), *REST):
        y = _row(sheet, a, y, row)
    sheet.frame(LEFT, y, 400, y + 40)
    sheet.print(LEFT + 2.5, y + 7, "53. SIGNATURE OF PRESCRIBER", 6)
    sheet.frame(400, y, RIGHT, y + 40)
    sheet.print(402.5, y + 7, "54. SIGNED ON", 6)
    put(sheet, 408, y + 28, a("only_sign_date"), 160)
    if case.is_signed:
        sheet.sign(LEFT + 50, y + 32, 150, 20)
    sheet.paragraph(
        LEFT,
        y + 54,
        "Cells 1-16, 29-37 and 42-54 must be complete. Send copies of insurance cards and "
        "results of the last 90 days. Do not send originals.",
        552,
        7.5,
    )
    return [sheet]


def _row(sheet: Sheet, a: Answers, y: float, row: Row, high: float = 31.0) -> float:
    x, total = LEFT, sum(share for _, share, _ in row)
    for label, share, key in row:
        end = x + (RIGHT - LEFT) * share / total
        sheet.frame(x, y, end, y + high, 0.4)
        sheet.print(x + 2.5, y + 7, label_of(a, label), 6)
        put(sheet, x + 4, y + 24, ask(sheet, a, key), end - x - 8)
        x = end
    return y + high

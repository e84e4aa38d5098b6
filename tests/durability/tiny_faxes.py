"""One-page PDFs with their own text, invented and all different: they need no reading engine, so many can be read."""

from pathlib import Path

from reportlab.lib.pagesizes import letter
from reportlab.pdfgen import canvas

_LAST_NAMES = ("Quarterman", "Ostrander", "Vandermolen", "Pellicano", "Thorsgaard", "Abernethy", "Zuberbuhler")
LINES = (
    "Infusion Referral Order",
    "Patient Name: {first} {last}",
    "Date of Birth: {month:02}/{day:02}/19{year}",
    "Diagnosis: G35.A",
    "Drug: Ocrevus (ocrelizumab)",
    "Dose: {dose}",
    "Route: IV",
    "Frequency: every 6 months",
    "Prescriber: Ada Fenwick MD",
)


def draw_fax(path: Path, number: int, dose: str = "600 mg", *, left_out: str = "", shift: float = 0.0) -> Path:
    """Write fax ``number`` (0 to 4000): each number is a patient of its own.

    The line that begins with ``left_out`` keeps its label only; all lies ``shift`` points lower.
    """
    told = {
        "first": "Odile",
        "last": _LAST_NAMES[number % len(_LAST_NAMES)],
        "month": number % 12 + 1,
        "day": number // 12 % 28 + 1,
        "year": 40 + number // 336 % 50,
        "dose": dose,
    }
    page = canvas.Canvas(str(path), pagesize=letter, invariant=1)
    for row, line in enumerate(LINES):
        text = line.format(**told)
        if left_out and text.startswith(left_out):
            text = left_out
        page.drawString(72, 740 - shift - 24 * row, text)
    page.showPage()
    page.save()
    return path

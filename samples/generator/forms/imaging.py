"""Imaging reports, one layout or more for each pool: nothing in them is a value of the order."""

import random
from datetime import timedelta

from samples.generator.answers import Answers, Style
from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.forms.layout import flow
from samples.generator.ops import Seg, seg
from samples.generator.sheet import Look, Sheet

# Examination, technique, findings and impression by specialty.
STUDIES = {
    "neurology": (
        "MRI BRAIN WITH AND WITHOUT CONTRAST",
        "Multiplanar T1, T2 and FLAIR images before and after 14 mL of gadolinium contrast.",
        "About fourteen T2 bright lesions of the periventricular white matter, one of them new "
        "at 6 mm. No enhancement. No mass, no shift. Ventricles normal.",
        "One new lesion since the comparison study. No active enhancement.",
    ),
    "rheumatology": (
        "RADIOGRAPHS OF BOTH HANDS, 3 VIEWS",
        "Three views of each hand.",
        "Periarticular osteopenia. Small erosions of the second and third metacarpal heads. "
        "Joint spaces narrowed. No fracture.",
        "Erosive arthropathy, slightly advanced since the comparison study.",
    ),
    "gastroenterology": (
        "CT ENTEROGRAPHY",
        "Thin sections after 100 mL of intravenous contrast and oral contrast.",
        "Wall thickening of 15 cm of terminal ileum with mucosal enhancement. No abscess, no "
        "fistula. Liver and spleen normal.",
        "Active inflammation of the terminal ileum without stricture.",
    ),
    "hematology": (
        "ULTRASOUND OF THE ABDOMEN, LIMITED",
        "Gray-scale and Doppler images of liver and spleen.",
        "Spleen 12.8 cm. Liver of normal echo texture. Portal vein patent. No free fluid.",
        "Borderline spleen size, otherwise normal.",
    ),
    "nephrology": (
        "RENAL ULTRASOUND",
        "Gray-scale images of both kidneys and the bladder.",
        "Right kidney 9.1 cm, left kidney 9.4 cm, both echogenic. No stones, no hydronephrosis.",
        "Medical renal disease.",
    ),
    "endocrinology": (
        "DXA BONE DENSITY, SPINE AND HIP",
        "Dual-energy absorptiometry of lumbar spine and left hip.",
        "L1-L4 0.742 g/cm2, T-score -2.9. Femoral neck 0.601 g/cm2, T-score -2.6. Loss of 3.1% "
        "since the comparison study.",
        "Osteoporosis by WHO criteria.",
    ),
    "immunology": (
        "CT OF THE CHEST WITHOUT CONTRAST",
        "Helical sections of 1.25 mm.",
        "Mild bronchial wall thickening. No consolidation, no effusion. Nodes below 8 mm.",
        "Airway inflammation, no pneumonia.",
    ),
}


def setting(case: Case, look: Look, rng: random.Random, date: str) -> tuple[Sheet, Answers, str, str]:
    """A page to begin with, its answers, and the days of this study and of the one before."""
    a = Answers(case, rng, Style(date=date, name="last, first"))
    done = case.results[0].collected - timedelta(days=rng.randint(3, 60))
    before = done - timedelta(days=rng.randint(300, 500))
    return Sheet("imaging_report", look, rng), a, done.strftime(date), before.strftime(date)


@register("imaging_headings", "train", "imaging", ("typed",))
def draw_headings(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """Headings in capitals, each on a line of its own."""
    sheet, a, done, before = setting(case, look, rng, "%m/%d/%Y")
    title, technique, findings, impression = STUDIES[case.drug["specialty"]]
    sheet.print(306, 54, "Redstone Imaging Associates", 14, bold=True, align="center")
    sheet.print(306, 70, "RADIOLOGY REPORT", 11, align="center")
    for index, text in enumerate(
        (
            [seg("Patient: "), *a("name")],
            [seg("DOB: "), *a("dob"), seg("     MRN: "), *a.sure("mrn")],
            [seg(f"Exam date: {done}     Accession: R{rng.randint(100000, 999999)}")],
            [seg("Referring: "), *a("doctor")],
        )
    ):
        sheet.print(60, 100 + 14 * index, text, 10)
    sheet.line(60, 150, 552, 150, 0.8)
    parts = (
        ("EXAM", title),
        ("INDICATION", f"{case.diagnoses[0][1]}. Follow-up."),
        ("COMPARISON", f"Study of {before}."),
        ("TECHNIQUE", technique),
        ("FINDINGS", findings),
        ("IMPRESSION", impression),
    )
    y = 172.0
    for head, words in parts:
        sheet.print(60, y, head, 10.5, bold=True)
        y = flow(sheet, 60, y + 15, [seg(words)], 492, 10.5) + 8
    sheet.print(60, y + 12, "Electronically signed by Emmett Holloway, MD, radiologist", 9.5)
    return [sheet]


@register("imaging_runin", "tune", "imaging", ("typed",))
def draw_runin(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A framed head of four cells, then paragraphs that start with their heading."""
    sheet, a, done, before = setting(case, look, rng, "%b %d, %Y")
    title, technique, findings, impression = STUDIES[case.drug["specialty"]]
    sheet.print(54, 50, "Diagnostic Imaging Result", 15, bold=True)
    sheet.frame(54, 62, 558, 118, 0.8)
    sheet.line(306, 62, 306, 118, 0.8)
    sheet.line(54, 90, 558, 90, 0.8)
    cells: tuple[tuple[float, float, str, list[Seg]], ...] = (
        (60, 72, "Name", a("name")),
        (312, 72, "Birth date / chart", [*a("dob"), seg(" / "), *a.sure("mrn")]),
        (60, 100, "Requested by", a("doctor")),
        (312, 100, "Performed / read", [seg(f"{done} / {done}")]),
    )
    for x, top, label, answer in cells:
        sheet.print(x, top, label, 7)
        sheet.print(x, top + 12.5, answer, 10)
    sheet.print(54, 144, title, 12, bold=True)
    y = 168.0
    for head, text in (
        ("Reason: ", f"{case.diagnoses[0][1]}, before a change of treatment."),
        ("Technique: ", technique),
        ("Compared with: ", f"the study of {before}."),
        ("Findings: ", findings),
        ("Conclusion: ", impression),
    ):
        y = flow(sheet, 54, y, [seg(head), seg(text)], 500, 11) + 8
    sheet.print(54, y + 20, "Read by Delphine Abernathy, DO. Copies: requesting office only.", 9)
    return [sheet]


@register("imaging_letter", "retired", "imaging", ("typed",))
def draw_letter(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    """A report as a letter, conclusion first."""
    sheet, a, done, before = setting(case, look, rng, "%d %b %Y")
    title, technique, findings, impression = STUDIES[case.drug["specialty"]]
    sheet.print(552, 60, "Blue Heron Radiology", 13, bold=True, align="right")
    sheet.print(552, 74, "Imaging center, 1st floor", 9, align="right")
    sheet.print(64, 110, [seg("RE: "), *a("name"), seg(", date of birth "), *a("dob")], 10.5)
    sheet.print(64, 126, f"Study: {title} of {done}", 10.5)
    y = (
        flow(
            sheet,
            64,
            156,
            [seg("Dear Dr. "), seg(case.prescriber.last_name, "prescriber.last_name"), seg(",")],
            480,
            10.5,
        )
        + 6
    )
    for text in (
        f"In short: {impression}",
        f"In detail: {findings} {technique} It was compared with the study of {before}.",
        "No incidental finding needs follow-up. Images are available on request.",
    ):
        y = flow(sheet, 64, y, [seg(text)], 480, 10.5, 1.45) + 8
    sheet.print(64, y + 24, "Cyrus Montrose, MD", 10.5)
    sheet.print(64, y + 38, "Board-certified radiologist", 9.5)
    return [sheet]

"""The regular expressions of the plain readers find what a clean form says."""

from extractor.evaluate.baselines import PlainPage, join_rows, make_record
from extractor.evaluate.expressions import TRIED, find_fields
from models.record import BBox, State
from models.record.paths import walk_fields
from models.stages.document import IncomingDocument, IncomingPage, MediaType

ORDER = (
    "Patient Name: Bell, Ana   DOB: 2/9/1971   Sex: F   MRN: 778899",
    "Cell Phone: (303) 555-0147  Weight: 150 lbs  Height 165 cm",
    "Allergies: latex, penicillin",
    "Member ID: M123456  Group No: 9911AB",
    "Diagnosis (ICD-10): G35.A relapsing multiple sclerosis",
    "Ocrevus infusion   Dose: 600 mg   Route: IV   every 24 weeks   Refills: 1",
    "Prescriber Name: Dr. Otto Reyes, MD   NPI: 123 456 7893",
    "Fax: 303-555-0199   Order Date: 11/20/26",
)


def test_a_clean_form_is_read() -> None:
    found = {path: value for path, (value, page_no) in find_fields([[], ORDER]).items() if page_no == 2}
    assert found == {
        "patient.first_name": "Ana",
        "patient.last_name": "Bell",
        "patient.date_of_birth": "1971-02-09",
        "patient.sex": "female",
        "patient.mrn": "778899",
        "patient.mobile_phone": "+13035550147",
        "patient.weight_kg": 68.0,
        "patient.height_cm": 165.0,
        "patient.allergies[0]": "latex",
        "patient.allergies[1]": "penicillin",
        "coverages[0].member_id": "M123456",
        "coverages[0].group_number": "9911AB",
        "diagnoses[0].code": "G35.A",
        "orders[0].drug": "ocrelizumab",
        "orders[0].brand": "Ocrevus",
        "orders[0].dose": "600 mg",
        "orders[0].route": "IV",
        "orders[0].frequency": "every 24 weeks",
        "orders[0].refills": "1",
        "orders[0].date": "2026-11-20",
        "prescriber.first_name": "Otto",
        "prescriber.last_name": "Reyes",
        "prescriber.credentials": "MD",
        "prescriber.npi": "1234567893",
        "prescriber.fax": "+13035550199",
    }
    assert {path.replace("[0]", "[]").replace("[1]", "[]") for path in found} < TRIED
    assert find_fields([["nothing to see"]]) == {}


def test_what_is_found_is_given_out() -> None:
    document = IncomingDocument(
        path="one.tif",
        sha256="0" * 64,
        filename="one.tif",
        media_type=MediaType.TIFF,
        pages=(IncomingPage(page_no=1, width=1728, height=2200),),
    )
    record = make_record("plain", document, (PlainPage(page_no=1, rows=ORDER, seconds=1.0),))
    (referral,) = record.referrals
    filled = {path: field for path, field in walk_fields(referral) if field.value is not None}
    assert len(filled) == 25
    assert {field.state for field in filled.values()} == {State.FOUND}
    assert {field.page_no for field in filled.values()} == {1}
    assert (referral.orders[0].drug.value, referral.patient.allergies[1].value) == ("ocrelizumab", "penicillin")


def test_pieces_of_one_height_are_one_row() -> None:
    pieces = [("right", BBox(100, 11, 150, 21)), ("below", BBox(10, 30, 60, 40)), ("left", BBox(10, 10, 60, 20))]
    assert join_rows(pieces) == ("left right", "below")

import pytest

from extractor.packet.questions import Role, find_role, names_only, read_label


@pytest.mark.parametrize(
    ("label", "attribute", "role"),
    [
        ("Patient's Name:", "full_name", Role.PATIENT),
        ("Member First & Last Name", "full_name", Role.PATIENT),
        ("HCP FIRST NAME", "first_name", Role.PRESCRIBER),
        ("Physician NPI #", "npi", Role.PRESCRIBER),
        ("GROUP NPI # (IF APPLICABLE)", "npi", Role.FACILITY),
        ("Rendering provider NPI", "npi", Role.FACILITY),
        ("DEA #", "other_id", None),
        ("Subscriber Name", "full_name", Role.SUBSCRIBER),
        ("Name of Insured", "full_name", Role.SUBSCRIBER),
        ("Emergency Contact Phone", "phone", Role.CONTACT),
        ("Primary Care Physician", "provider_name", Role.PCP),
        ("Pharmacy Fax", "fax", Role.PHARMACY),
        ("Fax Completed Form to", "fax_to", Role.RECEIVER),
        ("Date of birth (MM/DD/YYYY)", "date_of_birth", None),
        ("Date of Rx:", "order_date", None),
        ("Start date", "start_date", None),
        ("Date of last treatment", "last_treatment_date", None),
        ("Form revised", "other_date", None),
        ("ICD 10 Code (Required)", "diagnosis_code", None),
        ("3. MEDICATION", "drug", None),
    ],
)
def test_a_label_asks_one_thing_of_one_person(label: str, attribute: str, role: Role | None) -> None:
    question = read_label(label)
    assert question is not None
    assert (question.attribute, question.role) == (attribute, role)


@pytest.mark.parametrize("label", ["Physiclan Name", "Prescrlber name", "Pattent Name"])
def test_a_misread_letter_keeps_the_role(label: str) -> None:
    question = read_label(label)
    assert question is not None
    assert question.attribute == "full_name"
    assert question.role in {Role.PATIENT, Role.PRESCRIBER}


def test_rendering_is_no_misread_ordering() -> None:
    assert find_role("Rendering") is Role.FACILITY
    assert find_role("Ordering") is Role.PRESCRIBER


def test_sentences_and_strange_words_ask_nothing() -> None:
    assert read_label("This facsimile is intended to be delivered to the named addressee and may contain") is None
    assert read_label("Zebra crossing") is None


def test_only_a_title_that_is_about_people_gives_a_role() -> None:
    assert names_only("B. PRESCRIBER INFORMATION")
    assert not names_only("PHYSICIAN ORDERS - OUTPATIENT INFUSION")
    assert not names_only("Redstone Hematology Oncology Group")


@pytest.mark.parametrize(
    ("label", "attribute"),
    [
        ("9ST", "state"),
        ("15WT", "weight"),
        ("3MI", "middle_name"),
        ("12 TEL CELL", "mobile_phone"),
        ("CELL PH", "mobile_phone"),
        ("Ins phone", "payer_phone"),
        ("1st infusion", "start_date"),
        ("Dt of birth", "date_of_birth"),
    ],
)
def test_numbered_boxes_and_short_forms_are_read(label: str, attribute: str) -> None:
    question = read_label(label)
    assert question is not None
    assert question.attribute == attribute


def test_a_next_of_kins_telephone_is_no_work_phone() -> None:
    question = read_label("NOK PHONE")
    assert question is not None
    assert (question.attribute, question.role) == ("phone", Role.CONTACT)

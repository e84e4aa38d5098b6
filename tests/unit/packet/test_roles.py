"""Whose field is it: by section, by column, by what only one person has."""

from oracle_pages import PageMaker, order_page

from extractor.packet import Answer, Role, read_answers


def _answers(maker: PageMaker) -> dict[tuple[str, str], Answer]:
    return {(answer.attribute, answer.text): answer for answer in read_answers(maker.build())}


def test_a_section_tells_whose_bare_labels_are() -> None:
    answers = _answers(order_page())
    assert answers["phone", "303-555-0150"].role is Role.PRESCRIBER
    assert answers["phone", "800-555-0170"].role is Role.PAYER
    assert answers["full_name", "Thomas A. Reed, MD"].role is Role.PRESCRIBER
    assert answers["npi", "1245319599"].role is Role.FACILITY


def test_rows_that_pair_two_people_follow_their_columns() -> None:
    maker = PageMaker().row(("Patient Name", "Ana Ruiz"), ("Provider Name", "Thomas Reed"))
    maker.row(("Date of Birth", "01/02/1980"), ("Address", "1 Elm St"))
    maker.row(("Phone Number", "303-555-0141"), ("Phone Number", "303-555-0150"))
    answers = _answers(maker)
    assert answers["phone", "303-555-0141"].role is Role.PATIENT
    assert answers["phone", "303-555-0150"].role is Role.PRESCRIBER


def test_a_row_goes_on_with_its_first_label() -> None:
    maker = PageMaker().row(("Physician Name", "Thomas Reed"), ("NPI", "1234567893"), ("Phone", "303-555-0150"))
    answers = _answers(maker)
    assert answers["npi", "1234567893"].role is Role.PRESCRIBER
    assert answers["phone", "303-555-0150"].role is Role.PRESCRIBER


def test_a_bare_name_above_a_date_of_birth_is_the_patients() -> None:
    maker = PageMaker().row(("Name", "Ana Ruiz")).row(("DOB", "01/02/1980")).row(("Tel", "303-555-0141"))
    answers = _answers(maker)
    assert answers["full_name", "Ana Ruiz"].role is Role.PATIENT
    assert answers["phone", "303-555-0141"].role is Role.PATIENT


def test_a_letterhead_is_the_practices_or_the_receivers() -> None:
    practice = PageMaker().line("Redstone Hematology Group").row(("Phone", "303-555-0150"))
    center = PageMaker().line("Aspenwell Infusion Center").row(("Phone", "303-555-0150"))
    assert _answers(practice)["phone", "303-555-0150"].role is Role.PRESCRIBER
    assert _answers(center)["phone", "303-555-0150"].role is Role.RECEIVER


def test_a_tall_letterhead_ends_where_the_patient_begins() -> None:
    for patient, role in ("Patient Name", Role.PRESCRIBER), (None, None):
        maker = PageMaker().line("Redstone Hematology Group")
        maker.y = 140.0
        maker.row(("Phone", "303-555-0150"))
        maker.y = 200.0
        if patient is not None:
            maker.row((patient, "Ana Ruiz"))
        assert _answers(maker)["phone", "303-555-0150"].role is role


def test_the_npi_of_a_site_says_nothing_of_the_next_row() -> None:
    maker = PageMaker().row(("Prescriber Name", "Thomas Reed")).row(("Site NPI", "1245319599"))
    maker.row(("Tel", "303-555-0150"))
    answers = _answers(maker)
    assert answers["npi", "1245319599"].role is Role.FACILITY
    assert answers["phone", "303-555-0150"].role is Role.PRESCRIBER


def test_a_number_under_another_doctor_is_theirs_in_the_patients_section_too() -> None:
    maker = PageMaker().section("Patient Demographics").row(("PCP", "Hector Salinas, DO"))
    maker.row(("Ph", "303-555-0190")).row(("Fax", "303-555-0191"))
    answers = _answers(maker)
    assert answers["phone", "303-555-0190"].role is Role.PCP
    assert answers["fax", "303-555-0191"].role is Role.PCP


def test_the_pieces_of_a_split_label_are_read_together() -> None:
    maker = PageMaker().line("Order").row(("Group", ""), ("x", "y"))
    maker.pairs.clear()
    maker.y = 100.0
    maker.row(("Group", ""))
    left = maker.pairs.pop()
    maker.y = 100.0
    maker.row(("NPI", "1245319599"))
    right = maker.pairs.pop()
    shift = left.label_bbox.x1 + 4 - right.label_bbox.x0
    moved = right.label_bbox._replace(x0=right.label_bbox.x0 + shift, x1=right.label_bbox.x1 + shift)
    maker.pairs.extend([left, right.model_copy(update={"label_bbox": moved})])
    npis = [answer for answer in read_answers(maker.build()) if answer.attribute == "npi"]
    assert [answer.role for answer in npis] == [Role.FACILITY]


def test_an_individual_npi_is_the_prescribers_and_a_family_doctors_is_not() -> None:
    assert _answers(PageMaker().row(("Individual NPI", "1234567893")))["npi", "1234567893"].role is Role.PRESCRIBER
    maker = PageMaker().line("FAMILY DOCTOR Roe, Jane MD")
    maker.y -= 18.0
    maker.row(("a", "b"), ("NPI", "1234567893"))
    maker.pairs.pop(0)
    maker.lines.pop(1)
    assert _answers(maker)["npi", "1234567893"].role is Role.PCP

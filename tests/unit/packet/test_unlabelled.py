"""Names by place alone: on a sticker over the date of birth, in a line before the NPI."""

from oracle_pages import PageMaker

from extractor.packet import Role, read_answers


def test_a_sticker_names_the_patient_and_a_signature_line_the_prescriber() -> None:
    maker = PageMaker().line("ROE JR, JANE").row(("DOB", "5/1/63")).line("Marcus Pemberton, DO NPI 1234567893")
    named = {
        answer.role: answer for answer in read_answers(maker.build()) if answer.words and "name" in answer.attribute
    }
    assert named[Role.PATIENT].text == "ROE JR, JANE"
    assert named[Role.PRESCRIBER].text == "Marcus Pemberton, DO"
    assert all(answer.label_score < 0.5 for answer in named.values())


def test_a_labelled_name_needs_no_other() -> None:
    maker = PageMaker().line("Smith Clinic, Group").row(("Patient Name", "Jane Roe")).row(("DOB", "5/1/63"))
    names = [
        answer.text
        for answer in read_answers(maker.build())
        if answer.role is Role.PATIENT and "name" in answer.attribute
    ]
    assert names == ["Jane Roe"]


def test_an_npi_after_no_clinician_names_nobody() -> None:
    maker = PageMaker().line("Northgate Arthritis Center NPI 1234567893")
    assert not [answer for answer in read_answers(maker.build()) if answer.attribute == "provider_name"]

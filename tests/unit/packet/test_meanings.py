"""Labels of unknown wording: told by their words and what is written for them, and always for a person to see."""

import pytest
from oracle_pages import PageMaker

from extractor.packet import read_answers
from extractor.packet.meanings import tell_meaning
from extractor.packet.questions import GUESSED


@pytest.mark.parametrize(
    ("label", "value", "attribute"),
    [
        ("Weight as of today's call", "67.6 kg", "weight"),
        ("Our own facsimile machine", "(218) 555-0176", "fax"),
        ("Medicines tried in vain", "azathioprine 2020 - 2021, inadequate response", "prior_therapy"),
        ("Electronic post", "r.holloway@example.com", "email"),
        ("Date the patient was treated last", "07/09/2026", "last_treatment_date"),
        ("Tallness", "69 in", "height"),
    ],
)
def test_words_and_value_tell_the_question(label: str, value: str, attribute: str) -> None:
    assert tell_meaning(label, value) == attribute


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Printed", "11/20/2026"),
        ("Severe", "stop, epinephrine 0.5 mg IM into the thigh"),
        ("Weight", "see note"),
        ("Comes from", "Wilhelmina Okafor, DO"),
    ],
)
def test_what_is_left_open_is_not_told(label: str, value: str) -> None:
    assert tell_meaning(label, value) is None


def test_a_told_question_is_only_a_guess() -> None:
    (answer,) = read_answers(PageMaker().row(("Weight as of the call", "67.6 kg")).build())
    assert (answer.attribute, answer.label_score) == ("weight", GUESSED)


def test_a_day_behind_the_patients_name_is_a_guess_at_the_date_of_birth() -> None:
    name, born = read_answers(PageMaker().row(("Patient", "Rachel Holloway Aug 3, 1961")).build())
    assert (name.text, born.text) == ("Rachel Holloway", "Aug 3, 1961")
    assert (born.attribute, born.label_score) == ("date_of_birth", GUESSED)

"""A diagnosis' words against its code."""

import pytest

from extractor.resolve.checks import check_diagnoses
from models.record import Diagnosis, State, Text


def text(value: str) -> Text:
    return Text(value=value, confidence=0.95, state=State.FOUND, raw=value, page_no=1, source="embedded")


@pytest.mark.parametrize(
    ("code", "words", "state"),
    [
        ("K50.10", "Essential hypertension", State.NEEDS_REVIEW),
        ("K50.10", "Crohn's disease of large intestine", State.FOUND),
        ("G35.A", "Relapsing-remitting multiple sc1erosis", State.FOUND),
        ("I10", "Essential hypertension", State.FOUND),
    ],
)
def test_words_of_another_code_go_to_a_person(code: str, words: str, state: State) -> None:
    (diagnosis,) = check_diagnoses([Diagnosis(code=text(code), description=text(words))], [])
    assert diagnosis.description.state is state
    assert diagnosis.description.value == words


def test_words_that_were_not_found_are_not_called_absent() -> None:
    (diagnosis,) = check_diagnoses([Diagnosis(code=text("I10"), description=Text())], [])
    assert diagnosis.description.state is State.NEEDS_REVIEW
    assert diagnosis.description.reasons

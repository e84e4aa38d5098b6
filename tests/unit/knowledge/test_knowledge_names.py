"""People's names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.knowledge.names import NameOrder, parse_credentials, parse_name

Parts = tuple[str | None, str | None, str | None, str | None, str | None]


@pytest.mark.parametrize(
    ("text", "order", "parts"),
    [
        ("Smith, John A", None, ("John", "A", "Smith", None, None)),
        ("John A. Smith Jr", "first_last", ("John", "A", "Smith", "Jr", None)),
        ("SMITH, JOHN", None, ("JOHN", None, "SMITH", None, None)),
        ("Maria de la Cruz", "first_last", ("Maria", None, "de la Cruz", None, None)),
        ("Jan van der Berg, M.D.", "first_last", ("Jan", None, "van der Berg", None, "MD")),
        ("Dr. Amy O'Brien-Lee, DO", "first_last", ("Amy", None, "O'Brien-Lee", None, "DO")),
        ("Lopez Jr., Carlos M.", None, ("Carlos", "M", "Lopez", "Jr", None)),
        ("Smith, John, Jr.", None, ("John", None, "Smith", "Jr", None)),
        ("Anna Do", "first_last", ("Anna", None, "Do", None, None)),
        ("Do, Anna", None, ("Anna", None, "Do", None, None)),
        ("Smith John", "last_first", ("John", None, "Smith", None, None)),
        ("de la Cruz Maria", "last_first", ("Maria", None, "de la Cruz", None, None)),
        ("Jane Doe PA-C", "first_last", ("Jane", None, "Doe", None, "PA-C")),
        ("Jane Doe P.A.-C", "first_last", ("Jane", None, "Doe", None, "PA-C")),
        ("Jane Doe, MSN, FNP-C", "first_last", ("Jane", None, "Doe", None, "MSN, FNP-C")),
        ("Smith, John MD", None, ("John", None, "Smith", None, "MD")),
        ("Robert (Bob) Jones III", "first_last", ("Robert", None, "Jones", "III", None)),
        ("Dr. Kim", None, (None, None, "Kim", None, None)),
        ("Jones MD", None, (None, None, "Jones", None, "MD")),
        ("Patient Name: Ann Lee", "first_last", ("Ann", None, "Lee", None, None)),
        ("José Núñez", "first_last", ("José", None, "Núñez", None, None)),
        ("St. James, Ann", None, ("Ann", None, "St. James", None, None)),
    ],
)
def test_parts(text: str, order: NameOrder | None, parts: Parts) -> None:
    reading = parse_name(text, order)
    assert reading is not None
    assert (reading.first, reading.middle, reading.last, reading.suffix, reading.credentials) == parts


@pytest.mark.parametrize("text", ["", "___", "12345", "MD", "...", "(   )", "M.D., Ph.D."])
def test_no_name(text: str) -> None:
    assert parse_name(text) is None


@pytest.mark.parametrize(
    ("text", "order", "code"),
    [
        ("John Smith", None, "order_assumed"),
        ("Mary Ann Smith", "first_last", "middle_or_last"),
        ("Smith", None, "single_word"),
        ("J0hn Smith", "first_last", "digit_in_name"),
        ("John Smith 123-45", "first_last", "odd_characters"),
    ],
)
def test_assumptions_are_said(text: str, order: NameOrder | None, code: str) -> None:
    reading = parse_name(text, order)
    assert reading is not None
    assert code in {reason.code for reason in reading.reasons}


def test_letters_are_never_changed() -> None:
    reading = parse_name("J0HN SM1TH", "first_last")
    assert reading is not None
    assert (reading.first, reading.last) == ("J0HN", "SM1TH")


@pytest.mark.parametrize(
    ("text", "value"),
    [("M.D.", "MD"), ("M.D., Ph.D.", "MD, PhD"), ("pa-c", "PA-C"), ("NP", "NP"), ("Neurology", None), ("", None)],
)
def test_credentials(text: str, value: str | None) -> None:
    assert parse_credentials(text) == value


@given(st.text(max_size=60), st.sampled_from(["first_last", "last_first", None]))
def test_any_text_is_answered(text: str, order: NameOrder | None) -> None:
    reading = parse_name(text, order)
    if reading is not None:
        assert reading.first or reading.last
        assert all(part is None or part.strip() == part != "" for part in (reading.first, reading.middle, reading.last))


words = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=10).map(str.title)


@given(words, words)
def test_both_orders_give_the_same_person(first: str, last: str) -> None:
    forward, backward = parse_name(f"{first} {last}", "first_last"), parse_name(f"{last}, {first}")
    if forward is not None and forward.credentials is None and forward.suffix is None and backward is not None:
        assert (
            (forward.first, forward.last) == (backward.first, backward.last) or backward.credentials or backward.suffix
        )


def test_the_first_of_several_people_is_marked() -> None:
    reading = parse_name("Amy R Boyle, MD / Jane Doe NP", "first_last")
    assert reading is not None
    assert (reading.first, reading.last, reading.credentials) == ("Amy", "Boyle", "MD")
    assert "several_people" in {reason.code for reason in reading.reasons}

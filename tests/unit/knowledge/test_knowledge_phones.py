"""Telephone and fax numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.knowledge.phones import find_phones, parse_phone


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(303) 555-0147", "+13035550147"),
        ("303-555-0147", "+13035550147"),
        ("303.555.0147", "+13035550147"),
        ("3035550147", "+13035550147"),
        ("1-303-555-0147", "+13035550147"),
        ("+1 303 555 0147", "+13035550147"),
        ("303/555-0147", "+13035550147"),
        ("(303)555-0147 x12", "+13035550147;ext=12"),
        ("303-555-0147 ext. 12", "+13035550147;ext=12"),
        ("303-555-0147 Extension: 12", "+13035550147;ext=12"),
        ("+13035550147;ext=12", "+13035550147;ext=12"),
        ("Fax: 303-555-0147", "+13035550147"),
        ("3 0 3 5 5 5 0 1 4 7", "+13035550147"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_formats(text: str, value: str) -> None:
    reading = parse_phone(text)
    assert reading is not None
    assert reading.value == value
    assert reading.is_valid
    assert reading.reasons == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "555-0147",
        "303-555-014",
        "303-555-01478",
        "303-555-0147 / 303-555-0148",
        "n/a",
        "___-___-____",
        "04/12/1968",
        "S-S-S",
    ],
)
def test_nothing_is_invented(text: str) -> None:
    assert parse_phone(text) is None


def test_a_letter_for_a_digit_is_marked() -> None:
    reading = parse_phone("3O3-555-0l47")
    assert reading is not None
    assert reading.value == "+13035550147"
    assert [reason.code for reason in reading.reasons] == ["repaired"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("103-555-0147", "implausible_number"),
        ("303-055-0147", "implausible_number"),
        ("999-555-0147", "unknown_area_code"),
    ],
)
def test_a_number_no_plan_has_is_kept_and_marked(text: str, code: str) -> None:
    reading = parse_phone(text)
    assert reading is not None
    assert not reading.is_valid
    assert [reason.code for reason in reading.reasons] == [code]


def test_numbers_in_running_text() -> None:
    text = "Phone: (303) 555-0147 ext 9, Fax 303-555-0148. DOB 04/12/1968, member 123-45-6789-01"
    found = find_phones(text)
    assert [mention.reading.value for mention in found] == ["+13035550147;ext=9", "+13035550148"]
    assert text[found[1].start : found[1].end] == "303-555-0148"


@given(st.text(alphabet="0123456789()-. +x;ext=#OlISB", max_size=40) | st.text(max_size=40))
def test_any_text_is_answered(text: str) -> None:
    reading = parse_phone(text)
    if reading is not None:
        again = parse_phone(reading.value)
        assert again is not None
        assert again.value == reading.value
    find_phones(text)

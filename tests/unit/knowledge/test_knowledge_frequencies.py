"""Frequencies and durations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.knowledge.frequencies import find_frequencies, parse_duration, parse_frequency, read_frequency


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("every 8 weeks", "every 8 weeks"),
        ("q8w", "every 8 weeks"),
        ("Q 8 wks", "every 8 weeks"),
        ("every eight (8) weeks", "every 8 weeks"),
        ("every 4 (four) weeks", "every 4 weeks"),
        ("q6mo", "every 6 months"),
        ("every 6 mos.", "every 6 months"),
        ("every month", "monthly"),
        ("q12h", "every 12 hours"),
        ("every other week", "every 2 weeks"),
        ("every 4 to 6 weeks", "every 4-6 weeks"),
        ("every 24 weeks (6 months)", "every 24 weeks"),
        ("daily x 5 days", "daily x 5 days"),
        ("once daily for 5 days", "daily x 5 days"),
        ("QD x 3 days", "daily x 3 days"),
        ("12 mg/day x 5 consecutive days", "daily x 5 days"),
        ("weekly x 4 doses", "weekly x 4 doses"),
        ("once weekly for 4 weeks", "weekly x 4 weeks"),
        ("twice daily", "twice daily"),
        ("BID", "twice daily"),
        ("annually", "once yearly"),
        ("once yearly", "once yearly"),
        ("once a year", "once yearly"),
        ("day 1 and day 15", "day 1 and day 15"),
        ("days 1 & 15", "day 1 and day 15"),
        ("300mg IV on days 0 and 15", "day 0 and day 15"),
        ("Days 1, 8, 15, 22", "days 1, 8, 15, 22"),
        ("300 mg IV day 1 and 300 mg IV day 15", "day 1 and day 15"),
        ("D1, D15", "day 1 and day 15"),
        ("weeks 0, 2, 6 then every 8 weeks", "weeks 0, 2, 6 then every 8 weeks"),
        ("at weeks 0, 2, and 6, then every 8 weeks thereafter", "weeks 0, 2, 6 then every 8 weeks"),
        ("wk 0,2,6 then q8wks", "weeks 0, 2, 6 then every 8 weeks"),
        ("week 0, week 2, week 6 and every 8 weeks", "weeks 0, 2, 6 then every 8 weeks"),
        ("2 g/kg divided over 5 days every 4 weeks", "over 5 days every 4 weeks"),
        ("every 8 weeks x 1 year", "every 8 weeks"),
        ("every 8 weeks, 3 refills", "every 8 weeks"),
        ("every 6 months Duration: 12 months", "every 6 months"),
        ("one time", "once"),
        ("x1", "once"),
    ],
)
def test_schemes(text: str, value: str) -> None:
    assert parse_frequency(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "300 mg",
        "infuse over 2 hours",
        "PRN",
        "today",
        "11/02/2026",
        "every ___ months",
        "x 12 months",
        "D13 and D23",
    ],
)
def test_no_scheme(text: str) -> None:
    assert parse_frequency(text) is None
    assert find_frequencies(text) == ()


def test_a_choice_is_not_made() -> None:
    assert parse_frequency("every 4 weeks or every 8 weeks") is None
    reading = read_frequency("every 4 weeks or every 8 weeks")
    assert reading is not None
    assert reading.is_ambiguous


@pytest.mark.parametrize(
    "text",
    [
        "1000 mg day 1, repeat in 2 weeks",
        "day 1 and again 2 weeks later",
        "weeks 0, 2) 6 then siery 8",
        "weeks 0, 2 6 ian every 8 weeks",
        "daily 5 days",
        "daily ss day",
        "day 1 and dey 15",
        "day 15",
        "weeks 9, 36 then every 8 weeks",
    ],
)
def test_a_scheme_that_is_not_all_read_is_not_given(text: str) -> None:
    reading = read_frequency(text)
    assert reading is not None
    assert reading.is_ambiguous
    assert parse_frequency(text) is None


def test_each_dose_keeps_its_own_scheme() -> None:
    text = "300 mg IV day 1 and day 15, then 600 mg IV every 6 months"
    assert [reading.value for reading in find_frequencies(text)] == ["day 1 and day 15", "every 6 months"]
    assert parse_frequency(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12 months", "12 months"),
        ("x 1 year", "1 year"),
        ("every 8 weeks x 12 mos", "12 months"),
        ("daily x 5 days", None),
        ("2 weeks apart", None),
        ("", None),
    ],
)
def test_durations(text: str, value: str | None) -> None:
    assert parse_duration(text) == value


@given(st.integers(2, 52), st.sampled_from(["hours", "days", "weeks", "months", "years"]))
def test_the_records_own_wording_comes_back(number: int, unit: str) -> None:
    assert parse_frequency(f"every {number} {unit}") == f"every {number} {unit}"


@given(st.text(alphabet="every 0123468 weeks,daymonths then q/xor", max_size=50) | st.text(max_size=60))
def test_any_text_is_answered_and_wording_is_stable(text: str) -> None:
    value = parse_frequency(text)
    if value is not None:
        assert parse_frequency(value) == value
    parse_duration(text)


def test_a_letter_for_the_first_nought_is_marked() -> None:
    reading = read_frequency("IV weeks O, 2, 6 then every 8 weeks")
    assert reading is not None
    assert reading.value == "weeks 0, 2, 6 then every 8 weeks"
    assert "repaired" in {reason.code for reason in reading.reasons}


@pytest.mark.parametrize("text", ["weeks 6, 2, 6 then. every 8 weeks", "weaks B, 2, S then every 8 weeks"])
def test_the_head_of_a_scheme_is_not_lost(text: str) -> None:
    assert parse_frequency(text) is None


def test_a_series_in_several_units_keeps_each() -> None:
    assert parse_frequency("day 1, month 3, then every 6 months") == "day 1, month 3 then every 6 months"
    assert parse_frequency("Day 0, Week 2, Week 6") == "day 0, week 2, week 6"
    assert parse_frequency("week 0, week 2 and week 6 then q8w") == "weeks 0, 2, 6 then every 8 weeks"

"""Dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.knowledge.dates import DateKind, find_dates, parse_date

TODAY = date(2026, 11, 22)
KINDS: tuple[DateKind, ...] = ("birth", "event", "any")


@pytest.mark.parametrize(
    "text",
    [
        "04/12/1968",
        "4/12/1968",
        "04-12-1968",
        "04.12.1968",
        "04 / 12 / 1968",
        "1968-04-12",
        "1968/04/12",
        "19680412",
        "04121968",
        "0 4 1 2 1 9 6 8",
        "04 12 1968",
        "0|4|1|2|1|9|6|8",
        "0 4 / 1 2 / 1 9 6 8",
        "April 12, 1968",
        "Apr. 12 1968",
        "April 12th, 1968",
        "12 April 1968",
        "12-APR-1968",
        "12Apr1968",
        "Fri, April 12 1968",
        "04/12/1968.",
        "(04/12/1968)",
        "04/12/1968 10:32 AM",
    ],
)
def test_forms_of_one_day(text: str) -> None:
    reading = parse_date(text, today=TODAY, kind="birth")
    assert reading is not None
    assert reading.value == "1968-04-12"
    assert not reading.is_ambiguous


@pytest.mark.parametrize(
    "text",
    [
        "",
        "N/A",
        "__/__/____",
        "02/30/2026",
        "29/02/1969",
        "13/13/1990",
        "00/00/0000",
        "303-555-0147",
        "1234567893",
        "04/12/196",
        "may",
        "12345",
        "99/99/99",
        "123-45-6789",
        "1.5",
        "04/12/2068",
        "04/12/1850",
    ],
)
def test_what_is_no_birth_date(text: str) -> None:
    assert parse_date(text, today=TODAY, kind="birth") is None


@pytest.mark.parametrize(
    ("kind", "text", "value", "alternatives", "is_ambiguous"),
    [
        ("birth", "04/12/68", "1968-04-12", (), False),
        ("birth", "04/12/27", "1927-04-12", (), False),
        ("birth", "11/23/26", "1926-11-23", (), False),
        ("birth", "04/12/25", "2025-04-12", ("1925-04-12",), True),
        ("event", "11/02/26", "2026-11-02", (), False),
        ("event", "1/5/27", "2027-01-05", (), False),
        ("any", "04/12/98", "1998-04-12", (), False),
    ],
)
def test_two_digit_years_are_settled_by_kind_and_said(
    kind: DateKind, text: str, value: str, alternatives: tuple[str, ...], is_ambiguous: bool
) -> None:
    reading = parse_date(text, today=TODAY, kind=kind)
    assert reading is not None
    assert (reading.value, reading.alternatives, reading.is_ambiguous) == (value, alternatives, is_ambiguous)
    assert "two_digit_year" in {reason.code for reason in reading.reasons}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("25/03/1980", "day_first"),
        ("0411211968", "slash_as_one"),
        ("04112/1968", "slash_as_one"),
        ("04/12-1968", "mixed_separators"),
        ("04/12/1968 04/13/1968", "several_dates"),
    ],
)
def test_doubt_is_said(text: str, code: str) -> None:
    reading = parse_date(text, today=TODAY, kind="birth")
    assert reading is not None
    assert reading.is_ambiguous
    assert code in {reason.code for reason in reading.reasons}


@pytest.mark.parametrize("text", ["O4/l2/1968", "04/12/I968", "O4I2I968"])
def test_letters_for_digits_are_marked(text: str) -> None:
    reading = parse_date(text, today=TODAY, kind="birth")
    assert reading is not None
    assert reading.value == "1968-04-12"
    assert reading.is_repaired


def test_words_are_not_repaired_into_dates() -> None:
    assert find_dates("sol/Bo/Sl and BO/SO/IS", today=TODAY) == ()


@pytest.mark.parametrize(
    ("text", "value"), [("2019", "2019"), ("03/2024", "2024-03"), ("March 2024", "2024-03"), ("2024-03", "2024-03")]
)
def test_partial_dates_only_where_they_may_be(text: str, value: str) -> None:
    reading = parse_date(text, today=TODAY, kind="any")
    assert reading is not None
    assert reading.value == value
    assert parse_date(text, today=TODAY, kind="event") is None
    assert parse_date(text, today=TODAY, kind="birth") is None


def test_other_text_is_marked() -> None:
    reading = parse_date("DOB: 04/12/1968 (58 y)", today=TODAY, kind="birth")
    assert reading is not None
    assert reading.value == "1968-04-12"
    assert [reason.code for reason in reading.reasons] == ["other_text"]


def test_an_old_event_is_marked() -> None:
    reading = parse_date("11/02/1999", today=TODAY, kind="event")
    assert reading is not None
    assert "far_from_today" in {reason.code for reason in reading.reasons}


def test_dates_in_running_text_keep_their_place() -> None:
    text = "Sent 2026-11-20T14:22. Seen 11/02/2026; MRI on March 3, 2026, phone 303-555-0147."
    found = find_dates(text, today=TODAY)
    assert [(text[m.start : m.end], m.reading.value) for m in found] == [
        ("2026-11-20", "2026-11-20"),
        ("11/02/2026", "2026-11-02"),
        ("March 3, 2026", "2026-03-03"),
    ]


@given(
    st.dates(date(1910, 1, 1), TODAY),
    st.sampled_from(["%m/%d/%Y", "%m-%d-%Y", "%m%d%Y", "%B %d, %Y", "%d %b %Y", "%Y-%m-%d"]),
)
def test_what_is_written_is_read(day: date, form: str) -> None:
    reading = parse_date(day.strftime(form), today=TODAY, kind="birth")
    assert reading is not None
    assert reading.value == day.isoformat()
    assert not reading.is_ambiguous


@given(st.dates(TODAY - timedelta(days=3000), TODAY + timedelta(days=300)))
def test_short_years_of_events_are_read(day: date) -> None:
    reading = parse_date(day.strftime("%m/%d/%y"), today=TODAY, kind="event")
    assert reading is not None
    assert reading.value == day.isoformat()


@given(st.text(alphabet="0123456789/-. OlIabrApil,|", max_size=24) | st.text(max_size=60), st.sampled_from(KINDS))
def test_any_text_is_answered_and_only_real_days_come_out(text: str, kind: DateKind) -> None:
    reading = parse_date(text, today=TODAY, kind=kind)
    if reading is not None and len(reading.value) == 10:
        date.fromisoformat(reading.value)
        again = parse_date(reading.value, today=TODAY, kind=kind)
        assert again is not None
        assert again.value == reading.value
    if reading is not None and kind == "birth":
        assert date.fromisoformat(reading.value) <= TODAY

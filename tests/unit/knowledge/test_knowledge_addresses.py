"""Addresses: every part in its place, state and postal code checked against each other, nothing out of other text."""

import pytest

from extractor.knowledge.addresses import is_zip_of, parse_address, parse_postal_code, parse_state, states_of_zip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5637 Canyon St, Unit 1B, Omaha, NE 68114", ("5637 Canyon St", "Unit 1B", "Omaha", "NE", "68114")),
        ("5637 Canyon St Unit 1B Omaha NE 68114", ("5637 Canyon St", "Unit 1B", "Omaha", "NE", "68114")),
        ("5637CanyonSt,Unit1B,Omaha,NE68114", ("5637 Canyon St", "Unit 1B", "Omaha", "NE", "68114")),
        ("12 Elm St St. Louis, MO 63110", ("12 Elm St", None, "St. Louis", "MO", "63110")),
        (
            "100 N Main Street #4\nBaton Rouge LA 70808-1234",
            ("100 N Main Street", "#4", "Baton Rouge", "LA", "70808-1234"),
        ),
        ("123 Oak Park Ave Oak Park IL 60302", ("123 Oak Park Ave", None, "Oak Park", "IL", "60302")),
        ("5 Park Ave, New York, New York 10016", ("5 Park Ave", None, "New York", "NY", "10016")),
        ("3 McDonald Rd Salem OR 97301", ("3 McDonald Rd", None, "Salem", "OR", "97301")),
        ("1201 5th Ave NW Ste 300 Seattle, WA 98101", ("1201 5th Ave NW", "Ste 300", "Seattle", "WA", "98101")),
        ("PO Box 440, Albany, NY 12205", ("PO Box 440", None, "Albany", "NY", "12205")),
        ("Denver, CO80203", (None, None, "Denver", "CO", "80203")),
        ("Tampa, FL 336O7", (None, None, "Tampa", "FL", "33607")),
        ("Fort Wayne, lN 46802", (None, None, "Fort Wayne", "IN", "46802")),
        ("742 Evergreen Terrace", ("742 Evergreen Terrace", None, None, None, None)),
    ],
)
def test_every_part_stands_in_its_place(text: str, expected: tuple[str | None, ...]) -> None:
    reading = parse_address(text)
    assert reading is not None
    names = ("line1", "line2", "city", "state", "postal_code")
    assert tuple(reading.parts[name].value if name in reading.parts else None for name in names) == expected


@pytest.mark.parametrize("text", ["see attached", "Dr. Roe", "Omaha", "", "Penicillin"])
def test_other_text_is_no_address(text: str) -> None:
    assert parse_address(text) is None


def test_a_part_says_where_it_was_read() -> None:
    text = "5637CanyonSt,Omaha,NE68114"
    reading = parse_address(text)
    assert reading is not None
    part = reading.parts["city"]
    assert text[part.start : part.end] == "Omaha"


def test_state_and_postal_code_check_each_other() -> None:
    right, wrong = parse_address("Omaha, NE 68114"), parse_address("Omaha, TX 68114")
    assert right is not None and right.is_consistent
    assert wrong is not None and not wrong.is_consistent
    assert wrong.parts["state"].value == "TX"
    assert [reason.code for reason in wrong.reasons] == ["zip_not_of_state"]


def test_a_repair_is_marked() -> None:
    assert parse_state("1L") == ("IL", True)
    assert parse_postal_code("336O7") == ("33607", True)
    assert parse_postal_code("33607") == ("33607", False)
    assert parse_state("Colorado") == ("CO", False)
    assert parse_state("XX") is None


def test_prefixes_say_the_state() -> None:
    assert states_of_zip("04401") == ("ME",)
    assert is_zip_of("10001", "NY")
    assert not is_zip_of("1000", "NY")
    assert not is_zip_of("10001", "ZZ")


def test_strokes_part_an_address_as_commas_do() -> None:
    reading = parse_address("Columbus / OH / 43220")
    assert reading is not None
    assert {name: part.value for name, part in reading.parts.items()} == {
        "city": "Columbus",
        "state": "OH",
        "postal_code": "43220",
    }

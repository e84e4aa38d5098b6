"""Doses, strengths and routes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.knowledge.doses import find_routes, parse_doses, parse_route


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12 mg", "12 mg"),
        ("12mg", "12 mg"),
        ("5mg/kg", "5 mg/kg"),
        ("5 mg per kg", "5 mg/kg"),
        ("375 mg/m2", "375 mg/m2"),
        ("375 mg/m²", "375 mg/m2"),
        ("0.4 g/kg", "0.4 g/kg"),
        ("0.4 gm/kg", "0.4 g/kg"),
        (".4 g/kg", "0.4 g/kg"),
        ("1,000 mg", "1000 mg"),
        ("1.0 g", "1 g"),
        ("1 gram", "1 g"),
        ("10-15 mg/kg", "10-15 mg/kg"),
        ("800 units", "800 units"),
        ("40 units/kg", "40 units/kg"),
        ("10 mcg", "10 mcg"),
        ("12 mg/day", "12 mg"),
        ("0.4 g/kg/day", "0.4 g/kg"),
        ("___300mg IV", "300 mg"),
        ("5mg/Kg.", "5 mg/kg"),
    ],
)
def test_doses(text: str, value: str) -> None:
    (reading,) = parse_doses(text)
    assert (reading.value, reading.kind, reading.is_repaired) == (value, "dose", False)


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("300mg/10ml", "300 mg/10 mL", "concentration"),
        ("each vial contains 300mg/10ml", "300 mg/10 mL", "concentration"),
        ("10 mg/mL", "10 mg/mL", "concentration"),
        ("100 mg/vial", "100 mg/vial", "concentration"),
        ("700 mg/dL", "700 mg/dL", "concentration"),
        ("100 mg vial", "100 mg", "supply"),
        ("vial of 100 mg", "100 mg", "supply"),
        ("vial 5 mg/kg", "5 mg/kg", "dose"),
        ("40 mL/hr", "40 mL/h", "rate"),
        ("in 250 mL", "250 mL", "volume"),
        ("2.5 mg/kg/hr", "2.5 mg/kg/h", "rate"),
    ],
)
def test_a_strength_or_rate_is_no_dose(text: str, value: str, kind: str) -> None:
    (reading,) = parse_doses(text)
    assert (reading.value, reading.kind) == (value, kind)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("l2 mg", "12 mg"),
        ("1O mg/kg", "10 mg/kg"),
        ("O.4 g/kg", "0.4 g/kg"),
        ("12 rng", "12 mg"),
        ("5 mg/k9", "5 mg/kg"),
        ("5 mg?kg", "5 mg/kg"),
        ("5 mglkg", "5 mg/kg"),
    ],
)
def test_misread_characters_are_marked(text: str, value: str) -> None:
    (reading,) = parse_doses(text)
    assert reading.value == value
    assert reading.is_repaired
    assert reading.raw == text


@pytest.mark.parametrize(
    "text",
    ["", "mg", "S mg", "SO mg", "IL-6", "Stage IV", "weight 93.4 kg", "12", "1/2 mg", "04/12/1968", "6.1 x 10^3/uL"],
)
def test_no_quantity_of_a_drug(text: str) -> None:
    assert [reading.value for reading in parse_doses(text)] == []


def test_a_decimal_comma_keeps_the_other_reading() -> None:
    (reading,) = parse_doses("1,5 g")
    assert reading.value == "1.5 g"
    assert reading.alternatives == ("15 g",)


def test_all_of_a_line() -> None:
    text = "Acetaminophen 650mg PO / 1000mg PO; diphenhydramine 25mg/50mg IVP"
    assert [text[r.start : r.end] for r in parse_doses(text)] == ["650mg", "1000mg", "25mg", "50mg"]


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("IV", "IV"),
        ("I.V.", "IV"),
        ("intravenously", "IV"),
        ("IVPB", "IV"),
        ("IV push", "IV"),
        ("SQ", "SC"),
        ("subQ", "SC"),
        ("sub-cut", "SC"),
        ("subcutaneous", "SC"),
        ("IM", "IM"),
        ("intramuscular", "IM"),
        ("PO", "PO"),
        ("by mouth", "PO"),
        ("p.o.", "PO"),
        ("I'm fine", None),
        ("stage IV melanoma", None),
        ("P.O. Box 123", None),
        ("IV or SC", None),
        ("", None),
    ],
)
def test_routes(text: str, route: str | None) -> None:
    assert parse_route(text) == route


numbers = st.integers(1, 9999).map(str) | st.tuples(st.integers(0, 99), st.integers(1, 9)).map(
    lambda p: f"{p[0]}.{p[1]}"
)


@given(numbers, st.sampled_from(["mg", "g", "mcg", "mg/kg", "mg/m2", "g/kg", "units"]))
def test_the_records_own_wording_comes_back(number: str, unit: str) -> None:
    (reading,) = parse_doses(f"{number} {unit}")
    assert reading.value == f"{number} {unit}"
    assert reading.kind == "dose"


@given(st.text(alphabet="0123456789.,/-mgkLlOI2 IVSCPO", max_size=30) | st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    for reading in parse_doses(text):
        assert text[reading.start : reading.end] == reading.raw
    find_routes(text)

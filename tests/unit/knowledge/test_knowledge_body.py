"""Height and weight: units converted, a number without a unit marked."""

import pytest

from extractor.knowledge.body import find_unit, parse_height, parse_weight


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("71 in", 180.3),
        ("5'11\"", 180.3),
        ("5 ft 11 in", 180.3),
        ("5' 11 1/2", 180.3),
        ("180.3 cm", 180.3),
        ('67"', 170.2),
        ("1.75 m", 175.0),
        ("6'", 182.9),
    ],
)
def test_heights_in_centimetres(text: str, value: float) -> None:
    reading = parse_height(text)
    assert reading is not None
    assert reading.value == value
    assert reading.has_unit


@pytest.mark.parametrize(
    ("text", "value"), [("206 lbs", 93.4), ("93.4 kg", 93.4), ("206#", 93.4), ("86 kg (190 lb)", 86.0)]
)
def test_weights_in_kilograms(text: str, value: float) -> None:
    reading = parse_weight(text)
    assert reading is not None
    assert reading.value == value
    assert reading.has_unit


@pytest.mark.parametrize("text", ["206", "206 lbs or kgs", "206 kg/lb"])
def test_a_weight_without_its_unit_is_marked(text: str) -> None:
    reading = parse_weight(text)
    assert reading is not None
    assert not reading.has_unit
    assert [reason.code for reason in reading.reasons] == ["unit_assumed"]


def test_a_unit_of_the_label_counts() -> None:
    assert find_unit("Weight (kg)", "weight") == "kg"
    assert find_unit("Weight: lbs or kg", "weight") is None
    reading = parse_weight("93.4", "kg")
    assert reading is not None
    assert reading.value == 93.4
    assert reading.has_unit


def test_what_no_person_measures_is_not_possible() -> None:
    reading = parse_weight("900 kg")
    assert reading is not None
    assert not reading.is_possible
    assert parse_height("tall") is None

import pytest
from pydantic import ValidationError

from models.record import BBox, Field, State, bounding_box


def test_a_found_field_needs_a_value_and_a_confidence() -> None:
    assert Field[str](value="MD", confidence=0.9, state=State.FOUND).value == "MD"
    for wrong in (
        {"state": State.FOUND},
        {"state": State.BLANK, "value": "x", "confidence": 0.5},
        {"state": State.NEEDS_REVIEW, "value": "x"},
        {"state": State.NEEDS_REVIEW, "confidence": 0.5},
        {"state": State.FOUND, "value": "x", "confidence": 1.5},
    ):
        with pytest.raises(ValidationError):
            Field[str].model_validate(wrong)


def test_zero_and_false_are_values() -> None:
    assert Field[int](value=0, confidence=0.8, state=State.FOUND).value == 0
    assert Field[bool](value=False, confidence=0.8, state=State.FOUND).value is False


def test_a_box_is_a_list_of_four_in_json() -> None:
    field = Field[str](value="x", confidence=1.0, state=State.FOUND, bbox=BBox(1, 2, 3, 4), page_no=1)
    assert '"bbox":[1.0,2.0,3.0,4.0]' in field.model_dump_json()
    assert Field[str].model_validate_json(field.model_dump_json()) == field


def test_box_arithmetic() -> None:
    a, b = BBox(0, 0, 10, 10), BBox(5, 0, 15, 10)
    assert a.iou(b) == pytest.approx(1 / 3)
    assert a.iou(BBox(20, 20, 30, 30)) == 0
    assert bounding_box([a, b]) == BBox(0, 0, 15, 10)
    assert a.x_overlap(BBox(12, 0, 14, 1)) == -2
    with pytest.raises(ValueError, match="at least one"):
        bounding_box([])

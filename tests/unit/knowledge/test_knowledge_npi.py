"""National Provider Identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.knowledge.npi import check_digit, is_in_issued_range, is_valid_npi, repairs

nine_digits = st.text(alphabet="0123456789", min_size=9, max_size=9)


def test_cms_example() -> None:
    assert is_valid_npi("1234567893")
    assert check_digit("123456789") == "3"


@pytest.mark.parametrize(
    "text", ["", "123456789", "12345678930", "123456789O", " 1234567893", "١٢٣٤٥٦٧٨٩٣", "1234567890"]
)
def test_not_valid(text: str) -> None:
    assert not is_valid_npi(text)


@given(nine_digits)
def test_check_digit_makes_a_valid_number(nine: str) -> None:
    npi = nine + check_digit(nine)
    assert is_valid_npi(npi)
    assert repairs(npi) == ()


@given(nine_digits, st.integers(0, 9), st.integers(1, 9))
def test_every_failure_has_ten_repairs_and_the_truth_is_one(nine: str, place: int, shift: int) -> None:
    npi = nine + check_digit(nine)
    broken = npi[:place] + str((int(npi[place]) + shift) % 10) + npi[place + 1 :]
    assert not is_valid_npi(broken)
    found = repairs(broken)
    assert len(found) == 10
    assert npi in found
    assert all(is_valid_npi(one) for one in found)


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(is_valid_npi(text), bool)
    assert isinstance(repairs(text), tuple)
    assert isinstance(is_in_issued_range(text), bool)


def test_check_digit_wants_nine_digits() -> None:
    with pytest.raises(ValueError, match="nine digits"):
        check_digit("12345")

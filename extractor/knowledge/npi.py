"""National Provider Identifiers: ten digits with a check digit.

The check is the Luhn algorithm over the constant prefix 80840 and the ten digits (45 CFR 162.406; CMS, "Requirements
for National Provider Identifier and NPI Check Digit"). Numbers given out so far start with 1 or 2.
"""

import re

_PREFIX_SUM = 24
"""What the prefix 80840 adds to the Luhn sum."""

_TEN_DIGITS = re.compile(r"[0-9]{10}")


def is_valid_npi(digits: str) -> bool:
    """Whether ``digits`` is exactly ten ASCII digits that pass the check digit; see also ``is_in_issued_range``."""
    return _TEN_DIGITS.fullmatch(digits) is not None and (_PREFIX_SUM + _luhn_sum(digits)) % 10 == 0


def is_in_issued_range(digits: str) -> bool:
    """Whether ``digits`` starts as the numbers given out so far do, with 1 or 2."""
    return digits[:1] in {"1", "2"}


def check_digit(nine: str) -> str:
    """The tenth digit for nine given ones; ``ValueError`` where ``nine`` is not nine digits."""
    if re.fullmatch(r"[0-9]{9}", nine) is None:
        raise ValueError("an NPI's check digit follows nine digits")
    return str(-(_PREFIX_SUM + _luhn_sum(nine + "0")) % 10)


def repairs(digits: str) -> tuple[str, ...]:
    """The ten numbers that pass the check and differ from ten printed ``digits`` in one; () where they pass it.

    Ordered by the place of the changed digit. Each place has exactly one digit that makes the sum right, so ten
    repairs exist for any failure: none of them is evidence by itself, and none may be chosen here.
    """
    if _TEN_DIGITS.fullmatch(digits) is None or is_valid_npi(digits):
        return ()
    changed = (digits[:i] + d + digits[i + 1 :] for i in range(10) for d in "0123456789")
    return tuple(candidate for candidate in changed if is_valid_npi(candidate))


def _luhn_sum(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total

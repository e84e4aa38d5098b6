"""How letters begin and end."""

import re

_SALUTATION = re.compile(r"^\W*(?:dear\b|to whom it may concern|good (?:morning|afternoon|day)\b)", re.IGNORECASE)
_CLOSING = re.compile(
    r"^\W*(?:(?:very |most )?(?:sincerely|respectfully|cordially)(?: yours)?"
    r"|yours (?:very )?(?:truly|sincerely|faithfully)|(?:with |best |kind |warm )*regards)\W*$",
    re.IGNORECASE,
)
_LONGEST_SALUTATION = 10
"""Words."""


def is_salutation(text: str) -> bool:
    """Whether a line addresses somebody: ``Dear colleagues,``."""
    return _SALUTATION.match(text) is not None and len(text.split()) <= _LONGEST_SALUTATION


def is_closing(text: str) -> bool:
    """Whether a line is what stands above the signature of a letter: ``Sincerely yours,``."""
    return _CLOSING.match(text) is not None

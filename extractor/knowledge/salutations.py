"""How letters begin and end."""

import re

_SALUTATION = re.compile(
    r"^\W*(?:dear\b|to whom it may concern|good (?:morning|afternoon|day)\b|greetings\W*$|hello\b.{0,30}[,:!]\W*$"
    r"|to (?:the|our) [a-z][a-z ,&/-]{3,50}:\W*$|(?:dr|doctor|mr|mrs|ms)\b\.? [a-z][a-z' -]{1,40}[,:]\W*$)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:^|[.!]\s)\W*(?:(?:very |most )?(?:sincerely|respectfully|cordially)(?: yours| submitted)?"
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
    return _CLOSING.search(text) is not None

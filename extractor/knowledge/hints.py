"""What a form prints inside an empty answer to say how to fill it: ``e.g. 1234567``, ``mm/dd/yyyy``, ``6 digits``."""

import re
from functools import lru_cache

_HINT = re.compile(
    r"(?:e\.\s?g\.?|eg\.|ex[.:]|example:|for example)\s.*"
    r"|(?:.*\s)?\(?optional\)?"
    r"|(?:.*[\s,])?\(?if (?:any|applicable|known|available)\)?"
    r"|\d{1,2}[ -]?digits?(?: (?:number|code|only))?"
    r"|(?:letters|digits|numbers|characters)(?: (?:or|and) (?:letters|digits|numbers))?(?: only)?"
    r"|(?:number|phone|id|found|listed|see)(?: is)? (?:on|from) (?:the )?(?:front|back|card)\b.*"
    r"|(?:select|choose|enter|type) (?:an?|one|your|the|here|option)\b.*"
    r"|(?:m{1,2}|d{1,2})[/.-](?:d{1,2}|m{1,2})[/.-]y{2,4}|y{4}-m{2}-d{2}|m{2}[/-]y{2,4}"
    r"|\(?(?P<digit>\d)(?P=digit){2}\)?[ .-]+(?P=digit){3}[ .-]?(?P=digit){4}|\(?123\)?[ .-]+456[ .-]?7890"
    r"|\(?x{3}\)?[ .-]?x{3}[ .-]?x{4}"
    r"|(?:name|you|your[._]?(?:name|email)|email|user)@\S+",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def is_hint(text: str) -> bool:
    """Whether the whole of an answer is such a hint and no value."""
    return _HINT.fullmatch(" ".join(text.split()).strip(" .")) is not None

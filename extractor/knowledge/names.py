"""Names of people, as printed, split into first, middle, last, suffix and credentials.

Letters are never changed: ``MARIA`` stays ``MARIA``. What was assumed about the order is said in ``reasons``.
"""

import re
from typing import Literal

from models.record import Reason, Value

NameOrder = Literal["first_last", "last_first"]

CREDENTIALS = {
    "MD": "MD", "DO": "DO", "NP": "NP", "PA": "PA", "PAC": "PA-C", "FNP": "FNP", "FNPC": "FNP-C", "FNPBC": "FNP-BC",
    "APRN": "APRN", "ARNP": "ARNP", "CRNP": "CRNP", "CNP": "CNP", "NPC": "NP-C", "ANP": "ANP", "ANPC": "ANP-C",
    "ANPBC": "ANP-BC", "AGNP": "AGNP", "AGNPC": "AGNP-C", "AGACNP": "AGACNP", "AGPCNP": "AGPCNP", "ACNP": "ACNP",
    "PNP": "PNP", "DNP": "DNP", "MSN": "MSN", "BSN": "BSN", "RN": "RN", "CNS": "CNS", "CNM": "CNM", "APN": "APN",
    "APNP": "APNP", "PHD": "PhD", "PHARMD": "PharmD", "RPH": "RPh", "DPM": "DPM", "DDS": "DDS", "DMD": "DMD",
    "OD": "OD", "MBBS": "MBBS", "MBCHB": "MBChB", "FACP": "FACP", "FACR": "FACR", "FAAN": "FAAN", "FACG": "FACG",
    "MPH": "MPH", "MS": "MS", "MHS": "MHS", "MPAS": "MPAS", "LPN": "LPN", "MSPAS": "MSPAS",
}  # fmt: skip
"""Credentials without dots and hyphens in upper case, to the record's spelling."""

_EITHER = frozenset({"MD", "DO", "NP", "PA"})
"""What a form prints to choose from, ``MD DO NP PA``: nobody is two of them."""

_ONLY_AFTER_COMMA = frozenset({"MS", "DO", "OD", "RN", "PA", "NP", "MPH"})
"""Short words that are also surnames or forms of address: credentials only behind a comma or with dots."""

_SUFFIXES = {"JR": "Jr", "SR": "Sr", "II": "II", "III": "III", "IV": "IV", "2ND": "II", "3RD": "III", "ESQ": "Esq"}
_TITLES = frozenset({"DR", "MR", "MRS", "MS", "MISS", "MX", "PROF", "DOCTOR"})
_PARTICLE_WORDS = (
    "de da do dos das di del della degli delle la le las los lo van von der den ter ten te zu zur bin ibn al el abu "
    "st saint san santa mac mc du des y e af av 't"
)
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_DAY = re.compile(
    r"[\s,(-]*(?:\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b[.,]?\s*\d{1,4}\b"
    r"|\b\d{1,2}[-/. ](?:\d{1,2}|[a-z]{3})[-/. ]\d{2,4}\b).*$",
    re.IGNORECASE,
)
"""A date behind a name, which is no part of it: ``Jane Roe Apr 3, 1970``; a month without a day may be a name."""
_JUNK = re.compile(r"[^\w'.\-\u2010,\s]|_|\b\d[\d.\-/]*\b")
_SEVERAL = re.compile(r"\s*[/;&]\s*|\s+(?:and|or)\s+", re.IGNORECASE)
_NICKNAME = re.compile(r"\(([^)]*)\)|\"[^\"]*\"|\u201c[^\u201d]*\u201d")
_LABEL = re.compile(
    r"^\s*(?:(?:patient|member|prescriber|provider|physician)(?:'s)?\s+)?(?:full\s+)?name\s*[:#]\s*", re.IGNORECASE
)


class NameReading(Value):
    """Parts of one name; ``last`` is None only where a single word stands alone. ``credentials`` have no dots."""

    first: str | None = None
    middle: str | None = None
    last: str | None = None
    suffix: str | None = None
    credentials: str | None = None
    reasons: tuple[Reason, ...] = ()


def parse_name(text: str, order: NameOrder | None = None) -> NameReading | None:
    """Split one person's name; None where ``text`` holds no name at all.

    A comma before the first name decides the order whatever ``order`` says; without comma and without ``order``
    first-middle-last is assumed and marked ``order_assumed``.
    """
    cleaned = _NICKNAME.sub(" ", _LABEL.sub("", text.replace("\u2019", "'")))
    reasons: list[Reason] = []
    if (day := _DAY.search(cleaned)) is not None and day.start() > 0:
        cleaned = cleaned[: day.start()]
        reasons.append(Reason(code="date_behind", text="A date stands behind the name."))
    people = [piece for piece in _SEVERAL.split(cleaned) if re.search(r"[^\W\d_]{2}", piece)]
    if len(people) > 1 and not parse_credentials(people[1]):
        cleaned = people[0]
        reasons.append(Reason(code="several_people", text="More than one name stands here; this is the first."))
    if _JUNK.search(cleaned):
        cleaned = _JUNK.sub(" ", cleaned)
        reasons.append(Reason(code="odd_characters", text="Characters that are in no name were left out."))
    elif re.search(r"\d", cleaned):
        reasons.append(Reason(code="digit_in_name", text="A digit stands inside the name."))
    pieces = [words for piece in cleaned.split(",") if (words := piece.split())]
    credentials: list[str] = []
    suffix: str | None = None
    for index in range(len(pieces) - 1, -1, -1):
        words, found_suffix, found = _strip_tail(pieces[index], is_after_comma=index > 0)
        pieces[index] = words
        credentials = found + credentials
        suffix = found_suffix or suffix
    is_addressed = bool(credentials)
    for index, words in enumerate(pieces):
        pieces[index] = _strip_title(words)
        is_addressed = is_addressed or len(pieces[index]) < len(words)
    pieces = [words for words in pieces if words]
    if not pieces:
        return None
    if is_addressed and order is None and len(pieces) == 1 and len(pieces[0]) == 1:
        order = "last_first"
    if len(pieces) > 2:
        reasons.append(Reason(code="many_commas", text="More than one comma inside the name."))
    first, middle, last = _split(pieces, order, reasons)
    if not any(character.isalpha() for part in (first, last) if part for character in part):
        return None
    return NameReading(
        first=first,
        middle=middle,
        last=last,
        suffix=suffix,
        credentials=", ".join(dict.fromkeys(credentials)) or None,
        reasons=tuple(reasons),
    )


def parse_credentials(text: str) -> str | None:
    """``"M.D., Ph.D."`` to ``"MD, PhD"``; None for words that are no known credentials and for a printed choice."""
    words = [_key(word) for word in re.split(r"[\s,;/]+", text) if _key(word)]
    if not words or any(word not in CREDENTIALS for word in words) or len(_EITHER.intersection(words)) > 1:
        return None
    return ", ".join(dict.fromkeys(CREDENTIALS[word] for word in words))


def _split(
    pieces: list[list[str]], order: NameOrder | None, reasons: list[Reason]
) -> tuple[str | None, str | None, str | None]:
    if len(pieces) >= 2:
        given = [word for piece in pieces[1:] for word in piece]
        return _trim(given[0]), _join(given[1:]), _join(pieces[0])
    words = pieces[0]
    if len(words) == 1:
        reasons.append(Reason(code="single_word", text="Only one word of a name."))
        return (None, None, _trim(words[0])) if order == "last_first" else (_trim(words[0]), None, None)
    if order is None:
        reasons.append(Reason(code="order_assumed", text="First name before last name is assumed."))
    if order == "last_first":
        end = 1
        while end < len(words) - 1 and words[end - 1].lower().strip(".") in _PARTICLES:
            end += 1
        return _trim(words[end]), _join(words[end + 1 :]), _join(words[:end])
    start = len(words) - 1
    while start > 1 and words[start - 1].lower().strip(".") in _PARTICLES and len(words[start - 1].strip(".")) > 1:
        start -= 1
    if start > 2 or (start == 2 and len(_trim(words[1]) or "") > 2):
        reasons.append(Reason(code="middle_or_last", text="A middle word may belong to the last name."))
    return _trim(words[0]), _join(words[1:start]), _join(words[start:])


def _strip_tail(words: list[str], *, is_after_comma: bool) -> tuple[list[str], str | None, list[str]]:
    """Take credentials and a suffix off the end; a first piece keeps at least two words of name."""
    found: list[str] = []
    suffix: str | None = None
    left = list(words)
    while left:
        key = _key(left[-1])
        is_short = key in _ONLY_AFTER_COMMA and "." not in left[-1] and not is_after_comma
        if (
            key in CREDENTIALS
            and not (is_short and len(left) <= 2)
            and (is_after_comma or len(left) > 1 or not is_short)
        ):
            found.insert(0, CREDENTIALS[key])
        elif key in _SUFFIXES and suffix is None and (is_after_comma or len(left) > 1):
            suffix = left[-1].rstrip(".,")
        else:
            break
        left.pop()
    return left, suffix, found


def _strip_title(words: list[str]) -> list[str]:
    start = 0
    while start < len(words) - 1 and _key(words[start]) in _TITLES:
        start += 1
    return words[start:]


def _key(word: str) -> str:
    return re.sub(r"[.\-\u2010']", "", word).upper()


def _trim(word: str) -> str | None:
    """Without hyphens and apostrophes at the ends, and without the full stop of an initial."""
    bare = word.strip(".-'\u2010")
    return (bare if len(bare) <= 1 else word.strip("-'\u2010")) or None


def _join(words: list[str]) -> str | None:
    return " ".join(part for word in words if (part := _trim(word))) or None

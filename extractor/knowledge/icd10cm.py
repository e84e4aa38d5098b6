"""ICD-10-CM: whether a code exists, is billable on a day, and what it says.

The data is a ``CodeBook``. A code that exists but stopped being billable stays what it is; nothing is replaced here.
"""

import re
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice, product
from pathlib import Path
from typing import NamedTuple

from extractor.knowledge.code_book import CodeBook, Entry
from extractor.knowledge.diagnosis_words import spell_out

DATA_FILE = "icd10cm.db"

_SHAPE = re.compile(r"([A-Z][0-9][0-9A-Z])\.?([0-9A-Z]{1,4})?")
_SEPARATORS = re.compile(r"\s*[.,\u00b7\u2022\u2219:;_\-]\s*")
_CONFUSED = {
    "O": "0", "0": "OQD", "Q": "0", "D": "0", "I": "1", "L": "1", "|": "1", "!": "1", "1": "IL", "S": "5", "5": "S",
    "B": "8", "8": "B", "Z": "2", "2": "Z", "G": "6", "6": "G",
}  # fmt: skip
"""Look-alikes of print and of OCR; each read character may stand for itself or one of these."""

_MOST_CHANGES = 3
_IN_TEXT = re.compile(
    r"(?<![A-Za-z0-9.\-])([A-Z]\d[0-9A-Z])(?:\s?[.,\u00b7]\s?([0-9A-Z]{1,4}))?(?![A-Za-z0-9]|[.\-]\d)"
)
_UNDOTTED = re.compile(r"(?<![A-Za-z0-9.\-])[A-Z]\d[0-9A-Z]{2,5}(?![A-Za-z0-9]|[.\-]\d)")
_ASKED = re.compile(r"\b(?:icd|diagnos[ie]s|dx|code)", re.IGNORECASE)


class CodeMention(NamedTuple):
    """An existing code in ``text[start:end]``. ``is_certain``: it has a dot, or the text before it asks for a code."""

    code: str
    start: int
    end: int
    is_certain: bool


_site: list[Path] = []


def use_book(path: Path | None) -> None:
    """Take codes from a site's own book from now on, in this process; None: from the packaged one.

    Which codes there are holds for the whole program, as its own data does; the settings say it once, at the start.
    """
    _site[:] = [] if path is None else [path]
    _find.cache_clear()


def load() -> CodeBook:
    """The code book in use, opened once a process."""
    return _open(_site[0] if _site else Path(str(files(__package__).joinpath("data", DATA_FILE))))


@cache
def _open(path: Path) -> CodeBook:
    return CodeBook(path)


def normalise_code(text: str) -> str | None:
    """``"g35a"`` to ``"G35.A"``; None where ``text`` has not the shape of a code (an ICD-9 code such as 340 has not).

    Case and separator are put right, comb boxes (``M 0 5 . 7 9``) joined; letters and digits are never exchanged, and
    words behind the code (``G35 MS``) are not taken for a part of it.
    """
    tokens = _SEPARATORS.sub(".", text.strip().strip(".,;:()[]")).upper().split()
    longest = max((len(token.replace(".", "")) for token in tokens), default=0)
    if len(tokens) > 1 and longest > 2 and not (len(tokens) == 2 and tokens[1].isdecimal()):
        return None
    found = _SHAPE.fullmatch("".join(tokens))
    if found is None:
        return None
    category, rest = found.groups()
    return f"{category}.{rest}" if rest else str(category)


def find_codes(text: str) -> tuple[CodeMention, ...]:
    """All existing codes in running ``text``; without dot and longer than three only where ICD or diagnosis is said."""
    mentions = []
    for form in (_IN_TEXT, _UNDOTTED):
        for found in form.finditer(text):
            line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
            is_asked = _ASKED.search(line) is not None
            has_dot = form is _IN_TEXT and found[2] is not None
            code = normalise_code(found.group(0))
            if code and is_code(code) and (form is _IN_TEXT or is_asked):
                mentions.append(CodeMention(code, found.start(), found.end(), has_dot or is_asked))
    return tuple(sorted(mentions, key=lambda mention: mention.start))


def is_code(code: str) -> bool:
    """Whether ``code`` (any case, dot optional) is an ICD-10-CM code or category, now or in the release before."""
    return _find(code) is not None


def is_billable(code: str, on: date | None = None) -> bool:
    """Whether ``code`` may stand on a claim: on the day ``on``, or by the newest release where None."""
    entry = _find(code)
    if entry is None:
        return False
    if on is None:
        return entry.flag == "B"
    day = on.strftime("%Y%m%d")
    if entry.last:
        return (entry.first or "") <= day < entry.last
    return entry.flag == "B" and (not entry.first or day >= entry.first)


def not_billable_since(code: str) -> date | None:
    """The first day on which a once billable ``code`` no longer was; None for all others."""
    entry = _find(code)
    return _day(entry.last) if entry and entry.last else None


def days_of_change(code: str) -> tuple[date, ...]:
    """The days on which ``code`` became billable or ceased to be, as far as the releases at hand show them."""
    entry = _find(code)
    return tuple(_day(day) for day in (entry.first, entry.last) if day) if entry else ()


def describe(code: str) -> str | None:
    """The official description; None where there is no such code."""
    entry = _find(code)
    return entry.description if entry else None


def successors(code: str) -> tuple[str, ...]:
    """Billable codes below one that is not billable (``G35`` gives ``G35.A`` and so on); () for billable codes."""
    normal = normalise_code(code)
    if normal is None or is_billable(normal):
        return ()
    return tuple(_dotted(entry.code) for entry in load().below(normal.replace(".", "")) if entry.flag == "B")


def search_codes(text: str, most: int = 20) -> tuple[tuple[str, str], ...]:
    """Codes with their descriptions, by the beginning of a code or by words, finished or not.

    What is billable comes first, then what says least besides. Abbreviations (``RRMS``) count as their words.
    """
    normal = normalise_code(text)
    found = () if normal is None else tuple(islice(load().below(normal.replace(".", "")), most))
    # In small letters an abbreviation may be a word, so it is one where its words find nothing.
    found = found or load().search(spell_out(text), most) or load().search(spell_out(text.upper()), most)
    return tuple((_dotted(entry.code), entry.description) for entry in found)


def ocr_variants(text: str) -> tuple[str, ...]:
    """Existing codes that ``text`` may be a misreading of, fewest exchanged characters first; itself not among them.

    They are alternatives for a person to see, never a replacement.
    """
    plain = re.sub(r"[^0-9A-Z|!]", "", text.upper())
    if not 3 <= len(plain) <= 7:
        return ()
    found: dict[str, int] = {}
    for characters in product(*(character + _CONFUSED.get(character, "") for character in plain)):
        changes = sum(new != old for new, old in zip(characters, plain, strict=True))
        if 0 < changes <= _MOST_CHANGES:
            candidate = normalise_code("".join(characters))
            if candidate and is_code(candidate):
                found[candidate] = min(changes, found.get(candidate, changes))
    return tuple(sorted(found, key=lambda code: (found[code], code)))


@lru_cache(maxsize=4096)
def _find(code: str) -> Entry | None:
    normal = normalise_code(code)
    return load().find(normal.replace(".", "")) if normal else None


def _dotted(key: str) -> str:
    return f"{key[:3]}.{key[3:]}" if len(key) > 3 else key


def _day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))

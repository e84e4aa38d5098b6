"""What laboratory reports print beside the tests: units, flags, result words, statuses, column heads, date labels."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

from rapidfuzz.distance import Levenshtein

from extractor.knowledge.lab_tests import read_yaml
from models.record import Value

DATA_FILE = "lab_units.yaml"

_MICRO = str.maketrans({"\u00b5": "u", "\u03bc": "u", "\u00d7": "x", "\u2044": "/", "\u2215": "/", "\\": "/"})
_NOISE = re.compile(r"[\s^*()\[\]{}.,]+")
_LOOKALIKE = str.maketrans({"l": "1", "i": "1", "j": "1", "|": "1", "o": "0", "s": "5"})
_LIKE_LETTERS = str.maketrans({"1": "l", "0": "o", "5": "s", "8": "b"})
_LETTERS_A_DIGIT = 5
"""In a label so many letters must stand for each digit, which is then a misread letter."""
_LEAST_LIKENESS = 0.3
"""Of a misread unit to a known spelling, 0 to 1."""
_LEAST_WORD, _WORD_EDITS = 7, 2
_REPORT_STATUS = re.compile(
    r"\b(?:(?:report|result|order)\s*stat(?:us|e)|status)\s*:?\s*"
    r"(?P<status>finali[sz]ed|final|preliminary|prelim|partial|completed?|pending|in process|in progress|cancell?ed)\b"
    r"|\b(?P<alone>final|preliminary|partial)\s+(?:report|results?)\b"
    r"|^[A-Z][^\d:()]*\((?P<panel>final|preliminary)\)$",
    re.IGNORECASE,
)
_JOINED = re.compile(r";|:\s+\S|\.\s+[A-Z][a-z]+\s")
_COMPARES = re.compile(
    r"\b(?:below|above|between|less than|greater than|more than|at least|equivocal|borderline|indeterminate|indicat\w+"
    r"|suggest\w*|consistent|considered|interpret\w*|performed|method(?:ology)?|see (?:note|comment)|note|comment)\b"
    r"|[<>=\u2264\u2265]\s?\d",
    re.IGNORECASE,
)
_SCALE = re.compile(r"\d\s?-\s?\d[\d.]*\s?%|\d%")
_MOST_PLAIN = 4
"""So many words without a capital in a row of text make a sentence."""
_UNFINISHED = re.compile(
    r"\b(?:above|below|of|is|are|the|than|to|or|and|by|for|with|in|at|from|was|were|be|been|has|have|may|if|when|on)$"
)
"""What a test's name does not end with."""
_PANEL = frozenset({"panel", "profile", "chemistry", "hematology"})
"""Words of headings whose tests are made from blood, unless the heading names something else."""
_HEAD_PARTS = re.compile(r"[/&(),|]|\band\b")
_CHIEF = ("previous", "test", "result", "range", "unit")
"""Of a head that names several kinds the first of these is what its column is."""
_LIKE_PERCENT = re.compile(r"[%oO\u00b0/\d]{1,3}|f6")
_LIKE_FEMTOLITRE = re.compile(r"[ftil1]{1,2}")
"""What these short units are read as."""


class UnitReading(Value):
    """A printed unit as UCUM; ``is_exact`` False where letters that look alike were exchanged."""

    ucum: str
    is_exact: bool


@lru_cache(maxsize=2048)
def read_unit(text: str) -> UnitReading | None:
    """The UCUM unit of a printed one, None where it is none that is known; never the nearest one."""
    plain = _fold_unit(text)
    if not plain:
        return None
    exact, alike = _units()
    if plain in exact:
        return UnitReading(ucum=exact[plain], is_exact=True)
    found = alike.get(_fold_lookalikes(plain))
    return UnitReading(ucum=found, is_exact=False) if found else None


@lru_cache(maxsize=1024)
def read_flag(text: str) -> str | None:
    """``H`` ``L`` ``A`` ``HH`` ``LL``, "" for a printed "normal", None where it is no flag."""
    plain = _squeeze(text)
    return _flags().get(plain, _flags().get(plain.rstrip(".:").strip("()[]*! ")))


@lru_cache(maxsize=1024)
def read_word(text: str) -> str | None:
    """The record's word for a result in words (``non-reactive``), None where it is none that is known."""
    return _words().get(_squeeze(text).strip(".,;:"))


@lru_cache(maxsize=1024)
def near_word(text: str) -> str | None:
    """The known result word that a misread one is, where no word of another meaning is as near; None for none."""
    plain = _squeeze(text).strip(".,;:")
    if len(plain) < _LEAST_WORD or not plain.replace(" ", "").replace("-", "").isalpha():
        return None
    near = [
        (Levenshtein.distance(plain, known, score_cutoff=_WORD_EDITS + 1), word)
        for known, word in _words().items()
        if len(known) >= _LEAST_WORD
    ]
    least, found = min(near)
    if least > _WORD_EDITS or any(word != found and distance <= least + 1 for distance, word in near):
        return None
    return found


@lru_cache(maxsize=1024)
def read_absence(text: str) -> str | None:
    """Why there is no result: ``pending``, ``cancelled``, ``see_note``; None where the words say no such thing."""
    return _absences().get(_squeeze(text).strip(".,;:*()[]"))


@lru_cache(maxsize=1024)
def near_absence(text: str) -> str | None:
    """Why there is no result, where one letter of a long word of it was misread; None for anything else."""
    plain = _squeeze(text).strip(".,;:*")
    if len(plain) < _LEAST_WORD - 1 or not plain.replace(" ", "").isalpha():
        return None
    near = {
        why
        for known, why in _absences().items()
        if len(known) >= _LEAST_WORD and Levenshtein.distance(plain, known, score_cutoff=1) <= 1
    }
    return near.pop() if len(near) == 1 else None


@lru_cache(maxsize=256)
def read_status(text: str) -> str | None:
    """``final`` ``preliminary`` ``pending`` ``cancelled``; None where it is no status."""
    return _statuses().get(_squeeze(text).strip(".,;:*"))


@lru_cache(maxsize=2048)
def read_head(text: str) -> str | None:
    """The kind of column that a head names (``test`` ``result`` ``previous`` ...); None where it is no head."""
    return next(iter(read_heads(text)), None)


@lru_cache(maxsize=2048)
def read_heads(text: str) -> tuple[str, ...]:
    """All kinds of what stands below one head, the chief one first: ``Test (unit)``, ``Units / Reference range``."""
    alone = _head_kind(_fold_head(text))
    if alone is not None:
        return (alone,)
    parts = [part for part in _HEAD_PARTS.split(unicodedata.normalize("NFKC", text).casefold()) if part.strip(" .:")]
    kinds = {_head_kind(_fold_head(part)) for part in parts} if len(parts) > 1 else set()
    known = {kind for kind in kinds if kind is not None}
    if not known or None in kinds:
        return ()
    return tuple(sorted(known, key=lambda kind: (_CHIEF.index(kind) if kind in _CHIEF else len(_CHIEF), kind)))


def _head_kind(plain: str) -> str | None:
    """The kind of column that a folded head names, for one or two misread letters in a long one."""
    heads = _heads()
    if plain in heads:
        return heads[plain]
    if len(plain) < 5:
        return None
    near = [(Levenshtein.distance(plain, head, score_cutoff=2), kind) for head, kind in heads.items() if len(head) > 4]
    allowed = 1 if len(plain) < 10 else 2
    kinds = {kind for distance, kind in near if distance <= allowed}
    return kinds.pop() if len(kinds) == 1 else None


@lru_cache(maxsize=512)
def read_specimen(text: str) -> str | None:
    """What the tests below a heading were made from (``urine`` ``blood`` ``csf`` ...); None where it does not say."""
    plain = _fold_head(text)
    known: dict[str, str] = _specimens()
    if plain in known:
        return known[plain]
    words = plain.split()
    if known.get(words[0] if words else "") is None and _PANEL & set(words):
        return "blood"
    for length in range(len(words), 0, -1):
        head = " ".join(words[:length])
        if head in known and (length > 1 or len(head) > 2):
            return known[head]
    return None


@lru_cache(maxsize=256)
def read_report_status(text: str) -> str | None:
    """The status a line of a report's head states for all of it; None where it states none."""
    found = _REPORT_STATUS.search(text)
    return read_status(found["status"] or found["alone"] or found["panel"]) if found else None


def is_explanation(text: str) -> bool:
    """Whether words are a sentence about results, not a test's name: a footnote, a legend, a scale of readings."""
    words = text.split()
    if not words:
        return False
    is_cut = len(words) > 1 and _UNFINISHED.search(text.casefold().rstrip(" .,")) is not None
    plain = sum(word.isalpha() and word.islower() for word in words)
    return is_cut or plain >= _MOST_PLAIN or any(sign.search(text) for sign in (_JOINED, _COMPARES, _SCALE))


def is_no_name(word: str) -> bool:
    """Whether a word (lower case) of a report stands in no test's name: a label or a line of the letterhead."""
    return word in _raw()["not_names"]


def is_ordinary(name: str) -> bool:
    """Whether a test's name is an ordinary word in a sentence (``iron``, ``K``)."""
    return name.casefold() in _raw()["ordinary"]


@cache
def collected_label() -> re.Pattern[str]:
    """Finds the words before a date; group ``yes`` where the date is that of collection, ``no`` for another date."""
    raw = _raw()
    yes, no = (
        "|".join(re.escape(label).replace(r"\ ", r"\s+") for label in sorted(raw[name], key=len, reverse=True))
        for name in ("collected", "not_collected")
    )
    return re.compile(rf"(?<![A-Za-z])(?:(?P<no>{no})|(?P<yes>{yes})(?:\s+on)?)(?![A-Za-z])", re.IGNORECASE)


@lru_cache(maxsize=1024)
def near_date_label(text: str) -> bool | None:
    """Whether a misread label is that of a date of collection (True) or of another date (False); None for neither."""
    plain = _fold_head(text).replace(" ", "")
    digits = sum(character.isdigit() for character in plain)
    if not 7 <= len(plain) <= 30 or digits > len(plain) // _LETTERS_A_DIGIT:
        return None
    plain = plain.translate(_LIKE_LETTERS)
    most = 1 if len(plain) < 10 else 2
    near = {
        name: min(Levenshtein.distance(plain, label, score_cutoff=most + 1) for label in _date_labels(name))
        for name in ("collected", "not_collected")
    }
    if min(near.values()) > most or near["collected"] == near["not_collected"]:
        return None
    return near["collected"] < near["not_collected"]


@cache
def _date_labels(name: str) -> tuple[str, ...]:
    return tuple(label for text in _raw()[name] if len(label := _fold_head(text).replace(" ", "")) >= 7)


@lru_cache(maxsize=1024)
def near_unit(text: str, units: tuple[str, ...]) -> str | None:
    """The one of ``units`` (UCUM) that a misread unit is, where no other known unit is as near; None for none."""
    plain = _fold_unit(text)
    if units == ("%",) and _LIKE_PERCENT.fullmatch(text.strip()):
        return "%"
    if units == ("fL",) and _LIKE_FEMTOLITRE.fullmatch(plain):
        return "fL"
    if len(plain) < 4:
        return None
    exact, _ = _units()
    most = 1 if len(plain) < 7 else 2
    found = [(Levenshtein.distance(plain, spelling, score_cutoff=most), ucum) for spelling, ucum in exact.items()]
    least = min((distance for distance, _ in found), default=99)
    near = {ucum for distance, ucum in found if distance == least}
    return next(iter(near)) if least <= most and len(near) == 1 and near <= set(units) else None


@cache
def known_units() -> tuple[str, ...]:
    """Every known unit (UCUM)."""
    return tuple(_raw()["units"])


@lru_cache(maxsize=1024)
def likeliest_unit(text: str, units: tuple[str, ...]) -> str | None:
    """The one of ``units`` (UCUM, the commonest first) whose spelling is most like a misread one.

    None where nothing of any of them can be seen in the text.
    """
    plain = _fold_lookalikes(_fold_unit(text))
    exact, _ = _units()
    if not any(character.isalpha() or character in "/%" for character in text):
        return None
    likeness = {
        unit: max(Levenshtein.normalized_similarity(plain, _fold_lookalikes(spelling)) for spelling in spellings)
        for unit in units
        if (spellings := [spelling for spelling, ucum in exact.items() if ucum == unit])
    }
    best = max(likeness, key=lambda unit: likeness[unit], default=None)
    return best if best is not None and likeness[best] >= _LEAST_LIKENESS else None


@cache
def _raw() -> dict[str, Any]:
    return read_yaml(DATA_FILE)


@cache
def _units() -> tuple[dict[str, str], dict[str, str]]:
    exact: dict[str, str] = {}
    alike: dict[str, set[str]] = {}
    for ucum, spellings in _raw()["units"].items():
        for spelling in (ucum, *spellings):
            plain = _fold_unit(spelling)
            exact.setdefault(plain, ucum)
            alike.setdefault(_fold_lookalikes(plain), set()).add(exact[plain])
    return exact, {key: next(iter(codes)) for key, codes in alike.items() if len(codes) == 1 and len(key) > 1}


@cache
def _flags() -> dict[str, str]:
    return {_squeeze(text): flag for flag, texts in _raw()["flags"].items() for text in texts}


@cache
def _words() -> dict[str, str]:
    return {_squeeze(text): word for word, texts in _raw()["words"].items() for text in (word, *texts)}


@cache
def _absences() -> dict[str, str]:
    return {_squeeze(text): why for why, texts in _raw()["without_result"].items() for text in texts}


@cache
def _statuses() -> dict[str, str]:
    return {_squeeze(text): status for status, texts in _raw()["statuses"].items() for text in texts}


@cache
def _heads() -> dict[str, str]:
    return {_fold_head(text): kind for kind, texts in _raw()["heads"].items() for text in texts}


@cache
def _specimens() -> dict[str, str]:
    return {_fold_head(text): specimen for specimen, texts in _raw()["specimens"].items() for text in texts}


def _squeeze(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\u2010", "-").replace("\u2013", "-")
    return re.sub(r"\s*-\s*", "-", " ".join(plain.split())) if len(plain) > 2 else plain.strip()


def _fold_head(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[^a-z0-9/#&? -]+", " ", plain).replace("-", " ").split())


def _fold_unit(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text.translate(_MICRO)).casefold().translate(_MICRO)
    plain = _NOISE.sub("", plain) if plain.strip() != "." else ""
    plain = re.sub(r"(?<![a-z])mc(?=[lg]\b|mol)", "u", plain)
    return plain.strip("-:;'\"")


def _fold_lookalikes(plain: str) -> str:
    return plain.replace("rn", "m").replace("vv", "w").translate(_LOOKALIKE)

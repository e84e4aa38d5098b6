"""Addresses of the United States in text that an engine may have misread: line 1, line 2, city, state, postal code.

A postal code says which state it lies in (three-digit prefixes), so that the two check each other; a state that does
not fit its postal code is kept as read and marked. Data in ``data/postal.yaml``.
"""

import re
from functools import cache
from importlib import resources

import yaml

from extractor.knowledge.spans import split_spans
from models.record import Reason, Value

PARTS = ("line1", "line2", "city", "state", "postal_code")

_ZIP = re.compile(r"(?<![0-9A-Za-z#])([0-9OolISBZ]{5})(?:\s?[-\u2013\u2014]\s?([0-9OolISB]{4}))?(?![0-9A-Za-z])")
_DIGITS = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "S": "5", "B": "8", "Z": "2"})
_LETTERS = str.maketrans({"0": "O", "1": "I", "5": "S", "8": "B", "|": "I"})
_LEAST_DIGITS = 3
"""Digits that a misread postal code still shows; five letters are a word."""
_BREAK = re.compile(r"\s*[,;\n|\u2022\u00b7]\s*|\s+[-\u2013]\s+")
_GLUED = re.compile(
    r"(?<=[a-z]{2})(?=[A-Z])|(?<=[a-z]{2})(?=\d)|(?<=\d)(?=[A-Z][a-z]{2})|(?<=[a-z][,.;])(?=\w)|(?<=,)(?=\S)"
)
_JOINED_NAME = re.compile(r"\b(Mc|Mac|De|La|Le|Du|O')\s(?=[A-Z])")
_PO_BOX = re.compile(r"\bP\.?\s?O\.?\s?Box\s*#?\s*\d+|\bBox\s+\d+", re.IGNORECASE)
_HOUSE = re.compile(r"^\s*(?:[NSEW]\s?)?\d+[A-Za-z]?(?:[-/]\d+)?\s+\S|^\s*(?:one|two|three)\s+[A-Z]", re.IGNORECASE)
_SPELLED = re.compile(r"\s*(?:one|two|three)\s", re.IGNORECASE)


class Part(Value):
    """One part of an address as the record writes it, with characters ``start`` to ``end`` of the text it came from."""

    value: str
    start: int
    end: int


class AddressReading(Value):
    """What an address says. ``is_consistent``: state and postal code are both there and belong together.

    ``is_repaired``: a letter was taken for a digit or a digit for a letter.
    """

    parts: dict[str, Part]
    is_consistent: bool = False
    is_repaired: bool = False
    reasons: tuple[Reason, ...] = ()


class _State(Value):
    name: str
    zip: tuple[tuple[int, int], ...]


class _Postal(Value):
    states: dict[str, _State]
    streets: frozenset[str]
    units: frozenset[str]
    directions: frozenset[str]


@cache
def _load() -> _Postal:
    text = resources.files(__package__).joinpath("data/postal.yaml").read_text(encoding="utf-8")
    return _Postal.model_validate(yaml.safe_load(text))


def is_zip_of(postal_code: str, state: str) -> bool:
    """Whether a postal code (its first three digits count) lies in ``state``, two letters."""
    known = _load().states.get(state)
    if known is None or not postal_code[:5].isdigit() or len(postal_code) < 5:
        return False
    return any(first <= int(postal_code[:3]) <= last for first, last in known.zip)


def states_of_zip(postal_code: str) -> tuple[str, ...]:
    """The states whose addresses have such a postal code; () where none has."""
    return tuple(state for state in _load().states if is_zip_of(postal_code, state))


def parse_state(text: str) -> tuple[str, bool] | None:
    """The two letters of a state written so or in full, and whether a digit was taken for a letter."""
    bare = re.sub(r"[^A-Za-z0-9|]", "", text)
    plain = bare.upper()
    states = _load().states
    if plain in states:
        return plain, False
    mended = re.sub(r"^l(?=[A-Z])|(?<=[A-Z])l$", "I", bare).upper().translate(_LETTERS)
    if len(mended) == 2 and mended in states:
        return mended, True
    for code, state in states.items():
        if bare.casefold() == state.name.replace(" ", "").casefold():
            return code, False
    return None


def parse_postal_code(text: str) -> tuple[str, bool] | None:
    """``12345`` or ``12345-6789`` in ``text``, and whether a letter was taken for a digit; the last one counts."""
    found = _find_zip(text)
    if found is None:
        return None
    code = found.group(1).translate(_DIGITS)
    extra = found.group(2)
    value = code if extra is None else f"{code}-{extra.translate(_DIGITS)}"
    return value, value != re.sub(r"\s", "", found.group()).replace("\u2013", "-").replace("\u2014", "-")


def parse_address(text: str) -> AddressReading | None:
    """The address in ``text``, whose rows may be parted by line breaks; None where nothing looks like a part of one."""
    parts: dict[str, Part] = {}
    reasons: list[Reason] = []
    is_repaired = False
    spaced, places = _spaced(re.sub(r"(?<=\s)[/|\u2022\u00b7](?=\s)", ",", text))
    zip_code = _find_zip(spaced)
    end = len(spaced.rstrip(" ,.;"))
    if zip_code is not None and _is_last(spaced, zip_code.end()):
        read = parse_postal_code(zip_code.group())
        if read is not None:
            parts["postal_code"] = _part(read[0], (zip_code.start(), zip_code.end()), places)
            is_repaired = is_repaired or read[1]
            end = zip_code.start()
    state = _state_before(spaced, end, is_sure="postal_code" in parts)
    if state is not None:
        value, start, stop, is_mended = state
        parts["state"] = _part(value, (start, stop), places)
        is_repaired = is_repaired or is_mended
        end = start
    street = _street_and_city(spaced[:end], has_tail=bool(parts))
    for name, (start, stop) in street.items():
        parts[name] = _part(_tidy(spaced[start:stop]), (start, stop), places)
    if not parts or set(parts) == {"line2"}:
        return None
    is_consistent = _is_consistent(parts)
    if "state" in parts and "postal_code" in parts:
        reasons.append(
            Reason(code="zip_of_state", text="the postal code lies in the state")
            if is_consistent
            else Reason(code="zip_not_of_state", text="the postal code does not lie in the state")
        )
    if is_repaired:
        reasons.append(Reason(code="repaired", text="a letter and a digit that look alike were exchanged"))
    return AddressReading(parts=parts, is_consistent=is_consistent, is_repaired=is_repaired, reasons=tuple(reasons))


def is_street(text: str) -> bool:
    """Whether ``text`` begins like a street line: a house number and a name, or a post box."""
    return _HOUSE.match(text) is not None or _PO_BOX.search(text) is not None


def is_unit(text: str) -> bool:
    """Whether ``text`` begins like a second line: ``Apt 4``, ``Suite 200``, ``# 12``."""
    return _unit_at(text) == 0


def _is_consistent(parts: dict[str, Part]) -> bool:
    if "state" not in parts or "postal_code" not in parts:
        return False
    return is_zip_of(parts["postal_code"].value, parts["state"].value)


def _find_zip(text: str) -> re.Match[str] | None:
    found = [m for m in _ZIP.finditer(text) if sum(c.isdigit() for c in m.group(1)) >= _LEAST_DIGITS]
    return found[-1] if found else None


def _is_last(text: str, end: int) -> bool:
    """Whether nothing but a country or a telephone stands behind a postal code."""
    rest = text[end:].strip(" ,.;|\n")
    return (
        not rest
        or re.match(r"(?:USA?\b|U\.S\.|United States|phone|ph\b|tel|fax|\(?\d{3}\)?[\s.\-])", rest, re.I) is not None
    )


def _spaced(text: str) -> tuple[str, list[int]]:
    """The text with spaces put back where an engine lost them, and each character's place in ``text``."""
    text = re.sub(r"\b([A-Z]{2})-(?=\d{5}\b)", r"\1 ", text)
    joined = re.sub(r"\b([A-Z]{2})(?=[0-9OolISB]{5}\b)", lambda m: m.group(1) + "\0", text)
    out: list[str] = []
    places: list[int] = []
    at = 0
    cuts = {m.start() for m in _GLUED.finditer(text)}
    names = {m.end(1) for m in re.finditer(r"\b(?:(Mc|Mac|De|La|Le|Du|O'))(?=[A-Z])", text)}
    for character in joined:
        if character == "\0":
            out.append(" ")
            places.append(at)
            continue
        if at in cuts and at not in names and out and out[-1] not in " \n":
            out.append(" ")
            places.append(at)
        out.append(character)
        places.append(at)
        at += 1
    places.append(at)
    return "".join(out), places


def _part(value: str, span: tuple[int, int], places: list[int]) -> Part:
    return Part(value=value, start=places[span[0]], end=places[span[1] - 1] + 1)


def _state_before(text: str, end: int, *, is_sure: bool) -> tuple[str, int, int, bool] | None:
    """The state that ends before ``end``; without a postal code only after a comma, a break or as all there is."""
    head = text[:end].rstrip(" ,.;\n")
    for pattern in (
        r"([A-Za-z]\.\s?[A-Za-z])$",
        r"([A-Za-z]+\s+[A-Za-z]+\s+[A-Za-z]+)$",
        r"([A-Za-z]+\s+[A-Za-z]+)$",
        r"([A-Za-z0-9|]+)$",
    ):
        found = re.search(r"(?<![A-Za-z0-9])" + pattern, head)
        if found is None:
            continue
        read = parse_state(found.group(1))
        if read is None:
            continue
        word = found.group(1)
        is_two = len(re.sub(r"[^A-Za-z0-9|]", "", word)) == 2
        before = head[: found.start()].rstrip(" ")
        if not is_sure and (
            read[1] or not (before == "" or before.endswith((",", "\n", ";")) or (is_two and word.isupper()))
        ):
            continue
        if not is_sure and is_two and word.casefold() in _load().streets | _load().directions and before:
            continue
        return read[0], found.start(), found.end(), read[1]
    return None


def _street_and_city(text: str, *, has_tail: bool) -> dict[str, tuple[int, int]]:
    """Where line 1, line 2 and the city stand in what is before the state."""
    pieces = _pieces(text)
    found: dict[str, tuple[int, int]] = {}
    if not pieces:
        return found
    if has_tail:
        start, end = pieces[-1]
        last = text[start:end]
        cut = _city_cut(last)
        if cut is not None:
            if cut < len(last):
                found["city"] = (start + cut, end)
            pieces = [*pieces[:-1], (start, start + cut)] if cut else pieces[:-1]
    lines = [piece for piece in pieces if text[piece[0] : piece[1]].strip()]
    streets = [piece for piece in lines if not is_unit(text[piece[0] : piece[1]])]
    units = [piece for piece in lines if is_unit(text[piece[0] : piece[1]])]
    numbered = [piece for piece in streets if is_street(text[piece[0] : piece[1]])]
    line1 = next(iter(numbered or streets), None)
    if line1 is not None:
        if not numbered and not has_tail:
            return {}
        start, end = line1
        unit = _unit_at(text[start:end])
        if unit:
            units.insert(0, (start + unit, end))
            end = start + unit
        found["line1"] = _trim(text, start, end)
        # "6565 N Charles St, Pavilion East 408, Towson": a numbered piece behind the street is a place in the house.
        units += [one for one in streets if one[0] >= line1[1] and any(c.isdigit() for c in text[one[0] : one[1]])]
    if units:
        found["line2"] = _trim(text, *units[0])
    return found


def _pieces(text: str) -> list[tuple[int, int]]:
    trimmed = [_trim(text, *piece) for piece in split_spans(text, _BREAK)]
    return [piece for piece in trimmed if piece[1] > piece[0]]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " ,;.\n-|":
        start += 1
    while end > start and text[end - 1] in " ,;\n-|":
        end -= 1
    return start, end


def _city_cut(text: str) -> int | None:
    """Where the city begins in the last piece before the state: behind a unit or a street's suffix; 0: all of it."""
    if not is_street(text) and not is_unit(text):
        return 0
    words = list(re.finditer(r"\S+", text))
    if _SPELLED.match(text) and not any(w.group().strip(".,").casefold() in _load().streets for w in words):
        return 0  # "Two Harbors" is a town, "One Penn Plaza" a street
    unit = _unit_at(text)
    if unit is not None:
        behind = [w for w in words if w.start() >= unit]
        count = 1 if re.fullmatch(r"#\s?\w+", behind[0].group()) else 2
        return behind[count].start() if len(behind) > count else len(text)
    box = _PO_BOX.search(text)
    if box is not None:
        return next((w.start() for w in words if w.start() >= box.end()), len(text))
    postal = _load()
    suffixes = [i for i, w in enumerate(words) if i >= 2 and w.group().strip(".,").casefold() in postal.streets]
    if not suffixes:
        return None
    last = suffixes[0]
    # "Oak Park Ave": of suffixes in a row the last ends the street; but "Elm St" goes before "St Louis".
    while last + 1 in suffixes and last + 2 < len(words) and words[last + 1].group().strip(".").casefold() != "st":
        last += 1
    following = words[last + 1].group().strip(".,").casefold() if last + 1 < len(words) else ""
    if following in postal.directions and last + 2 < len(words) and len(following) <= 2:
        last += 1
    return words[last + 1].start() if last + 1 < len(words) else len(text)


def _unit_at(text: str) -> int | None:
    """Where a secondary unit begins: a designator with its number, ``#`` and a number; None where there is none."""
    postal = _load()
    for found in re.finditer(r"#\s?\w+|[A-Za-z]+\.?(?=\s*#?\s*(?:\d+[A-Za-z]?|[A-Za-z]\d*|[A-Z]-?\d+)\b)", text):
        word = found.group()
        if word.startswith("#") or word.rstrip(".").casefold() in postal.units:
            return found.start()
    found_floor = re.search(r"\b\d+(?:st|nd|rd|th)\s+(?:floor|fl)\b", text, re.IGNORECASE)
    return found_floor.start() if found_floor else None


def _tidy(text: str) -> str:
    return " ".join(_JOINED_NAME.sub(r"\1", text).replace("\n", " ").replace("~", " ").split()).strip(" ,;")

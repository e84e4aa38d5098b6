"""When two values of the record are the same: the one implementation, for the scorer and for importers.

Standard library only. Nothing here reads a document or repairs a value; it only takes away what RECORD.md says does
not matter (width and case of letters, white space, punctuation) and pairs list items one to one.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from models.record.list_places import leaf_name

ItemKind = Literal["labs", "orders", "coverages", "diagnoses", "prior_therapies", "allergies", "premedications"]
Scalar = str | float | int | bool | None
Item = Mapping[str, object] | Scalar
"""One list item with plain values: a mapping of leaves, or the value itself for a list of fields."""

_PHONE_LEAVES = frozenset({"home_phone", "mobile_phone", "work_phone", "payer_phone", "phone", "fax", "sender_number"})
_IDENTIFIERS = frozenset(
    {"npi", "bin", "pcn", "member_id", "group_number", "mrn", "code", "hcpcs", "postal_code", "loinc"}
)
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d).(?=\d)")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def plain_text(text: str) -> str:
    """NFKC, case folded, punctuation stripped, white space collapsed.

    Between two digits a decimal point stays and other punctuation becomes a space, so 0.4 is not 04, nor 0,2 02.
    Idempotent: ``plain_text(plain_text(x)) == plain_text(x)``.
    """
    return _until_stable(_strip_punctuation, text)


def same_text(first: str | None, second: str | None) -> bool:
    """Whether two texts are equal as RECORD.md says; None equals only None."""
    if first is None or second is None:
        return first is second
    return plain_text(first) == plain_text(second)


def canonical(path: str, value: Scalar) -> Scalar:
    """``value`` of the leaf at ``path`` (``orders[0].dose``) in the form in which equal values are equal.

    Numbers to one decimal for height and weight; text by ``plain_text``, where the kind says so with the characters
    that carry its meaning (a phone's digits, a result's ``<``). None and booleans are themselves.
    """
    if value is None or isinstance(value, bool):
        return value
    leaf = leaf_name(path)
    if leaf in {"height_cm", "weight_kg"}:
        number = _as_number(value)
        return value if number is None else round(number, 1)
    if isinstance(value, float | int):
        return round(float(value), 6)
    if leaf in _PHONE_LEAVES:
        return _phone(value)
    if leaf in _IDENTIFIERS:
        return _until_stable(_strip_separators, value) or plain_text(value)
    if leaf in {"result", "unit", "reference_range", "dose"}:
        return _measure(value)
    return plain_text(value)


def is_same(path: str, first: Scalar, second: Scalar) -> bool:
    """Whether two values of the leaf at ``path`` are equal."""
    return canonical(path, first) == canonical(path, second)


def pair_items(
    kind: ItemKind, truth_items: Sequence[Item], record_items: Sequence[Item]
) -> tuple[tuple[int | None, int | None], ...]:
    """Pair the items of two lists one to one for the best total; indices, None where an item has no partner.

    What makes a pair: labs LOINC or test, then collected; orders drug, then dose; coverages rank or payer; diagnoses
    the code, or the description; prior therapies the drug, then start; allergies and premedications the text. Items
    whose first key differs are never paired. Ties are settled by how many other leaves agree, then by order.
    """
    scores = [[_likeness(kind, truth, record) for record in record_items] for truth in truth_items]
    chosen = best_assignment(scores)
    pairs = [(row, column) for row, column in enumerate(chosen) if column is not None]
    paired = {column for _, column in pairs}
    missed = [(row, None) for row, column in enumerate(chosen) if column is None]
    extra = [(None, column) for column in range(len(record_items)) if column not in paired]
    return (*pairs, *missed, *extra)


def best_assignment(scores: Sequence[Sequence[float]]) -> tuple[int | None, ...]:
    """The column for each row, None for none, that makes the sum of scores largest; only scores above 0 pair.

    The Hungarian method with potentials, O(n^3) (Kuhn 1955; Munkres 1957; Jonker and Volgenant 1987 for this form).
    """
    rows = len(scores)
    columns = len(scores[0]) if rows else 0
    size = max(rows, columns)
    cost = [
        [-max(0.0, scores[row][column]) if row < rows and column < columns else 0.0 for column in range(size)]
        for row in range(size)
    ]
    row_potential, column_potential = [0.0] * (size + 1), [0.0] * (size + 1)
    owner = [0] * (size + 1)
    for row in range(1, size + 1):
        owner[0] = row
        column = 0
        least = [float("inf")] * (size + 1)
        came_from = [0] * (size + 1)
        seen = [False] * (size + 1)
        while owner[column]:
            seen[column] = True
            current, step, following = owner[column], float("inf"), 0
            for other in range(1, size + 1):
                if seen[other]:
                    continue
                reduced = cost[current - 1][other - 1] - row_potential[current] - column_potential[other]
                if reduced < least[other]:
                    least[other], came_from[other] = reduced, column
                if least[other] < step:
                    step, following = least[other], other
            for other in range(size + 1):
                if seen[other]:
                    row_potential[owner[other]] += step
                    column_potential[other] -= step
                else:
                    least[other] -= step
            column = following
        while column:
            owner[column] = owner[came_from[column]]
            column = came_from[column]
    chosen: list[int | None] = [None] * rows
    for column in range(1, columns + 1):
        row = owner[column]
        if 1 <= row <= rows and scores[row - 1][column - 1] > 0:
            chosen[row - 1] = column - 1
    return tuple(chosen)


_FIRST, _SECOND, _REST = 1.0, 0.1, 0.001
"""Weights of the first key, the second key, and each further leaf that agrees (fewer than 100 leaves)."""


def _likeness(kind: ItemKind, truth: Item, record: Item) -> float:
    """0 where the two are not the same item, else above ``_FIRST``."""
    if kind in {"allergies", "premedications"}:
        return _FIRST if _is_filled_and_same(kind, _scalar(truth), _scalar(record)) else 0.0
    if not isinstance(truth, Mapping) or not isinstance(record, Mapping):
        return 0.0
    agrees = _agreement(kind, truth, record)
    rules: dict[str, Callable[[], tuple[bool, bool]]] = {
        "labs": lambda: (agrees("loinc") or agrees("test"), agrees("collected")),
        "orders": lambda: (agrees("drug"), agrees("dose")),
        "coverages": lambda: (agrees("rank") or agrees("payer"), agrees("rank") and agrees("payer")),
        "diagnoses": lambda: (agrees("code") or agrees("description"), agrees("code")),
        "prior_therapies": lambda: (agrees("drug"), agrees("start")),
    }
    is_item, is_second = rules[kind]()
    if not is_item:
        return 0.0
    return _FIRST + _SECOND * is_second + _REST * sum(agrees(leaf) for leaf in truth.keys() & record.keys())


def _agreement(kind: str, truth: Mapping[str, object], record: Mapping[str, object]) -> Callable[[str], bool]:
    def agrees(leaf: str) -> bool:
        return _is_filled_and_same(f"{kind}[].{leaf}", _scalar(truth.get(leaf)), _scalar(record.get(leaf)))

    return agrees


def _is_filled_and_same(path: str, first: Scalar, second: Scalar) -> bool:
    return first is not None and second is not None and is_same(path, first, second)


def _scalar(value: object) -> Scalar:
    """A plain value, or the value inside a field's JSON object; anything else counts as absent."""
    if isinstance(value, Mapping):
        value = value.get("value")
    return value if isinstance(value, str | float | int | bool) else None


def _keep(character: str, text: str, place: int) -> str:
    category = unicodedata.category(character)
    if category[0] == "C" or category == "Sk":
        return " " if character.isspace() else ""
    if category[0] != "P":
        return character
    if _BETWEEN_DIGITS.match(text, place):
        return "." if character == "." else " "
    return ""


def _phone(value: str) -> str:
    number, _, extension = value.partition(";ext=")
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", number))
    if len(digits) == 10 and not number.strip().startswith("+"):
        digits = f"1{digits}"
    return f"{digits};ext={extension}" if extension else digits or plain_text(value)


def _measure(value: str) -> str:
    """White space goes, symbols that carry meaning (``<``, ``/``, ``-``) stay; 6.10 is not 6.1."""
    text = _until_stable(_strip_space, value)
    return text if re.search(r"\d", text) else plain_text(value) or text


def _until_stable(step: Callable[[str], str], text: str) -> str:
    """Repeat ``step`` until it changes nothing: one pass may compose letters that the next one folds."""
    while (following := step(text)) != text:
        text = following
    return text


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _strip_punctuation(text: str) -> str:
    folded = _fold(text)
    return " ".join("".join(_keep(character, folded, place) for place, character in enumerate(folded)).split())


def _strip_separators(text: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", _fold(text))


def _strip_space(text: str) -> str:
    plain = _fold(text).replace("\u2013", "-").replace("\u2264", "<=").replace("\u2265", ">=")
    return re.sub(r"\s+", "", plain).rstrip(".,;:")


def _as_number(value: str | float) -> float | None:
    if isinstance(value, float | int):
        return float(value)
    found = _NUMBER.fullmatch(value.strip())
    return float(found.group()) if found else None

"""A drug that no list here knows, under a label that asks for the drug: its name as printed, which always asks.

An order whose drug is new must not vanish with its dose and its scheme. Brand and generic name are told apart where
the answer or a line of the page says both: ``LAMZEDE® (velmanase alfa-tycv)``.
"""

import re
from collections.abc import Iterator, Sequence

from extractor.fields.order_readings import Leaf, NamedDrug
from extractor.fields.statements import Statement
from extractor.knowledge.doses import find_routes, parse_doses
from extractor.knowledge.drugs import find_drugs
from extractor.packet.questions import fold, is_label_word
from models.record import Alternative, Reason
from models.stages.layout import PageReading
from models.stages.text import join_words, words_between

_NAME = re.compile(r"\W*(?P<name>[A-Za-z][A-Za-z\-]{3,24}(?: (?!for\b|vial|pack|inj)[a-z][a-z\-]{2,14}){0,2})")
_INNER = re.compile(r"[\s\u00ae\u2122]*\((?P<name>[A-Za-z][A-Za-z\- ]{3,39})\)")
_SUFFIX = re.compile(r"-[a-z]{4}$")
"""The four letters behind a biologic's name, which the name of an originator goes without."""
_STRENGTH = 0.75
_VALIDITY = 0.4
_UNKNOWN = Reason(code="unknown_drug", text="no drug of this name is known: check its spelling and what it is")


def read_unlisted(statements: Sequence[Statement], page: PageReading) -> list[NamedDrug]:
    """The drugs in answers to labels for the drug that name none that is known, where a dose or a route is told too.

    For a page on which no drug was found; a name that is made of a form's own words is none.
    """
    asked = [one for one in statements if one.answer is not None and one.answer.attribute == "drug"]
    others = [one for one in statements if one not in asked and one.answer is not None]
    is_told = any(parse_doses(one.text) or find_routes(one.text) for one in others)
    return [drug for one in asked for drug in _read(one, page)] if is_told else []


def _read(statement: Statement, page: PageReading) -> Iterator[NamedDrug]:
    text, spans = join_words(statement.words)
    found = _NAME.match(text)
    if found is None or find_drugs(text) or any(is_label_word(word) for word in fold(found["name"]).split()):
        return
    name = found["name"]
    words = words_between(statement.words, spans, found.start("name"), found.end("name"))
    other = _other_name(name, text) or _other_name(name, page.layout.text)
    generic = (other or name).casefold()
    bare = _SUFFIX.sub("", generic)
    also = (generic, name.casefold()) if other is not None else (generic,)
    alternatives = tuple(Alternative[str](value=each) for each in dict.fromkeys(also) if each != bare)

    def leaf(value: str, others: tuple[Alternative[str], ...] = ()) -> Leaf:
        return Leaf(value, words, statement, _VALIDITY, (_UNKNOWN,), alternatives=others, is_valid=False)

    brand = leaf(name.capitalize() if name.isupper() else name) if other is not None else None
    yield NamedDrug(leaf(bare, alternatives), brand, statement, _STRENGTH * statement.strength)


def _other_name(name: str, text: str) -> str | None:
    """The generic name in brackets behind ``name`` as a brand, None where no such words stand in ``text``."""
    places = re.finditer(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", text, re.IGNORECASE)
    inner = next((found["name"] for place in places if (found := _INNER.match(text, place.end()))), None)
    return inner if inner is not None and inner == inner.casefold() else None

"""An office and its street in one answer: ``Clinic: Lakeside Lung Clinic, 60 Elm St, Denver, CO 80203``."""

import re

from extractor.knowledge.addresses import parse_address
from extractor.knowledge.organisations import is_practice_name
from extractor.packet.answer import Answer
from extractor.packet.questions import Role
from models.record import bounding_box
from models.stages.text import Word

_OFFICES = frozenset({"practice", "from"})
_HOUSE = re.compile(r"\d{1,6}[A-Za-z]?")
_WHOLE = frozenset({"line1", "city", "state"})


def part_office(answer: Answer) -> list[Answer]:
    """The name of an office and, behind a comma and from its house number on, its whole address."""
    if answer.attribute not in _OFFICES:
        return [answer]
    for place in range(1, len(answer.words)):
        before, behind = answer.words[:place], answer.words[place:]
        if not before[-1].text.endswith(",") or _HOUSE.fullmatch(behind[0].text) is None:
            continue
        reading = parse_address(" ".join(word.text for word in behind))
        if reading is None or not reading.parts.keys() >= _WHOLE:
            continue
        name = (*before[:-1], before[-1].model_copy(update={"text": before[-1].text.rstrip(",")}))
        is_office = is_practice_name(" ".join(word.text for word in name))
        return [
            _with_words(answer, "practice" if is_office else answer.attribute, name),
            _with_words(answer, "address", behind),
        ]
    return [answer]


def _with_words(answer: Answer, attribute: str, words: tuple[Word, ...]) -> Answer:
    return answer.model_copy(
        update={
            "attribute": attribute,
            "role": Role.PRESCRIBER if answer.attribute == "from" else answer.role,
            "words": words,
            "bbox": bounding_box([word.bbox for word in words]),
        }
    )

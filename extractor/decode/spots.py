"""Where the words of a value stand on its page: what a second look is asked to look at."""

import re
from itertools import groupby

from models.record import bounding_box, lies_on
from models.record.list_places import leaf_name
from models.record.paths import AnyField
from models.stages.layout import PageReading
from models.stages.look import Spot

_DIGITS_ONLY = frozenset({"npi", "fax", "phone", "date_of_birth", "date", "collected", "signature_date"})
"""Leaves in which a letter is a misread digit; a lab result may end in a flag, and a code begins with a letter."""
_NUMBER = re.compile(r"[\d()/.\-+ ]+")
_MOST_LINES = 3


def find_spots(path: str, field: AnyField, page: PageReading) -> tuple[Spot, ...]:
    """The lines that the value of ``path`` was read from; empty where that cannot be told, or are too many."""
    box, raw = field.bbox, field.raw
    if box is None or not raw or field.source is None or not field.source.startswith("ocr:"):
        return ()
    words = [word for word in page.words.words if lies_on(word.bbox, (box,))]
    lines = [tuple(run) for _, run in groupby(words, key=lambda word: word.segment)]
    told = " ".join(word.text for line in lines for word in line)
    if not 0 < len(lines) <= _MOST_LINES or sorted(told.split()) != sorted(raw.split()):
        return ()
    is_number = leaf_name(path) in _DIGITS_ONLY and _NUMBER.fullmatch(raw) is not None
    page_no = page.page.page_no
    return tuple(
        Spot(page_no, bounding_box([word.bbox for word in line]), " ".join(word.text for word in line), is_number)
        for line in lines
    )

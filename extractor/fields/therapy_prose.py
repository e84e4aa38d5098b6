"""Earlier therapies in prose: what the trained model tells of in a note, and sentences that speak of the past."""

import re
from collections.abc import Iterator, Sequence

from extractor.fields.base import Context
from extractor.fields.prose import is_learned_page
from extractor.fields.therapy_candidates import from_reading
from extractor.fields.told_therapies import complete, from_told, is_told_otherwise, tell_therapies
from extractor.knowledge.drugs import DOUBTFUL, find_drugs
from extractor.knowledge.therapies import TherapyReading, read_therapies
from models.record import BBox, PageType, Reason, lies_on
from models.stages.candidate import Candidate
from models.stages.entities import EntityContext, EntityLabel, LocatedEntity
from models.stages.layout import PageReading
from models.stages.text import Word, join_words, words_between

_PAST = re.compile(
    r"\b(?:tried|failed|previous(?:ly)?|prior(?!\s+to\b)|formerly|was on|had been on|was treated|refractory)\b",
    re.IGNORECASE,
)
_MAY_BE_PAST = re.compile(
    r"\b(?:tried|trial|failed|failure|previous|prior|formerly|stopped|discontinued|d/c|switch|transition|was on|been on"
    r"|treated|refractory|intoleran|tolerate|response|relaps|progress|despite|history|past)",
    re.IGNORECASE,
)
"""Without one of these no sentence of a page tells of an earlier therapy, and the page need not be analysed."""
_REACTION = re.compile(
    r"\b(?:stop the infusion|hives|chills|reaction protocol|if reaction|for reaction|epinephrine|keep the line)\b",
    re.IGNORECASE,
)
"""What to give when a reaction comes is ordered, not past."""
_AROUND = 140
_TOGETHER = 3.5
"""Heights of a drug's line within which, and below which never above, its dates and its outcome stand in prose."""
_SOON = 40
"""Characters from a drug to the dates that are its own in prose."""
_PROSE, _FILLED = 0.7, 0.55
_IN_TEXT = Reason(code="in_text", text="spoken of as an earlier therapy in the text")
_NOTE = frozenset({PageType.CLINICAL_NOTE})


def tell_notes(page: PageReading, context: Context, used: list[BBox]) -> Iterator[list[Candidate]]:
    """What the trained model tells of in a note, before rules read it; its words are ``used`` then."""
    if not is_learned_page(page):
        return
    entities = context.read_entities(page)
    current = {one.entity.value for one in entities if one.entity.told is EntityContext.CURRENT}
    told = tuple(tell_therapies(entities, used))
    if not told:
        return
    words = tuple(word for line in page.layout.lines for word in line.words)
    text, spans = join_words(words)
    readings = read_therapies(text)
    taken = [word.bbox for drug, leaves in told for one in (drug, *leaves.values()) for word in one.words]
    for drug, leaves in told:
        used.extend(word.bbox for one in (drug, *leaves.values()) for word in one.words)
        if drug.entity.value not in current or "outcome" in leaves or "stop" in leaves:
            reading = _reading_at(drug, readings, words, spans)
            ruled = (
                []
                if reading is None
                else from_reading(reading, (words, text, spans), page, role=_FILLED, reason=_IN_TEXT)
            )
            yield complete(from_told(page, drug, leaves), ruled, taken)


def tell_prose(page: PageReading, context: Context, used: Sequence[BBox]) -> Iterator[list[Candidate]]:
    """Drugs that a sentence speaks of as tried before, with the dates and the outcome it gives."""
    loose = " ".join(line.text for line in page.layout.lines if not lies_on(line.bbox, used))
    if _MAY_BE_PAST.search(loose) is None or not find_drugs(loose):
        return
    entities = [one for one in context.read_entities(page) if one.entity.label is EntityLabel.DRUG]
    current = {one.entity.value for one in entities if one.entity.context is EntityContext.CURRENT}
    words = tuple(word for line in page.layout.lines for word in line.words)
    text, spans = join_words(words)
    free = [one for one in entities if not any(lies_on(word.bbox, used) for word in one.words)]
    if not free:
        return
    readings = read_therapies(text)
    for located in free:
        reading = _reading_at(located, readings, words, spans)
        is_prior = located.entity.context is EntityContext.PRIOR and located.entity.value not in current
        is_prior = is_prior and not is_told_otherwise(located.entity)
        if reading is not None and not is_prior and not is_told_otherwise(located.entity):
            is_prior = located.entity.context is EntityContext.CURRENT and _is_over(reading)
        is_sure = reading is not None and reading.drug.score > DOUBTFUL and _is_together(reading, words, spans)
        if reading is not None and is_prior and is_sure and _is_told(reading, text):
            yield from_reading(reading, (words, text, spans), page, role=_PROSE, reason=_IN_TEXT)


def _is_over(reading: TherapyReading) -> bool:
    """Whether a beginning, an end and an outcome are told of a drug: it is not given any more."""
    if reading.start is None or reading.stop is None or reading.outcome is None:
        return False
    return reading.start.start - reading.drug.end < _SOON


def _is_together(reading: TherapyReading, words: Sequence[Word], spans: Sequence[tuple[int, int]]) -> bool:
    """Whether what is told stands on the drug's line or right below: columns of a form may be read one by one."""
    drug = words_between(words, spans, reading.drug.start, reading.drug.end)[0].bbox
    said = [one for one in (reading.start, reading.stop, reading.outcome) if one is not None]
    tops = [word.bbox.y_mid for one in said for word in words_between(words, spans, one.start, one.end)]
    return all(-0.5 <= (top - drug.y_mid) / drug.height <= _TOGETHER for top in tops)


def _is_told(reading: TherapyReading, text: str) -> bool:
    """Whether more than a bare cue stands for it: when, how it ended, or words that only speak of the past."""
    around = text[max(0, reading.drug.start - _AROUND) : reading.drug.end + _AROUND]
    if _REACTION.search(around):
        return False
    return bool(reading.start or reading.stop or reading.outcome or _PAST.search(around))


def _reading_at(
    located: LocatedEntity, readings: Sequence[TherapyReading], words: Sequence[Word], spans: Sequence[tuple[int, int]]
) -> TherapyReading | None:
    boxes = {word.bbox for word in located.words}
    for reading in readings:
        place = {word.bbox for word in words_between(words, spans, reading.drug.start, reading.drug.end)}
        if place & boxes:
            return reading
    return None

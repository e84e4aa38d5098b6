"""What was tried before: tables, labelled answers, ticked lists, the body of a section, and prose.

Prose counts only where the sentence speaks of a therapy of the past (see ``ner``): what is ordered now, refused,
planned, or a relative's is no prior therapy. A drug that the page orders is one only where a label says so.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from extractor.fields.base import Context, families
from extractor.fields.columns import lines_below
from extractor.fields.evidence import from_answer, from_words
from extractor.fields.prose import is_learned_page
from extractor.fields.therapy_tables import PAGE_FIT, PROSE_PAGES, is_prior_table, read_prior_table, says_prior
from extractor.fields.ticks import tick_features, tick_reason
from extractor.fields.told_therapies import complete, from_told, is_told_otherwise, tell_therapies
from extractor.fields.typed_marks import is_unticked
from extractor.knowledge.drugs import DOUBTFUL, find_drugs
from extractor.knowledge.therapies import Said, TherapyReading, read_therapies
from extractor.packet import Answer
from extractor.packet.questions import GUESSED
from models.record import Alternative, BBox, PageType, Reason, lies_on
from models.stages.candidate import Candidate
from models.stages.entities import EntityContext, EntityLabel, LocatedEntity
from models.stages.layout import CheckBox, PageReading
from models.stages.text import Word, join_words, words_between, words_outside

LEAVES = ("drug", "start", "stop", "outcome")
_ENDS_BODY = re.compile(
    r"^\W*(?:\d{1,2}|[A-H])\s?[.)]\s+[A-Z][a-z]+\s*$|^[A-Z][A-Z &/\-]{3,40}:?$|^[A-Z][A-Za-z /]{2,30}:"
)
_PAST = re.compile(
    r"\b(?:tried|failed|previous(?:ly)?|prior|formerly|was on|had been on|was treated|refractory)\b", re.IGNORECASE
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
_SOON = 40
"""Characters from a drug to the dates that are its own in prose."""
_MOST_BODY_LINES = 14
_LEVEL = 0.5
"""Of a word's height that lies on its row."""
_LABELLED, _TICKED, _BODY, _PROSE, _FILLED = 0.95, 0.95, 0.9, 0.7, 0.55
_IN_TEXT = Reason(code="in_text", text="spoken of as an earlier therapy in the text")
_NOTE = frozenset({PageType.CLINICAL_NOTE})
_RUN = tuple[tuple[Word, ...], str, list[tuple[int, int]]]
"""Words with their text and each word's first and last (exclusive) character in it."""


class _PriorTherapies:
    name = "prior_therapies"
    paths = tuple(f"prior_therapies[].{leaf}" for leaf in LEAVES)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        groups = list(self._all(page, context))
        for index, group in enumerate(groups):
            item = f"p{page.page.page_no}:therapy{index}"
            yield from (candidate.model_copy(update={"item": item}) for candidate in group)

    def _all(self, page: PageReading, context: Context) -> Iterator[list[Candidate]]:
        answers = context.answers[page.page.page_no]
        used: list[BBox] = []
        for table in page.layout.tables:
            if is_prior_table(table, page):
                used.append(table.bbox)
                yield from read_prior_table(table, page)
        boxes = [box for box in page.layout.checkboxes if _is_prior_box(box, page)]
        for box in boxes:
            used.extend(place for place in (box.bbox, box.label_bbox) if place is not None)
            if box.is_checked is not False:
                yield from _from_box(box, page)
        yield from _told(page, context, used)
        for answer in answers:
            if answer.attribute != "prior_therapy" or not answer.words or answer.label_score <= GUESSED:
                continue
            words = (*words_outside(answer.words, used), *_more_lines(answer, page, answers))
            used.extend(word.bbox for word in words)
            yield from _from_answer(answer, words, page)
        labels = [answer.label_bbox for answer in answers if answer.attribute not in {"unknown", "prior_therapy"}]
        for words in _bodies(page, used, labels):
            used.extend(word.bbox for word in words)
            yield from _from_body(words, page)
        if page.page.type in PROSE_PAGES:
            yield from _from_prose(page, context, used)


def _told(page: PageReading, context: Context, used: list[BBox]) -> Iterator[list[Candidate]]:
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
                else _from_reading(reading, (words, text, spans), page, role=_FILLED, reason=_IN_TEXT)
            )
            yield complete(from_told(page, drug, leaves), ruled, taken)


def _more_lines(answer: Answer, page: PageReading, answers: Sequence[Answer]) -> tuple[Word, ...]:
    """The rows below an answer that go on with it: they start where it does and no label stands there."""
    taken = [other.label_bbox for other in answers] + [word.bbox for other in answers for word in other.words]
    found: list[Word] = []
    bottom, left = answer.bbox.bottom, answer.bbox.x0
    for line in sorted(page.layout.lines, key=lambda line: line.bbox.top):
        if abs(line.bbox.x0 - left) > 6.0 or not -2.0 <= line.bbox.top - bottom <= 14.0:
            continue
        if any(lies_on(word.bbox, taken) for word in line.words) or not find_drugs(line.text, is_named=True):
            break
        found.extend(line.words)
        bottom = line.bbox.bottom
    return tuple(found)


def _is_prior_box(box: CheckBox, page: PageReading) -> bool:
    if says_prior(box.question or ""):
        return True
    return not box.question and says_prior(page.layout.title_of(box.section))


def _from_box(box: CheckBox, page: PageReading) -> Iterator[list[Candidate]]:
    """``[x] Tecfidera  2019-2021 inadequate response``: what is written behind the label belongs to it."""
    if box.label_bbox is None:
        return
    words = _row_words(box, page)
    text, spans = join_words(words)
    reason, extra = tick_reason(box), tick_features(box)
    for reading in read_therapies(text, is_listed=True):
        yield _from_reading(reading, (words, text, spans), page, role=_TICKED, reason=reason, extra=extra)


def _row_words(box: CheckBox, page: PageReading) -> tuple[Word, ...]:
    """The words of a box's label and those behind it on its row, up to the next box."""
    label = box.label_bbox if box.label_bbox is not None else box.bbox
    end = min(
        (
            other.bbox.x0
            for other in page.layout.checkboxes
            if other.bbox.x0 > label.x0 and other.bbox.y_overlap(label) > 0.4 * other.bbox.height
        ),
        default=float("inf"),
    )
    words = [
        word
        for line in page.layout.lines
        for word in line.words
        if word.bbox.y_overlap(label) > 0.4 * word.bbox.height and label.x0 - 2 <= word.bbox.x0 < end
    ]
    return tuple(sorted(words, key=lambda word: word.bbox.x0))


def _from_reading(
    reading: TherapyReading,
    run: _RUN,
    page: PageReading,
    *,
    role: float,
    reason: Reason,
    extra: dict[str, float] | None = None,
) -> list[Candidate]:
    words, _text, spans = run
    drug = reading.drug
    made: list[Candidate] = []
    leaves: dict[str, Said | None] = {"start": reading.start, "stop": reading.stop, "outcome": reading.outcome}
    more = {"page": PAGE_FIT[page.page.type], **(extra or {})}
    name = from_words(
        "prior_therapies[].drug",
        drug.generic,
        words_between(words, spans, drug.start, drug.end),
        page,
        role=role,
        reason=reason,
        is_valid=drug.score > DOUBTFUL,
        extra={"valid": drug.score, **more},
    )
    others = tuple(Alternative[str](value=other) for other in drug.alternatives[:5])
    made.append(name.model_copy(update={"alternatives": others}))
    for leaf, said in leaves.items():
        if said is not None:
            place = words_between(words, spans, said.start, said.end)
            one = from_words(
                f"prior_therapies[].{leaf}",
                said.value,
                place,
                page,
                role=role,
                reason=reason,
                extra={"valid": said.score, **more},
            )
            made.append(one.model_copy(update={"alternatives": _as_read(said)}))
    return made


def _as_read(said: Said) -> tuple[Alternative[str], ...]:
    return () if said.read is None else (Alternative[str](value=said.read),)


def _from_answer(answer: Answer, words: tuple[Word, ...], page: PageReading) -> Iterator[list[Candidate]]:
    text, spans = join_words(words)
    for reading in read_therapies(text, is_listed=True):
        drug = Said(
            value=reading.drug.generic, start=reading.drug.start, end=reading.drug.end, score=reading.drug.score
        )
        leaves = {"drug": drug, "start": reading.start, "stop": reading.stop, "outcome": reading.outcome}
        yield [
            from_answer(
                f"prior_therapies[].{leaf}",
                said.value,
                answer,
                page,
                words=words_between(words, spans, said.start, said.end),
                validity=said.score,
                is_valid=said.score > DOUBTFUL,
                alternatives=_as_read(said),
                extra={"role": _LABELLED, "page": PAGE_FIT[page.page.type]},
            )
            for leaf, said in leaves.items()
            if said is not None
        ]


def _bodies(page: PageReading, used: Sequence[BBox], labels: Sequence[BBox]) -> Iterator[tuple[Word, ...]]:
    """The lines below each title about earlier therapies, as one run of words; a label or a question ends it."""
    lines = page.layout.lines
    for line in lines:
        is_title = len(line.words) <= 6 and ":" not in line.text.rstrip(": ") and find_drugs(line.text) == ()
        if not is_title or not says_prior(line.text):
            continue
        words: list[Word] = []
        for below in lines_below(line, page, _MOST_BODY_LINES):
            is_asking = "?" in below.text or any(lies_on(word.bbox, labels) for word in below.words)
            if is_asking or _ENDS_BODY.match(below.text):
                break
            if not is_unticked(below.text, lines):
                words.extend(words_outside(below.words, used))
        if words:
            yield _by_rows(words)


def _by_rows(words: Sequence[Word]) -> tuple[Word, ...]:
    """Words row by row: a table without lines may have been read column by column."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.bbox.y_mid):
        level = next((row for row in rows if row[0].bbox.y_overlap(word.bbox) > _LEVEL * word.bbox.height), None)
        if level is None:
            rows.append([word])
        else:
            level.append(word)
    return tuple(word for row in rows for word in sorted(row, key=lambda word: word.bbox.x0))


def _from_body(words: tuple[Word, ...], page: PageReading) -> Iterator[list[Candidate]]:
    text, spans = join_words(words)
    reason = Reason(code="section", text="stands under a title about earlier therapies")
    extra = {"label": 0.9, "relation": 0.9, "anchor": 1.0}
    for reading in read_therapies(text, is_listed=page.page.type not in _NOTE):
        if reading.drug.score > DOUBTFUL:
            yield _from_reading(reading, (words, text, spans), page, role=_BODY, reason=reason, extra=extra)


def _from_prose(page: PageReading, context: Context, used: Sequence[BBox]) -> Iterator[list[Candidate]]:
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
        if reading is not None and not is_prior and page.page.type in _NOTE:
            is_prior = located.entity.context is EntityContext.CURRENT and _is_over(reading)
        if reading is not None and is_prior and reading.drug.score > DOUBTFUL and _is_told(reading, text):
            yield _from_reading(reading, (words, text, spans), page, role=_PROSE, reason=_IN_TEXT)


def _is_over(reading: TherapyReading) -> bool:
    """Whether a beginning, an end and an outcome are told of a drug: it is not given any more."""
    if reading.start is None or reading.stop is None or reading.outcome is None:
        return False
    return reading.start.start - reading.drug.end < _SOON


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


families.register("prior_therapies")(_PriorTherapies())

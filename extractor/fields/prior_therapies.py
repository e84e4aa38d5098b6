"""What was tried before: tables, labelled answers, ticked lists, the body of a section, and prose.

Prose counts only where the sentence speaks of a therapy of the past (see ``ner``): what is ordered now, refused,
planned, or a relative's is no prior therapy. A drug that the page orders is one only where a label says so.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from extractor.fields.base import Context, families
from extractor.fields.columns import lines_below
from extractor.fields.evidence import from_answer
from extractor.fields.run_on import run_on, stops_of
from extractor.fields.therapy_candidates import as_read, from_reading
from extractor.fields.therapy_prose import tell_notes, tell_prose
from extractor.fields.therapy_tables import PAGE_FIT, PROSE_PAGES, find_prior_tables, read_prior_table, says_prior
from extractor.fields.ticks import tick_features, tick_reason
from extractor.fields.titled_boxes import boxes_below
from extractor.fields.typed_marks import is_unticked
from extractor.knowledge.drugs import DOUBTFUL, find_drugs
from extractor.knowledge.labels import match_section
from extractor.knowledge.therapies import UNLISTED, Said, read_therapies
from extractor.packet import Answer, find_letter
from extractor.packet.questions import GUESSED
from models.record import BBox, PageType, Reason, lies_on
from models.stages.candidate import Candidate
from models.stages.layout import CheckBox, Line, PageReading, Relation
from models.stages.text import Word, join_words, words_between, words_outside

LEAVES = ("drug", "start", "stop", "outcome")
_ENDS_BODY = re.compile(
    r"^\W*(?:\d{1,2}|[A-H])\s?[.)]\s+[A-Z][a-z]+\s*$|^[A-Z][A-Z &/\-]{3,40}:?$|^[A-Z][A-Za-z /]{2,30}:"
)
_SENTENCE_END = re.compile(r"(?<=\w[\w)])\.(?=\s+[A-Z]|\s*$)")
_TELLS_END = re.compile(
    r"\W*(?:reason|why)\b[^:]{0,30}:|\W*(?:outcome|response|result|stopped|ended|discontinued)\b[^:]{0,20}:",
    re.IGNORECASE,
)
_TELLS_WHEN = re.compile(r"\b(?:19|20)\d{2}\b")
_LONGEST_DRUG = 3
"""Words of an answer that names a drug alone."""
_ROW_LABELS = frozenset({"drug", "date", "other_date", "start_date", "duration", "relationship"})
_BRACKETS = re.compile(r"\([^()]*\)")
"""What a title asks for beside: ``Prior treatment (drug, dates, outcome)``."""
_LONGEST_TITLE = 6
"""Words."""
_BROKEN_OFF, _SAME_EDGE = 2, 6.0
"""Words of a line of a title in a narrow cell, and points between the left edges of its lines."""
_MOST_BODY_LINES = 14
_LEVEL = 0.5
"""Of a word's height that lies on its row."""
_LABELLED, _TICKED, _BODY = 0.95, 0.95, 0.9
_NOTE = frozenset({PageType.CLINICAL_NOTE})


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
        letter = find_letter(page.layout)
        used: list[BBox] = [line.bbox for line in letter.head] if letter is not None else []
        for table in find_prior_tables(page):
            used.append(table.bbox)
            yield from read_prior_table(table, page)
        titled = boxes_below([line for line in page.layout.lines if _is_title(line.text)], page, _names_only_drug)
        boxes = [box for box in page.layout.checkboxes if _is_prior_box(box, page) or box in titled]
        for box in boxes:
            used.extend(place for place in (box.bbox, box.label_bbox) if place is not None)
            if box.is_checked is not False:
                yield from _from_box(box, page)
        yield from tell_notes(page, context, used)
        for answer in answers:
            if answer.attribute != "prior_therapy" or not answer.words:
                continue
            words = (*words_outside(answer.words, used), *_more_words(answer, page, answers))
            found = list(_from_answer(answer, words, page))
            if answer.label_score > GUESSED or all(_is_dated(group) for group in found):
                used.extend(word.bbox for word in words)
                yield from found
        labels = [answer.label_bbox for answer in answers if not _is_of_a_therapy(answer)]
        for words in _bodies(page, used, labels):
            used.extend(word.bbox for word in words)
            yield from _from_body(words, page)
        if page.page.type in PROSE_PAGES:
            yield from tell_prose(page, context, used)


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


def _more_words(answer: Answer, page: PageReading, answers: Sequence[Answer]) -> tuple[Word, ...]:
    """What goes on with an answer: a list's further rows, or the sentences of a paragraph that still tell of one."""
    rows = _said_beside(answer, page, answers) or _more_lines(answer, page, answers) or _said_below(answer, page)
    if rows:
        return rows
    others = [other for other in answers if other is not answer]
    stops = [*stops_of(page), *(other.label_bbox for other in others)]
    stops.extend(word.bbox for other in others for word in other.words)
    more = run_on(answer.words, page, stops)
    text, spans = join_words((*answer.words, *more))
    own = spans[len(answer.words) - 1][1]
    for sentence in _SENTENCE_END.finditer(text, max(0, own - 1)):
        following = text[sentence.end() :]
        told = read_therapies(following, is_listed=True)
        ends = _SENTENCE_END.search(following)
        if not told or told[0].start is None or (ends is not None and told[0].start.start > ends.start()):
            starts = [first for first, _last in spans[len(answer.words) :]]
            return tuple(word for word, first in zip(more, starts, strict=True) if first < sentence.end())
    return more


def _said_beside(answer: Answer, page: PageReading, answers: Sequence[Answer]) -> tuple[Word, ...]:
    """What stands right of a drug on its row, up to the label of something else: ``dates | 2021-2023 | reason | rash``.

    Handwriting stands higher than the labels between it, so that the row is as high as label and answer together.
    """
    drugs = find_drugs(answer.text, is_named=True)
    if len(drugs) != 1 or len(answer.words) > _LONGEST_DRUG or answer.relation is not Relation.RIGHT:
        return ()
    row = answer.label_bbox.union(answer.bbox)

    def is_level(box: BBox) -> bool:
        return box.x0 > answer.bbox.x1 and row.y_overlap(box) > _LEVEL * box.height

    others = [one.label_bbox.x0 for one in answers if is_level(one.label_bbox) and not _is_of_a_therapy(one)]
    boxes = [box.bbox.x0 for box in page.layout.checkboxes if is_level(box.bbox)]
    end = min([*others, *boxes], default=float("inf"))
    words = [word for line in page.layout.lines for word in line.words if is_level(word.bbox) and word.bbox.x1 < end]
    text = " ".join(word.text for word in sorted(words, key=lambda word: word.bbox.x0))
    if not _TELLS_WHEN.search(text) or find_drugs(text, is_named=True):
        return ()
    return tuple(sorted(words, key=lambda word: word.bbox.x0))


def _said_below(answer: Answer, page: PageReading) -> tuple[Word, ...]:
    """The line right below an answer that starts where it does and tells how it ended: ``Reason stopped: rash``."""
    for line in page.layout.lines:
        gap = line.bbox.top - answer.bbox.bottom
        is_next = abs(line.bbox.x0 - answer.bbox.x0) <= 6.0 and -2.0 <= gap <= 0.8 * line.bbox.height
        if is_next and _TELLS_END.match(line.text):
            return line.words
    return ()


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
        yield from_reading(reading, (words, text, spans), page, role=_TICKED, reason=reason, extra=extra)


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
                is_valid=said.score > (UNLISTED if leaf == "drug" else DOUBTFUL),
                alternatives=as_read(said),
                extra={"role": _LABELLED, "page": PAGE_FIT[page.page.type]},
            )
            for leaf, said in leaves.items()
            if said is not None
        ]


def _is_of_a_therapy(answer: Answer) -> bool:
    """Whether a label may stand among those of an earlier therapy: ``Drug:``, ``Dates:`` and ``Result:`` in a row."""
    is_inside = says_prior(answer.section or "") and answer.attribute in _ROW_LABELS
    return is_inside or answer.attribute in {"unknown", "prior_therapy"}


def _is_dated(group: Sequence[Candidate]) -> bool:
    """Whether a beginning and an end or an outcome are told, which stands for itself under a label that was guessed."""
    return any(one.path.endswith(".start") for one in group) and len(group) > len(("drug", "start"))


def _bodies(page: PageReading, used: Sequence[BBox], labels: Sequence[BBox]) -> Iterator[tuple[Word, ...]]:
    """What stands right of or below each title about earlier therapies, as one run of words."""
    for line in _titles(page):
        if _is_title(line.text):
            words = _beside(line, page, used, labels) or _below(line, page, used, labels)
            if words:
                yield _by_rows(words)


def _is_title(text: str) -> bool:
    """Whether a line is a title about earlier therapies, and names none itself."""
    bare = _BRACKETS.sub("", text)
    is_short = len(bare.split()) <= _LONGEST_TITLE and ":" not in bare.rstrip(": ")
    return is_short and find_drugs(bare) == () and says_prior(text)


def _names_only_drug(box: CheckBox) -> bool:
    """Whether a box without a question of its own offers a drug by its name alone."""
    drugs = find_drugs(box.label, is_named=True)
    return not box.question and len(drugs) == 1 and len(box.label.split()) <= _LONGEST_TITLE


def _titles(page: PageReading) -> Iterator[Line]:
    """The lines of a page, then those of one or two words with the line right below that a narrow cell broke off."""
    lines = page.layout.lines
    yield from lines
    for line in lines:
        for below in lines if len(line.words) <= _BROKEN_OFF else ():
            gap = below.bbox.top - line.bbox.bottom
            is_next = abs(below.bbox.x0 - line.bbox.x0) < _SAME_EDGE and -2.0 <= gap < line.bbox.height
            if is_next and len(below.words) <= _BROKEN_OFF and not says_prior(line.text):
                yield Line(words=(*line.words, *below.words), bbox=line.bbox.union(below.bbox))


def _beside(title: Line, page: PageReading, used: Sequence[BBox], labels: Sequence[BBox]) -> list[Word]:
    """The words right of a title that stands in the margin, with the lines that they go on to."""
    right = [line for line in _row_of(title, page) if line.bbox.x0 > title.bbox.x1]
    if not right or not find_drugs(right[0].text, is_named=True):
        return []
    words = list(words_outside(right[0].words, [*used, *labels]))
    return [*words, *run_on(words, page, [*stops_of(page), *labels, *used])]


def _below(title: Line, page: PageReading, used: Sequence[BBox], labels: Sequence[BBox]) -> list[Word]:
    """The lines below a title with what stands on their rows; a label or a question ends them."""
    words: list[Word] = []
    titles = [section.title_bbox for section in page.layout.sections if section.title_bbox != title.bbox]
    for below in lines_below(title, page, _MOST_BODY_LINES):
        is_asking = "?" in below.text or any(lies_on(word.bbox, labels) for word in below.words)
        if is_asking or _ENDS_BODY.match(below.text) or lies_on(below.bbox, titles) or match_section(below.text):
            break
        further = [line for line in _row_of(below, page) if read_therapies(line.text) and line.bbox.x0 > below.bbox.x1]
        for line in (below, *further):
            if not is_unticked(line.text, page.layout.lines):
                words.extend(word for word in words_outside(line.words, used) if word not in words)
    return words


def _row_of(line: Line, page: PageReading) -> list[Line]:
    """The other lines on the row of a line, from left to right."""
    row = [
        other
        for other in page.layout.lines
        if other is not line and other.bbox.y_overlap(line.bbox) > _LEVEL * min(other.bbox.height, line.bbox.height)
    ]
    return sorted(row, key=lambda other: other.bbox.x0)


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
            yield from_reading(reading, (words, text, spans), page, role=_BODY, reason=reason, extra=extra)


families.register("prior_therapies")(_PriorTherapies())

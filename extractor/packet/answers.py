"""What a page asks and what is answered: key-values, table columns and ``label: value`` lines, with their roles.

Whose phone is this? An answer's role comes from its own label where that names somebody, else from its place
(``placement``). ``role_score`` says how sure.
"""

import re

from extractor.knowledge.allergies import is_none_known
from extractor.knowledge.hints import is_hint
from extractor.packet.answer import Answer
from extractor.packet.compound import part_answers
from extractor.packet.headings import CONTACT_HEADINGS, find_stacked, place_headings
from extractor.packet.letterhead import place_letterhead
from extractor.packet.letters import end_sentences
from extractor.packet.meanings import tell_meanings
from extractor.packet.office_answers import part_office
from extractor.packet.order_blocks import group_orders
from extractor.packet.placement import ROLE_BY_LABEL, place_roles
from extractor.packet.questions import Question, find_role, fold, guess_label, read_key, read_label
from extractor.packet.unassigned import fill_blanks, join_address_words, join_labels, widen_labels
from extractor.packet.unlabelled import find_unlabelled
from extractor.packet.value_fit import fit_questions
from models.record import BBox, bounding_box, lies_on
from models.stages.layout import KeyValue, Layout, Line, PageReading, Relation, Section, Table
from models.stages.text import Word

_STRONG = frozenset({"npi", "date_of_birth", "diagnosis_code", "order_date", "fax_to"})
_BARE = frozenset(
    {
        "full_name",
        "provider_name",
        "first_name",
        "last_name",
        "phone",
        "fax",
        "home_phone",
        "mobile_phone",
        "work_phone",
    }
)
"""What a line may ask without a colon where its first word stands in the margin of other labels."""
_NOT_IN_PROSE = frozenset({"plan", "course", "state", "payer"})
"""What prose says before a colon of something else: a note's plan is no insurance plan."""
_SAME_MARGIN = 4.0
_ICD_VERSIONS = frozenset({"9", "10"})
_TITLE_MARGIN, _BELOW_TITLE = 6.0, 40.0
"""Points between the left edges of a title and of the labels of its column, and down to the first of them."""
_LONGEST_TITLE = 12
"""Words of a table's title; a cell that holds more is a frame around a part of the form."""
_MAX_LABEL_WORDS = 6
_MAX_VALUE_WORDS = 10


def read_answers(page: PageReading) -> tuple[Answer, ...]:
    """All answers of a page whose label is understood, from top to bottom, left to right."""
    layout = page.layout
    cells = _from_tables(layout)
    heads = [answer.label_bbox for answer in cells]
    pairs = [a for a in _from_key_values(layout) if not any(_covers(head, a.label_bbox) for head in heads)]
    pairs = end_sentences(pairs, layout)
    found = [*pairs, *cells]
    found.extend(end_sentences(_from_lines(layout, found), layout))
    found.extend(find_stacked(layout, found))
    found.sort(key=lambda answer: (round(answer.label_bbox.y_mid / 4), answer.label_bbox.x0))
    found = join_address_words(fit_questions(tell_meanings(part_answers(found))), layout)
    found = [part for answer in found for part in part_office(answer)]
    placed = place_roles(fill_blanks(widen_labels(join_labels(found), layout), layout), layout.frames)
    answers = group_orders(place_letterhead(place_headings(placed, layout), page), layout)
    known = (*answers, *find_unlabelled(layout, answers))
    return tuple(one.model_copy(update={"words": ()}) if one.words and is_hint(one.text) else one for one in known)


def _from_key_values(layout: Layout) -> list[Answer]:
    found: list[Answer] = []
    for pair in layout.key_values:
        question = read_label(pair.label) or (read_key(pair.key) if pair.key else None) or guess_label(pair.label)
        if question is None:
            # Not understood, but it stands in its column and passes on whose fields these are.
            question = Question(attribute="unknown", role=find_role(pair.label), score=0.0)
        if pair.value or fold(pair.label) not in CONTACT_HEADINGS:
            found.append(_answer(question, pair, layout))
    return found


def _answer(question: Question, pair: KeyValue, layout: Layout) -> Answer:
    value = (*_area_code(question, pair, layout), *_without_label_rest(pair.value))
    if _is_label(value):
        value = ()
    has_strike = any(word.is_struck for word in value)
    value = tuple(word for word in value if not word.is_struck) or value
    box = bounding_box([word.bbox for word in value]) if value else pair.area
    return Answer(
        attribute=question.attribute,
        role=question.role,
        label=pair.label,
        label_score=question.score,
        role_score=ROLE_BY_LABEL if question.role else 0.0,
        relation=pair.relation,
        words=value,
        label_bbox=pair.label_bbox,
        bbox=box,
        page_no=layout.page_no,
        section=section_title(layout, pair.section, pair.label_bbox.union(box)),
        has_strike=has_strike,
    )


def _covers(head: BBox, label: BBox) -> bool:
    """Whether a label is the head of a column, whose cells say all that it asks."""
    return head.intersection_area(label) > 0.5 * min(head.area, label.area)


def _is_label(words: tuple[Word, ...]) -> bool:
    """Whether what stands for an answer is the next label: in a grid the answers stand below."""
    text = " ".join(word.text for word in words)
    may_be = 1 < len(words) <= _MAX_LABEL_WORDS and not re.search(r"\d{2}", text)
    question = read_label(text) if may_be and not is_none_known(text) else None
    return question is not None and question.score >= 0.96


def _area_code(question: Question, pair: KeyValue, layout: Layout) -> tuple[Word, ...]:
    """The area code of a number, where it was taken for the end of the label: ``Tel (303) | 555-0147``."""
    if question.attribute not in {"phone", "fax", "home_phone", "mobile_phone", "work_phone"} or not pair.value:
        return ()
    if re.search(r"\(?\d{3}\)?[\s.\-]*$", pair.label) is None:
        return ()
    inside = layout.words_in(pair.label_bbox)
    return tuple(word for word in inside if re.fullmatch(r"\(?\d{3}\)?[.\-]?", word.text))[-1:]


def _without_label_rest(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words without signs that belong to the label: ``NPI | #: 1234567893``."""
    first = 0
    while first < len(words) and not any(character.isalnum() for character in words[first].text):
        first += 1
    return words[first:]


def section_title(layout: Layout, index: int | None, box: BBox) -> str | None:
    """The title of section ``index``, else of the smallest section that holds ``box``.

    Where two titles stand side by side, the one nearer to the box heads its column.
    """
    if index is not None and 0 <= index < len(layout.sections):
        own = layout.sections[index]
        row = [s for s in layout.sections if abs(s.title_bbox.y_mid - own.title_bbox.y_mid) < 8.0]
        row = [s for s in row if s is own or box.x1 > s.title_bbox.x0 or not _starts_column(s, layout)]
        return min(row, key=lambda s: abs(s.title_bbox.x_mid - box.x_mid)).title if len(row) > 1 else own.title
    holding = [s for s in layout.sections if s.bbox.intersection_area(box) >= 0.6 * max(box.area, 0.01)]
    return min(holding, key=lambda s: s.bbox.area).title if holding else None


def _starts_column(section: Section, layout: Layout) -> bool:
    """Whether labels begin where a title does: what ends left of that stands in another column."""
    here = section.title_bbox
    return any(
        abs(pair.label_bbox.x0 - here.x0) < _TITLE_MARGIN and 0 < pair.label_bbox.top - here.bottom < _BELOW_TITLE
        for pair in layout.key_values
    )


def _from_tables(layout: Layout) -> list[Answer]:
    # Rows of captions with what is written over them look like a table with a head, and are none.
    captions = [pair.label_bbox for pair in layout.key_values if pair.relation is Relation.ABOVE]
    found: list[Answer] = []
    for number, table in enumerate(layout.tables):
        cells = [cell for cell in table.cells if cell.row == table.header_rows - 1 and cell.words]
        heads = [bounding_box([word.bbox for word in cell.words]) for cell in cells]
        if sum(lies_on(head, captions, 0.5) for head in heads) < 2:
            found.extend(_from_columns(layout, table, number))
    return found


def _from_columns(layout: Layout, table: Table, number: int) -> list[Answer]:
    """Body cells under a header cell that asks something."""
    if table.header_rows < 1:
        return []
    headers = {
        cell.column: (cell, question)
        for cell in table.cells
        if cell.row == table.header_rows - 1 and (question := read_label(cell.text)) is not None
    }
    found: list[Answer] = []
    if len(headers) < 2:
        return []
    labels = [pair.label_bbox for pair in layout.key_values if pair.value]
    heads = [cell.text for cell in table.cells if cell.row == 0 and len(cell.words) <= _LONGEST_TITLE]
    title = heads[0] if heads and table.header_rows > 1 else None
    for cell in table.cells:
        if cell.row < table.header_rows or cell.column not in headers or not cell.words:
            continue
        if any(_covers(bounding_box([word.bbox for word in cell.words]), label) for label in labels):
            continue  # the caption of a box below, where rows of boxes look like a table
        header, question = headers[cell.column]
        found.append(
            Answer(
                attribute=question.attribute,
                role=question.role,
                label=header.text,
                label_score=question.score,
                role_score=ROLE_BY_LABEL if question.role else 0.0,
                relation=Relation.CELL,
                words=cell.words,
                label_bbox=header.bbox,
                bbox=cell.bbox,
                page_no=layout.page_no,
                section=title or section_title(layout, table.section, cell.bbox),
                item=f"p{layout.page_no}t{number}r{cell.row}",
            )
        )
    return found


def _from_lines(layout: Layout, known: list[Answer]) -> list[Answer]:
    """``label: value`` inside lines, where no key-value covers the label: prose, run-on headers."""
    taken = [answer.label_bbox for answer in known] + [pair.label_bbox for pair in layout.key_values]
    taken.extend(word.bbox for pair in layout.key_values for word in pair.value)
    titles = [section.title_bbox for section in layout.sections]
    margins = [answer.label_bbox.x0 for answer in known if answer.attribute != "unknown"]
    found: list[Answer] = []
    for line in layout.lines:
        if lies_on(line.bbox, titles, 0.3):
            continue
        is_aligned = sum(abs(line.bbox.x0 - margin) < _SAME_MARGIN for margin in margins) >= 2
        found.extend(_from_line(layout, line, taken, is_aligned=is_aligned))
    return found


def _from_line(layout: Layout, line: Line, taken: list[BBox], *, is_aligned: bool) -> list[Answer]:
    """``is_aligned``: the line starts where labels do, so that its first words may be a label without colon."""
    words = line.words
    labels: list[tuple[int, int, Question]] = []
    index = 0
    while index < len(words):
        place = _label_at(words, index, may_be_bare=is_aligned and index == 0)
        if place is None:
            index += 1
            continue
        last, question = place
        labels.append((index, last, question))
        index = last
    found: list[Answer] = []
    for position, (first, last, question) in enumerate(labels):
        box = bounding_box([word.bbox for word in words[first:last]])
        if lies_on(box, taken, 0.3):
            continue
        stop = labels[position + 1][0] if position + 1 < len(labels) else len(words)
        value = words[last:stop]
        if not value or len(value) > _MAX_VALUE_WORDS:
            continue
        found.append(
            Answer(
                attribute=question.attribute,
                role=question.role,
                label=" ".join(word.text for word in words[first:last]),
                label_score=round(question.score * 0.9, 3),
                role_score=ROLE_BY_LABEL if question.role else 0.0,
                relation=Relation.RIGHT,
                words=value,
                label_bbox=box,
                bbox=bounding_box([word.bbox for word in value]),
                page_no=layout.page_no,
                section=section_title(layout, line.section, box),
            )
        )
    return found


def _label_at(words: tuple[Word, ...], first: int, *, may_be_bare: bool) -> tuple[int, Question] | None:
    """The longest label that starts at ``first``: it ends in a colon, or asks something no prose says."""
    for last in range(min(len(words), first + _MAX_LABEL_WORDS), first, -1):
        texts = [word.text for word in words[first:last]]
        last_text = texts[-1].strip("():.")
        is_number = last_text[:1].isdigit() and last_text not in _ICD_VERSIONS and len(texts) > 1
        if is_number or any(text.endswith(":") for text in texts[:-1]):
            continue
        question = read_label(" ".join(texts))
        if question is None or (question.attribute in _NOT_IN_PROSE and last == first + 1):
            continue
        goes_on = last < len(words) and not words[last].text[:1].islower()
        is_strong = question.attribute in _STRONG or (may_be_bare and question.attribute in _BARE and goes_on)
        if texts[-1].endswith((":", ":_")) or (is_strong and question.score >= 0.96):
            return last, question
    return None

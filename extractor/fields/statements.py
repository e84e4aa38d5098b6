"""The places of a page that can state an order: table rows, labelled answers, ticked boxes, lines of text.

Left out: whatever stands under premedication, prior therapy, current medication, allergies, reactions or required
documents, and every box that is printed but not ticked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.fields.given_tables import find_given_tables
from extractor.fields.run_on import indented_below, rest_of_row, run_on, stops_of
from extractor.fields.therapy_tables import find_prior_tables
from extractor.fields.typed_marks import is_ticked, is_unticked
from extractor.knowledge.doses import parse_doses
from extractor.knowledge.drugs import DOUBTFUL, find_drugs
from extractor.knowledge.frequencies import read_frequency
from extractor.knowledge.labels import match_section
from extractor.knowledge.therapies import read_therapies
from extractor.packet import Answer, find_letter, sentences
from models.record import BBox, PageType, bounding_box, lies_on
from models.stages.layout import CheckBox, Line, PageReading, Relation
from models.stages.text import Word, join_words, words_outside

ORDER_ATTRIBUTES = frozenset({"drug", "dose", "route", "frequency", "directions", "strength", "duration", "refills"})
_INSURANCE = re.compile(r"^\W*(?:[A-H0-9]{1,2}[.)]\s*)?(?:\w+ )?insurance(?: information)?\W*$", re.IGNORECASE)
"""The title of a form's questions about policies: no drug is asked for below it."""
_OF_ORDER, _LEAST_OF_ORDER = frozenset({"drug", "dose", "route", "frequency"}), 3
_OUT_WORDS = (
    r"pre-?\s?med",
    r"(?:prior|earlier|past)\b[\w\s,/-]{0,30}(?:therap|treat|med|biolog|drug|dmt|dmard)",
    r"previous|tried|failed|failure|therapies",
    r"past (?:med|treat|therap)",
    r"current med|concomitant|concurrent|home med",
    r"medication (?:list|history|profile|reconc)",
    r"allerg|reaction|anaphyla|hypersens|emergency|adverse",
    r"required doc|documents|checklist|supporting|insurance|confidential",
    r"\blabs?\b|laborator|test results|clinical history|history of",
    r"\bflush|hydration|\bprn\b|nursing|line care|access",
    r"discontinued|contraindicat|intoleran|stopped|switch(?:ed|ing)? from",
)
_OUT_LINE_WORDS = (
    r"^\W*(?:pre-?\s?med|prior|previous|current med|home med|history)",
    r"^\W*(?:anaphyl|prn\b|if reaction|for reaction|hold\b|has (?:the )?patient)",
    r"contains? \d|vials? contain|each vial",
    r"reaction|anaphyla|epinephrine|\b911\b|\bflush",
)
_PLAN = re.compile(r"^\W*(?:assessment|plan|a\s?/\s?p|impression|recommendation)s?\b", re.IGNORECASE)
"""What ends the history of a note: the order stands behind it."""
_TYPED_TICK = 0.76
_UNASKED = 0.5
_TOLD = 0.7
"""The strength of a sentence in a letter that orders."""
_OTHER_DRUGS = frozenset(
    {"allergies", "prior_therapy", "premedication", "current_medications", "payer", "plan", "practice", "full_name"}
)
_HEADING = re.compile(r"^\W*(?:\d{1,2}|[A-H])\s?[.)]\s+[A-Za-z]")
_ROUTE_ALONE = re.compile(
    r"(?:(?:by|via|given)\s+)?(?:IV|SC|SQ|IM|PO|intravenous(?:ly)?|subcutaneous(?:ly)?)", re.IGNORECASE
)
_ORDERS = re.compile(r"\b(?:orders?|prescription|rx)\b", re.IGNORECASE)
_OF_A_COLUMN = frozenset({Relation.BELOW, Relation.CELL})
_SAME_COLUMN = 4.0
"""Points between the left edges of boxes of one column."""
_LONGEST_HEAD = 8
"""Words of a line that heads an order."""
_HEAD_REACH = 24.0
"""Points above a label within which a heading that the layout missed may stand."""
_ANSWERED = re.compile(r":\s*\S")
"""A label with its answer on the same line speaks for itself and heads nothing below it."""
_OUT = re.compile("|".join(_OUT_WORDS), re.IGNORECASE)
_OUT_LINE = re.compile("|".join(_OUT_LINE_WORDS), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A run of words that may state a drug, a dose, a scheme. ``strength`` (0-1) is how surely it states an order.

    ``item`` is set for a table row; ``answer`` for a labelled answer; ``box`` for a ticked or unclear box.
    """

    words: tuple[Word, ...]
    bbox: BBox
    strength: float
    answer: Answer | None = None
    box: CheckBox | None = None
    item: str | None = None

    @property
    def is_prose(self) -> bool:
        """Whether neither a label nor a box stands for it."""
        return self.answer is None and self.box is None

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return join_words(self.words)[0]


def _is_out_there(answer: Answer, page: PageReading, answers: Sequence[Answer]) -> bool:
    """Whether an answer stands under something else than the order, unless a line above it speaks of orders."""
    title = answer.section or ""
    if not is_out(title) or (_INSURANCE.search(title) and _asks_order(answer.section, answers)):
        return False
    top = answer.label_bbox.top
    above = (line for line in page.layout.lines if 0 < top - line.bbox.bottom < _HEAD_REACH and len(line.words) <= 5)
    if any(_ORDERS.search(line.text) and not is_out(line.text) for line in above):
        return False
    titles = [section.title_bbox.top for section in page.layout.sections if section.title == answer.section]
    start = max((title for title in titles if title < top), default=top)
    return not any(start < line.bbox.top < top and _heads_order(line) for line in page.layout.lines)


def _asks_order(section: str | None, answers: Sequence[Answer]) -> bool:
    """Whether what stands below a title asks for an order by its labels: the title of the order itself was missed."""
    asked = {answer.attribute for answer in answers if answer.section == section and answer.words}
    return len(asked & _OF_ORDER) >= _LEAST_OF_ORDER


def _heads_order(line: Line) -> bool:
    """``Order 8812 - pegloticase (KRYSTEXXA) infusion``: a title that the layout missed."""
    is_head = len(line.words) <= _LONGEST_HEAD and _ORDERS.search(line.text) is not None and not is_out(line.text)
    return is_head and any(drug.infused and drug.score > DOUBTFUL for drug in find_drugs(line.text))


def find_statements(page: PageReading, answers: Sequence[Answer]) -> list[Statement]:
    """All statements of a page that can be about an order, from top to bottom."""
    dead = [box for check in page.layout.checkboxes if check.is_checked is False for box in _boxes(check)]
    dead.extend(_tables_of_others(page))
    rows = [*dead, *_rows_of_unticked(page)]
    found: list[Statement] = []
    used: list[BBox] = []
    stops = [*stops_of(page), *(answer.label_bbox for answer in answers)]
    for answer in answers:
        if answer.attribute in ORDER_ATTRIBUTES and answer.words:
            used.extend(word.bbox for word in answer.words)
            words = words_outside(answer.words, rows if answer.relation in _OF_A_COLUMN else dead)
            if answer.attribute == "frequency" and answer.relation is Relation.RIGHT:
                words = (*words, *rest_of_row(words, page, [*stops, *used, *dead]))
            if words and not _is_out_there(answer, page, answers) and not _OUT.search(answer.label):
                found.append(
                    Statement(
                        words,
                        bounding_box([w.bbox for w in words]),
                        _answer_strength(answer),
                        answer=answer,
                        item=answer.item,
                    )
                )
        elif answer.words and answer.attribute != "subject":
            used.extend(word.bbox for word in answer.words)
        used.append(answer.label_bbox)
    for check in page.layout.checkboxes:
        if check.is_checked is False or check.label_bbox is None:
            continue
        words = page.layout.words_in(check.label_bbox)
        if _tells_trial(check.label):
            used.extend(w.bbox for w in words)
            continue
        if check.is_checked and words and find_drugs(check.label) and _ends_line(words, page):
            words = (*words, *run_on(words, page, [*stops, *used, *dead]))
            words = (*words, *_scheme_below(check, words, page, [*stops, *used, *dead]))
        if words and not is_out(check.question or "") and not is_out(page.layout.title_of(check.section)):
            found.append(Statement(words, check.label_bbox, 0.97 if check.is_checked else 0.3, box=check))
        used.extend(w.bbox for w in words)
    found.extend(_from_lines(page, [*rows, *used]))
    return sorted(found, key=lambda statement: (statement.bbox.top, statement.bbox.x0))


def _scheme_below(
    check: CheckBox, words: tuple[Word, ...], page: PageReading, stops: Sequence[BBox]
) -> tuple[Word, ...]:
    """The line under the label of a ticked drug that gives its scheme, where the label itself gives none."""
    if read_frequency(join_words(words)[0]) is not None:
        return ()
    below = indented_below(words, check.bbox, page, stops)
    text = join_words(below)[0]
    return below if read_frequency(text) is not None and not find_drugs(text) and not _OUT_LINE.search(text) else ()


def _tells_trial(label: str) -> bool:
    """``vedolizumab 2025 / loss of response``: a box to tick for a drug that was tried orders none."""
    return any(one.start and one.outcome for one in read_therapies(label, is_listed=True)) and not parse_doses(label)


def _ends_line(words: Sequence[Word], page: PageReading) -> bool:
    return any(words[-1] == line.words[-1] for line in page.layout.lines)


def _tables_of_others(page: PageReading) -> list[BBox]:
    """Where tables stand of what was tried, and of what was given."""
    return [table.bbox for table in (*find_prior_tables(page), *find_given_tables(page))]


def find_unasked(page: PageReading, answers: Sequence[Answer]) -> Iterator[Statement]:
    """Answers to labels that do not ask for a drug, or were not understood, on a page that names none elsewhere."""
    tables = _tables_of_others(page)
    for answer in answers:
        is_other = answer.attribute in _OTHER_DRUGS or is_out(answer.label) or _is_out_there(answer, page, answers)
        is_other = is_other or lies_on(answer.bbox, tables)
        if answer.words and not is_other:
            yield Statement(answer.words, bounding_box([word.bbox for word in answer.words]), _UNASKED, answer=answer)


def is_out(title: str) -> bool:
    """Whether a section, question or label is about other drugs than the ordered one."""
    return _OUT.search(title) is not None


def is_route_or_scheme(text: str) -> bool:
    """Whether a text is a route or one scheme and nothing else: ``by IV``, ``, every 8 weeks``."""
    bare = text.strip(" .,;")
    scheme = read_frequency(bare)
    is_scheme = scheme is not None and scheme.start == 0 and scheme.end >= len(bare) and not scheme.is_ambiguous
    return is_scheme or _ROUTE_ALONE.fullmatch(bare) is not None


def _answer_strength(answer: Answer) -> float:
    return 0.8 if answer.attribute == "strength" else answer.label_score


def _boxes(check: CheckBox) -> Iterator[BBox]:
    yield check.bbox
    if check.label_bbox is not None:
        yield check.label_bbox


def _rows_of_unticked(page: PageReading) -> Iterator[BBox]:
    """What stands right of the labels of unticked boxes where one of the boxes in their column is ticked.

    Such a column chooses among rows: the dose of a weight band that is not the patient's is no order.
    """
    boxes = page.layout.checkboxes
    for check in boxes:
        column = [one for one in boxes if abs(one.bbox.x0 - check.bbox.x0) < _SAME_COLUMN]
        row = [one for one in boxes if one is not check and one.bbox.y_overlap(check.bbox) > 0.5 * check.bbox.height]
        is_choice = check.is_checked is False and any(one.is_checked for one in column) and not row
        is_choice = is_choice and not any(_shares_cell(check, one, page) for one in column if one.is_checked)
        if is_choice and check.label_bbox is not None:
            label = check.label_bbox
            yield BBox(label.x1, min(label.top, check.bbox.top), float("inf"), max(label.bottom, check.bbox.bottom))


def _shares_cell(first: CheckBox, second: CheckBox, page: PageReading) -> bool:
    """Whether two boxes stand in one cell of a table: they choose what the row is about, not among rows."""
    cells = [cell.bbox for table in page.layout.tables for cell in table.cells]
    return any(lies_on(first.bbox, (cell,)) and lies_on(second.bbox, (cell,)) for cell in cells)


def _from_lines(page: PageReading, used: Sequence[BBox]) -> Iterator[Statement]:
    titles = {section.title_bbox for section in page.layout.sections}
    height = page.page.height or 792.0
    is_out_block = False
    letter = find_letter(page.layout) if page.page.type is PageType.ORDER else None
    told = {line.bbox for line in letter.body} if letter is not None else set()
    for sentence in sentences(letter) if letter is not None else ():
        words = words_outside(sentence, used)
        if words and not _OUT_LINE.search(join_words(sentence)[0]):
            yield Statement(words, bounding_box([w.bbox for w in words]), _TOLD)
    for line in page.layout.lines:
        heading = _HEADING.match(line.text)
        if _PLAN.match(line.text):
            is_out_block = False
        elif (heading is not None or match_section(line.text) is not None) and not _ANSWERED.search(line.text):
            is_out_block = is_out(line.text)
        is_out_here = is_out_block or is_out(page.layout.title_of(line.section))
        if (is_out_here and not _heads_order(line)) or _OUT_LINE.search(line.text):
            continue
        if is_unticked(line.text, page.layout.lines):
            continue
        words = words_outside(line.words, used)
        if words and line.bbox not in told:
            yield Statement(words, bounding_box([w.bbox for w in words]), _line_strength(line, page, height, titles))


def _line_strength(line: Line, page: PageReading, height: float, titles: set[BBox]) -> float:
    if page.page.type not in {PageType.ORDER, PageType.ENROLLMENT_FORM, PageType.PRIOR_AUTHORIZATION}:
        return 0.4
    if is_ticked(line.text, page.layout.lines):
        return _TYPED_TICK
    if lies_on(line.bbox, titles) or line.bbox.bottom < 0.15 * height:
        return 0.5
    return 0.7

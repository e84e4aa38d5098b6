"""Tables of earlier therapies: one row a drug, with its dates and outcome."""

import re
from collections.abc import Iterator, Sequence

from extractor.fields.evidence import from_words
from extractor.fields.therapy_rows import find_unruled_tables, head_kind
from extractor.fields.typed_marks import is_unticked
from extractor.knowledge.drugs import find_drugs
from extractor.knowledge.labels import match_section
from extractor.knowledge.therapies import UNLISTED, is_outcome, read_period
from models.record import PageType, Reason
from models.stages.candidate import Candidate
from models.stages.layout import Cell, PageReading, Table
from models.stages.text import Word

_PRIOR = re.compile(
    r"\b(?:prior|previous(?:ly)?|past|failed|failure|faild|tried|earlier|discontinued)\b.{0,40}\b(?:therap|treat|med|drug|dmt|biolog|agent|infus|failed|used)"
    r"|\b(?:therap\w+|treatments?|medications?|drugs?|dmts?|agents?|biologics?)\b.{0,24}\b(?:tried|failed|previous|used|history|discontinued)"
    r"|\b(?:used|given|taken|treated) (?:before|previously|so far|to date)\b"
    r"|\bprevious prophylaxis\b|\btried and failed\b|\btreatment history\b|\bother drugs used\b",
    re.IGNORECASE,
)
_IN_A_TABLE = 0.95
_SHORTEST_NAME = 5
_BESIDE_HEAD = 12.0
"""Points beside a column's head within which its boxes stand."""
PROSE_PAGES = frozenset({PageType.CLINICAL_NOTE, PageType.OTHER, PageType.PRIOR_AUTHORIZATION, PageType.ORDER})
PAGE_FIT = {**dict.fromkeys(PageType, 0.6), **dict.fromkeys(PROSE_PAGES | {PageType.ENROLLMENT_FORM}, 1.0)}
"""How well an earlier therapy fits a page of each kind, 0 to 1."""


def says_prior(text: str) -> bool:
    """Whether a title, a question or the head of a table is about earlier therapies."""
    known = match_section(text)
    return (known is not None and known[0] == "prior_therapies") or _PRIOR.search(text) is not None


def _columns(table: Table) -> dict[int, str]:
    """What the table's columns hold, by their heads."""
    heads = ((cell.column, head_kind(cell.text)) for cell in table.cells if cell.row < max(table.header_rows, 1))
    return {column: kind for column, kind in heads if kind is not None}


def find_prior_tables(page: PageReading) -> list[Table]:
    """The tables of earlier therapies of a page, those without rules too."""
    ruled = [table for table in page.layout.tables if is_prior_table(table, page)]
    unruled = find_unruled_tables(page, [table.bbox for table in page.layout.tables])
    return [*ruled, *(table for table in unruled if is_prior_table(table, page))]


def is_prior_table(table: Table, page: PageReading) -> bool:
    """A column of drugs beside one of outcomes, or of dates under a title about earlier therapies."""
    heads = _columns(table)
    if "drug" not in heads.values():
        return False
    head_text = " ".join(cell.text for cell in table.cells if cell.row < max(table.header_rows, 1))
    is_titled = (
        says_prior(page.layout.title_of(table.section))
        or says_prior(_line_above(table, page))
        or _PRIOR.search(head_text)
    )
    if "outcome" in heads.values():
        return bool(is_titled) or "allerg" not in head_text.casefold()
    return bool(is_titled)


def _line_above(table: Table, page: PageReading) -> str:
    above = [line for line in page.layout.lines if -2 <= table.bbox.top - line.bbox.bottom < 20]
    return max(above, key=lambda line: line.bbox.bottom).text if above else ""


def read_prior_table(table: Table, page: PageReading) -> Iterator[list[Candidate]]:
    """The candidates of each row that names a drug and is not left unticked."""
    heads = _columns(table)
    rows: dict[int, dict[str, Cell]] = {}
    for cell in table.cells:
        if cell.row >= max(table.header_rows, 1) and cell.words and cell.column in heads:
            rows.setdefault(cell.row, {}).setdefault(heads[cell.column], cell)
    ticks = _tick_columns(table)
    for row in rows.values():
        if "drug" not in row or _is_left_open(row, ticks, page):
            continue
        if not is_unticked(row["drug"].text, page.layout.lines) and _is_row(row):
            yield [*_from_row(row, page), *_ticked_outcome(row, ticks, page)]


def _is_left_open(row: dict[str, Cell], ticks: Sequence[Cell], page: PageReading) -> bool:
    """Whether a row is of a printed list, and nobody ticked or dated it: that drug was not tried."""
    return bool(ticks) and not _has_date(row) and not any(_is_ticked_in(page, row["drug"], head) for head in ticks)


def _tick_columns(table: Table) -> list[Cell]:
    """The heads that are outcomes themselves (``Failed | Intolerant``): their columns hold boxes to tick."""
    heads = [cell for cell in table.cells if cell.row < max(table.header_rows, 1)]
    return [cell for cell in heads if is_outcome(cell.text)]


def _is_ticked_in(page: PageReading, name: Cell, head: Cell) -> bool:
    """Whether a box is ticked where the row of ``name`` meets the column under ``head``."""
    return any(
        box.is_checked is True
        and abs(box.bbox.y_mid - name.bbox.y_mid) < 0.8 * name.bbox.height
        and head.bbox.x0 - _BESIDE_HEAD < box.bbox.x_mid < head.bbox.x1 + _BESIDE_HEAD
        for box in page.layout.checkboxes
    )


def _ticked_outcome(row: dict[str, Cell], ticks: Sequence[Cell], page: PageReading) -> Iterator[Candidate]:
    ticked = [head for head in ticks if _is_ticked_in(page, row["drug"], head)]
    if len(ticked) == 1 and "outcome" not in row:
        reason = Reason(code="ticked", text="its box is ticked in this column")
        extra = {"label": 0.95, "relation": 0.98, "valid": 1.0, "anchor": 1.0, "page": PAGE_FIT[page.page.type]}
        value, words = ticked[0].text.strip(" .,:;").casefold(), ticked[0].words
        path = "prior_therapies[].outcome"
        yield from_words(path, value, words, page, role=_IN_A_TABLE, reason=reason, extra=extra)


def _has_date(row: dict[str, Cell]) -> bool:
    return any(leaf in row and read_period(row[leaf].text)[0] is not None for leaf in ("start", "stop"))


def _is_row(row: dict[str, Cell]) -> bool:
    """Whether a row names a known drug, or something like a name with its dates: no line of text below the table."""
    name = row["drug"].text
    if find_drugs(name, is_named=True):
        return True
    return _has_date(row) and sum(character.isalpha() for character in name) >= _SHORTEST_NAME


def _from_row(row: dict[str, Cell], page: PageReading) -> Iterator[Candidate]:
    reason = Reason(code="table_row", text="a row of a table of earlier therapies")

    def make(leaf: str, value: str, words: Sequence[Word], score: float) -> Candidate:
        extra = {"label": 0.95, "relation": 0.98, "valid": score, "anchor": 1.0, "page": PAGE_FIT[page.page.type]}
        return from_words(
            f"prior_therapies[].{leaf}",
            value,
            words,
            page,
            role=_IN_A_TABLE,
            reason=reason,
            is_valid=score > UNLISTED,
            extra=extra,
        )

    name = row["drug"]
    found = find_drugs(name.text, is_named=True)
    if found:
        best = max(found, key=lambda drug: drug.score)
        yield make("drug", best.generic, name.words, best.score)
    else:
        yield make("drug", name.text.casefold(), name.words, UNLISTED)
    start, stop = (None, None) if "start" not in row else read_period(row["start"].text)
    if start is not None:
        yield make("start", start.value, row["start"].words, 1.0)
    if stop is not None:
        yield make("stop", stop.value, row["start"].words, 1.0)
    elif "stop" in row:
        ended, _ = read_period(row["stop"].text)
        if ended is not None:
            yield make("stop", ended.value, row["stop"].words, 1.0)
    for leaf in ("outcome",):
        if leaf in row and any(character.isalpha() for character in row[leaf].text):
            yield make(leaf, row[leaf].text.strip(" .,;"), row[leaf].words, 1.0)

"""Laboratory pages built by hand: words at the places a layout prints them, without rules or tables."""

from collections.abc import Sequence
from datetime import date

from extractor.fields import labs
from extractor.fields.base import Context, families
from extractor.layout.lines import group_rows, split_row
from models.record import BBox, Page, PageType, Quality
from models.stages.candidate import Candidate
from models.stages.layout import Layout, PageReading
from models.stages.options import SiteOptions
from models.stages.text import Word, Words

TODAY = date(2026, 11, 22)
HEIGHT = 9.0
STEP = 16.0
LETTER = 4.6

Row = Sequence[tuple[float, str]]


def sheet(
    *rows: Row,
    kind: PageType = PageType.LAB_REPORT,
    slope: float = 0.0,
    page_no: int = 1,
    top: float = 40.0,
    step: float = STEP,
    source: str = "ocr:oracle",
) -> PageReading:
    """A page whose rows stand ``step`` points apart; ``slope`` lets them fall to the right."""
    words = []
    for number, row in enumerate(rows):
        for start, text in row:
            x = start
            for part in text.split():
                y = top + number * step + slope * x
                box = BBox(x, y, x + len(part) * LETTER, y + HEIGHT)
                words.append(Word(text=part, bbox=box, confidence=0.98, source=source))
                x += (len(part) + 1) * LETTER
    lines = tuple(line for row in group_rows(words) for line in split_row(row))
    return PageReading(
        page=Page(page_no=page_no, quality=Quality.FINE_FAX, width=612.0, height=792.0, type=kind),
        words=Words(page_no=page_no, words=tuple(words), engine="oracle", version="1"),
        layout=Layout(page_no=page_no, lines=lines),
    )


def context_of(page: PageReading) -> Context:
    """What a family knows beside a page on which no question is answered."""
    return Context(
        today=TODAY,
        site=SiteOptions(),
        answers={page.page.page_no: ()},
        receiver_phones=frozenset(),
        receiver_npis=frozenset(),
    )


def propose(page: PageReading) -> list[Candidate]:
    """What the family proposes for a page."""
    assert labs.LEAVES
    return list(families.get("labs").propose(page, context_of(page)))


def items(page: PageReading) -> list[dict[str, Candidate]]:
    """The rows of a page: each leaf's candidate."""
    rows: dict[str, dict[str, Candidate]] = {}
    for candidate in propose(page):
        assert candidate.item is not None
        rows.setdefault(candidate.item, {})[candidate.path.rpartition(".")[2]] = candidate
    return list(rows.values())


def values(page: PageReading, *leaves: str) -> list[tuple[object, ...]]:
    """The values of some leaves, a tuple a row; None where there is no candidate."""
    return [tuple(row[leaf].value if leaf in row else None for leaf in leaves) for row in items(page)]

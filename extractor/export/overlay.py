"""The overlay: a PDF that shows on the pages what was read, where, and how sure the record is of it.

Each page keeps its picture untouched on the left; boxes are thin outlines, and every value stands in a panel beside the
page with a line to its box, so that no drawing hides what the sender wrote.
"""

import io
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from extractor.export.panel import Entry, entries_by_page, spread
from models.record import BBox, Extraction, Page, State
from models.stages.layout import Layout, PageReading

PANEL_WIDTH = 250.0
PANEL_MARGIN = 8.0
LINE_STEP = 9.5
UNREAD_LINES = 12
PAGE_SIZE = (612.0, 792.0)
REGULAR, BOLD = "Helvetica", "Helvetica-Bold"

GREEN, ORANGE, RED, GRAY = HexColor("#0a7d2c"), HexColor("#c85a00"), HexColor("#c4001a"), HexColor("#777777")
WORD, LABEL, TABLE, SIGNATURE = HexColor("#b4b4b4"), HexColor("#1f5fd0"), HexColor("#0e8f8f"), HexColor("#8a2be2")
INK = HexColor("#222222")

STATE_COLOURS: Mapping[State, Color] = {
    State.FOUND: GREEN,
    State.CONFIRMED: GREEN,
    State.CORRECTED: GREEN,
    State.NEEDS_REVIEW: ORANGE,
    State.ILLEGIBLE: RED,
    State.CONFLICTING: RED,
    State.BLANK: GRAY,
    State.NOT_ON_FORM: GRAY,
}
LEGEND = (
    ("found", GREEN),
    ("needs a human", ORANGE),
    ("conflicting, illegible", RED),
    ("word", WORD),
    ("label", LABEL),
    ("table", TABLE),
    ("signature", SIGNATURE),
    ("box ticked", GREEN),
    ("box empty", GRAY),
    ("box unclear", ORANGE),
)


class _Type(NamedTuple):
    """How a text is set: font name, size in points, colour."""

    font: str
    size: float
    colour: Color


def draw_overlay(extraction: Extraction, readings: Sequence[PageReading], images: Mapping[int, bytes]) -> bytes:
    """Draw every page of one file with what was read from it.

    ``readings``: the pages that were read; ``images``: each upright page as PNG or JPEG bytes by 1-based page number (a
    page without one keeps a white ground). Pages that failed say so. Returns the bytes of a PDF whose pages are as wide
    as the page and the panel beside it, in points; the same input gives the same bytes.
    """
    target = io.BytesIO()
    canvas = Canvas(target, pageCompression=1, invariant=1)
    canvas.setTitle("Extraction overlay")
    entries = entries_by_page(extraction)
    by_number = {reading.page.page_no: reading for reading in readings}
    pages = {page.page_no: page for page in extraction.document.pages} | {n: r.page for n, r in by_number.items()}
    for page_no in sorted(pages):
        reading, image = by_number.get(page_no), images.get(page_no)
        sheet = _Sheet(canvas, pages[page_no])
        sheet.draw_picture(image)
        if reading is not None:
            sheet.draw_words(reading)
            sheet.draw_layout(reading.layout)
        sheet.draw_panel(extraction, entries.get(page_no, ()))
        canvas.showPage()
    if not pages:
        canvas.setPageSize(PAGE_SIZE)
        canvas.drawString(36, PAGE_SIZE[1] - 48, "No page of this file was read.")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


class _Sheet:
    """One page of the PDF; boxes come in points from the top left, reportlab counts from the foot."""

    def __init__(self, canvas: Canvas, page: Page) -> None:
        self.canvas = canvas
        self.page = page
        self.width = page.width or PAGE_SIZE[0]
        self.page_height = page.height or PAGE_SIZE[1]
        self.height = max(self.page_height, 360.0)
        canvas.setPageSize((self.width + PANEL_WIDTH, self.height))

    def draw_picture(self, image: bytes | None) -> None:
        """The page itself."""
        if image is not None:
            picture = ImageReader(io.BytesIO(image))
            self.canvas.drawImage(picture, 0, self.height - self.page_height, self.width, self.page_height)

    def draw_words(self, reading: PageReading) -> None:
        """Every word, in thin gray."""
        for word in reading.words.words:
            self._box(word.bbox, WORD, 0.3)

    def draw_layout(self, layout: Layout) -> None:
        """Labels, tables, signature places and check boxes."""
        for table in layout.tables:
            self._box(table.bbox, TABLE, 0.5, dash=(3, 2))
        for pair in layout.key_values:
            self._box(pair.label_bbox, LABEL, 0.6)
        for signature in layout.signatures:
            self._box(signature.area, SIGNATURE, 0.7, dash=(4, 2))
        for box in layout.checkboxes:
            if box.is_checked is None:
                self._box(box.bbox, ORANGE, 1.1)
            else:
                self._box(box.bbox, GREEN if box.is_checked else GRAY, 1.1 if box.is_checked else 0.7)

    def draw_panel(self, extraction: Extraction, entries: Sequence[Entry]) -> None:
        """What the page is, the fields read from it, and what the colours mean."""
        for entry in entries:
            if entry.bbox is not None:
                dash = None if entry.is_main else (1.5, 1.5)
                self._box(entry.bbox, STATE_COLOURS[entry.state], 0.9 if entry.is_main else 0.6, dash=dash, grow=1.0)
        top = self._draw_heading(extraction)
        unread = [entry.path for entry in entries if entry.is_unread]
        bottom = self.height - self._draw_unread(unread, self._draw_legend()) - 8
        listed = [entry for entry in entries if entry.is_main and not entry.is_unread]
        wanted = [entry.bbox.y_mid + 2.5 if entry.bbox else self.height for entry in listed]
        heights = spread(wanted, LINE_STEP, top, bottom)
        gaps = [after - before for before, after in pairwise(heights)]
        size = max(3.0, min(7.0, 0.78 * min(gaps, default=LINE_STEP)))
        for entry, height in zip(listed, heights, strict=True):
            self._draw_entry(entry, height, size)

    def _draw_heading(self, extraction: Extraction) -> float:
        """Returns the height below it, in points from the top."""
        page, left = self.page, self.width + PANEL_MARGIN
        total = extraction.document.page_count or page.page_no
        facts = [str(page.type), str(page.quality or "unknown quality"), f"turned {page.rotation}°"]
        self._text(left, 14, f"Page {page.page_no} of {total}", _Type(BOLD, 9, INK))
        self._text(left, 25, " · ".join(facts).replace("_", " "), _Type(REGULAR, 7.5, INK))
        if page.message is None:
            return 40.0
        style = _Type(REGULAR, 7, RED)
        self._text(left, 35, _cut(page.message, style, PANEL_WIDTH - 2 * PANEL_MARGIN), style)
        return 50.0

    def _draw_legend(self) -> float:
        """Two columns at the foot of the panel; returns how high they are, in points."""
        rows = (len(LEGEND) + 1) // 2
        height = rows * 8.5 + 4
        for index, (name, colour) in enumerate(LEGEND):
            x = self.width + PANEL_MARGIN + (index // rows) * PANEL_WIDTH / 2
            y = self.height - height + (index % rows) * 8.5 + 6
            self._box(BBox(x, y - 5, x + 9, y), colour, 1.0)
            self._text(x + 13, y, name, _Type(REGULAR, 6.5, INK))
        return height

    def _draw_unread(self, paths: Sequence[str], foot: float) -> float:
        """Fields that a human must fill in and that have no place here, ``foot`` points above the foot of the sheet.

        Returns the height of their upper edge, in points from the foot.
        """
        if not paths:
            return foot
        style, width = _Type(REGULAR, 6, GRAY), PANEL_WIDTH - PANEL_MARGIN - 4
        lines = simpleSplit(", ".join(paths), style.font, style.size, width)
        if len(lines) > UNREAD_LINES:
            lines = [*lines[: UNREAD_LINES - 1], "…"]
        upper = foot + 7.0 * len(lines) + 13
        left, top = self.width + PANEL_MARGIN, self.height - upper
        self._text(left, top + 8, f"Not read, {len(paths)} for a human to fill in:", _Type(BOLD, 6.5, ORANGE))
        for index, line in enumerate(lines):
            self._text(left, top + 15 + 7 * index, line, style)
        return upper

    def _draw_entry(self, entry: Entry, height: float, size: float) -> None:
        """One line: value, confidence, path, and why a human should look; with a line from its box."""
        colour = STATE_COLOURS[entry.state]
        left, right = self.width + PANEL_MARGIN, self.width + PANEL_WIDTH - 3
        if entry.bbox is not None:
            self._line(entry.bbox.x1 + 1, entry.bbox.y_mid, left - 2, height - size * 0.35, colour)
        strong, plain, pale = _Type(BOLD, size, colour), _Type(REGULAR, size, INK), _Type(REGULAR, size * 0.9, GRAY)
        x = self._text(left, height, _cut(entry.text, strong, (right - left) * 0.5), strong) + 3
        if entry.confidence is not None:
            x = self._text(x, height, f"{entry.confidence:.2f}", plain) + 3
        self._text(x, height, _cut(f"{entry.path}  {entry.note}".rstrip(), pale, right - x), pale)

    def _box(
        self, box: BBox, colour: Color, width: float, *, dash: tuple[float, float] | None = None, grow: float = 0.0
    ) -> None:
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(width)
        self.canvas.setDash(*(dash or ()))
        self.canvas.rect(box.x0 - grow, self.height - box.bottom - grow, box.width + 2 * grow, box.height + 2 * grow)

    def _line(self, x0: float, y0: float, x1: float, y1: float, colour: Color) -> None:
        self.canvas.saveState()
        self.canvas.setStrokeColor(colour)
        self.canvas.setStrokeAlpha(0.35)
        self.canvas.setLineWidth(0.35)
        self.canvas.setDash()
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)
        self.canvas.restoreState()

    def _text(self, x: float, y: float, text: str, style: _Type) -> float:
        """Write with the base line ``y`` points below the top; returns the right end of the text."""
        text = _printable(text)
        self.canvas.setFillColor(style.colour)
        self.canvas.setFont(style.font, style.size)
        self.canvas.drawString(x, self.height - y, text)
        return x + _width(text, style)


def _width(text: str, style: _Type) -> float:
    return float(stringWidth(text, style.font, style.size))


def _cut(text: str, style: _Type, width: float) -> str:
    """The text, shortened with an ellipsis to at most ``width`` points."""
    text = _printable(text)
    if _width(text, style) <= width:
        return text
    while text and _width(text + "…", style) > width:
        text = text[:-1]
    return text + "…"


def _printable(text: str) -> str:
    """What the PDF's built-in fonts can show; any other character becomes a question mark."""
    return " ".join(text.split()).encode("cp1252", "replace").decode("cp1252")

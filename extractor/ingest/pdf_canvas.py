"""The pixel grid of a PDF page, and what is drawn on it."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractor.errors import LimitExceeded
from extractor.ingest.pdf_frame import Frame, Sheet
from extractor.ingest.pdf_picture import Picture, hide, looks_like, read_pixels
from extractor.ingest.resolution import Resolution, settle_by_strokes, work_out_resolution
from extractor.pixels import POINTS_PER_INCH, Gray
from models.record import BBox
from models.stages.options import IngestOptions

_LEAST_DPI = 100.0
_DRAWN_LEAST_DPI = 150.0
_WIDEST_SHEET = 12.6 * POINTS_PER_INCH
_LETTER_WIDTH = 8.5 * POINTS_PER_INCH
_SMALL_DPI = 36.0
_WHITE = 250


@dataclass(frozen=True, slots=True)
class Canvas:
    """``width`` x ``height`` pixels of ``x_dpi``, ``y_dpi``.

    ``x_scale`` and ``y_scale`` are points of the page for one unit of the file: 1 except in files whose page size is
    no paper (a scan placed as if its pixels were points).
    """

    width: int
    height: int
    x_dpi: float
    y_dpi: float
    x_scale: float = 1.0
    y_scale: float = 1.0
    note: str | None = None

    def to_points(self, box: BBox) -> BBox:
        """A box on the page as shown, in units of the file, in points of the page as rendered."""
        return BBox(
            round(box.x0 * self.x_scale, 2),
            round(box.top * self.y_scale, 2),
            round(box.x1 * self.x_scale, 2),
            round(box.bottom * self.y_scale, 2),
        )


def plan_canvas(sheet: Sheet, cover: Picture | None, options: IngestOptions) -> Canvas:
    """Choose the grid: the covering picture's own, else ``render_dpi``, lowered where the page would be too big.

    Raises ``LimitExceeded`` when even 100 dpi would be over the limit.
    """
    frame = sheet.frame
    x_dpi = y_dpi = float(options.render_dpi)
    x_scale = y_scale = 1.0
    note = None
    if cover is not None:
        across, down = cover.columns_dpi, cover.rows_dpi
        true = work_out_resolution(cover.columns, cover.rows, (across, down))
        x_dpi, y_dpi = (true.y, true.x) if cover.is_sideways else (true.x, true.y)
        if true.note:
            # The scan's size says what the page's does not: the file was made as if pixels were points.
            note = "page_rescaled"
            x_scale, y_scale = across / true.x, down / true.y
            if cover.is_sideways:
                x_scale, y_scale = y_scale, x_scale
    elif min(frame.width, frame.height) > _WIDEST_SHEET:
        note = "page_rescaled"
        x_scale = y_scale = _LETTER_WIDTH / min(frame.width, frame.height)
    wide = frame.width * x_scale * x_dpi / POINTS_PER_INCH
    high = frame.height * y_scale * y_dpi / POINTS_PER_INCH
    excess = math.sqrt(wide * high / options.max_page_pixels)
    if excess > 1:
        if min(x_dpi, y_dpi) / excess < _LEAST_DPI:
            raise LimitExceeded(
                f"Page {sheet.page_no} is too large to be drawn at {_LEAST_DPI:g} dpi: print it on letter paper, or "
                "raise ingest max_page_pixels.",
                page_no=sheet.page_no,
            )
        # A hair more than needed, so that rounding up stays under the limit.
        excess *= 1.001
        wide, high, x_dpi, y_dpi, note = wide / excess, high / excess, x_dpi / excess, y_dpi / excess, "dpi_lowered"
    return Canvas(max(1, round(wide)), max(1, round(high)), x_dpi, y_dpi, x_scale, y_scale, note)


def settle(canvas: Canvas, pixels: Gray) -> Canvas:
    """The canvas with its rows at their true distance, where the scan's strokes tell of a standard fax."""
    found = settle_by_strokes(Resolution(canvas.x_dpi, canvas.y_dpi), pixels)
    if found.note is None:
        return canvas
    times = canvas.y_dpi / found.y
    return replace(canvas, y_dpi=found.y, y_scale=canvas.y_scale * times, note="page_rescaled")


def refine(canvas: Canvas, options: IngestOptions) -> Canvas:
    """A grid fit for drawn text, where a coarse scan has something drawn over it: whole multiples of the scan's."""
    x_times, y_times = (max(1, math.ceil(_DRAWN_LEAST_DPI / dpi)) for dpi in (canvas.x_dpi, canvas.y_dpi))
    if canvas.width * x_times * canvas.height * y_times > options.max_page_pixels:
        return canvas
    return replace(
        canvas,
        width=canvas.width * x_times,
        height=canvas.height * y_times,
        x_dpi=canvas.x_dpi * x_times,
        y_dpi=canvas.y_dpi * y_times,
    )


def draw(page: pdfium.PdfPage, width: int, height: int, *, with_annotations: bool = True) -> Gray:
    """The page on ``width`` x ``height`` gray pixels, with or without annotations and form fields."""
    bitmap = pdfium.PdfBitmap.new_native(width, height, pdfium_c.FPDFBitmap_Gray)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        flags = pdfium_c.FPDF_GRAYSCALE | (pdfium_c.FPDF_ANNOT if with_annotations else 0)
        target = (bitmap, page, 0, 0, width, height, 0, flags)
        pdfium_c.FPDF_RenderPageBitmap(*target)
        if page.formenv and with_annotations:
            pdfium_c.FPDF_FFLDraw(page.formenv, *target)
        return np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(height, width)
    finally:
        bitmap.close()


def take_picture(sheet: Sheet, cover: Picture, canvas: Canvas) -> Gray | None:
    """The covering picture's own pixels on the canvas, not resampled.

    None when something else is drawn on the page too, or when the pixels, placed as the matrix says, are not what
    PDFium shows (a mask, a clip, a colour trick): then the page has to be drawn.
    """
    if canvas.note == "dpi_lowered" or not _stands_alone(sheet, cover):
        return None
    pixels = read_pixels(cover)
    if pixels is None:
        return None
    placed = _place(pixels, sheet.frame, cover, canvas)
    small = _small_size(sheet.frame)
    return placed if looks_like(placed, draw(sheet.page, *small)) else None


def _stands_alone(sheet: Sheet, cover: Picture) -> bool:
    hide(cover.source, is_hidden=True)
    try:
        width, height = _small_size(sheet.frame)
        rest = draw(sheet.page, 2 * width, 2 * height)
    finally:
        hide(cover.source, is_hidden=False)
    return bool(rest.min() >= _WHITE)


def _place(pixels: Gray, frame: Frame, cover: Picture, canvas: Canvas) -> Gray:
    """The picture on white paper of the canvas's size, at the whole pixel nearest to where it stands."""
    height, width = pixels.shape
    left = round(cover.box.x0 / frame.width * canvas.width)
    top = round(cover.box.top / frame.height * canvas.height)
    if (left, top) == (0, 0) and (height, width) == (canvas.height, canvas.width):
        return pixels
    paper = np.full((canvas.height, canvas.width), 255, dtype=np.uint8)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(canvas.width, left + width), min(canvas.height, top + height)
    if x1 > x0 and y1 > y0:
        paper[y0:y1, x0:x1] = pixels[y0 - top : y1 - top, x0 - left : x1 - left]
    return paper


def _small_size(frame: Frame) -> tuple[int, int]:
    # Big pages are drawn as small as letter paper: this is only looked at, not read.
    scale = _SMALL_DPI / POINTS_PER_INCH * min(1.0, _WIDEST_SHEET / max(frame.width, frame.height))
    return max(8, round(frame.width * scale)), max(8, round(frame.height * scale))

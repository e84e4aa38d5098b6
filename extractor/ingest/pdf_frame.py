"""A PDF page as it is shown: its visible box, turned by /Rotate, in units of the file (1/72 inch unless it lies)."""

from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from models.record import BBox


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible box (left, bottom, right, top in user space) and the clockwise turn in degrees."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @property
    def width(self) -> float:
        """Of the page as shown."""
        return self.right - self.left if self.rotation % 180 == 0 else self.top - self.bottom

    @property
    def height(self) -> float:
        """Of the page as shown."""
        return self.top - self.bottom if self.rotation % 180 == 0 else self.right - self.left

    def place(self, x: float, y: float) -> tuple[float, float]:
        """User space to (x, top) on the page as shown (ISO 32000-1, 7.7.3.3: /Rotate turns clockwise)."""
        match self.rotation:
            case 90:
                return y - self.bottom, x - self.left
            case 180:
                return self.right - x, y - self.bottom
            case 270:
                return self.top - y, self.right - x
            case _:
                return x - self.left, self.top - y

    def place_box(self, points: list[tuple[float, float]]) -> BBox:
        """The box around points of user space, on the page as shown."""
        placed = [self.place(x, y) for x, y in points]
        return BBox(
            min(x for x, _ in placed), min(y for _, y in placed), max(x for x, _ in placed), max(y for _, y in placed)
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """One loaded page. There is only one handle to it at a time: closing a second one takes its form fields away."""

    document: pdfium.PdfDocument
    page: pdfium.PdfPage
    page_no: int
    frame: Frame


def load_sheet(document: pdfium.PdfDocument, page_no: int) -> Sheet:
    """Load a page with its form fields; raises ``PdfiumError`` where it cannot be."""
    document.init_forms()
    if document.formenv:
        # The tint that a viewer lays over fields is not on the paper.
        pdfium_c.FPDF_SetFormFieldHighlightAlpha(document.formenv, 0)
    page = document[page_no - 1]
    left, bottom, right, top = page.get_bbox()
    if right - left <= 0 or top - bottom <= 0:
        raise pdfium.PdfiumError("empty page box")
    return Sheet(document, page, page_no, Frame(left, bottom, right, top, int(page.get_rotation())))

"""The pictures on a PDF page, and the one that is the page: a scan, to be taken at its own pixels."""

import ctypes
from dataclasses import dataclass
from itertools import islice

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractor.ingest.pdf_frame import Frame, Sheet
from extractor.pixels import POINTS_PER_INCH, Gray
from models.record import BBox

_MOST_PICTURES = 2000
_COVERS = 0.85
_MAX_DEPTH = 8
_GRID = 100


@dataclass(frozen=True, slots=True)
class Picture:
    """A placed picture: where it stands on the page as shown, in units of the file, and its own pixels.

    ``steps`` are the picture's right and down directions on the page as shown, in units; both lie along an axis
    where ``is_straight``.
    """

    source: pdfium.PdfImage
    box: BBox
    columns: int
    rows: int
    bits: int
    right: tuple[float, float]
    down: tuple[float, float]

    @property
    def is_straight(self) -> bool:
        """Whether its rows run along an edge of the page, whatever flip or quarter turn."""
        slack = 0.002 * max(self.box.width, self.box.height)
        return (abs(self.right[1]) < slack and abs(self.down[0]) < slack) or self.is_sideways

    @property
    def is_sideways(self) -> bool:
        """Whether its rows run up or down the page."""
        slack = 0.002 * max(self.box.width, self.box.height)
        return abs(self.right[0]) < slack and abs(self.down[1]) < slack

    @property
    def columns_dpi(self) -> float:
        """Pixels an inch along its rows, as placed."""
        return self.columns * POINTS_PER_INCH / max(1e-6, abs(self.right[0]) + abs(self.right[1]))

    @property
    def rows_dpi(self) -> float:
        """Pixels an inch down its columns, as placed."""
        return self.rows * POINTS_PER_INCH / max(1e-6, abs(self.down[0]) + abs(self.down[1]))


def find_pictures(sheet: Sheet) -> list[Picture]:
    """The pictures of a page, nested ones too, at most 2000."""
    found = sheet.page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=_MAX_DEPTH)
    return [picture for image in islice(found, _MOST_PICTURES) if (picture := _read(image, sheet.frame)) is not None]


def picture_share(pictures: list[Picture], frame: Frame) -> float:
    """The share of the page that pictures cover, 0 to 1, on a grid of a hundred by a hundred."""
    grid = np.zeros((_GRID, _GRID), dtype=bool)
    for picture in pictures:
        box = picture.box
        x0, x1 = (round(min(max(x / frame.width, 0.0), 1.0) * _GRID) for x in (box.x0, box.x1))
        top, bottom = (round(min(max(y / frame.height, 0.0), 1.0) * _GRID) for y in (box.top, box.bottom))
        grid[top:bottom, x0:x1] = True
    return float(grid.mean())


def covering_picture(pictures: list[Picture], frame: Frame) -> Picture | None:
    """The straight picture that covers at least 85 % of the page, if there is one; the last drawn lies on top."""
    whole = BBox(0.0, 0.0, frame.width, frame.height)
    for picture in reversed(pictures):
        if picture.is_straight and picture.box.intersection_area(whole) >= _COVERS * whole.area:
            return picture
    return None


def read_pixels(picture: Picture) -> Gray | None:
    """The picture's own pixels in gray, turned as it stands on the page; None where the codec gives none."""
    try:
        bitmap = picture.source.get_bitmap(render=False)
    except pdfium.PdfiumError:
        return None
    pixels = np.array(bitmap.to_numpy(), dtype=np.uint8)
    if pixels.shape[:2] != (picture.rows, picture.columns):
        return None
    gray = _gray(pixels, str(bitmap.mode))
    if gray is None:
        return None
    if picture.is_sideways:
        # Its rows run down the page: exchange the axes, then the signs below mean the same as for an upright one.
        gray = gray.T
        across, along = picture.down[0], picture.right[1]
    else:
        across, along = picture.right[0], picture.down[1]
    if across < 0:
        gray = gray[:, ::-1]
    if along < 0:
        gray = gray[::-1]
    return np.ascontiguousarray(gray)


def looks_like(pixels: Gray, shown: Gray) -> bool:
    """Whether ``pixels`` are what the small rendering ``shown`` shows: same darkness, same pattern."""
    height, width = shown.shape
    small = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA).astype(np.float64)
    other = shown.astype(np.float64)
    if abs(float(small.mean() - other.mean())) > 12:
        return False
    if min(small.std(), other.std()) < 2.0:
        return abs(float(small.std() - other.std())) < 4.0
    return float(np.corrcoef(small.ravel(), other.ravel())[0, 1]) > 0.7


def _gray(pixels: Gray, mode: str) -> Gray | None:
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return pixels.reshape(pixels.shape[:2])
    if mode in ("BGR", "BGRX"):
        return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels[:, :, :3]), cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    return None


def _read(image: pdfium.PdfImage, frame: Frame) -> Picture | None:
    try:
        columns, rows = image.get_px_size()
        metadata = image.get_metadata()
        matrix = image.get_matrix()
        holder = image.container
        while holder is not None:
            matrix = matrix.multiply(holder.get_matrix())
            holder = holder.container
    except pdfium.PdfiumError:
        return None
    # A picture fills the unit square of its matrix, its first row at the top (ISO 32000-1, 8.9.5.2).
    corners = [(x * matrix.a + y * matrix.c + matrix.e, x * matrix.b + y * matrix.d + matrix.f) for x, y in _CORNERS]
    top_left, top_right, bottom_left = (frame.place(*corner) for corner in corners[:3])
    if columns <= 0 or rows <= 0:
        return None
    return Picture(
        image,
        frame.place_box(corners),
        columns,
        rows,
        int(metadata.bits_per_pixel),
        (top_right[0] - top_left[0], top_right[1] - top_left[1]),
        (bottom_left[0] - top_left[0], bottom_left[1] - top_left[1]),
    )


_CORNERS = ((0.0, 1.0), (1.0, 1.0), (0.0, 0.0), (1.0, 0.0))


def is_decodable(image: pdfium.PdfImage) -> bool:
    """Whether PDFium gets any pixels out of it."""
    try:
        bitmap = image.get_bitmap(render=False)
    except (pdfium.PdfiumError, ValueError):
        return False
    return bool(bitmap.width > 0 and bitmap.height > 0)


def hide(page_object: pdfium.PdfObject, *, is_hidden: bool) -> None:
    """Leave an object out of what is drawn from now on, or take it in again."""
    pdfium_c.FPDFPageObj_SetIsActive(page_object, ctypes.c_int(not is_hidden))

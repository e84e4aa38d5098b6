"""A PDF page's own text: words with boxes through pdfplumber, those that are really to be seen."""

import io
import logging
import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pdfplumber
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from pdfplumber.utils.text import extract_words

from extractor.ingest.font_map import SYMBOLS, is_garbled
from extractor.ingest.pdf_canvas import Canvas, draw
from extractor.ingest.pdf_copy import copy_page
from extractor.ingest.pdf_frame import Frame, Sheet
from extractor.ingest.pdf_picture import hide
from extractor.pixels import POINTS_PER_INCH, Gray
from models.record import BBox
from models.stages.text import Word

# pdfminer tells of every oddity in a file on the root logger's terminal.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
logging.getLogger("pdfplumber").setLevel(logging.CRITICAL)

_GAP_IN_CHARACTERS = 0.15
_LOOK_DPI = 100.0
_LEAST_CHANGE = 20
_LEAST_SHARE = 0.01
_LEAST_HEIGHT = 3.0
_SAME_SEGMENT_GAP = 1.5
_MAX_DEPTH = 15


_DIRECTIONS: dict[int, dict[str, Any]] = {
    0: {"char_dir": "ltr", "line_dir": "ttb"},
    1: {"char_dir_rotated": "btt", "line_dir_rotated": "ltr"},
    2: {"char_dir": "rtl", "line_dir": "btt"},
    3: {"char_dir_rotated": "ttb", "line_dir_rotated": "rtl"},
}
"""How text runs and lines follow, by quarter turns against the clock."""

_Char = dict[str, Any]
"""A character of pdfplumber, which types it no closer."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The visible words in points of the page as rendered; whether some were hidden, whether the fonts lie."""

    words: tuple[Word, ...]
    has_hidden: bool
    is_garbled: bool


@dataclass(frozen=True, slots=True)
class _Found:
    text: str
    font: str
    box: BBox


class TextUnreadable(Exception):
    """The page draws, but its text cannot be got out; the caller goes on with pixels."""


def read_text(sheet: Sheet, canvas: Canvas) -> PageText:
    """The page's words; raises ``TextUnreadable``.

    A word counts as hidden when the page looks the same without its text (ISO 32000 knows many ways to hide text:
    render mode 3, white ink, clips, layers, covers; they all come to that), when it lies off the page, or when it
    is less than three points high.
    """
    found = _find_words(_copy(sheet), sheet.frame)
    if not found:
        return PageText((), has_hidden=False, is_garbled=False)
    ink = _text_ink(sheet)
    seen = [word for word in found if _is_visible(word, ink, sheet.frame, canvas)]
    garbled = is_garbled((word.text, word.font) for word in seen)
    return PageText(_as_words(seen, canvas), has_hidden=len(seen) < len(found), is_garbled=garbled)


def _copy(sheet: Sheet) -> bytes:
    try:
        return copy_page(sheet)
    except pdfium.PdfiumError as error:
        raise TextUnreadable from error


def _find_words(data: bytes, frame: Frame) -> list[_Found]:
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            page = document.pages[0]
            left, bottom, right, top = (float(side) for side in page.page_obj.mediabox)
            media = frame.place_box([(left, bottom), (right, top)])
            x_shift, y_shift = media.x0 - float(page.bbox[0]), media.top - float(page.bbox[1])
            words = [
                word
                for directions, chars in _by_direction(page.dedupe_chars().chars)
                for word in extract_words(
                    chars, x_tolerance_ratio=_GAP_IN_CHARACTERS, extra_attrs=["fontname"], **directions
                )
            ]
    except MemoryError:
        raise
    except Exception as error:
        # pdfminer raises anything on hostile bytes, RecursionError and AssertionError among them.
        raise TextUnreadable from error
    return [
        _Found(
            SYMBOLS.get(str(word["text"]), str(word["text"])),
            str(word["fontname"]),
            BBox(
                float(word["x0"]) + x_shift,
                float(word["top"]) + y_shift,
                float(word["x1"]) + x_shift,
                float(word["bottom"]) + y_shift,
            ),
        )
        for word in words
        if str(word["text"]).split()
    ]


def _by_direction(chars: list[_Char]) -> list[tuple[dict[str, Any], list[_Char]]]:
    """The characters by the quarter turn they are written in, with what that means for reading them."""
    turns: dict[int, list[_Char]] = {}
    for char in chars:
        a, b, *_ = char["matrix"]
        turns.setdefault(round(math.degrees(math.atan2(b, a)) / 90) % 4, []).append(char)
    return [(_DIRECTIONS[turn], found) for turn, found in sorted(turns.items())]


def _text_ink(sheet: Sheet) -> Gray:
    """Where the page changes when its text and annotations are left out; one pixel is 1/100 inch at most."""
    page, frame = sheet.page, sheet.frame
    scale = _LOOK_DPI / POINTS_PER_INCH * min(1.0, 2000.0 / max(frame.width, frame.height))
    size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    whole = draw(page, *size)
    texts = list(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT], max_depth=_MAX_DEPTH))
    for text in texts:
        hide(text, is_hidden=True)
    try:
        rest = draw(page, *size, with_annotations=False)
    finally:
        for text in texts:
            hide(text, is_hidden=False)
    return np.asarray(cv2.absdiff(whole, rest) > _LEAST_CHANGE, dtype=np.uint8)


def _is_visible(word: _Found, ink: Gray, frame: Frame, canvas: Canvas) -> bool:
    height, width = ink.shape
    x_scale, y_scale = width / frame.width, height / frame.height
    if min(word.box.width * canvas.x_scale, word.box.height * canvas.y_scale) < _LEAST_HEIGHT and (
        len(word.text) > 1 or word.box.height * canvas.y_scale < _LEAST_HEIGHT
    ):
        return False
    x0, x1 = (min(width, max(0, round(x * x_scale))) for x in (word.box.x0, word.box.x1))
    top, bottom = (min(height, max(0, round(y * y_scale))) for y in (word.box.top, word.box.bottom))
    x1, bottom = max(x1, min(width, x0 + 1)), max(bottom, min(height, top + 1))
    spot = ink[top:bottom, x0:x1]
    return spot.size > 0 and int(spot.sum()) >= max(1.0, _LEAST_SHARE * spot.size)


def _as_words(found: list[_Found], canvas: Canvas) -> tuple[Word, ...]:
    words: list[Word] = []
    segment = 0
    before: BBox | None = None
    for word in found:
        if before is not None and not _continues(before, word.box):
            segment += 1
        before = word.box
        words.extend(
            Word(text=text, bbox=canvas.to_points(word.box), segment=segment, source="embedded")
            for text in word.text.split()
        )
    return tuple(words)


def _continues(before: BBox, box: BBox) -> bool:
    same_line = before.y_overlap(box) > 0.5 * min(before.height, box.height)
    return same_line and -box.height < box.x0 - before.x1 < _SAME_SEGMENT_GAP * box.height

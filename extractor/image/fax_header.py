"""Where the transmit header line stands: first at the top edge of the page, or upside down at its foot.

The line is drawn by the sending machine on the finished page: nothing but another machine's header stands further out.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import numpy as np

from extractor.image.header_text import HeaderText, read_header
from extractor.image.ink import WORKING_DPI, working_ink
from extractor.image.orient import find_letters, find_lines
from extractor.pixels import Gray, PageImage
from models.record import BBox, FaxHeader, bounding_box
from models.stages.text import Word, Words

ReadLine = Callable[[Gray], str]
"""Reads a crop of one line of dark text on white."""

ZONE_POINTS = 58.0
"""How far from the edge a header line may end: machines print within 0.2 inch, scanning again adds a margin."""

_MAX_HEIGHT_POINTS = 16.0
_LINES_TRIED = 3
_POORLY_READ = 0.9
_MIN_STRIP_INCH = 2.0


class HeaderLine(NamedTuple):
    """A header line as read: its values, the page number it states, where it stands (points), and its words.

    Near ``bbox`` of a slanted line other words may stand: ``words`` are the ones that belong to it.
    """

    header: FaxHeader
    page: int | None
    bbox: BBox
    words: tuple[Word, ...] = ()


def parse_header(text: str, *, today: date | None = None) -> FaxHeader | None:
    """The values of a header line's text, None where the text is no header line: see ``read_header``."""
    found = read_header(text, today=today)
    return None if found is None else found.header


def find_header(
    words: Words, page: PageImage, read_line: ReadLine | None = None, *, today: date | None = None
) -> HeaderLine | None:
    """The page's header line, None where there is none.

    Among the words read it is looked for at the top. With ``read_line`` the edges where a header would not have been
    read as text are tried too, turned the right way: the foot, where it stands upside down, and the edge that was the
    top before the page was turned upright.
    """
    found = _find_in_lines(_top_lines(words), today)
    if found is not None or read_line is None:
        return found
    edges = dict.fromkeys(((-page.rotation // 90) % 4, (2 - page.rotation // 90) % 4, 2))
    for quarters in edges:
        if quarters:
            found = _find_at_edge(words, page, quarters, read_line, today)
            if found is not None:
                return found
    return None


def _top_lines(words: Words) -> list[tuple[Word, ...]]:
    """The words near the top as lines, topmost first, each left to right."""
    zone = sorted((word for word in words.words if word.bbox.top <= ZONE_POINTS), key=lambda word: word.bbox.y_mid)
    lines: list[list[Word]] = []
    for word in zone:
        reach = 0.5 * max(5.0, min(word.bbox.height, _MAX_HEIGHT_POINTS))
        if lines and word.bbox.y_mid - float(np.mean([other.bbox.y_mid for other in lines[-1]])) <= reach:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [tuple(sorted(line, key=lambda word: word.bbox.x0)) for line in lines]


def _find_in_lines(lines: list[tuple[Word, ...]], today: date | None) -> HeaderLine | None:
    """The first header among the outermost lines; what stands further out than it goes with it."""
    for number, line in enumerate(lines[:_LINES_TRIED]):
        if float(np.median([word.bbox.height for word in line])) > _MAX_HEIGHT_POINTS:
            continue
        found = read_header(" ".join(word.text for word in line), today=today)
        if found is not None:
            outer = tuple(word for other in lines[: number + 1] for word in other)
            below = _stacked_headers(lines[number + 1 : number + _LINES_TRIED], today)
            return _make(found, (*outer, *below))
    return None


def _stacked_headers(lines: list[tuple[Word, ...]], today: date | None) -> tuple[Word, ...]:
    """Words of further header lines right below: a page that was faxed on carries one for each time."""
    taken: list[Word] = []
    for line in lines:
        if read_header(" ".join(word.text for word in line), today=today) is None:
            break
        taken.extend(line)
    return tuple(taken)


def _make(found: HeaderText, words: tuple[Word, ...]) -> HeaderLine:
    return HeaderLine(found.header, found.page, bounding_box([word.bbox for word in words]), words)


def _find_at_edge(
    words: Words, page: PageImage, quarters: int, read_line: ReadLine, today: date | None
) -> HeaderLine | None:
    """A header at the edge that is on top when the page is turned clockwise by ``quarters`` times 90 degrees."""
    turned = np.ascontiguousarray(np.rot90(page.pixels, -quarters))
    strip = _outermost_strip(turned, page.dpi)
    if strip is None:
        return None
    box = _turn_back(strip, turned.shape, quarters, page)
    inside = tuple(word for word in words.words if _is_inside(word, box))
    scores = [word.confidence for word in inside if word.confidence is not None]
    if scores and float(np.mean(scores)) >= _POORLY_READ:
        return None
    x0, top, x1, bottom = strip
    found = read_header(read_line(np.ascontiguousarray(turned[top:bottom, x0:x1])), today=today)
    return None if found is None else HeaderLine(found.header, found.page, box, inside)


def _outermost_strip(pixels: Gray, dpi: float) -> tuple[int, int, int, int] | None:
    """Pixels (x0, top, x1, bottom) of the topmost line of text within the zone; None where none is wide enough."""
    zone = pixels[: round(ZONE_POINTS / 72 * dpi)]
    lines = find_lines(find_letters(working_ink(zone, dpi, dpi, is_bilevel=False)).mask)
    if not len(lines):
        return None
    first = lines[np.argmin(lines[:, 1] + lines[:, 3] / 2)]
    middle = lines[:, 1] + lines[:, 3] / 2
    level = lines[(middle >= first[1]) & (middle <= first[1] + first[3])]
    x0, top = level[:, 0].min(), level[:, 1].min()
    x1, bottom = (level[:, 0] + level[:, 2]).max(), (level[:, 1] + level[:, 3]).max()
    if x1 - x0 < _MIN_STRIP_INCH * WORKING_DPI:
        return None
    scale, margin = dpi / WORKING_DPI, round(0.03 * dpi)
    return (
        max(0, int(x0 * scale) - margin),
        max(0, int(top * scale) - margin),
        min(pixels.shape[1], int(x1 * scale) + margin),
        min(pixels.shape[0], int(bottom * scale) + margin),
    )


def _turn_back(strip: tuple[int, int, int, int], shape: tuple[int, ...], quarters: int, page: PageImage) -> BBox:
    """A box on the page turned clockwise by ``quarters``, as points on the page itself."""
    (x0, top, x1, bottom), (height, width) = strip, shape
    if quarters == 1:
        return page.to_points(top, width - x1, bottom, width - x0)
    if quarters == 2:
        return page.to_points(width - x1, height - bottom, width - x0, height - top)
    return page.to_points(height - bottom, x0, height - top, x1)


def _is_inside(word: Word, box: BBox) -> bool:
    return box.x0 <= word.bbox.x_mid <= box.x1 and box.top <= word.bbox.y_mid <= box.bottom

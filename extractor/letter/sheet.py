"""A sheet of paper to write on from the top down, in type that a standard fax still carries."""

import io
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from extractor.errors import RecordError

WIDTH, HEIGHT = 612.0, 792.0
MARGIN = 46.0
"""Fax machines cut what is nearer to the edge, and write their header there."""

REGULAR, BOLD, MONO = "Helvetica", "Helvetica-Bold", "Courier-Bold"
_LINE = 1.2
_RULE = 1.2
"""Points: a line of a standard fax is 0.73 high, and a thinner rule would come and go."""

_LONGEST = 400
"""Characters of one text that are looked at: longer ones are not shown whole anyway."""


class Style(NamedTuple):
    """Font name and size in points."""

    font: str
    size: float

    @property
    def step(self) -> float:
        """From one base line to the next."""
        return self.size * _LINE


class Sheet:
    """One US letter page; heights are points from the top. Text is drawn as it is: no markup has a meaning in it."""

    def __init__(self, title: str) -> None:
        self._target = io.BytesIO()
        self._canvas = Canvas(self._target, pagesize=(WIDTH, HEIGHT), pageCompression=1, invariant=1)
        self._canvas.setTitle(title)

    def finish(self) -> bytes:
        """The PDF. The same drawing gives the same bytes."""
        self._canvas.showPage()
        self._canvas.save()
        return self._target.getvalue()

    def write(self, x: float, y: float, text: str, style: Style) -> float:
        """With the base line at ``y``; returns the right end."""
        text = printable(text)
        self._canvas.setFont(*style)
        self._canvas.drawString(x, HEIGHT - y, text)
        return x + width_of(text, style)

    def write_lines(self, x: float, y: float, lines: Sequence[str], style: Style) -> float:
        """Lines one below the other, the first base line at ``y``; returns where the next would be."""
        for line in lines:
            self.write(x, y, line, style)
            y += style.step
        return y

    def rule(self, x0: float, x1: float, y: float, width: float = _RULE) -> None:
        """A level line."""
        self._canvas.setLineWidth(width)
        self._canvas.line(x0, HEIGHT - y, x1, HEIGHT - y)

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """An empty frame with its upper left corner at (x, y)."""
        self._canvas.setLineWidth(_RULE)
        self._canvas.rect(x, HEIGHT - y - height, width, height)

    def picture(self, x: float, y: float, size: tuple[float, float], picture: ImageReader) -> None:
        """A picture with its upper left corner at (x, y), framed."""
        self._canvas.drawImage(picture, x, HEIGHT - y - size[1], *size)
        self.box(x - 2, y - 2, size[0] + 4, size[1] + 4)

    def code(self, x: float, y: float, size: float, text: str) -> None:
        """A QR code (ISO/IEC 18004, version 1, level Q: a quarter of it may be lost) with its white border."""
        widget = QrCodeWidget(text, barLevel="Q", barWidth=size, barHeight=size)
        drawing = Drawing(size, size)
        drawing.add(widget)
        renderPDF.draw(drawing, self._canvas, x, HEIGHT - y - size)


def open_picture(data: bytes) -> ImageReader:
    """A crop (PNG or JPEG). Raises ``RecordError`` where it is none."""
    try:
        return ImageReader(io.BytesIO(data))
    except (OSError, ValueError, SyntaxError) as error:
        raise RecordError("A crop for the letter is no picture: cut it from the original again.") from error


def wrap(text: str, style: Style, width: float, most: int, first: float | None = None) -> list[str]:
    """At most ``most`` lines of that width (``first``: of the first one); where text is left out stands an ellipsis."""
    words = printable(text[:_LONGEST]).split()
    lines: list[str] = []
    line, room = "", width if first is None else first
    while words and len(lines) <= most:
        longer = f"{line} {words[0]}".strip()
        if width_of(longer, style) <= room:
            line = longer
            words.pop(0)
        elif line or (room < width and not lines):
            lines.append(line)
            line, room = "", width
        else:
            # A word that is wider than the column goes on in the next line.
            end = max(1, _fitting(words[0], style, room))
            lines.append(words[0][:end])
            words[0] = words[0][end:]
            words = [word for word in words if word]
            room = width
    lines = [*lines, line] if line else lines
    if len(lines) <= most and not words and len(text) <= _LONGEST:
        return lines
    last_room = width if most > 1 or first is None else first
    return [*lines[: most - 1], cut(" ".join(lines[most - 1 : most + 1]), style, last_room, is_open=True)]


def cut(text: str, style: Style, width: float, *, is_open: bool = False) -> str:
    """The text within ``width`` points; an ellipsis where something was left out (``is_open``: more follows anyway)."""
    shown = printable(text[:_LONGEST])
    if not is_open and len(text) <= _LONGEST and width_of(shown, style) <= width:
        return shown
    return shown[: _fitting(shown, style, width - width_of("...", style))].rstrip() + "..."


def _fitting(text: str, style: Style, width: float) -> int:
    """How many characters go into ``width`` points."""
    return max(0, bisect_right(range(len(text) + 1), width, key=lambda end: width_of(text[:end], style)) - 1)


def width_of(text: str, style: Style) -> float:
    """Points."""
    return float(stringWidth(text, *style))


def printable(text: str) -> str:
    """In one line, in what the PDF's built-in fonts can show: without accents they do not have, else ``?``."""
    shown = (char if char.isspace() else _shown(char) for char in text)
    return " ".join("".join(shown).split())


def _shown(char: str) -> str:
    if unicodedata.category(char).startswith("C"):
        return ""
    for form in (char, unicodedata.normalize("NFKD", char)):
        try:
            return form.encode("cp1252").decode("cp1252")
        except UnicodeEncodeError:
            continue
    plain = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return plain.encode("cp1252", "replace").decode("cp1252")

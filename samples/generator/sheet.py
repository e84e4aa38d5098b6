"""A page being made: printing, filling in, ticking and signing, with the truth kept as it is drawn."""

import random
from dataclasses import dataclass

from samples.generator import hand
from samples.generator.fonts import Face
from samples.generator.ops import (
    Box,
    CheckOp,
    Drawing,
    FieldOp,
    FillOp,
    Json,
    Said,
    Seg,
    StrokeOp,
    TextOp,
    WordBox,
    union,
)
from samples.generator.say import Blank

ASCENT, DESCENT = 0.74, 0.21
# People write down to this share of their size, go over the end of a blank up to this many times its width, and take
# a second line for what would have to get smaller than this.
LEAST, OVERRUN, CRAMMED = 0.6, 1.05, 0.82


@dataclass(frozen=True)
class Look:
    """How one form is printed and filled in.

    ``pen`` is a ``Hand`` for handwriting, a ``Face`` for a typewriter or printer, and None for PDF form fields; where
    there is an ``other_pen`` each blank is filled in with either.
    """

    body: Face
    bold: Face
    pen: "hand.Hand | Face | None"
    pen_size: float = 10.0
    marks: tuple[str, ...] = ("cross",)
    other_pen: "hand.Hand | Face | None" = None


class Sheet:
    """One upright page; coordinates in points, ``y`` is a base line where text is meant and a top elsewhere."""

    def __init__(self, page_type: str, look: Look, rng: random.Random, size: tuple[float, float] = (612.0, 792.0)):
        self.page_type = page_type
        self.look = look
        self.rng = rng
        self.drawing = Drawing(size[0], size[1])
        self.blank: list[str] = []
        self.owner = 0
        self.traps: set[str] = set()
        self.unticked: list[str] = []
        self.page_total_at: tuple[float, float] | None = None

    @property
    def width(self) -> float:
        """Points."""
        return self.drawing.width

    @property
    def has_handwriting(self) -> bool:
        """Whether a word on it is written by hand."""
        return any(word.is_handwritten for word in self.drawing.words)

    def announce(self, total: int) -> None:
        """Tell the page how many pages the packet has; cover sheets print it."""
        if self.page_total_at is not None:
            self.fill(*self.page_total_at, [Seg(str(total))], 60)

    def say(self, says: tuple[tuple[str, Json], ...], box: Box) -> None:
        """Record that ``box`` shows these values."""
        self.drawing.said.extend(Said(path, value, box) for path, value in says)

    def print(
        self,
        x: float,
        y: float,
        text: str | list[Seg],
        size: float = 9.0,
        bold: bool = False,
        grey: float = 0.0,
        align: str = "left",
        face: Face | None = None,
    ) -> float:
        """Print a line, word by word; returns where it ends."""
        self._leave(text)
        font = face or (self.look.bold if bold else self.look.body)
        segs = [Seg(text)] if isinstance(text, str) else text
        total = sum(font.width(s.text, size) for s in segs)
        x -= {"left": 0.0, "center": total / 2, "right": total}[align]
        return self._typed(x, y, segs, size, font, grey)

    def paragraph(
        self, x: float, y: float, text: str | list[Seg], width: float, size: float = 9.0, leading: float = 1.3
    ) -> float:
        """Print text wrapped to ``width``; returns the base line after the last one."""
        segs = [Seg(text)] if isinstance(text, str) else text
        line: list[Seg] = []
        used, font = 0.0, self.look.body
        for piece in _words(segs):
            wide = font.width(piece.text.rstrip(), size)
            if line and used + wide > width and line[-1].text.endswith(" "):
                self._typed(x, y, line, size, font, 0.0)
                y, line, used = y + size * leading, [], 0.0
            line.append(piece)
            used += font.width(piece.text, size)
        if line:
            self._typed(x, y, line, size, font, 0.0)
            y += size * leading
        return y

    def fill(self, x: float, y: float, segs: list[Seg], width: float, size: float | None = None) -> float:
        """Fill in a blank ``width`` points wide with this form's pen; returns where it ends."""
        pen, size = self.look.pen, size or self.look.pen_size
        if not segs:
            self._leave(segs)
            return x
        if self.look.other_pen is not None and self.rng.random() < 0.5:
            pen, size = self.look.other_pen, min(size, 10.0)
        text = "".join(s.text for s in segs)
        if isinstance(pen, hand.Hand):
            wide = max(1.0, pen.face.width(text, size))
            if wide * CRAMMED > width and sum(bool(s.says) for s in segs) > 1:
                return self._cram(x, y, segs, width, size)
            # People squeeze a little, then run over the end of the line, but not off the paper.
            room = max(0.78 * width, self.width - x - 14)
            floor = max(LEAST, min(0.78, width * OVERRUN / wide))
            size *= min(1.0, max(floor, width * 1.04 / wide), room / (wide * 1.12))
            return self._written(pen, x, y, segs, size)
        font = pen or self.look.body
        wide = font.width(text, size)
        size = size * max(LEAST, min(1.0, width / wide)) if wide else size
        if pen is None:
            box = (x, y - size * 1.05, x + width, y + size * 0.4)
            index = sum(isinstance(op, FieldOp) for op in self.drawing.ops)
            self.drawing.ops.append(FieldOp(box, f"field_{index}", text, size, font))
            return self._typed(x + 2, y, segs, size, font, 0.0, is_drawn=False)
        return self._typed(x, y, segs, size, font, 0.0)

    def _cram(self, x: float, y: float, segs: list[Seg], width: float, size: float) -> float:
        """Write what is far too long for its blank small and on two lines; returns where the longer one ends."""
        ends = [sum(len(piece.text) for piece in segs[:index]) for index in range(len(segs))]
        cuts = [index for index in range(1, len(segs)) if segs[index].says]
        half = sum(len(piece.text) for piece in segs) / 2
        cut = min(cuts, key=lambda index: abs(ends[index] - half))
        rows = ((y - size * 0.5, segs[:cut]), (y + size * 0.12, segs[cut:]))
        return max(self.fill(x, base, row, width, size * 0.68) for base, row in rows)

    def _leave(self, answer: str | list[Seg]) -> None:
        """Keep in mind what was asked for in vain."""
        if isinstance(answer, Blank):
            self.blank.extend(answer.paths)

    def line(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.6, grey: float = 0.0) -> None:
        """Rule a straight line."""
        self.drawing.ops.append(StrokeOp(((x0, y0), (x1, y1)), width, grey))

    def frame(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.6, grey: float = 0.0) -> None:
        """Rule a box."""
        points = ((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0))
        self.drawing.ops.append(StrokeOp(points, width, grey))

    def shade(self, x0: float, y0: float, x1: float, y1: float, grey: float) -> None:
        """Fill a box."""
        self.drawing.ops.append(FillOp(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), grey))

    def check(
        self,
        x: float,
        y: float,
        label: str | list[Seg],
        is_on: bool,
        size: float = 9.0,
        shape: str = "square",
        says: tuple[tuple[str, Json], ...] = (),
    ) -> float:
        """A check box with its label right of it, marked when ``is_on``; what it says counts only then."""
        side = size * 0.85
        box = (x, y - side + 0.5, x + side, y + 0.5)
        start = len(self.drawing.words)
        segs = [Seg(label)] if isinstance(label, str) else label
        if not is_on:
            segs = [Seg(s.text) for s in segs]
            self.unticked.append("".join(s.text for s in segs))
        if shape == "bracket":
            end = self._bracket(x, y, is_on, size)
        else:
            self._box(box, is_on, shape)
            end = x + side + size * 0.4
        end = self._typed(end, y, segs, size, self.look.body, 0.0)
        if is_on and says:
            self.say(says, union([box, *(w.box for w in self.drawing.words[start:])]))
        return end

    def choose(
        self, x: float, y: float, options: list[tuple[str, bool, tuple[tuple[str, Json], ...]]], size: float = 9.0
    ) -> float:
        """Words of which the right one is ringed."""
        for label, is_on, says in options:
            start = len(self.drawing.words)
            x = self._typed(x, y, [Seg(label)], size, self.look.body, 0.0) + size * 1.6
            box = union([w.box for w in self.drawing.words[start:]])
            if is_on:
                self.drawing.ops.extend(hand.ring(self.rng, box))
                self.say(says, box)
        return x

    def comb(
        self, x: float, y: float, text: str, cell: tuple[float, float], says: tuple[tuple[str, Json], ...]
    ) -> float:
        """One character a cell, cells ``cell`` points wide and high with their bottom at ``y``."""
        boxes: list[Box] = []
        for char in text:
            if char in " -/":
                self.print(x + 1.5, y - cell[1] * 0.3, char.strip() or " ", 9)
                x += cell[0] * 0.55
                continue
            self.frame(x, y - cell[1], x + cell[0], y)
            if char != "_":
                count = len(self.drawing.words)
                size = min(self.look.pen_size, cell[1] * 0.85)
                self.fill(x + cell[0] * 0.25, y - cell[1] * 0.22, [Seg(char)], cell[0], size)
                boxes.extend(w.box for w in self.drawing.words[count:])
            x += cell[0]
        if boxes:
            self.say(says, union(boxes))
        return x

    def sign(self, x: float, y: float, width: float, height: float = 16.0) -> None:
        """The prescriber's signature as a scrawl."""
        strokes, box = hand.signature(self.rng, x, y, width, height)
        self.drawing.ops.extend(strokes)
        self.say((("prescriber.signature_present", True),), box)

    def _box(self, box: Box, is_on: bool, shape: str) -> None:
        if self.look.pen is None:
            index = sum(isinstance(op, CheckOp) for op in self.drawing.ops)
            self.drawing.ops.append(CheckOp(box, f"check_{index}", is_on))
            return
        if shape == "circle":
            cx, cy, r = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, (box[2] - box[0]) / 2
            circle = hand.circle(cx, cy, r)
            self.drawing.ops.append(StrokeOp(circle, 0.6))
        else:
            self.frame(*box, width=0.7)
        if is_on:
            self.drawing.ops.extend(hand.mark(self.rng, box, self.rng.choice(self.look.marks)))

    def _bracket(self, x: float, y: float, is_on: bool, size: float) -> float:
        return self._typed(x, y, [Seg("[X] " if is_on else "[ ] ")], size, self.look.body, 0.0)

    def _typed(
        self, x: float, y: float, segs: list[Seg], size: float, font: Face, grey: float, is_drawn: bool = True
    ) -> float:
        start, space = x, font.width(" ", size)
        for piece, glued in _glue(segs):
            boxes: list[Box] = []
            for index, text in enumerate(piece.text.split(" ")):
                if index:
                    x += space
                if not text:
                    continue
                wide = font.width(text, size)
                box = (x, y - ASCENT * size, x + wide, y + DESCENT * size)
                if is_drawn:
                    self.drawing.ops.append(TextOp(x, y, text, font, size, grey))
                self._word(text, box, glued and index == 0, False)
                boxes.append(box)
                x += wide
            if boxes and piece.says:
                self.say(piece.says, union(boxes))
        return max(x, start)

    def _written(self, pen: hand.Hand, x: float, y: float, segs: list[Seg], size: float) -> float:
        y -= self.rng.uniform(0, 0.12) * size
        start = x
        for piece, glued in _glue(segs):
            boxes: list[Box] = []
            for index, text in enumerate(piece.text.split(" ")):
                if index:
                    x += pen.face.width(" ", size) * self.rng.uniform(0.9, 1.4)
                if not text:
                    continue
                glyphs, box, x = hand.write_word(pen, self.rng, x, y + pen.slope * (x - start), text, size)
                self.drawing.ops.extend(glyphs)
                self._word(text, box, glued and index == 0, True)
                boxes.append(box)
            if boxes and piece.says:
                self.say(piece.says, union(boxes))
        return x

    def _word(self, text: str, box: Box, is_glued: bool, is_hand: bool) -> None:
        words = self.drawing.words
        if is_glued and words:
            last = words.pop()
            text, box = last.text + text, union([last.box, box])
        words.append(WordBox(text, box, is_hand))


def _glue(segs: list[Seg]) -> list[tuple[Seg, bool]]:
    """Each segment, and whether its first word continues the last word of the one before."""
    glued, ends_open = [], False
    for piece in segs:
        if piece.text:
            glued.append((piece, ends_open and not piece.text.startswith(" ")))
            ends_open = not piece.text.endswith(" ")
    return glued


def _words(segs: list[Seg]) -> list[Seg]:
    """Segments cut so that a line may break after each; a segment that says something stays whole."""
    pieces: list[Seg] = []
    for piece in segs:
        if piece.says:
            pieces.append(piece)
        else:
            pieces.extend(Seg(part) for part in piece.text.replace(" ", " \0").split("\0") if part)
    return pieces

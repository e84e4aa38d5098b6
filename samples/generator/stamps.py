"""Rubber stamps, turned a little and unevenly inked, and the blocks that electronic signatures print."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from samples.generator.fonts import Face
from samples.generator.ops import Box, GlyphOp, Op, StrokeOp, WordBox, union

RECEIVED = {
    "train": (("RECEIVED", "{day}"), ("RECEIVED", "{day}", "BY: ________")),
    "tune": (("REC'D {day}",), ("{day}", "INFUSION INTAKE")),
    "retired": (("Date Received", "{day}"), ("RCVD", "{day}", "INITIALS ____")),
    "test": (("ENTERED", "{day}"), ("FAX INTAKE", "{day}", "SCANNED: ____")),
}
ELECTRONIC = {
    "train": (
        ("Electronically signed by: {name}", "on {day} {hour:02d}:{minute:02d}"),
        ("E-signed: {name} {day} at {hour:02d}:{minute:02d}",),
    ),
    "tune": (
        ("Authenticated by {name} on {day} {hour12}:{minute:02d} {half}",),
        ("Signature on file: {name}", "Date: {day}"),
    ),
    "retired": (
        ("Digitally signed by {name}", "Date: {day} {hour:02d}:{minute:02d}:00"),
        ("This document was electronically approved by {name} ({day} {hour12}:{minute:02d}{half})",),
    ),
    "test": (
        ("{name} has attested this order", "{day} {hour:02d}{minute:02d} hrs"),
        ("Signed in the record by {name}, {hour12}:{minute:02d} {half}, {day}",),
    ),
}
FRAMES = {
    "train": ("double", "none"),
    "tune": ("single",),
    "retired": ("round", "none", "single"),
    "test": ("oval", "rules"),
}


@dataclass(frozen=True)
class Stamp:
    """What one impression draws, its words and the box around it."""

    ops: tuple[Op, ...]
    words: tuple[WordBox, ...]
    box: Box


def choose_place(
    rng: random.Random, taken: Sequence[Box], size: tuple[float, float], page: tuple[float, float]
) -> tuple[float, float] | None:
    """Where a stamp of a size leaves all ``taken`` boxes free: its top left corner, or None after two dozen tries."""
    for _ in range(24):
        x, y = rng.uniform(20, page[0] - size[0] - 20), rng.uniform(20, page[1] - size[1] - 20)
        own = (x - 8, y - 8, x + size[0] + 8, y + size[1] + 8)
        if not any(b[0] < own[2] and own[0] < b[2] and b[1] < own[3] and own[1] < b[3] for b in taken):
            return x, y
    return None


def electronic(rng: random.Random, pool: str, name: str, day: str, minute: int) -> tuple[str, ...]:
    """The lines of an electronic signature; ``day`` as printed, ``minute`` of the day."""
    hour, half = minute // 60, "AM" if minute < 720 else "PM"
    said = {"name": name, "day": day, "hour": hour, "hour12": (hour + 11) % 12 + 1, "minute": minute % 60, "half": half}
    return tuple(line.format(**said) for line in rng.choice(ELECTRONIC[pool]))


def received(rng: random.Random, pool: str, x: float, y: float, face: Face, day: str) -> Stamp:
    """The date stamp of an office; ``x`` and ``y`` are its top left corner."""
    lines = tuple(line.format(day=day) for line in rng.choice(RECEIVED[pool]))
    return _press(rng, x, y, face, lines, rng.uniform(12, 17), rng.choice(FRAMES[pool]))


def practice(rng: random.Random, pool: str, x: float, y: float, face: Face, lines: tuple[str, ...]) -> Stamp:
    """The address stamp of a practice."""
    return _press(rng, x, y, face, lines, rng.uniform(8.5, 10.5), rng.choice((*FRAMES[pool], "none")))


def word(rng: random.Random, pool: str, x: float, y: float, face: Face, text: str) -> Stamp:
    """One word in large letters."""
    return _press(rng, x, y, face, (text,), rng.uniform(18, 28), rng.choice(FRAMES[pool]))


def _press(
    rng: random.Random, x: float, y: float, face: Face, lines: tuple[str, ...], size: float, frame: str
) -> Stamp:
    angle = max(-9.0, min(9.0, rng.gauss(0, 3.5)))
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    wide = max(face.width(line, size) for line in lines)
    tall = size * 1.25 * len(lines)

    def place(u: float, v: float) -> tuple[float, float]:
        """Stamp coordinates to the page; positive angles turn counterclockwise, as glyphs do."""
        return (x + u * c + v * s, y - u * s + v * c)

    # The pad inks one side better than the other.
    dark, slope = rng.uniform(0.1, 0.35), rng.uniform(-0.2, 0.2)
    ops: list[Op] = []
    words: list[WordBox] = []
    for row, line in enumerate(lines):
        u, base = (wide - face.width(line, size)) / 2, size * (1.25 * row + 0.9)
        for part in line.split(" "):
            boxes: list[Box] = []
            for char in part:
                px, py = place(u, base)
                grey = min(0.6, max(0.0, dark + slope * (u / wide - 0.5) + rng.gauss(0, 0.05)))
                ops.append(GlyphOp(px, py, char, face, size, angle, grey))
                left, top, right, bottom = face.ink(char, size)
                corners = [place(u + a, base + b) for a in (left, right) for b in (top, bottom)]
                boxes += [(*corner, *corner) for corner in corners]
                u += face.width(char, size)
            if boxes:
                words.append(WordBox(part, union(boxes)))
            u += face.width(" ", size)
    ops += [
        StrokeOp(tuple(place(*point) for point in outline), 1.2, dark) for outline in _outlines(wide, tall, size, frame)
    ]
    # Grains of dust leave small holes in the impression.
    for _ in range(round(wide * tall / 60)):
        px, py = place(rng.uniform(0, wide), rng.uniform(0, tall))
        ops.append(StrokeOp(((px, py), (px + rng.uniform(0, 0.8), py + 0.3)), rng.uniform(0.25, 0.6), 1.0))
    corners = [place(u, v) for u in (-4, wide + 4) for v in (-2, tall + 4)]
    return Stamp(tuple(ops), tuple(words), union([(*corner, *corner) for corner in corners]))


def _outlines(wide: float, tall: float, size: float, frame: str) -> list[list[tuple[float, float]]]:
    """The frame's polylines in stamp coordinates."""
    if frame == "none":
        return []
    if frame == "oval":
        ring = [6.2832 * step / 40 for step in range(41)]
        return [[(wide * (0.5 + 0.72 * math.cos(t)), tall * (0.5 + 0.85 * math.sin(t))) for t in ring]]
    if frame == "rules":
        return [[(-size * 0.3, y), (wide + size * 0.3, y)] for y in (-size * 0.25, tall + size * 0.3)]
    outlines = []
    for gap in (0.35, 0.6) if frame == "double" else (0.4,):
        a = size * gap
        cut = size * 0.7 if frame == "round" else 0.0
        x0, y0, x1, y1 = -a, -a * 0.5, wide + a, tall + a * 0.6
        top, bottom = [(x0 + cut, y0), (x1 - cut, y0)], [(x1 - cut, y1), (x0 + cut, y1)]
        outlines.append([*top, (x1, y0 + cut), (x1, y1 - cut), *bottom, (x0, y1 - cut), (x0, y0 + cut), top[0]])
    return outlines

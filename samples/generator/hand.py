"""What a hand does: writing with uneven glyphs, ticks, crosses, rings and signatures, as strokes.

Glyphs come from handwriting fonts and are moved, turned and scaled one by one on a base line that wanders; marks and
signatures are cubic Bezier curves with random control points.
"""

import math
import random
from dataclasses import dataclass, replace

from samples.generator.fonts import Face
from samples.generator.ops import Box, GlyphOp, Point, StrokeOp, union

STRIKES = ("line", "double", "wave", "cross", "scribble")


@dataclass(frozen=True)
class Hand:
    """One person's handwriting: the face, how uneven it is (about 0.5 to 1.5), the slope of its lines and the pen.

    ``slant`` leans glyphs by that share of their height, ``drift`` (share of the size) lets the base line wander from
    word to word, ``pressure`` (0 to 1) varies thickness and darkness along a word, ``cramp`` draws letters together
    until they touch (negative) or apart.
    """

    face: Face
    unevenness: float = 1.0
    slope: float = 0.0
    grey: float = 0.05
    pen: float = 0.9
    slant: float = 0.0
    drift: float = 0.0
    pressure: float = 0.0
    cramp: float = 0.0


def loosen(hand: Hand, rng: random.Random) -> Hand:
    """The same hand with a slant, drift, pressure and spacing of its own."""
    return replace(
        hand,
        slant=rng.gauss(0.0, 0.07),
        drift=rng.uniform(0.02, 0.07),
        pressure=rng.uniform(0.2, 0.8),
        cramp=rng.uniform(-0.03, 0.05),
    )


def write_word(
    hand: Hand, rng: random.Random, x: float, y: float, text: str, size: float
) -> tuple[list[GlyphOp], Box, float]:
    """The glyphs of one word that starts at ``x`` on base line ``y``, its ink box, and where the pen ends."""
    glyphs: list[GlyphOp] = []
    boxes: list[Box] = []
    start, rough = x, hand.unevenness
    phase, swing = rng.uniform(0, 6.28), 0.03 * size * rough
    lean, turn = hand.slant, 0.0
    if hand.drift:
        y += rng.gauss(0, hand.drift * size)
        lean += rng.gauss(0, 0.03)
    if hand.pressure:
        turn = rng.uniform(0, 6.28)
    for char in text:
        scale = 1 + rng.gauss(0, 0.035 * rough)
        dy = swing * math.sin(phase + (x - start) / size) + rng.gauss(0, 0.02 * size * rough) + hand.slope * (x - start)
        angle = max(-9.0, min(9.0, rng.gauss(0, 1.8 * rough)))
        press = hand.pressure * math.sin(turn + (x - start) / (1.7 * size))
        grey = min(0.55, max(0.0, hand.grey - 0.15 * press))
        glyphs.append(GlyphOp(x, y + dy, char, hand.face, size * scale, angle, grey, lean, 0.55 * press))
        left, top, right, bottom = hand.face.ink(char, size * scale)
        leans = (-lean * bottom, -lean * top)
        boxes.append((x + left + min(leans), y + dy + top, x + right + max(leans), y + dy + bottom))
        x += hand.face.width(char, size * scale) * (1 + hand.cramp + rng.gauss(0, 0.02 * rough))
    return glyphs, union(boxes), x


def curve(points: list[Point], steps: int = 14) -> tuple[Point, ...]:
    """A cubic Bezier curve through four control points as a polyline."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    path = []
    for step in range(steps + 1):
        t = step / steps
        a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
        path.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
    return tuple(path)


def mark(rng: random.Random, box: Box, kind: str, pen: float = 1.1) -> list[StrokeOp]:
    """A hand's mark in a check box: ``tick``, ``cross``, ``fill``, ``scribble``, ``slash``, ``hook`` or ``dot``."""
    x0, y0, x1, y1 = box
    w, h = x1 - x0, y1 - y0

    def near(x: float, y: float, spread: float = 0.12) -> Point:
        return (x + rng.gauss(0, spread * w), y + rng.gauss(0, spread * h))

    if kind == "tick":
        low = near(x0 + 0.38 * w, y1 - 0.05 * h)
        rise = [low, near(x0 + 0.6 * w, y0 + 0.5 * h), near(x1, y0), near(x1 + 0.45 * w, y0 - 0.55 * h)]
        return [StrokeOp((near(x0 + 0.02 * w, y0 + 0.5 * h), low, *curve(rise)), pen)]
    if kind == "cross":
        out = rng.uniform(-0.05, 0.25)
        a = (near(x0 - out * w, y0 - out * h), near(x1 + out * w, y1 + out * h))
        b = (near(x1 + out * w, y0 - out * h), near(x0 - out * w, y1 + out * h))
        return [StrokeOp(a, pen), StrokeOp(b, pen)]
    if kind == "hook":
        low = near(x0 + 0.45 * w, y1 + 0.1 * h)
        return [StrokeOp((near(x0 + 0.15 * w, y0 + 0.55 * h), low, near(x1 + 0.1 * w, y0 - 0.1 * h)), pen * 1.1)]
    if kind == "dot":
        ring = [near(x0 + (0.5 + 0.22 * math.cos(t)) * w, y0 + (0.5 + 0.22 * math.sin(t)) * h, 0.03) for t in range(7)]
        return [StrokeOp((*ring, ring[0]), max(pen, 0.36 * w))]
    if kind == "slash":
        return [StrokeOp((near(x0 - 0.2 * w, y1 + 0.2 * h), near(x1 + 0.25 * w, y0 - 0.25 * h)), pen * 1.2)]
    lines = 9 if kind == "fill" else 5
    zigzag = []
    for index in range(lines):
        t = (index + 0.5) / lines
        zigzag.append(near(x0 + 0.08 * w if index % 2 else x1 - 0.08 * w, y0 + t * h, 0.05))
    return [StrokeOp(tuple(zigzag), pen * (1.5 if kind == "fill" else 1.0))]


def ring(rng: random.Random, box: Box, pen: float = 1.1) -> list[StrokeOp]:
    """A ring drawn round ``box``, not quite closed or overlapping, as people do."""
    x0, y0, x1, y1 = box
    cx, cy = (x0 + x1) / 2 + rng.gauss(0, 1), (y0 + y1) / 2 + rng.gauss(0, 0.6)
    rx, ry = (x1 - x0) / 2 + rng.uniform(3, 6), (y1 - y0) / 2 + rng.uniform(2, 3.5)
    start, sweep = rng.uniform(3.5, 5.5), 6.28 * rng.uniform(0.95, 1.12)
    tilt = rng.gauss(0, 0.06)
    path = []
    for step in range(41):
        angle = start + sweep * step / 40
        grow = 1 + 0.08 * step / 40 * rng.choice((1, 1, 1, 0.8))
        px, py = rx * grow * math.cos(angle), ry * grow * math.sin(angle)
        path.append((cx + px - tilt * py, cy + py + tilt * px))
    return [StrokeOp(tuple(path), pen)]


def strike(rng: random.Random, box: Box, kind: str, pen: float = 1.0) -> list[StrokeOp]:
    """What deletes the word in ``box``: one of ``STRIKES``. All but ``scribble`` leave it readable."""
    x0, y0, x1, y1 = box
    w, h = x1 - x0, y1 - y0

    def near(x: float, y: float) -> Point:
        return (x + rng.gauss(0, 1.2), y + rng.gauss(0, 0.06 * h))

    if kind in ("line", "double"):
        strokes = []
        for level in (0.55,) if kind == "line" else (0.42, 0.66):
            y = y0 + level * h
            control = [near(x0 - 3, y), near(x0 + w / 3, y), near(x0 + w * 0.7, y), near(x1 + 3, y - 0.05 * h)]
            strokes.append(StrokeOp(curve(control), pen))
        return strokes
    if kind == "cross":
        ends = ((near(x0, y0), near(x1, y1)), (near(x0, y1), near(x1, y0)))
        return [StrokeOp(end, pen) for end in ends]
    pitch, swing = (4.0, 0.22) if kind == "wave" else (1.9, 0.48)
    path, x, side = [near(x0 - 2, y0 + 0.5 * h)], x0, 1
    while x < x1 + 2:
        path.append(near(x, y0 + (0.5 + side * swing) * h))
        x, side = x + pitch * rng.uniform(0.6, 1.4), -side
    return [StrokeOp(tuple(path), pen)]


def signature(rng: random.Random, x: float, y: float, width: float, height: float) -> tuple[list[StrokeOp], Box]:
    """A scrawl on base line ``y``: a tall start, a run of peaks or loops that flattens out, a flourish."""
    pen = rng.uniform(0.9, 1.5)
    path = _peaks(rng, x, y, width, height) if rng.random() < 0.4 else _loops(rng, x, y, width, height)
    strokes, (px, py) = [StrokeOp(tuple(path), pen)], path[-1]
    if rng.random() < 0.6:
        sweep = [(px, py), (px + width * 0.15, y - height * 0.3), (px + width * 0.05, y + height * 0.35)]
        strokes.append(StrokeOp(curve([*sweep, (x + rng.uniform(0, width * 0.4), y + height * 0.25)]), pen * 0.9))
    if rng.random() < 0.4:
        strokes.append(StrokeOp(((x + width * 0.1, y - height * 0.9), (x + width * 0.3, y - height * 1.05)), pen))
    points = [p for stroke in strokes for p in stroke.points]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return strokes, (min(xs), min(ys), max(xs), max(ys))


def _peaks(rng: random.Random, x: float, y: float, width: float, height: float) -> list[Point]:
    loops = rng.randint(5, 9)
    path: list[Point] = []
    step, px, py = width * 0.8 / loops, x, y
    for index in range(loops):
        tall = height * (rng.uniform(0.8, 1.2) if index in (0, loops // 2) else rng.uniform(0.15, 0.5))
        nx, ny = px + step * rng.uniform(0.7, 1.3), y + rng.gauss(0, height * 0.07)
        over = (px + step * rng.uniform(0.2, 1.1), y - tall * 1.3)
        path.extend(curve([(px, py), over, (px - step * rng.uniform(-0.2, 0.7), y - tall), (nx, ny)]))
        px, py = nx, ny
    return path


def _loops(rng: random.Random, x: float, y: float, width: float, height: float) -> list[Point]:
    """A prolate cycloid whose height falls from the capital to the tail, with a second capital on the way."""
    path: list[Point] = []
    turns, second = rng.uniform(5, 10), rng.uniform(0.35, 0.6)
    reach, lean = width * rng.uniform(0.06, 0.1), rng.uniform(0.1, 0.5)
    for step in range(160):
        t = step / 159
        tall = height * (0.3 + 0.9 * math.exp(-((t / 0.09) ** 2)) + 0.75 * math.exp(-(((t - second) / 0.05) ** 2)))
        tall *= 1 - 0.55 * t + 0.08 * math.sin(13 * t + turns)
        rise = tall * (1 - math.cos(2 * math.pi * turns * t)) / 2
        px = x + width * 0.85 * t - reach * math.sin(2 * math.pi * turns * t) * (1 - 0.5 * t) + lean * rise
        path.append((px, y - rise + 0.1 * height * t))
    return path


def circle(cx: float, cy: float, radius: float, steps: int = 24) -> tuple[Point, ...]:
    """A circle as a polyline."""
    angles = [2 * math.pi * step / steps for step in range(steps + 1)]
    return tuple((cx + radius * math.cos(a), cy + radius * math.sin(a)) for a in angles)

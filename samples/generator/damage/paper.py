"""Damage to the sheet before it is scanned: toner, folds, holes, torn corners, what shows through from the back."""

import cv2
import numpy as np

from samples.generator.damage import handling
from samples.generator.damage.plans import Plan
from samples.generator.ink import DPI
from samples.generator.picture import Grey

PAPER = (
    *("heavy", "fade", "bleed", "bands", "smear", "fold", "holes", "cut", "corner"),
    *("ghost", "wrinkle", "marker", "stain", "staple"),
)


def wear(ink: Grey, how: Plan, rng: np.random.Generator) -> Grey:
    """The upright page (float32 grey at ``ink.DPI``) with the plan's damage to toner and paper."""
    steps = (
        *(_heavy, _fade, _bleed, _bands, _smear, _fold, _holes, _cut, _corner),
        *(handling.ghost, handling.wrinkle, handling.marker, handling.stain, handling.staple),
    )
    for kind, step in zip(PAPER, steps, strict=True):
        if how.amount(kind):
            ink = step(ink, how.amount(kind), rng)
    return ink


def clouds(shape: tuple[int, ...], size: int, rng: np.random.Generator) -> Grey:
    """Smooth noise from 0 to 1 with features about ``size`` pixels wide."""
    small = rng.random((shape[0] // size + 2, shape[1] // size + 2)).astype(np.float32)
    return cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def _heavy(ink: Grey, amount: float, _rng: np.random.Generator) -> Grey:
    size = 2 if amount < 0.6 else 3
    return cv2.erode(ink, np.ones((size, size), np.uint8))


def _fade(ink: Grey, amount: float, rng: np.random.Generator) -> Grey:
    return 255 - (255 - ink) * np.clip(1.0 - amount * 0.55 * clouds(ink.shape, 420, rng), 0.25, 1)


def _bleed(ink: Grey, amount: float, rng: np.random.Generator) -> Grey:
    """The back of the sheet shines through: another part of the page, mirrored and soft."""
    back = np.roll(ink[:, ::-1], int(rng.integers(200, ink.shape[0] - 200)), axis=0)
    back = cv2.GaussianBlur(np.ascontiguousarray(back), (0, 0), 2.5)
    strength = (0.15 + 0.3 * amount) * np.clip(0.5 + clouds(ink.shape, 900, rng), 0.4, 1.2)
    return np.clip(ink - strength * (255 - back), 0, 255).astype(np.float32)


def _bands(ink: Grey, amount: float, rng: np.random.Generator) -> Grey:
    """Bands across the page where the printer ran out of toner."""
    rows = np.arange(ink.shape[0], dtype=np.float32)
    kept = np.ones_like(rows)
    for _ in range(round(2 + 4 * amount)):
        middle, wide = rng.uniform(0, ink.shape[0]), rng.uniform(20, 110)
        kept *= 1 - (0.25 + 0.35 * amount) * np.exp(-(((rows - middle) / wide) ** 2))
    return (255 - (255 - ink) * kept[:, None]).astype(np.float32)


def _smear(ink: Grey, amount: float, rng: np.random.Generator) -> Grey:
    """Broad grey streaks down the page: a dirty roller or wet toner dragged along."""
    for _ in range(round(1 + 3 * amount)):
        x, wide = int(rng.integers(60, ink.shape[1] - 200)), int(rng.integers(15, 90))
        part = ink[:, x : x + wide]
        dragged = cv2.blur(part, (1, 61))
        profile = np.hanning(part.shape[1] + 2)[1:-1].astype(np.float32)
        level = rng.uniform(70, 170) * amount * (0.6 + 0.8 * clouds(part.shape, 300, rng))
        ink[:, x : x + wide] = np.clip(part - (255 - dragged) * 0.5 * amount * profile - level * profile, 0, 255)
    return ink


def _fold(ink: Grey, amount: float, rng: np.random.Generator) -> Grey:
    """Creases: toner cracked off along a line, with its shadow beside it."""
    height, width = ink.shape
    levels = (1 / 3, 2 / 3) if rng.random() < 0.6 else (1 / 2,)
    for level in levels:
        y, tilt = height * level + rng.normal(0, 25), rng.normal(0, 12)
        x = np.arange(width)
        line = (y + tilt * (x / width - 0.5) + 1.5 * np.sin(x / rng.uniform(90, 300))).astype(int)
        reach = round(2 + 4 * amount)
        keep = rng.random(width) < 0.35 + 0.5 * amount
        for step in range(-reach, reach + 1):
            rows = np.clip(line + step, 0, height - 1)
            ink[rows[keep], x[keep]] = 255
        shade = clouds((1, width), 120, rng)[0] * 150 * amount
        for step in range(3):
            rows = np.clip(line + reach + step, 0, height - 1)
            ink[rows, x] = np.clip(ink[rows, x] - shade * (1 - step / 3), 0, 255)
    return ink


def _holes(ink: Grey, amount: float, rng: np.random.Generator) -> Grey:
    """Punched holes, black where the lid behind is dark or a ring where it is white."""
    height, width = ink.shape
    radius = round((0.11 + 0.04 * amount) * DPI)
    side = round(rng.uniform(0.3, 0.42 + 0.12 * amount) * DPI)
    if rng.random() < 0.65:
        centers = [(side, round(height / 2 + step * 4.25 * DPI)) for step in (-1, 0, 1)]
    else:
        centers = [(round(width / 2 + step * 1.375 * DPI), side) for step in (-1, 1)]
    is_ring = rng.random() < 0.4
    sheet = np.ascontiguousarray(ink)
    for center in centers:
        cv2.circle(sheet, center, radius, 255.0 if is_ring else 10.0, -1, cv2.LINE_AA)
        if is_ring:
            cv2.ellipse(sheet, center, (radius, radius), 0, 20, 250, 60.0, 3, cv2.LINE_AA)
    return sheet


def _cut(ink: Grey, amount: float, rng: np.random.Generator) -> Grey:
    """A strip along one edge that did not pass the scanner, a wedge since the sheet lay askew."""
    height, width = ink.shape
    deep = (0.15 + 0.4 * amount) * DPI
    near, far = deep * rng.uniform(0.3, 1), deep * rng.uniform(0.3, 1)
    side = int(rng.integers(0, 4))
    corners = {
        0: [(0, 0), (near, 0), (far, height), (0, height)],
        1: [(width, 0), (width - near, 0), (width - far, height), (width, height)],
        2: [(0, height), (0, height - near), (width, height - far), (width, height)],
        3: [(0, 0), (0, near), (width, far), (width, 0)],
    }[side]
    return _polygon(ink, corners, 20.0 if rng.random() < 0.3 else 255.0)


def _corner(ink: Grey, amount: float, rng: np.random.Generator) -> Grey:
    """A dog-eared corner: what lay under the flap is lost, its edge shows."""
    height, width = ink.shape
    long, wide = ((0.5 + 1.0 * amount) * DPI * rng.uniform(0.6, 1) for _ in range(2))
    x, y = (0, width)[int(rng.integers(0, 2))], (0, height)[int(rng.integers(0, 2))]
    a = (abs(x - wide), y)
    b = (x, abs(y - long))
    ink = _polygon(ink, [(x, y), a, b], 245.0 if rng.random() < 0.6 else 30.0)
    cv2.line(ink, (round(a[0]), round(a[1])), (round(b[0]), round(b[1])), 70.0, 4, cv2.LINE_AA)
    return ink


def _polygon(ink: Grey, corners: list[tuple[float, float]], level: float) -> Grey:
    sheet = np.ascontiguousarray(ink)
    cv2.fillPoly(sheet, [np.array(corners).round().astype(np.int32)], level)
    return sheet

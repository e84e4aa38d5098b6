"""What happens to a sheet at a desk: spills, crumpling, highlighters, staples; and a copier whose drum ghosts."""

import cv2
import numpy as np

from samples.generator.ink import DPI
from samples.generator.picture import Grey


def stain(ink: Grey, amount: float, rng: np.random.Generator) -> Grey:
    """Rings that cups leave and the blotches of what ran out of them; print stays visible below."""
    height, width = ink.shape
    for _ in range(round(1 + 2 * amount)):
        tint: Grey = np.zeros((height, width), np.float32)
        center = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        radius = int(rng.uniform(1.1, 1.7) * DPI)
        axes = (radius, round(radius * rng.uniform(0.9, 1.0)))
        start = float(rng.uniform(0, 360))
        cv2.ellipse(tint, center, axes, 0, start, start + float(rng.uniform(200, 350)), 1.0, int(rng.integers(10, 26)))
        cv2.ellipse(tint, center, axes, 0, 0, 360, 0.25, -1) if rng.random() < 0.4 else None
        tint = cv2.GaussianBlur(tint, (0, 0), 4)
        strength = (45 + 55 * amount) * (0.5 + 0.7 * _soft_noise(ink.shape, 160, rng))
        ink = (ink - tint * strength).astype(np.float32)
    return ink


def wrinkle(ink: Grey, amount: float, rng: np.random.Generator) -> Grey:
    """A sheet that was crumpled and smoothed: facets of different light, creases between them, print shifted."""
    height, width = ink.shape
    seeds = rng.uniform((0, 0), (width, height), (round(14 + 40 * amount), 2)).astype(np.float32)
    shade = rng.uniform(-1, 1, len(seeds)).astype(np.float32)
    lean = rng.normal(0, 1, (len(seeds), 2)).astype(np.float32)
    # Which facet each point lies in, on a coarse grid: creases are where the nearest seed changes.
    step = 6
    x, y = np.meshgrid(*(np.arange(0, end, step, dtype=np.float32) for end in (width, height)))
    distance = (x[..., None] - seeds[:, 0]) ** 2 + (y[..., None] - seeds[:, 1]) ** 2
    facet = distance.argmin(axis=2)
    edge = cv2.morphologyEx(facet.astype(np.float32), cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8)) > 0
    size = (width, height)
    crease = cv2.resize(edge.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    light = cv2.resize(cv2.GaussianBlur(shade[facet], (0, 0), 1), size, interpolation=cv2.INTER_LINEAR)
    moved = [cv2.resize(cv2.GaussianBlur(lean[facet, axis], (0, 0), 7), size) * 3 * amount for axis in (0, 1)]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    ink = cv2.remap(ink, columns + moved[0], rows + moved[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    worn = np.clip(crease * _soft_noise(ink.shape, 60, rng) * 1.4, 0, 1) * (0.25 + 0.6 * amount)
    ink = ink + (255 - ink) * worn - 26 * amount * light
    shadow = 55 * amount * np.roll(crease, 4, axis=0) * _soft_noise(ink.shape, 90, rng)
    return np.asarray(ink - shadow, np.float32)


def ghost(ink: Grey, amount: float, rng: np.random.Generator) -> Grey:
    """A copier's drum that was not wiped: all print comes again, paler, one turn further down the page."""
    turn = int(rng.uniform(2.4, 3.4) * DPI)
    again = np.full_like(ink, 255)
    again[turn:] = ink[:-turn]
    again = cv2.GaussianBlur(np.roll(again, int(rng.integers(-8, 9)), axis=1), (0, 0), 1.8)
    strength = (0.1 + 0.25 * amount) * (0.6 + 0.6 * _soft_noise(ink.shape, 700, rng))
    return (ink - strength * (255 - again)).astype(np.float32)


def marker(ink: Grey, amount: float, rng: np.random.Generator) -> Grey:
    """Lines somebody went over with a highlighter: the scanner sees grey, the threshold makes dots of it."""
    height, width = ink.shape
    rows = np.nonzero((ink < 128).mean(axis=1) > 0.02)[0]
    for _ in range(round(1 + 5 * amount)):
        if not len(rows):
            break
        middle, tall = int(rng.choice(rows)), int(rng.uniform(0.14, 0.22) * DPI)
        start = int(rng.uniform(0.05, 0.6) * width)
        end = min(width, start + int(rng.uniform(0.8, 3.4) * DPI))
        tilt = rng.uniform(-0.012, 0.012) * (end - start)
        corners = [(start, middle), (end, middle + tilt), (end, middle + tilt + tall), (start, middle + tall)]
        tint: Grey = np.zeros((height, width), np.float32)
        cv2.fillPoly(tint, [np.array(corners).round().astype(np.int32) - (0, tall // 2)], 1.0)
        tint = cv2.GaussianBlur(tint, (0, 0), 2)
        ink = (ink - tint * (22 + 34 * amount) * (0.7 + 0.6 * _soft_noise(ink.shape, 30, rng))).astype(np.float32)
    return ink


def staple(ink: Grey, amount: float, rng: np.random.Generator) -> Grey:
    """A staple in a corner with its shadow and the folded corner's crease, or the two holes it left."""
    width = ink.shape[1]
    sheet = np.ascontiguousarray(ink, dtype=np.float32)
    for _ in range(round(1 + 2 * amount)):
        x = float(rng.choice((rng.uniform(0.25, 0.8), width / DPI - rng.uniform(0.25, 0.8))) * DPI)
        y = float(rng.uniform(0.2, 0.7) * DPI)
        angle, half = rng.uniform(-0.9, 0.9), 0.23 * DPI
        across, down = half * np.cos(angle), half * np.sin(angle)
        ends = ((round(x - across), round(y - down)), (round(x + across), round(y + down)))
        if rng.random() < 0.5:
            (x0, y0), (x1, y1) = ends
            cv2.line(sheet, (x0 + 5, y0 + 6), (x1 + 5, y1 + 6), 150.0, 9, cv2.LINE_AA)
            cv2.line(sheet, (x0, y0), (x1, y1), 30.0, 6, cv2.LINE_AA)
        else:
            for end in ends:
                cv2.circle(sheet, end, 6, 20.0, -1, cv2.LINE_AA)
        side = 0.0 if x < width / 2 else float(width)
        reach = (abs(x - side) + y) * rng.uniform(1.15, 1.5)
        inner = (round(side + (reach if side == 0 else -reach)), 0)
        cv2.line(sheet, inner, (round(side), round(reach)), 90.0 + 80 * (1 - amount), 3, cv2.LINE_AA)
    return sheet


def _soft_noise(shape: tuple[int, ...], size: int, rng: np.random.Generator) -> Grey:
    small = rng.random((shape[0] // size + 2, shape[1] // size + 2)).astype(np.float32)
    return cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)

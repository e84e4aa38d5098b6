"""A plan carried out: paper, optics, threshold, transmission."""

import cv2
import numpy as np

from samples.generator.damage.dirt import send, soil
from samples.generator.damage.paper import PAPER, clouds, wear
from samples.generator.damage.plans import FAX_COLUMNS, Plan
from samples.generator.damage.tone import bilevel, grain, normals
from samples.generator.ink import DPI
from samples.generator.picture import Bend, Grey, Picture, quarter_turn, scaling, turning


def scan(page: Grey, how: Plan, seed: int) -> Picture:
    """The picture of an upright grey page (at ``ink.DPI``) after the plan was carried out; ``seed`` fixes the noise."""
    rng = np.random.default_rng(seed)
    height, width = page.shape
    points = (width * 72 / DPI, height * 72 / DPI)
    lay = quarter_turn(how.rotation, *points)
    laid = points if how.rotation % 180 == 0 else points[::-1]
    is_fax = how.tier not in ("digital", "clean_scan")
    shrink = min(1.0, 612 / laid[0]) if is_fax else 1.0
    turn = turning(how.skew, laid[0] / 2, laid[1] / 2)
    to_pixels = scaling(how.x_dpi / 72 * shrink, how.y_dpi / 72 * shrink) @ turn @ lay
    columns = FAX_COLUMNS if is_fax else round(laid[0] * how.x_dpi / 72)
    rows = round(laid[1] * how.y_dpi / 72 * shrink)
    ink: Grey = page if how.wear == "full" else page.astype(np.float32)
    for _ in range(how.generations - 1):
        ink = _copy(ink, how, rng)
    if how.wear == "light":
        ink = wear(ink, how, rng)
    elif any(how.amount(kind) for kind in PAPER):
        ink = np.clip(wear(ink.astype(np.float32), how, rng), 0, 255).astype(np.uint8)
    # The aperture of a scanner is about one line high, so a coarse one smears over more of the page.
    coarse = 0.32 * DPI / how.y_dpi
    ink = cv2.GaussianBlur(ink, (0, 0), sigmaX=how.blur, sigmaY=max(how.blur, coarse))
    matrix = to_pixels @ scaling(72 / DPI, 72 / DPI)
    grey = cv2.warpAffine(
        ink, matrix[:2], (columns, rows), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT, borderValue=255
    )
    bend = _curl(how, columns, rows, rng) if how.amount("curl") else None
    if bend is not None:
        grey = bend.apply(grey)
    grey = _wave(grey, how, rng)
    if how.amount("slip"):
        grey = _slip(grey, how, how.amount("slip"), rng)
    grey = _light(grey, how, rng)
    grey = grey + grain(grey, how, rng)
    if not how.is_bilevel:
        return Picture(np.clip(grey, 0, 255).astype(np.uint8), how.x_dpi, how.y_dpi, False, to_pixels, bend)
    pixels = send(soil(bilevel(grey, how), how, rng), how, rng)
    return Picture(pixels, how.x_dpi, how.y_dpi, True, to_pixels, bend)


def _copy(ink: Grey, how: Plan, rng: np.random.Generator) -> Grey:
    """An earlier generation: sent once before, printed and scanned again."""
    soft = cv2.GaussianBlur(ink, (0, 0), 1.6)
    if how.wear == "light":
        soft = (soft + rng.normal(0, how.noise * 0.6, ink.shape)).astype(np.float32)
    small = cv2.resize(soft, None, fx=204 / DPI, fy=196 / DPI, interpolation=cv2.INTER_AREA)
    if how.wear == "full":
        small = small + how.noise * 0.5 * normals(small.shape, rng)
    sent = np.where(small < how.threshold, 0, 255).astype(ink.dtype)
    return cv2.resize(sent, (ink.shape[1], ink.shape[0]), interpolation=cv2.INTER_NEAREST)


def _curl(how: Plan, columns: int, rows: int, rng: np.random.Generator) -> Bend:
    """A page that did not lie flat: lines bow towards one end and draw together at one side."""
    high = how.amount("curl") * how.y_dpi * rng.uniform(0.02, 0.04) * rng.choice((-1, 1))
    wide = how.amount("curl") * how.x_dpi * rng.uniform(0.01, 0.03) * rng.choice((-1, 1))
    return Bend(high, wide, rng.uniform(0.2, 0.8), rng.random() < 0.5, columns, rows)


def _wave(grey: Grey, how: Plan, rng: np.random.Generator) -> Grey:
    """Uneven paper feed: lines shift sideways by up to a few pixels."""
    amount = how.amount("wave")
    if not amount:
        return grey
    rows = np.arange(grey.shape[0], dtype=np.float32)
    shift = amount * 3.0 * np.sin(rows / rng.uniform(60, 200) + rng.uniform(0, 6))
    x = np.arange(grey.shape[1], dtype=np.float32)[None, :] + shift[:, None]
    y = np.repeat(rows[:, None], grey.shape[1], axis=1)
    return cv2.remap(grey, x.astype(np.float32), y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _slip(grey: Grey, how: Plan, amount: float, rng: np.random.Generator) -> Grey:
    """A roller that slips: stretches of the page come out squeezed, and long again once it grips (under 0.7 mm)."""
    rows = grey.shape[0]
    lines = np.arange(rows, dtype=np.float32)
    most, moved = how.y_dpi / 25.4 * 0.65, np.zeros(rows, np.float32)
    for _ in range(round(2 + 4 * amount)):
        start, length = rng.uniform(0, rows), rng.uniform(0.02, 0.08) * rows
        depth = rng.uniform(0.6, 1.6) * amount * most * rng.choice((-1, 1))
        moved += depth * np.clip(1 - np.abs(lines - start) / length, 0, 1)
    source = lines + np.clip(moved, -most, most)
    x = np.repeat(np.arange(grey.shape[1], dtype=np.float32)[None, :], rows, axis=0)
    y = np.repeat(np.clip(source, 0, rows - 1).astype(np.float32)[:, None], grey.shape[1], axis=1)
    return cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _light(grey: Grey, how: Plan, rng: np.random.Generator) -> Grey:
    """Uneven light and dark edges."""
    level = rng.uniform(0, 14) * (clouds(grey.shape, 700, rng) - 0.5)
    grey = grey * 0.97 + level
    if how.amount("lamp"):
        # A worn lamp: one end of the line gets less light, so print swells there and thins at the other end.
        fall = np.linspace(-1, 1, grey.shape[1], dtype=np.float32) * rng.choice((-1, 1))
        grey = grey - how.amount("lamp") * (34 * fall + 16 * np.abs(fall) ** 3)[None, :]
    edge = how.amount("edge")
    if edge:
        reach = grey.shape[1] * 0.035 * edge
        distance = np.arange(grey.shape[1], dtype=np.float32)
        distance = distance if rng.random() < 0.5 else distance[::-1]
        grey = grey - 190 * np.exp(-distance / max(reach, 1))[None, :]
    return grey.astype(np.float32)

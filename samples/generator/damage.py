"""What happens to a page between the printer and the receiving machine.

``Plan`` says how much of each; ``plan`` draws one for a tier; ``scan`` carries it out on a grey picture at 300 dpi. The
kinds of damage of the train split (pepper, dark streaks, dropped lines, dark edges, ordered dither, heavy toner) and of
the test split (blobs, pale streaks, doubled lines, fading, error diffusion, waviness) are disjoint; resolution, skew,
threshold noise and copying twice belong to every fax.
"""

import random
from dataclasses import dataclass, replace

import cv2
import numpy as np

from samples.generator.ink import DPI
from samples.generator.picture import Grey, Picture, quarter_turn, scaling, turning

FAX_COLUMNS = 1728
TIERS = ("digital", "clean_scan", "fine_fax", "standard_fax", "degraded")
KINDS = {
    "train": ("pepper", "dark_streak", "dropped", "edge", "heavy"),
    "test": ("blobs", "pale_streak", "doubled", "fade", "wave"),
}
HALFTONE = {"train": "bayer", "test": "diffusion"}


@dataclass(frozen=True)
class Plan:
    """How one page is scanned and sent. ``blur`` in pixels at 300 dpi, ``noise`` in grey levels, the rest 0 to 1."""

    tier: str
    x_dpi: float = 204.0
    y_dpi: float = 196.0
    is_bilevel: bool = True
    skew: float = 0.0
    rotation: int = 0
    blur: float = 1.2
    noise: float = 12.0
    threshold: float = 150.0
    halftone: str | None = None
    generations: int = 1
    amounts: tuple[tuple[str, float], ...] = ()

    def amount(self, kind: str) -> float:
        """How strong a kind of damage is, 0 where it is absent."""
        return dict(self.amounts).get(kind, 0.0)


def plan(tier: str, split: str, rng: random.Random, rotation: int = 0) -> Plan:
    """A plan of a tier with the kinds of damage of a split."""
    kinds = KINDS[split]
    if tier in ("digital", "clean_scan"):
        is_bilevel = rng.random() < 0.5
        dpi = 300.0 if is_bilevel else 200.0
        skew = rng.uniform(-0.6, 0.6)
        return Plan(tier, dpi, dpi, is_bilevel, skew, rotation, 0.9, 6.0, rng.uniform(140, 165))
    if tier == "degraded":
        is_fine = rng.random() < 0.4
        base = plan("fine_fax" if is_fine else "standard_fax", split, rng, rotation)
        amounts = tuple((kind, rng.uniform(0.5, 1.0)) for kind in rng.sample(kinds, 3))
        skew = rng.choice((-1, 1)) * rng.uniform(1.0, 5.0)
        generations = 2 if rng.random() < 0.75 else 1
        return replace(base, tier=tier, skew=skew, noise=base.noise * 1.4, generations=generations, amounts=amounts)
    amounts = tuple((kind, rng.uniform(0.1, 0.45)) for kind in rng.sample(kinds, rng.choice((1, 1, 2))))
    halftone = HALFTONE[split] if rng.random() < 0.2 else None
    y_dpi = 196.0 if tier == "fine_fax" else 98.0
    skew = rng.gauss(0, 0.7)
    blur, noise = rng.uniform(1.2, 1.9), rng.uniform(16, 34)
    return Plan(tier, 204.0, y_dpi, True, skew, rotation, blur, noise, rng.uniform(125, 180), halftone, 1, amounts)


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
    ink: Grey = page.astype(np.float32)
    for _ in range(how.generations - 1):
        ink = _copy(ink, how, rng)
    ink = _toner(ink, how, rng)
    # The aperture of a scanner is about one line high, so a coarse one smears over more of the page.
    coarse = 0.32 * DPI / how.y_dpi
    ink = cv2.GaussianBlur(ink, (0, 0), sigmaX=how.blur, sigmaY=max(how.blur, coarse))
    matrix = to_pixels @ scaling(72 / DPI, 72 / DPI)
    grey = cv2.warpAffine(
        ink, matrix[:2], (columns, rows), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT, borderValue=255
    )
    grey = _wave(grey, how, rng)
    grey = _light(grey, how, rng)
    grey = grey + _grain(grey, how, rng)
    if not how.is_bilevel:
        return Picture(np.clip(grey, 0, 255).astype(np.uint8), how.x_dpi, how.y_dpi, False, to_pixels)
    pixels = _lines(_dirt(_bilevel(grey, how), how, rng), how, rng)
    return Picture(pixels, how.x_dpi, how.y_dpi, True, to_pixels)


def _grain(grey: Grey, how: Plan, rng: np.random.Generator) -> Grey:
    """Noise that roughens edges more than it dirties plain paper: toner and paper scatter where ink ends."""
    edge = 1 - np.abs(2 * np.clip(grey, 0, 255) / 255 - 1)
    noise = cv2.GaussianBlur(rng.normal(0, 1, grey.shape).astype(np.float32), (0, 0), 0.55) * 1.7
    return (how.noise * (0.4 + 1.6 * edge) * noise).astype(np.float32)


def _copy(ink: Grey, how: Plan, rng: np.random.Generator) -> Grey:
    """An earlier generation: sent once before, printed and scanned again."""
    noisy = cv2.GaussianBlur(ink, (0, 0), 1.6) + rng.normal(0, how.noise * 0.6, ink.shape)
    small = cv2.resize(noisy.astype(np.float32), None, fx=204 / DPI, fy=196 / DPI, interpolation=cv2.INTER_AREA)
    sent = np.where(small < how.threshold, 0, 255).astype(np.float32)
    return cv2.resize(sent, (ink.shape[1], ink.shape[0]), interpolation=cv2.INTER_NEAREST)


def _toner(ink: Grey, how: Plan, rng: np.random.Generator) -> Grey:
    heavy, fade = how.amount("heavy"), how.amount("fade")
    if heavy:
        size = 2 if heavy < 0.6 else 3
        ink = cv2.erode(ink, np.ones((size, size), np.uint8))
    if fade:
        clouds = _clouds(ink.shape, 420, rng)
        ink = 255 - (255 - ink) * np.clip(1.0 - fade * 0.55 * clouds, 0.25, 1)
    return ink


def _clouds(shape: tuple[int, ...], size: int, rng: np.random.Generator) -> Grey:
    """Smooth noise from 0 to 1 with features about ``size`` pixels wide."""
    small = rng.random((shape[0] // size + 2, shape[1] // size + 2)).astype(np.float32)
    return cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


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


def _light(grey: Grey, how: Plan, rng: np.random.Generator) -> Grey:
    """Uneven light and dark edges."""
    level = rng.uniform(0, 14) * (_clouds(grey.shape, 700, rng) - 0.5)
    grey = grey * 0.97 + level
    edge = how.amount("edge")
    if edge:
        reach = grey.shape[1] * 0.035 * edge
        distance = np.arange(grey.shape[1], dtype=np.float32)
        distance = distance if rng.random() < 0.5 else distance[::-1]
        grey = grey - 190 * np.exp(-distance / max(reach, 1))[None, :]
    return grey.astype(np.float32)


def _bilevel(grey: Grey, how: Plan) -> Grey:
    if how.halftone == "diffusion":
        from PIL import Image

        soft = np.clip((grey - how.threshold) * 2.2 + 165, 0, 255).astype(np.uint8)
        return np.asarray(Image.fromarray(soft).convert("1")).astype(np.uint8) * 255
    if how.halftone == "bayer":
        pattern = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32)
        tiled = np.tile(pattern, (grey.shape[0] // 4 + 1, grey.shape[1] // 4 + 1))[: grey.shape[0], : grey.shape[1]]
        return np.where(grey < how.threshold - 20 + (tiled - 7.5) * 6, 0, 255).astype(np.uint8)
    return np.where(grey < how.threshold, 0, 255).astype(np.uint8)


def _dirt(pixels: Grey, how: Plan, rng: np.random.Generator) -> Grey:
    """Speckle, blobs and streaks."""
    pixels = pixels.copy()
    rows, columns = pixels.shape
    pepper, blobs = how.amount("pepper"), how.amount("blobs")
    if pepper:
        spots = rng.random(pixels.shape) < 0.006 * pepper
        pixels[spots] = 0
        pixels[(rng.random(pixels.shape) < 0.03 * pepper)] = 255
    for _ in range(int(260 * blobs)):
        place = (int(rng.integers(0, columns)), int(rng.integers(0, rows)))
        size = int(rng.integers(1, 5))
        cv2.ellipse(pixels, place, (size, max(1, int(size * how.y_dpi / 204))), 0, 0, 360, 0, -1)
    for kind, level in (("dark_streak", 0), ("pale_streak", 255)):
        amount = how.amount(kind)
        for _ in range(round(5 * amount)):
            x, wide = int(rng.integers(20, columns - 20)), int(rng.integers(1, 3 if level == 0 else 4))
            keep = rng.random(rows) < 0.4 + 0.6 * amount
            pixels[keep, x : x + wide] = level
    return pixels


def _lines(pixels: Grey, how: Plan, rng: np.random.Generator) -> Grey:
    """Lines lost or sent twice; the page keeps its length, so what follows moves by a line."""
    dropped, doubled = how.amount("dropped"), how.amount("doubled")
    source = np.arange(pixels.shape[0])
    for _ in range(int(pixels.shape[0] * 0.02 * dropped)):
        start = int(rng.integers(0, pixels.shape[0] - 3))
        source[start : start + int(rng.integers(1, 3))] = start - 1 if start else 0
    for _ in range(int(pixels.shape[0] * 0.02 * doubled)):
        start = int(rng.integers(1, pixels.shape[0] - 8))
        source[start + 1 :] = np.maximum(source[start + 1 :] - 1, 0)
        if rng.random() < 0.9:
            catch = int(rng.integers(start + 2, min(start + 60, pixels.shape[0] - 1)))
            source[catch:] = np.minimum(source[catch:] + 1, pixels.shape[0] - 1)
    pixels = pixels[source]
    for _ in range(int(pixels.shape[0] * 0.004 * doubled)):
        start = int(rng.integers(1, pixels.shape[0] - 4))
        pixels[start : start + 2] = np.roll(pixels[start : start + 2], int(rng.integers(-4, 5)), axis=1)
    return pixels

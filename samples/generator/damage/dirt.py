"""Dirt on the scanner's glass and rollers, and lines that the transmission spoiled: damage to pixels."""

import cv2
import numpy as np

from samples.generator.damage.plans import Plan
from samples.generator.picture import Grey


def soil(pixels: Grey, how: Plan, rng: np.random.Generator) -> Grey:
    """The bilevel pixels with speckle, blobs, hairs and streaks."""
    pixels = pixels.copy()
    rows, columns = pixels.shape
    for level, share in ((0, how.speckle), (255, 4 * how.speckle)):
        if share:
            pixels.reshape(-1)[rng.integers(0, pixels.size, round(share * pixels.size))] = level
    pepper, blobs = how.amount("pepper"), how.amount("blobs")
    if pepper and how.wear == "full":
        # A coarse line is twice as high and so is a speck on it.
        pepper *= how.y_dpi / 196
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
    if how.amount("drum"):
        _drum(pixels, how, rng)
    if how.amount("hairs"):
        _hairs(pixels, how, rng)
    return pixels


def _drum(pixels: Grey, how: Plan, rng: np.random.Generator) -> None:
    """Marks that come back with every turn of a scratched drum (circumferences of 75 to 95 mm are common)."""
    rows, columns = pixels.shape
    turn = rng.uniform(75, 95) / 25.4 * how.y_dpi
    for _ in range(round(4 + 14 * how.amount("drum"))):
        x, first = int(rng.integers(0, columns)), rng.uniform(0, turn)
        size, level = int(rng.integers(2, 7)), 0 if rng.random() < 0.6 else 255
        for y in np.arange(first, rows, turn):
            axes = (size, max(1, round(size * how.y_dpi / 204 * rng.uniform(0.5, 1.5))))
            cv2.ellipse(pixels, (x, int(y)), axes, 0, 0, 360, level, -1)


def _hairs(pixels: Grey, how: Plan, rng: np.random.Generator) -> None:
    """Hairs and fibres on the glass: thin arcs, dark ones on the original and pale ones on the lid."""
    rows, columns = pixels.shape
    for _ in range(round(10 + 70 * how.amount("hairs"))):
        x, y, angle = rng.uniform(0, columns), rng.uniform(0, rows), rng.uniform(0, 6.28)
        bend, level, path = rng.normal(0, 0.12), 0 if rng.random() < 0.7 else 255, []
        for _ in range(int(rng.integers(6, 26))):
            path.append((x, y))
            x, y = x + 3.5 * np.cos(angle), y + 3.5 * np.sin(angle) * how.y_dpi / 204
            angle += bend + rng.normal(0, 0.15)
        cv2.polylines(pixels, [np.array(path).round().astype(np.int32)], False, level, 1 if rng.random() < 0.8 else 2)


def send(pixels: Grey, how: Plan, rng: np.random.Generator) -> Grey:
    """Lines lost, sent twice or shifted; the page keeps its length, so what follows moves by a line."""
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
    if how.amount("jitter"):
        _jitter(pixels, how.amount("jitter"), rng)
    if how.amount("burst"):
        _burst(pixels, how.amount("burst"), rng)
    return pixels


def _burst(pixels: Grey, amount: float, rng: np.random.Generator) -> None:
    """Errors on the telephone line, several close together: from some run on, a line is lost, displaced or black."""
    rows, columns = pixels.shape
    for _ in range(round(3 + 22 * amount)):
        first = int(rng.integers(0, rows))
        for row in range(first, min(rows, first + int(rng.integers(1, 12)))):
            if rng.random() < 0.5:
                continue
            start, kind = int(rng.integers(0, columns)), rng.random()
            if kind < 0.5:
                pixels[row, start:] = 255
            elif kind < 0.8:
                pixels[row, start:] = np.roll(pixels[row, start:], int(rng.integers(-60, 60)))
            else:
                pixels[row, start : start + int(rng.integers(10, 200))] = 0


def _jitter(pixels: Grey, amount: float, rng: np.random.Generator) -> None:
    """Lines start late or early by a pixel or two, now and then by many."""
    rows = pixels.shape[0]
    start = 0
    while start < rows:
        end = start + int(rng.integers(1, 9))
        shift = round(float(rng.normal(0, 0.4 + 0.9 * amount)))
        if rng.random() < 0.006 * amount:
            shift = int(rng.integers(-40, 40))
        if shift:
            pixels[start:end] = np.roll(pixels[start:end], shift, axis=1)
        start = end

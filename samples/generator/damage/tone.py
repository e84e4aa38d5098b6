"""From grey to one bit: thresholds and halftones."""

from statistics import NormalDist

import cv2
import numpy as np
from PIL import Image

from samples.generator.damage.plans import Plan
from samples.generator.picture import Grey

BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32)
# A dot that grows from its middle, as old plain-paper machines print.
CLUSTER = np.array([[12, 5, 6, 13], [4, 0, 1, 7], [11, 3, 2, 8], [15, 10, 9, 14]], np.float32)
# A screen of lines across the page, as copiers draw photographs.
LINE = np.array([[1], [9], [14], [6]], np.float32).repeat(4, axis=1)
# The normal distribution in 256 steps, and how near each grey level is to the middle between ink and paper.
NORMAL = np.array([NormalDist().inv_cdf((step + 0.5) / 256) for step in range(256)], np.float32)
EDGE = 1 - np.abs(2 * np.arange(256) / 255 - 1)


def bilevel(grey: Grey, how: Plan) -> Grey:
    """Pixels 0 and 255. Bayer's ordered dither (1973), a clustered dot, a line screen,
    Floyd and Steinberg's diffusion (1976)."""
    if how.halftone == "diffusion":
        soft = np.clip((grey - how.threshold) * 2.2 + 165, 0, 255).astype(np.uint8)
        return np.asarray(Image.fromarray(soft).convert("1")).astype(np.uint8) * 255
    pattern = {"bayer": BAYER, "cluster": CLUSTER, "line": LINE}.get(how.halftone or "")
    if pattern is not None:
        tiled = np.tile(pattern, (grey.shape[0] // 4 + 1, grey.shape[1] // 4 + 1))[: grey.shape[0], : grey.shape[1]]
        return np.where(grey < how.threshold - 20 + (tiled - 7.5) * 6, 0, 255).astype(np.uint8)
    return np.where(grey < how.threshold, 0, 255).astype(np.uint8)


def grain(grey: Grey, how: Plan, rng: np.random.Generator) -> Grey:
    """Noise that roughens edges more than it dirties plain paper: toner and paper scatter where ink ends."""
    if how.wear == "light":
        # The faxes that are kept were made in this slower way and have to keep their bytes.
        edge = 1 - np.abs(2 * np.clip(grey, 0, 255) / 255 - 1)
        slow = cv2.GaussianBlur(rng.normal(0, 1, grey.shape).astype(np.float32), (0, 0), 0.55) * 1.7
        return (how.noise * (0.4 + 1.6 * edge) * slow).astype(np.float32)
    noise = cv2.GaussianBlur(normals(grey.shape, rng), (0, 0), 0.55)
    strength = (1.7 * how.noise * (0.4 + 1.6 * EDGE)).astype(np.float32)
    return cv2.multiply(noise, cv2.LUT(np.clip(grey, 0, 255).astype(np.uint8), strength))


def normals(shape: tuple[int, ...], rng: np.random.Generator) -> Grey:
    """Noise from the normal distribution in 256 steps, ten times as fast as exactly."""
    return cv2.LUT(rng.integers(0, 256, shape, np.uint8), NORMAL)

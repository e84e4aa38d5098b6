"""Invented pages drawn for measuring, and what scanning and sending does to them. All names and words are made up."""

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from extractor.pixels import Gray, RenderedPage

DPI = 300
_WORDS = (
    "patient", "referred", "for", "infusion", "of", "the", "drug", "below", "please", "call", "our", "office",
    "before", "scheduling", "chart", "notes", "labs", "and", "insurance", "card", "follow", "weekly", "therapy", "was",
    "stopped", "after", "poor", "response", "blood", "pressure", "stable", "no", "fever", "reported",
)  # fmt: skip
_LABELS = (
    "PATIENT NAME", "DATE OF BIRTH", "MEMBER ID", "GROUP NUMBER", "PHYSICIAN", "NPI", "PHONE", "FAX", "DIAGNOSIS",
    "ALLERGIES", "WEIGHT", "HEIGHT", "DRUG", "DOSE", "FREQUENCY", "REFILLS",
)  # fmt: skip


def _font(points: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(points * DPI / 72)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def _sheet(width_inch: float = 8.5, height_inch: float = 11.0) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", (round(width_inch * DPI), round(height_inch * DPI)), 255)
    return image, ImageDraw.Draw(image)


@cache
def draw_letter(seed: int = 0, lines: int = 34) -> Gray:
    """A letter in mixed case with a ragged right edge."""
    rng = np.random.default_rng(seed)
    image, pen = _sheet()
    for row in range(lines):
        if row % 9 == 8:
            continue
        words = rng.choice(_WORDS, size=int(rng.integers(4, 13)))
        pen.text((300, 400 + row * 75), " ".join(words).capitalize() + ".", font=_font(11), fill=0)
    return np.asarray(image, np.uint8)


@cache
def draw_form(seed: int = 0) -> Gray:
    """A ruled form, labels in small capitals, answers in mixed case or capitals, half of the boxes left empty."""
    rng = np.random.default_rng(seed)
    image, pen = _sheet()
    pen.text((700, 250), "INFUSION REFERRAL", font=_font(16), fill=0)
    for row in range(14):
        for column in range(2):
            x, y = 200 + column * 1080, 450 + row * 170
            pen.rectangle((x, y, x + 1080, y + 170), outline=0, width=4)
            pen.text((x + 15, y + 8), _LABELS[(row * 2 + column) % len(_LABELS)], font=_font(7), fill=0)
            if rng.random() < 0.5:
                answer = " ".join(rng.choice(_WORDS, size=2))
                pen.text((x + 30, y + 75), answer.upper() if rng.random() < 0.6 else answer, font=_font(11), fill=0)
    return np.asarray(image, np.uint8)


@cache
def draw_capitals(seed: int = 0) -> Gray:
    """A page with nothing but capitals and figures, as from an office system."""
    rng = np.random.default_rng(seed)
    image, pen = _sheet()
    for row in range(26):
        words = [word.upper() for word in rng.choice(_WORDS, size=int(rng.integers(2, 7)))]
        pen.text((300, 350 + row * 100), " ".join([*words, str(rng.integers(100, 99999))]), font=_font(10), fill=0)
    return np.asarray(image, np.uint8)


@cache
def draw_lab_report(seed: int = 0) -> Gray:
    """A landscape table of results, 11 by 8.5 inches, upright."""
    rng = np.random.default_rng(seed)
    image, pen = _sheet(11.0, 8.5)
    for column, title in enumerate(("Test", "Result", "Flag", "Units", "Reference")):
        pen.text((250 + column * 580, 300), title, font=_font(10), fill=0)
    for row in range(24):
        y = 380 + row * 75
        pen.text((250, y), str(rng.choice(_WORDS)).capitalize(), font=_font(10), fill=0)
        pen.text((830, y), f"{rng.random() * 20:.2f}", font=_font(10), fill=0)
        pen.text((1990, y), "mg/dL", font=_font(10), fill=0)
        pen.text((2570, y), f"{rng.random() * 5:.1f} - {5 + rng.random() * 9:.1f}", font=_font(10), fill=0)
    return np.asarray(image, np.uint8)


@cache
def draw_blank() -> Gray:
    """Nothing on it."""
    return np.asarray(_sheet()[0], np.uint8)


DRAWINGS: dict[str, Callable[[int], Gray]] = {
    "letter": draw_letter,
    "form": draw_form,
    "capitals": draw_capitals,
    "lab_report": draw_lab_report,
}


def add_header(page: Gray, text: str, *, is_at_foot: bool = False) -> Gray:
    """The transmit header line at the very top, or upside down at the foot."""
    image = Image.fromarray(page)
    strip = Image.new("L", (image.width, 60), 255)
    ImageDraw.Draw(strip).text((60, 8), text, font=_font(9), fill=0)
    if is_at_foot:
        image.paste(strip.rotate(180), (0, image.height - 66))
    else:
        image.paste(strip, (0, 6))
    return np.asarray(image, np.uint8)


def turn(page: Gray, degrees: float) -> Gray:
    """Turned clockwise on the same canvas, white beyond."""
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    turned = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    return np.asarray(turned, np.uint8)


def fax(page: Gray, x_dpi: int = 204, y_dpi: int = 196, page_no: int = 1) -> RenderedPage:
    """One-bit at the fax's resolution, cut at half."""
    size = (round(page.shape[1] * x_dpi / DPI), round(page.shape[0] * y_dpi / DPI))
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    return RenderedPage(page_no, np.where(small < 150, 0, 255).astype(np.uint8), float(x_dpi), float(y_dpi), True)


def scan(page: Gray, dpi: int = 300) -> RenderedPage:
    """Gray, as a flatbed gives."""
    size = (round(page.shape[1] * dpi / DPI), round(page.shape[0] * dpi / DPI))
    small = page if dpi == DPI else np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), np.uint8)
    return RenderedPage(1, small, float(dpi), float(dpi), False)


def replace_pixels(page: RenderedPage, pixels: NDArray[np.uint8]) -> RenderedPage:
    """The same page with other pixels."""
    return RenderedPage(page.page_no, pixels, page.x_dpi, page.y_dpi, page.is_bilevel, page.embedded, page.notes)


def speckle(page: RenderedPage, share: float, seed: int = 0) -> RenderedPage:
    """Black dots of one or two pixels on ``share`` of the page, white ones in the ink."""
    rng = np.random.default_rng(seed)
    pixels = page.pixels.copy()
    noise = rng.random(pixels.shape)
    pixels[noise < share * 0.7] = 0
    twins = noise < share * 0.15
    pixels[:, 1:][twins[:, :-1]] = 0
    pixels[noise > 1 - share] = 255
    return replace_pixels(page, pixels)


def lose_toner(page: Gray, strength: float, seed: int = 0) -> Gray:
    """Pale print: strokes thinned and broken by a cloudy pattern; for the page before it is faxed."""
    rng = np.random.default_rng(seed)
    cloud = cv2.GaussianBlur(rng.random(page.shape, np.float32), (0, 0), 2.5)
    cloud = (cloud - cloud.mean()) / cloud.std()
    return np.clip(page + 255 * strength * (0.75 + 0.5 * cloud) * (page < 200), 0, 255).astype(np.uint8)


def spread_toner(page: Gray, pixels: int) -> Gray:
    """Heavy print: ink grown by ``pixels`` of 300 dpi, so that letters fill and join."""
    return np.asarray(cv2.erode(page, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (pixels, pixels))), np.uint8)


def drop_rows(page: RenderedPage, share: float, seed: int = 0) -> RenderedPage:
    """Bands of lost scan lines, white, three to ten high, over ``share`` of the page."""
    rng = np.random.default_rng(seed)
    pixels = page.pixels.copy()
    lost = 0
    while lost < share * pixels.shape[0]:
        height = int(rng.integers(3, 11))
        top = int(rng.integers(0, pixels.shape[0] - height))
        pixels[top : top + height] = 255
        lost += height
    return replace_pixels(page, pixels)


def add_streaks(page: RenderedPage, count: int, seed: int = 0) -> RenderedPage:
    """Black lines of one to three pixels down the whole page, as from dirt on the scanner glass."""
    rng = np.random.default_rng(seed)
    pixels = page.pixels.copy()
    for x in rng.integers(20, pixels.shape[1] - 20, count):
        pixels[:, x : x + int(rng.integers(1, 4))] = 0
    return replace_pixels(page, pixels)


def fade(page: RenderedPage, paper: int, ink: int) -> RenderedPage:
    """Gray levels squeezed between ``ink`` and ``paper``: low contrast."""
    squeezed = ink + page.pixels.astype(np.float32) * (paper - ink) / 255
    return replace_pixels(page, np.clip(squeezed, 0, 255).astype(np.uint8))


def add_scan_edges(page: RenderedPage, width_inch: float = 0.3) -> RenderedPage:
    """A dark band at the left and the foot and two punch holes, as from a copier with its lid open."""
    pixels = page.pixels.copy()
    height = len(pixels)
    pixels[:, : int(width_inch * page.x_dpi)] = 0
    pixels[height - int(width_inch * page.y_dpi) :] = 0
    for share in (0.25, 0.75):
        axes = (int(0.14 * page.x_dpi), int(0.14 * page.y_dpi))
        cv2.ellipse(pixels, (int(0.55 * page.x_dpi), int(share * height)), axes, 0, 0, 360, 0, -1)
    return replace_pixels(page, pixels)


def add_dashes(page: RenderedPage, count: int = 5, seed: int = 0) -> RenderedPage:
    """Scan lines at which dashes stand all across the page, as from a dirty scanner or lines that were lost."""
    rng = np.random.default_rng(seed)
    pixels = page.pixels.copy()
    for row in rng.integers(len(pixels) // 10, len(pixels) * 9 // 10, count):
        for start in range(int(rng.integers(0, 30)), pixels.shape[1], 16):
            pixels[row, start : start + int(rng.integers(6, 13))] = 0
    return replace_pixels(page, pixels)


def quarter_turned(page: RenderedPage, quarters: int) -> RenderedPage:
    """The page as stored when fed in another direction: turned clockwise by ``quarters`` times 90 degrees."""
    pixels = np.ascontiguousarray(np.rot90(page.pixels, -quarters))
    x_dpi, y_dpi = (page.x_dpi, page.y_dpi) if quarters % 2 == 0 else (page.y_dpi, page.x_dpi)
    return RenderedPage(page.page_no, pixels, x_dpi, y_dpi, page.is_bilevel, page.embedded, page.notes)

"""Any Pillow picture to gray pixels on white paper."""

import numpy as np
from PIL import Image

from extractor.pixels import Gray

# Our own limit on pixels is checked from the header first; Pillow's would turn into a second, other, error.
Image.MAX_IMAGE_PIXELS = None

_SIXTEEN_BIT = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")


def to_gray(picture: Image.Image) -> Gray:
    """Gray pixels, shape (height, width): transparency over white, 16 bit scaled down, colour to luma (Rec. 601)."""
    if picture.mode in _SIXTEEN_BIT:
        return _scale_down(picture)
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        colour = picture.convert("RGBA")
        paper = Image.new("RGBA", colour.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(paper, colour)
    if picture.mode not in ("1", "L", "RGB", "CMYK", "YCbCr", "LAB"):
        picture = picture.convert("RGB")
    if picture.mode in ("CMYK", "LAB"):
        picture = picture.convert("RGB")
    return np.array(picture.convert("L"), dtype=np.uint8)


def _scale_down(picture: Image.Image) -> Gray:
    values = np.array(picture)
    if picture.mode.startswith("I;16"):
        return np.asarray(values >> 8, dtype=np.uint8)
    top = float(values.max(initial=0))
    # A 32-bit picture says no white level: a value over 255 means 16 bits were meant, a fraction means 0 to 1.
    white = 65535.0 if top > 255.0 else 255.0 if top > 1.0 or picture.mode == "I" else 1.0
    return np.asarray(np.clip(np.nan_to_num(values) * (255.0 / white), 0, 255), dtype=np.uint8)


def set_right(pixels: Gray) -> tuple[Gray, tuple[str, ...]]:
    """A one-bit page with black and white exchanged where that is how it was stored, and a note if so.

    No fax is three quarters ink.
    """
    if float(np.count_nonzero(pixels < 128)) <= 0.75 * pixels.size:
        return pixels, ()
    return np.asarray(255 - pixels, dtype=np.uint8), ("inverted",)


def turn(pixels: Gray, orientation: int) -> Gray:
    """Apply a TIFF or EXIF orientation tag, 1 to 8 (TIFF 6.0, section 8); other values leave the page as it is."""
    match orientation:
        case 2:
            turned = pixels[:, ::-1]
        case 3:
            turned = pixels[::-1, ::-1]
        case 4:
            turned = pixels[::-1]
        case 5:
            turned = pixels.T
        case 6:
            turned = np.rot90(pixels, -1)
        case 7:
            turned = pixels.T[::-1, ::-1]
        case 8:
            turned = np.rot90(pixels)
        case _:
            turned = pixels
    return np.ascontiguousarray(turned)


def is_sideways(orientation: int) -> bool:
    """Whether the orientation tag exchanges rows and columns."""
    return 5 <= orientation <= 8

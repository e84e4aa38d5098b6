"""A prepared page as a file."""

import cv2
import numpy as np

from extractor.errors import EngineError
from extractor.pixels import PageImage


def encode_png(page: PageImage) -> bytes:
    """The page's pixels without its margin as PNG. Raises ``EngineError``."""
    height, width = page.pixels.shape
    left, top, right, bottom = page.margin
    is_done, data = cv2.imencode(".png", page.pixels[top : height - bottom, left : width - right])
    if not is_done:
        raise EngineError(
            f"Page {page.page_no} could not be written as PNG: report this as a bug.", page_no=page.page_no
        )
    return np.asarray(data, np.uint8).tobytes()

"""A prepared page in few bytes, to look at it again in another process without preparing it anew."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from extractor.errors import EngineError
from extractor.pixels import PageImage

_FAST = (cv2.IMWRITE_PNG_COMPRESSION, 1)
_NO_PIXELS = np.zeros((0, 0), np.uint8)


@dataclass(frozen=True, slots=True)
class PackedPage:
    """``png`` holds the pixels with their margin, ``page`` all else but the page's own text."""

    page: PageImage
    png: bytes


def pack_page(page: PageImage) -> PackedPage:
    """The page, its pixels packed without loss. Raises ``EngineError``."""
    is_done, data = cv2.imencode(".png", page.pixels, _FAST)
    if not is_done:
        raise EngineError(f"Page {page.page_no} could not be packed: report this as a bug.", page_no=page.page_no)
    return PackedPage(replace(page, pixels=_NO_PIXELS, embedded=None), np.asarray(data, np.uint8).tobytes())


def unpack_page(packed: PackedPage) -> PageImage:
    """The page as it was packed, without its own text."""
    pixels = cv2.imdecode(np.frombuffer(packed.png, np.uint8), cv2.IMREAD_GRAYSCALE)
    return replace(packed.page, pixels=np.asarray(pixels, np.uint8))

"""A PDF page's own text, where the page is turned: its boxes go along."""

from dataclasses import replace

import numpy as np

from extractor.image.resolution import Affine
from extractor.pixels import POINTS_PER_INCH, EmbeddedText, RenderedPage
from models.record import BBox


def has_trusted_text(embedded: EmbeddedText | None) -> bool:
    """Whether the page has text of its own that nothing speaks against."""
    return embedded is not None and bool(embedded.words) and not embedded.suspicion


def is_text_sideways(embedded: EmbeddedText | None) -> bool:
    """Whether most words of four letters and more stand on end."""
    words = [word for word in embedded.words if len(word.text) >= 4] if embedded is not None else []
    upended = sum(word.bbox.height > 1.5 * word.bbox.width for word in words)
    return len(words) >= 4 and upended > len(words) / 2


def move_embedded(page: RenderedPage, affine: Affine, dpi: float, quarters: int) -> EmbeddedText:
    """The page's own text in the coordinates of the upright page: ``affine`` maps stored pixels to its pixels."""
    embedded = page.embedded
    assert embedded is not None
    if quarters == 0 and np.allclose(affine[:, 2], 0, atol=1.0) and abs(affine[0, 1]) < 1e-9:
        return embedded

    def move(box: BBox) -> BBox:
        # Points to stored pixels: a point on paper is an edge, pixel centres lie half a pixel in.
        xs = np.array([box.x0, box.x1, box.x1, box.x0]) * page.x_dpi / POINTS_PER_INCH - 0.5
        ys = np.array([box.top, box.top, box.bottom, box.bottom]) * page.y_dpi / POINTS_PER_INCH - 0.5
        across, down = (affine @ np.vstack([xs, ys, np.ones(4)]) + 0.5) * POINTS_PER_INCH / dpi
        return BBox(*(round(float(v), 2) for v in (across.min(), down.min(), across.max(), down.max())))

    words = tuple(word.model_copy(update={"bbox": move(word.bbox)}) for word in embedded.words)
    answers = tuple(replace(answer, bbox=move(answer.bbox)) for answer in embedded.answers)
    return replace(embedded, words=words, answers=answers)

"""From a page as stored to a page as read: square pixels, upright, straight, with its quality."""

from dataclasses import dataclass

import cv2
import numpy as np

from extractor.errors import EngineError
from extractor.image.deskew import MIN_TURN, estimate_skew
from extractor.image.embedded import has_trusted_text, is_text_sideways, move_embedded
from extractor.image.ink import Mask, find_ink, working_ink
from extractor.image.level_strip import LEAST_SKEW, find_level_strip, lift_strip, set_above
from extractor.image.orient import SURE_AXIS, SURE_UPRIGHT, Lettering, find_letters, measure_axis, measure_upright
from extractor.image.quality import classify
from extractor.image.resolution import (
    DOUBLED_DPI,
    Affine,
    Margin,
    is_row_doubled,
    make_affine,
    reading_dpi,
    resample,
    undouble_rows,
)
from extractor.image.vote import ReadsWell, choose_way, cut_lines, turn_crops
from extractor.pixels import Gray, PageImage, RenderedPage
from models.record import Quality
from models.record.arrangement import Turn
from models.stages.options import ImageOptions


@dataclass(frozen=True, slots=True)
class _Draft:
    """The page drawn one way: clockwise quarter turns, skew of its lines, pixels at ``dpi``, the map from the stored
    pixels, how much it seems upright by its letters alone, and the pixels added around the page."""

    quarters: int
    skew: float
    pixels: Gray
    dpi: float
    affine: Affine
    upright: float
    margin: Margin


def prepare_page(
    rendered: RenderedPage, options: ImageOptions, reads_well: ReadsWell | None = None, turn: Turn = 0
) -> PageImage:
    """The page upright, deskewed, with square pixels of at most ``options.ocr_dpi_max``.

    ``reads_well`` scores line crops and is asked only where letters alone do not say clearly which way up the page
    is; without it such a page stays as it came. ``turn``: by how much a person turned it from there. Raises
    ``EngineError`` where the pixel library fails.
    """
    try:
        return _prepare(rendered, options, reads_well, turn)
    except cv2.error as error:
        raise EngineError(
            f"The pixels of page {rendered.page_no} could not be prepared: ask for this page to be sent again.",
            page_no=rendered.page_no,
        ) from error


def _prepare(rendered: RenderedPage, options: ImageOptions, reads_well: ReadsWell | None, turn: Turn) -> PageImage:
    stored, notes = _without_doubled_rows(rendered)
    mask = working_ink(stored.pixels, stored.x_dpi, stored.y_dpi, is_bilevel=stored.is_bilevel)
    letters = find_letters(mask)
    draft = _choose_draft(stored, mask, letters, options, reads_well)
    is_trusted = has_trusted_text(stored.embedded)
    if turn:
        # Drawn anew: what seemed askew in lines that lay across is none of the page's.
        draft = _draw(stored, mask, letters, (draft.quarters + turn // 90) % 4, options, is_straight=is_trusted)
    return PageImage(
        page_no=stored.page_no,
        pixels=draft.pixels,
        dpi=draft.dpi,
        native_dpi=(stored.x_dpi, stored.y_dpi),
        is_bilevel=stored.is_bilevel,
        quality=(Quality.DIGITAL if is_trusted else classify(stored, letters)).value,
        rotation=draft.quarters * 90,
        skew=-draft.skew if draft.skew else 0.0,
        embedded=None if stored.embedded is None else move_embedded(stored, _on_page(draft), draft.dpi, draft.quarters),
        notes=notes,
        margin=draft.margin,
    )


def _without_doubled_rows(page: RenderedPage) -> tuple[RenderedPage, tuple[str, ...]]:
    """The page with each scan line once, where a gateway wrote it twice to make square pixels."""
    may_be = page.is_bilevel and DOUBLED_DPI[0] <= page.y_dpi <= DOUBLED_DPI[1]
    if not may_be or not is_row_doubled(find_ink(page.pixels, is_bilevel=True)):
        return page, page.notes
    single = RenderedPage(
        page.page_no, undouble_rows(page.pixels), page.x_dpi, page.y_dpi / 2, True, page.embedded, page.notes
    )
    return single, (*page.notes, "doubled_rows")


def _choose_draft(
    page: RenderedPage, mask: Mask, letters: Lettering, options: ImageOptions, reads_well: ReadsWell | None
) -> _Draft:
    is_trusted = has_trusted_text(page.embedded)
    if is_trusted and not is_text_sideways(page.embedded):
        return _draw(page, mask, letters, 0, options, is_straight=True)
    axis = measure_axis(letters)
    first = _draw(page, mask, letters, 1 if axis <= -SURE_AXIS else 0, options, is_straight=is_trusted)
    if letters.is_scarce or (first.quarters == 0 and axis >= SURE_AXIS and first.upright >= SURE_UPRIGHT):
        return first
    drafts = [first]
    if abs(axis) < SURE_AXIS:
        drafts.append(_draw(page, mask, letters, 1, options, is_straight=is_trusted))
    if reads_well is not None:
        ways = [crops for draft in drafts for crops in _crops_both_ways(draft)]
        chosen = choose_way(ways, reads_well)
        if chosen is not None:
            return _turn_over(drafts[chosen // 2]) if chosen % 2 else drafts[chosen // 2]
    is_over = abs(axis) >= SURE_AXIS and first.upright <= -SURE_UPRIGHT
    return _turn_over(first) if is_over else first


def _crops_both_ways(draft: _Draft) -> tuple[tuple[Gray, ...], tuple[Gray, ...]]:
    crops = cut_lines(draft.pixels, _working_mask(draft), draft.dpi)
    return crops, turn_crops(crops)


def _working_mask(draft: _Draft) -> Mask:
    return working_ink(draft.pixels, draft.dpi, draft.dpi, is_bilevel=False)


def _draw(
    page: RenderedPage, mask: Mask, letters: Lettering, quarters: int, options: ImageOptions, *, is_straight: bool
) -> _Draft:
    """Turn clockwise by ``quarters`` times 90 degrees, deskew, and scale to square pixels, resampling once."""
    turned_mask = np.ascontiguousarray(np.rot90(mask, -quarters))
    pixels = np.ascontiguousarray(np.rot90(page.pixels, -quarters))
    native = (page.x_dpi, page.y_dpi) if quarters % 2 == 0 else (page.y_dpi, page.x_dpi)
    dpi = reading_dpi(*native, options.ocr_dpi_max)
    letters = letters if quarters == 0 else find_letters(turned_mask)
    found = 0.0 if is_straight else estimate_skew(letters.parts, options.max_skew).angle
    skew = 0.0 if abs(found) < MIN_TURN else round(found, 2)
    rows = find_level_strip(letters, skew) if abs(skew) >= LEAST_SKEW else None
    strip = None
    if rows is not None:
        pixels, strip = lift_strip(pixels, rows, native, dpi)
    affine, size, margin = make_affine(turned_mask, pixels.shape, native, dpi, skew)
    drawn = resample(pixels, affine, size, is_turned=skew != 0)
    if strip is not None:
        drawn = set_above(strip, drawn)
        affine[1, 2] += len(strip)
        margin = (margin[0], margin[1] + len(strip), margin[2], margin[3])
    stored_to_turned = _quarter_affine(page.pixels.shape, quarters)
    return _Draft(quarters, skew, drawn, dpi, _chain(stored_to_turned, affine), measure_upright(letters, found), margin)


def _turn_over(draft: _Draft) -> _Draft:
    affine = _chain(draft.affine, _quarter_affine(draft.pixels.shape, 2))
    pixels = np.ascontiguousarray(np.rot90(draft.pixels, 2))
    left, top, right, bottom = draft.margin
    turned = (right, bottom, left, top)
    return _Draft((draft.quarters + 2) % 4, draft.skew, pixels, draft.dpi, affine, -draft.upright, turned)


def _on_page(draft: _Draft) -> Affine:
    """The map from stored pixels to those of the page without its margin."""
    affine = draft.affine.copy()
    affine[:, 2] -= draft.margin[:2]
    return affine


def _quarter_affine(shape: tuple[int, ...], quarters: int) -> Affine:
    """Where a pixel centre goes when an image of ``shape`` is turned clockwise by quarters."""
    height, width = shape[0], shape[1]
    maps = {
        0: ((1, 0, 0), (0, 1, 0)),
        1: ((0, -1, height - 1), (1, 0, 0)),
        2: ((-1, 0, width - 1), (0, -1, height - 1)),
        3: ((0, 1, 0), (-1, 0, width - 1)),
    }
    return np.array(maps[quarters % 4], np.float64)


def _chain(first: Affine, second: Affine) -> Affine:
    return np.asarray(second @ np.vstack([first, [0, 0, 1]]), np.float64)

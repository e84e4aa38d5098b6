import numpy as np
import pytest

from extractor.ocr.detection import TILE_ROWS, Box, boxes_of_map, fold_to_fit, split_wide, trim_box


def test_a_core_grows_by_the_unclip_distance() -> None:
    text_map = np.zeros((100, 200), np.float32)
    text_map[40:48, 50:149] = 0.9
    (box,) = boxes_of_map(text_map, (200, 400))
    # The mask is dilated to 9 x 100, so the core grows by 9 * 100 * 1.6 / (2 * 109) = 6.6 pixels of the map.
    assert 12 <= 2 * 40 - box.top <= 16
    assert 12 <= box.bottom - 2 * 48 <= 16
    assert 12 <= 2 * 50 - box.x0 <= 16
    assert 12 <= box.x1 - 2 * 149 <= 16


def test_faint_and_tiny_cores_are_dropped() -> None:
    text_map = np.zeros((100, 200), np.float32)
    text_map[10:18, 20:80] = 0.4
    text_map[50, 50] = 0.9
    assert boxes_of_map(text_map, (100, 200)) == []


def test_boxes_stay_on_the_page() -> None:
    text_map = np.zeros((64, 64), np.float32)
    text_map[0:10, 0:64] = 0.9
    (box,) = boxes_of_map(text_map, (64, 64))
    assert (box.x0, box.top, box.x1) == (0, 0, 64)


def test_blank_ends_are_trimmed_but_for_a_margin() -> None:
    pixels = np.full((40, 400), 255, np.uint8)
    pixels[10:30, 100:200] = 0
    pixels[20, 390] = 0
    box = trim_box(pixels, Box(0, 0, 400, 40))
    assert (box.x0, box.x1) == (94, 206)
    assert trim_box(pixels, Box(210, 0, 380, 40)) == Box(210, 0, 380, 40)


@pytest.mark.parametrize(
    ("columns", "width", "least_scale"),
    [
        (1500, 1056, 0.6),  # the text of a letter page
        (1800, 1056, 0.56),  # out to the edges, a little smaller
        (2200, 1344, 0.6),  # on its side, too wide
        (400, 1056, 0.6),  # a card
        (4000, 2496, 0.6),  # a plan
    ],
)
def test_pages_share_one_network_of_tiles(columns: int, width: int, least_scale: float) -> None:
    pixels = np.full((2200, columns + 40), 255, np.uint8)
    pixels[500:530, 20:-20] = 0
    page, size = fold_to_fit(pixels, 0.6)
    assert size == (TILE_ROWS, width)
    assert least_scale <= page.shape[1] / pixels.shape[1] <= 0.6
    assert page.pixels.shape[1] <= width


def test_a_line_too_wide_to_read_at_once_is_split_in_its_widest_gap() -> None:
    pixels = np.full((20, 900), 255, np.uint8)
    pixels[18, :] = 0
    for left in range(0, 900, 30):
        pixels[5:15, left : left + 24] = 0
    pixels[5:15, 480:520] = 255
    box = Box(0, 0, 900, 20)
    assert split_wide(pixels, box, 45.0) == [box]
    first, second = split_wide(pixels, box, 30.0)
    assert (first.x0, second.x1) == (0, 900)
    assert first.x1 == second.x0
    assert 474 <= first.x1 <= 520
    assert all(part.width <= 10 * 20 for part in split_wide(pixels, box, 10.0))

import numpy as np
import pytest

from extractor.ocr.detection import CANVAS, Box, boxes_of_map, choose_size, trim_box


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
    ("shape", "size", "least_scale"),
    [
        ((2200, 1700), CANVAS, 0.595),  # letter
        ((1700, 2200), CANVAS[::-1], 0.595),  # on its side
        ((2376, 1728), CANVAS, 0.56),  # A4, a little smaller
        ((2856, 1728), (1728, 1056), 0.6),  # legal, too long
        ((600, 400), (384, 256), 0.6),  # a card
    ],
)
def test_pages_of_about_a_letter_share_one_network(
    shape: tuple[int, int], size: tuple[int, int], least_scale: float
) -> None:
    scale, found = choose_size(shape, 0.6)
    assert found == size
    assert least_scale <= scale <= 0.6


def test_the_scaled_page_always_fits() -> None:
    for height in range(500, 2600, 7):
        for width in range(400, 2600, 97):
            scale, (rows, columns) = choose_size((height, width), 0.598)
            assert round(height * scale) <= rows
            assert round(width * scale) <= columns

import numpy as np
import pytest

from extractor.ocr.folding import MARGIN, OVERLAP, fold_page, map_in_tiles


def test_blank_bands_are_left_out_and_put_back() -> None:
    pixels = np.full((400, 300), 255, np.uint8)
    pixels[50:60, 100:200] = 0
    pixels[300:310, 120:180] = 0
    page = fold_page(pixels)
    assert page.pixels.shape == (2 * (10 + 2 * MARGIN), 100 + 2 * MARGIN)
    text_map = (page.pixels < 128).astype(np.float32)
    np.testing.assert_array_equal(page.unfold(text_map), pixels < 128)


def test_pale_ink_is_kept_and_a_blank_page_is_nearly_nothing() -> None:
    pixels = np.full((100, 100), 230, np.uint8)
    assert fold_page(pixels).pixels.shape == (1, 1)
    pixels[40:44, 30:60] = 170
    assert fold_page(pixels).rows.tolist() == list(range(40 - MARGIN, 44 + MARGIN))


@pytest.mark.parametrize("rows", [5, 100, 101, 152, 153, 300])
def test_tiles_cover_the_page(rows: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (rows, 70)).astype(np.uint8)
    shapes = set()

    def find_text(tile: np.ndarray) -> np.ndarray:
        shapes.add(tile.shape)
        return tile.astype(np.float32)

    np.testing.assert_array_equal(map_in_tiles(pixels, (100, 80), find_text), pixels)
    assert shapes == {(100, 80)}


def test_rows_near_the_edge_of_a_tile_are_taken_from_its_neighbour() -> None:
    def find_text(tile: np.ndarray) -> np.ndarray:
        text_map = np.ones(tile.shape, np.float32)
        text_map[: OVERLAP // 4] = text_map[-OVERLAP // 4 :] = 0
        return text_map

    text_map = map_in_tiles(np.zeros((300, 10), np.uint8), (100, 10), find_text)
    assert text_map[OVERLAP // 4 : -OVERLAP].all()

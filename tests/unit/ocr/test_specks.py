import numpy as np

from extractor.ocr.specks import drop_specks
from extractor.pixels import PageImage


def page(pixels: np.ndarray, native: tuple[float, float], *, is_bilevel: bool = True) -> PageImage:
    return PageImage(1, pixels, 204.0, native, is_bilevel, "standard_fax")


def drawn() -> np.ndarray:
    pixels = np.full((400, 400), 255, np.uint8)
    pixels[200:230, 100:110] = 0
    pixels[194:196, 103:106] = 0
    pixels[50:52, 300:302] = 0
    return pixels


def test_a_lone_speck_goes_and_the_dot_of_an_i_stays() -> None:
    cleaned = drop_specks(page(drawn(), (204.0, 98.0)))
    assert cleaned[50:52, 300:302].min() == 255
    assert cleaned[194:196, 103:106].max() == 0
    assert cleaned[200:230, 100:110].max() == 0


def test_fine_and_gray_pages_stay_as_they_are() -> None:
    pixels = drawn()
    assert drop_specks(page(pixels, (204.0, 196.0))) is pixels
    assert drop_specks(page(pixels, (204.0, 98.0), is_bilevel=False)) is pixels

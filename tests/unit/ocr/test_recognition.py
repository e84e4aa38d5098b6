import numpy as np

from extractor.ocr.recognition import MAX_WIDTH, STEP_WIDTH, line_scale, line_tensor, soften
from extractor.pixels import PageImage


def test_lines_are_narrowed_a_little_to_few_widths() -> None:
    crops = [np.full((24, width), 255, np.uint8) for width in range(16, 1600)]
    widths = {line_tensor(crop).shape[-1] for crop in crops}
    assert len(widths) < 70
    assert all(width % STEP_WIDTH == 0 for width in widths)
    assert all(0.9 * 2 <= line_scale(crop) <= 2 for crop in crops if crop.shape[1] > 40)
    assert line_tensor(np.full((10, 1000), 255, np.uint8)).shape[-1] <= MAX_WIDTH


def test_a_short_line_is_filled_up_not_stretched() -> None:
    tensor = line_tensor(np.full((48, 16), 255, np.uint8))
    assert tensor.shape == (1, 1, 48, 32)
    assert (tensor[..., :16] == 1).all()
    assert (tensor[..., 16:] == 0).all()


def test_only_one_bit_pages_are_softened() -> None:
    pixels = np.full((20, 20), 255, np.uint8)
    pixels[:, 10:] = 0
    grey = PageImage(1, pixels, 204.0, (204.0, 204.0), is_bilevel=False, quality="clean_scan")
    fax = PageImage(1, pixels, 204.0, (204.0, 204.0), is_bilevel=True, quality="fine_fax")
    fine = PageImage(1, pixels, 600.0, (600.0, 600.0), is_bilevel=True, quality="clean_scan")
    assert soften(grey, pixels) is pixels
    greys = [np.count_nonzero((soft > 0) & (soft < 255)) for soft in (soften(fax, pixels), soften(fine, pixels))]
    assert greys[0] > greys[1] > 0

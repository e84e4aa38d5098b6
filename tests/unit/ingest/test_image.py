import io

import numpy as np
import pytest
from PIL import Image
from specimens import page_picture, picture_file

from extractor.errors import DamagedDocument, LimitExceeded
from extractor.ingest.gray import turn

PAGE = page_picture()
PIXELS = np.asarray(PAGE.convert("L"))


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "LA", "P", "I;16"])
def test_png_of_every_depth(render, mode: str) -> None:
    gray = PAGE.convert("L")
    picture = Image.fromarray(PIXELS.astype(np.uint16) * 257) if mode == "I;16" else gray.convert(mode)
    page = render(picture_file("PNG", picture, dpi=(100, 100)))
    assert np.array_equal(page.pixels, PIXELS)
    assert page.is_bilevel == (mode == "1")
    assert (page.x_dpi, page.y_dpi) == pytest.approx((100, 100), abs=0.1)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpeg_of_every_colour(render, mode: str) -> None:
    page = render(picture_file("JPEG", PAGE.convert("L").convert(mode), quality=95, dpi=(200, 200)))
    assert np.abs(page.pixels.astype(int) - PIXELS).mean() < 3


def test_what_is_transparent_is_paper(render) -> None:
    clear = Image.new("RGBA", (400, 500), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (100, 100, 200, 120))
    page = render(picture_file("PNG", clear))
    assert page.pixels[110, 150] == 0
    assert page.pixels[300, 300] == 255


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(render, orientation: int) -> None:
    inverse = {6: 8, 8: 6}.get(orientation, orientation)
    exif = Image.Exif()
    exif[0x0112] = orientation
    page = render(picture_file("JPEG", Image.fromarray(turn(PIXELS, inverse)), quality=95, exif=exif, dpi=(200, 100)))
    assert page.pixels.shape == PIXELS.shape
    assert np.abs(page.pixels.astype(int) - PIXELS).mean() < 3
    assert (page.x_dpi, page.y_dpi) == ((100, 200) if orientation >= 5 else (200, 100))


def test_a_photo_without_a_resolution_is_measured_against_paper(render) -> None:
    page = render(picture_file("JPEG", Image.new("L", (1700, 2200), 255)))
    assert (page.x_dpi, page.y_dpi, page.notes) == (200, 200, ("resolution_worked_out",))


def test_of_several_pictures_the_first_is_the_page(render) -> None:
    buffer = io.BytesIO()
    PAGE.convert("L").save(buffer, "PNG", save_all=True, append_images=[Image.new("L", PAGE.size, 0)])
    assert np.array_equal(render(buffer.getvalue()).pixels, PIXELS)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_that_ends_early_is_damaged(render, kind: str) -> None:
    whole = picture_file(kind)
    with pytest.raises(DamagedDocument) as caught:
        render(whole[: len(whole) * 9 // 10])
    assert caught.value.page_no == 1


def test_a_bomb_is_refused_from_its_header(render) -> None:
    with pytest.raises(LimitExceeded):
        render(picture_file("PNG", Image.new("1", (30_000, 3000), 1)))

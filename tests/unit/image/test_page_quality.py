import numpy as np
import pytest
from drawn_pages import (
    DRAWINGS,
    add_streaks,
    drop_rows,
    fade,
    fax,
    replace_pixels,
    scan,
    speckle,
    spread_toner,
)

from extractor.image import prepare_page
from extractor.pixels import RenderedPage
from models.stages.options import ImageOptions


def quality(page: RenderedPage) -> str:
    return prepare_page(page, ImageOptions()).quality


@pytest.mark.parametrize("name", sorted(DRAWINGS))
def test_undamaged_pages_by_resolution(name):
    page = DRAWINGS[name](4)
    assert quality(scan(page, 200)) == "clean_scan"
    assert quality(fax(page, 300, 300)) == "clean_scan"
    assert quality(fax(page, 204, 196)) == "fine_fax"
    assert quality(fax(page, 204, 98)) == "standard_fax"


@pytest.mark.parametrize("name", ["form", "lab_report"])
def test_damage_wins(name):
    page = DRAWINGS[name](5)
    assert quality(speckle(fax(page), 0.004)) == "degraded"
    assert quality(fax(spread_toner(page, 7))) == "degraded"
    assert quality(add_streaks(fax(page), 4)) == "degraded"
    assert quality(fade(scan(page, 200), 190, 130)) == "degraded"


@pytest.mark.parametrize("name", ["form", "lab_report"])
def test_letters_in_pieces_are_damage(name):
    page = fax(DRAWINGS[name](5))
    pixels = page.pixels.copy()
    pixels[::5] = 255
    assert quality(replace_pixels(page, pixels)) == "degraded"


def test_scan_lines_lost_through_a_ruled_form_are_damage():
    assert quality(drop_rows(fax(DRAWINGS["form"](5)), 0.1)) == "degraded"


@pytest.mark.parametrize("name", ["form", "letter"])
@pytest.mark.parametrize("factor", [2.0, 2.04])
def test_doubled_scan_lines_are_a_standard_fax(name, factor):
    standard = fax(DRAWINGS[name](6), 204, 98)
    rows = np.minimum(np.arange(int(len(standard.pixels) * factor)) / factor, len(standard.pixels) - 1).astype(int)
    page = prepare_page(RenderedPage(1, standard.pixels[rows], 204, 98 * factor, True), ImageOptions())
    assert page.quality == "standard_fax"
    assert page.native_dpi == pytest.approx((204, 98), rel=0.03)
    assert page.height == pytest.approx(prepare_page(standard, ImageOptions()).height, abs=2)
    assert "doubled_rows" in page.notes


def test_one_bit_fax_stored_as_gray_is_still_a_fax():
    page = fax(DRAWINGS["letter"](0))
    assert quality(RenderedPage(1, page.pixels, page.x_dpi, page.y_dpi, False)) == "fine_fax"


def test_shaded_gray_paper_is_no_damage():
    page = scan(DRAWINGS["letter"](0), 200)
    shade = np.linspace(0.75, 1.0, page.pixels.shape[1])
    assert quality(replace_pixels(page, (page.pixels * shade).astype(np.uint8))) == "clean_scan"

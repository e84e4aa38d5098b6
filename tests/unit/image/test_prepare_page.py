import numpy as np
import pytest
from drawn_pages import (
    DRAWINGS,
    add_dashes,
    add_header,
    add_scan_edges,
    draw_blank,
    draw_capitals,
    draw_form,
    draw_lab_report,
    draw_letter,
    fax,
    quarter_turned,
    replace_pixels,
    scan,
    speckle,
    turn,
)

from extractor import ocr
from extractor.image import is_blank, prepare_page
from extractor.pixels import EmbeddedText, PageImage, RenderedPage
from models.record import BBox
from models.stages.options import ImageOptions, OcrOptions
from models.stages.text import Word

OPTIONS = ImageOptions()


def ink_box(page: PageImage) -> tuple[int, int, int, int]:
    ys, xs = np.nonzero(page.pixels < 128)
    return int(xs.min()), int(ys.min()), int(xs.max()), int(ys.max())


def test_standard_fax_becomes_square_at_its_finer_resolution():
    page = prepare_page(fax(draw_letter(), 204, 98), OPTIONS)
    assert page.dpi == 204
    assert page.native_dpi == (204, 98)
    assert page.pixels.shape == (round(1078 * 204 / 98), 1734)
    assert (page.width, page.height) == pytest.approx((612, 792), abs=1)


def test_square_pixels_keep_every_stroke_in_place():
    fine = prepare_page(fax(draw_form(), 204, 204), OPTIONS)
    standard = prepare_page(fax(draw_form(), 204, 98), OPTIONS)
    assert np.abs(np.subtract(ink_box(fine), ink_box(standard))).max() <= 3


def test_pages_above_the_limit_are_scaled_down_to_it():
    page = prepare_page(scan(draw_letter(), 300), ImageOptions(ocr_dpi_max=200))
    assert page.dpi == 200
    assert page.pixels.shape == (2200, 1700)


def test_straight_page_keeps_its_pixels():
    rendered = fax(draw_letter(), 204, 204)
    page = prepare_page(rendered, OPTIONS)
    assert page.skew == 0
    assert np.array_equal(page.pixels, rendered.pixels)


@pytest.mark.parametrize("name", sorted(DRAWINGS))
@pytest.mark.parametrize("degrees", [-5.0, 0.4, 3.1])
def test_skew_is_found_within_a_third_of_a_degree(name, degrees):
    page = prepare_page(fax(turn(DRAWINGS[name](2), degrees)), OPTIONS)
    assert page.rotation == 0
    assert page.skew == pytest.approx(-degrees, abs=0.3)


def test_scan_edges_and_noise_do_not_pull_the_skew():
    page = prepare_page(add_scan_edges(speckle(fax(turn(draw_form(1), 2.5)), 0.02)), OPTIONS)
    assert page.skew == pytest.approx(-2.5, abs=0.3)


@pytest.mark.parametrize("degrees", [-4.4, 2.0])
def test_rows_of_dashes_do_not_hide_the_skew_of_a_landscape_table(degrees):
    page = prepare_page(add_dashes(fax(turn(draw_lab_report(), degrees), 204, 98), 12), OPTIONS)
    assert page.skew == pytest.approx(-degrees, abs=0.3)


def test_turning_cuts_no_ink():
    pixels = fax(turn(draw_letter(), 4), 204, 204).pixels.copy()
    pixels[5:25, 5:40] = 0
    rendered = replace_pixels(fax(draw_letter(), 204, 204), pixels)
    page = prepare_page(rendered, OPTIONS)
    assert page.skew == pytest.approx(-4, abs=0.3)
    assert int((page.pixels < 128).sum()) == pytest.approx(int((pixels < 128).sum()), rel=0.02)
    assert page.pixels.shape[1] > pixels.shape[1]


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("drawing", [draw_letter, draw_form], ids=["letter", "form"])
def test_page_fed_in_any_direction_is_upright_by_its_letters(drawing, quarters):
    upright = fax(drawing(3))
    page = prepare_page(quarter_turned(upright, quarters), OPTIONS)
    assert page.rotation == -90 * quarters % 360
    assert page.pixels.shape == prepare_page(upright, OPTIONS).pixels.shape


def test_landscape_table_on_a_portrait_page_is_turned():
    page = prepare_page(quarter_turned(fax(draw_lab_report()), 1), OPTIONS)
    assert page.rotation == 270
    assert page.width > page.height


def test_upright_landscape_page_stays():
    assert prepare_page(fax(draw_lab_report(), 204, 98), OPTIONS).rotation == 0


def test_reader_overrules_the_letters_on_a_turned_page():
    asked: list[int] = []

    def likes_the_first_way(crops):
        asked.append(len(crops))
        return [1.0 if len(asked) % 2 else 0.2 for _ in crops]

    sideways = quarter_turned(fax(draw_capitals()), 1)
    page = prepare_page(sideways, OPTIONS, likes_the_first_way)
    assert asked == [2, 2]
    assert (page.rotation, prepare_page(sideways, OPTIONS).rotation) == (90, 270)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_capitals_are_upright_by_reading(quarters):
    reads_well = ocr.legibility(OcrOptions())
    page = prepare_page(quarter_turned(fax(draw_capitals(1)), quarters), OPTIONS, reads_well)
    assert page.rotation == -90 * quarters % 360


def test_reader_is_not_asked_where_letters_are_clear():
    def refuse(crops):
        raise AssertionError("asked")

    assert prepare_page(fax(draw_letter()), OPTIONS, refuse).rotation == 0


def test_unsure_reader_leaves_the_letters_verdict():
    page = prepare_page(quarter_turned(fax(draw_letter()), 2), OPTIONS, lambda crops: [0.0] * len(crops))
    assert page.rotation == 180


def test_blank_page_stays_as_it_is():
    page = prepare_page(fax(draw_blank()), OPTIONS)
    assert (page.rotation, page.skew) == (0, 0)


@pytest.mark.parametrize(
    ("rendered", "expected"),
    [
        (fax(draw_blank()), True),
        (speckle(fax(draw_blank()), 0.01), True),
        (add_scan_edges(fax(draw_blank())), True),
        (fax(add_header(draw_blank(), "11/20/2026 14:22 FROM: ALDER CLINIC P.001/003")), True),
        (fax(draw_letter(0, 1)), False),
        (scan(draw_form(), 200), False),
    ],
    ids=["empty", "speckle", "edges", "header", "one line", "form"],
)
def test_blank(rendered, expected):
    assert is_blank(prepare_page(rendered, OPTIONS)) is expected


def test_header_printed_level_stays_level_on_a_skewed_page():
    text = "11/20/2026 14:22 FROM: ALDER CLINIC 303-555-0147 P.001/003"
    page = prepare_page(fax(add_header(turn(draw_form(), 3), text)), OPTIONS)
    assert page.skew == pytest.approx(-3, abs=0.3)
    ink = np.flatnonzero((page.pixels[:60] < 128).any(axis=1))
    assert ink.max() - ink.min() < 0.12 * page.dpi


def test_own_text_moves_with_the_page():
    upright = scan(draw_letter(), 100)
    word = Word(text="poor", bbox=BBox(100, 50, 130, 62), source="embedded")
    stored = RenderedPage(
        1, np.ascontiguousarray(np.rot90(upright.pixels, 2)), 100, 100, False, EmbeddedText((word,), (), ("hidden",))
    )
    page = prepare_page(stored, OPTIONS)
    assert page.rotation == 180
    assert page.embedded is not None
    assert page.embedded.words[0].bbox == pytest.approx((612 - 130, 792 - 62, 612 - 100, 792 - 50), abs=0.5)


def test_trusted_text_is_digital_and_not_turned():
    words = tuple(
        Word(text="chart", bbox=BBox(72, 90 + 20 * n, 110, 100 + 20 * n), source="embedded") for n in range(9)
    )
    rendered = RenderedPage(1, scan(turn(draw_letter(), 1), 100).pixels, 100, 100, False, EmbeddedText(words))
    page = prepare_page(rendered, OPTIONS)
    assert (page.quality, page.rotation, page.skew) == ("digital", 0, 0)
    assert page.embedded == rendered.embedded


@pytest.mark.parametrize("shape", [(1, 1), (3, 2000), (2000, 3), (40, 40)])
@pytest.mark.parametrize("value", [0, 255])
def test_odd_pages_pass_through(shape, value):
    rendered = RenderedPage(1, np.full(shape, value, np.uint8), 204, 98, True)
    assert prepare_page(rendered, OPTIONS).pixels.size > 0

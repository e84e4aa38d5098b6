import pytest
from specimens import page_picture, tiff

from extractor.ingest.resolution import work_out_resolution


@pytest.mark.parametrize(
    ("size", "tagged", "expected"),
    [
        ((1728, 1100), (204, 98), (204, 98)),
        ((1728, 1078), (200, 100), (200, 100)),
        ((1728, 2200), (204, 196), (204, 196)),
        ((1728, 1100), None, (204, 98)),
        ((1728, 1145), (72, 72), (204, 98)),
        ((1728, 2200), (72, 72), (204, 196)),
        ((1728, 2291), (0, 0), (204, 196)),
        ((1728, 2745), (1, 1), (204, 196)),
        ((1728, 4400), None, (204, 391)),
        ((1728, 2200), (98, 204), (204, 196)),
        ((1728, 1100), (98, 204), (204, 98)),
        ((1728, 2200), (204, 98), (204, 196)),
        ((2048, 1400), None, (204, 98)),
        ((2432, 3270), None, (204, 196)),
        ((2592, 3300), (72, 72), (300, 300)),
        ((1700, 2200), None, (200, 200)),
        ((2550, 3300), (72, 72), (300, 300)),
        ((3300, 2550), (0, 0), (300, 300)),
        ((2480, 3508), None, (300, 300)),
        ((1700, 2800), None, (200, 200)),
        ((612, 792), (72, 72), (72, 72)),
        ((801, 1313), (96, 96), (96, 96)),
        ((3307, 4677), (400, 400), (400, 400)),
        ((590, 88), None, (200, 200)),
    ],
)
def test_resolution(size: tuple[int, int], tagged: tuple[float, float] | None, expected: tuple[float, float]) -> None:
    found = work_out_resolution(*size, tagged)
    assert (found.x, found.y) == pytest.approx(expected, rel=0.01)
    assert (found.note is None) == (tagged == expected)


def test_square_tags_on_a_standard_fax_are_seen_through(render) -> None:
    fine = page_picture(1728, 2200)
    standard = fine.resize((1728, 1100))
    squashed = render(tiff([standard], dpi=(200, 200)))
    assert (squashed.x_dpi, squashed.y_dpi, squashed.notes) == (200, 100, ("resolution_worked_out",))


def test_half_a_page_of_square_pixels_stays_half_a_page(render) -> None:
    half = render(tiff([page_picture(1728, 1100)], dpi=(200, 200)))
    assert (half.x_dpi, half.y_dpi, half.notes) == (200, 200, ())

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from specimens import LINES, drawn_pdf, one_page_pdf, page_picture, raw_pdf, scanned_pdf, stream, write_lines

from extractor.errors import DamagedDocument, EncryptedDocument, LimitExceeded
from extractor.ingest import open_document, render_page
from models.stages.options import IngestOptions

PAGE = page_picture()
PIXELS = np.asarray(PAGE.convert("L"))


def raster(
    picture: Image.Image, matrix: str, filter_name: bytes = b"/DCTDecode", extra: bytes = b"", page: bytes = b""
) -> bytes:
    """A page that draws one picture under ``matrix``."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG" if filter_name == b"/DCTDecode" else "JPEG2000", quality=95)
    body = (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceGray "
        % picture.size
    )
    body += b"/Filter %s %s /Length %d >>\nstream\n%s\nendstream" % (
        filter_name,
        extra,
        len(buffer.getvalue()),
        buffer.getvalue(),
    )
    return one_page_pdf(f"q {matrix} cm /I Do Q".encode(), page, b"/XObject << /I 10 0 R >>", o10=body)


def test_a_scan_is_taken_at_its_own_pixels(render) -> None:
    page = render(scanned_pdf([PAGE], dpi=100))
    assert page.is_bilevel
    assert np.array_equal(page.pixels, PIXELS)
    assert (page.x_dpi, page.y_dpi) == pytest.approx((100, 100), rel=0.01)
    assert page.embedded is None


def test_non_square_pixels_of_a_scan_stay_non_square(render) -> None:
    gray = page_picture(1728, 1100).convert("L")
    page = render(raster(gray, "612 0 0 792 0 0"))
    assert page.pixels.shape == (1100, 1728)
    assert (page.x_dpi, page.y_dpi) == pytest.approx((203.3, 100), rel=0.01)


@pytest.mark.parametrize("filter_name", [b"/DCTDecode", b"/JPXDecode"])
def test_gray_scans(render, filter_name: bytes) -> None:
    page = render(raster(PAGE.convert("L"), "612 0 0 792 0 0", filter_name))
    assert page.pixels.shape == PIXELS.shape
    assert not page.is_bilevel
    assert np.abs(page.pixels.astype(int) - PIXELS).mean() < 4


@pytest.mark.parametrize(
    ("matrix", "turned"),
    [
        ("612 0 0 -792 0 792", lambda p: p[::-1]),
        ("-612 0 0 792 612 0", lambda p: p[:, ::-1]),
        ("-612 0 0 -792 612 792", lambda p: p[::-1, ::-1]),
        ("0 792 -612 0 612 0", np.rot90),
        ("0 -792 612 0 0 792", lambda p: np.rot90(p, -1)),
    ],
)
def test_a_scan_flipped_or_turned_on_its_page(render, matrix: str, turned) -> None:
    page = render(raster(PAGE.convert("L"), matrix))
    expected = turned(PIXELS)
    assert page.pixels.shape == expected.shape
    assert np.abs(page.pixels.astype(int) - expected).mean() < 4


@pytest.mark.parametrize(("rotate", "turns"), [(90, -1), (180, 2), (270, 1)])
def test_a_scan_on_a_turned_page(render, rotate: int, turns: int) -> None:
    page = render(raster(PAGE.convert("L"), "612 0 0 792 0 0", page=b"/Rotate %d" % rotate))
    expected = np.rot90(PIXELS, turns)
    assert page.pixels.shape == expected.shape
    assert np.abs(page.pixels.astype(int) - expected).mean() < 4


def test_a_scan_with_its_colours_inverted_is_shown_as_a_reader_sees_it(render) -> None:
    negative = Image.fromarray(255 - PIXELS)
    page = render(raster(negative, "612 0 0 792 0 0", extra=b"/Decode [1 0]"))
    assert abs(float(page.pixels.mean()) - float(PIXELS.mean())) < 10


def test_something_drawn_over_a_scan_is_kept(render) -> None:
    def stamped(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(page_picture(1728, 1100)), 0, 0, 612, 792)
        canvas.drawString(72, 40, "11/20/2026 14:22 FROM Sample Clinic")

    page = render(drawn_pdf(stamped))
    assert page.embedded is not None
    assert page.embedded.words[0].text == "11/20/2026"
    assert page.embedded.suspicion == ("over_picture",)
    assert page.embedded.picture_area == 1.0
    box = page.embedded.words[-1].bbox
    x0, x1 = int(box.x0 / 72 * page.x_dpi), int(box.x1 / 72 * page.x_dpi)
    top, bottom = int(box.top / 72 * page.y_dpi), int(box.bottom / 72 * page.y_dpi)
    assert page.pixels[top:bottom, x0:x1].min() < 128
    assert min(page.x_dpi, page.y_dpi) >= 150


def test_a_scan_placed_as_if_pixels_were_points(render) -> None:
    page = render(scanned_pdf([page_picture(1728, 1100)], dpi=72))
    assert (page.x_dpi, page.y_dpi) == (204, 98)
    assert page.notes == ("page_rescaled",)


def test_a_page_of_two_hundred_inches_is_drawn_as_paper(render) -> None:
    page = render(drawn_pdf(write_lines, size=(14400, 14400)))
    assert page.pixels.shape == (1700, 1700)


def test_a_page_over_the_limit_is_drawn_coarser_or_refused(render) -> None:
    page = render(drawn_pdf(write_lines), max_page_pixels=2_000_000)
    assert page.pixels.size <= 2_000_000
    assert page.x_dpi == pytest.approx(page.pixels.shape[1] / 8.5, rel=0.01)
    with pytest.raises(LimitExceeded):
        render(drawn_pdf(write_lines), max_page_pixels=500_000)


def test_digital_and_scanned_pages_in_one_file(tmp_path: Path) -> None:
    def scan(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(PAGE), 0, 0, 612, 792)

    path = tmp_path / "fax"
    path.write_bytes(drawn_pdf(write_lines, scan, write_lines))
    document = open_document(path, IngestOptions())
    pages = [render_page(document, number, IngestOptions()) for number in (1, 2, 3)]
    assert [page.embedded is not None for page in pages] == [True, False, True]
    assert [page.pixels.shape for page in pages] == [(2200, 1700), (1100, 864), (2200, 1700)]


def test_owner_password_opens_and_user_password_does_not(render) -> None:
    owned = drawn_pdf(write_lines, encrypt=StandardEncryption("", ownerPassword="owner", canPrint=0, canCopy=0))
    page = render(owned)
    assert page.embedded is not None
    assert page.embedded.words[0].text == LINES[0].split()[0]
    with pytest.raises(EncryptedDocument, match="password"):
        render(drawn_pdf(write_lines, encrypt=StandardEncryption("user", ownerPassword="owner")))


def test_a_file_without_pages(render) -> None:
    empty = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [] /Count 0 >>"}
    with pytest.raises(DamagedDocument):
        render(raw_pdf(empty))


def test_a_page_tree_that_runs_in_a_circle(render) -> None:
    circle = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>",
    }
    with pytest.raises(DamagedDocument):
        render(raw_pdf(circle))


def test_pages_that_survive_a_cut_are_kept(tmp_path: Path) -> None:
    data = scanned_pdf([PAGE, PAGE, PAGE])
    path = tmp_path / "fax"
    path.write_bytes(data[: len(data) * 7 // 10])
    document = open_document(path, IngestOptions())
    assert [page.page_no for page in document.pages] == [1, 2]
    assert [failure.code for failure in document.failures] == ["damaged_document"]
    for page in document.pages:
        assert np.array_equal(render_page(document, page.page_no, IngestOptions()).pixels, PIXELS)


def test_a_page_whose_content_is_cut_off_is_damaged_not_blank(tmp_path: Path) -> None:
    """The picture of the page is the last thing in the file, and its end is lost."""
    packed = stream(bytes(range(256)) * 400)
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /XObject << /I 10 0 R >> >> >>",
        4: stream(b"q 612 0 0 792 0 0 cm /I Do Q"),
        10: packed.replace(
            b"/Length",
            b"/Type /XObject /Subtype /Image /Width 320 /Height 320 /BitsPerComponent 8 "
            b"/ColorSpace /DeviceGray /Length",
            1,
        ),
    }
    whole = raw_pdf(objects)
    path = tmp_path / "fax"
    path.write_bytes(whole[: whole.rindex(b"endstream") - 40])
    document = open_document(path, IngestOptions())
    assert document.failures
    with pytest.raises(DamagedDocument) as caught:
        render_page(document, 1, IngestOptions())
    assert caught.value.page_no == 1


@pytest.mark.parametrize("picture", [PAGE, PAGE.convert("L")], ids=["ccitt", "jpeg"])
def test_a_picture_that_ends_early_is_damaged_not_half_blank(tmp_path: Path, picture: Image.Image) -> None:
    data = scanned_pdf([picture, PAGE])
    start = data.index(b"stream") + 8
    end = data.index(b"endstream")
    middle = (start + end) // 2
    path = tmp_path / "fax"
    path.write_bytes(data[:middle] + bytes(end - middle) + data[end:])
    document = open_document(path, IngestOptions())
    with pytest.raises(DamagedDocument) as caught:
        render_page(document, 1, IngestOptions())
    assert caught.value.page_no == 1
    assert render_page(document, 2, IngestOptions()).is_bilevel


@pytest.mark.parametrize("content", [b"", b"q 1 0 0 1 0 0 cm Q", b"1 g 0 0 612 792 re f"])
def test_a_blank_page_is_blank(render, content: bytes) -> None:
    assert render(one_page_pdf(content)).pixels.min() == 255


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b"/Subtype /Image", b"/Subtype ?Image"),
        (b"/XObject <<", b"/XObjekt <<"),
        (b"/Height 1100", b"/Height xxxx"),
        (b" cm /image Do", b" cm /imaqe Do"),
    ],
)
def test_a_page_whose_picture_is_lost_is_damaged_not_blank(render, good: bytes, bad: bytes) -> None:
    whole = scanned_pdf([PAGE])
    assert good in whole
    with pytest.raises(DamagedDocument):
        render(whole.replace(good, bad))

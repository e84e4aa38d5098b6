import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin
from specimens import page_picture, tiff

from extractor.errors import DamagedDocument, ExtractorError, LimitExceeded
from extractor.ingest import open_document, render_page
from extractor.ingest.gray import turn
from extractor.ingest.tiff_directory import Tag, read_directories
from models.stages.options import IngestOptions

REAL = Path(__file__).parents[4] / "shared" / "data" / "fax_tiffs"
PAGE = page_picture()
PIXELS = np.asarray(PAGE.convert("L"))


def patched(data: bytes, tag: int, value: int, page: int = 0) -> bytes:
    """A TIFF (little-endian, as Pillow writes) with the value of a one-number tag changed in place."""
    directory = list(read_directories(data, 100))[page]
    out = bytearray(data)
    (count,) = struct.unpack_from("<H", data, directory.offset)
    for index in range(count):
        entry = directory.offset + 2 + 12 * index
        found, kind = struct.unpack_from("<HH", data, entry)
        if found == tag:
            struct.pack_into("<H" if kind == 3 else "<I", out, entry + 8, value)
            return bytes(out)
    raise AssertionError(f"tag {tag} is not there")


def next_offset_place(data: bytes, page: int) -> int:
    directory = list(read_directories(data, 100))[page]
    (count,) = struct.unpack_from("<H", data, directory.offset)
    return directory.offset + 2 + 12 * count


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_lzw", "packbits", "tiff_deflate", None])
def test_one_bit_pages_come_back_exactly(render, compression: str | None) -> None:
    page = render(tiff([PAGE], compression))
    assert page.is_bilevel
    assert np.array_equal(page.pixels, PIXELS)


@pytest.mark.parametrize("options", [0, 1, 4, 5])
def test_group_3_in_one_and_two_dimensions(render, options: int) -> None:
    page = render(tiff([PAGE], "group3", tags={292: options}))
    assert np.array_equal(page.pixels, PIXELS)


def test_fill_order_backwards(render) -> None:
    data = tiff([PAGE], "group4", tags={266: 1})
    (directory,) = read_directories(data, 9)
    turned = bytearray(data)
    for start, count in zip(
        directory.numbers(Tag.STRIP_OFFSETS), directory.numbers(Tag.STRIP_BYTE_COUNTS), strict=True
    ):
        turned[start : start + count] = (int(f"{byte:08b}"[::-1], 2) for byte in data[start : start + count])
    page = render(patched(bytes(turned), 266, 2))
    assert np.array_equal(page.pixels, PIXELS)


def test_min_is_black_and_min_is_white(render) -> None:
    data = tiff([PAGE], "group4")
    photometric = next(iter(read_directories(data, 9))).number(Tag.PHOTOMETRIC, 9)
    page = render(patched(data, Tag.PHOTOMETRIC, 1 - photometric))
    # The other reading is a page of white ink on black, which no fax is: it is set right and said so.
    assert np.array_equal(page.pixels, PIXELS)
    assert "inverted" in page.notes


def test_jpeg_in_tiff(render) -> None:
    page = render(tiff([PAGE.convert("L")], "jpeg"))
    assert not page.is_bilevel
    assert np.abs(page.pixels.astype(int) - PIXELS).mean() < 3


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK", "P", "I;16"])
def test_every_depth_and_colour(render, mode: str) -> None:
    gray = PAGE.convert("L")
    picture = Image.fromarray(PIXELS.astype(np.uint16) * 257) if mode == "I;16" else gray.convert(mode)
    page = render(tiff([picture], "tiff_lzw"))
    assert page.pixels.dtype == np.uint8
    assert np.abs(page.pixels.astype(int) - PIXELS).max() <= 1


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_tags(render, orientation: int, compression: str) -> None:
    inverse = {6: 8, 8: 6}.get(orientation, orientation)
    stored = Image.fromarray(turn(PIXELS, inverse)).convert("1", dither=Image.Dither.NONE)
    page = render(tiff([stored], compression, dpi=(204, 98), tags={274: orientation}))
    assert np.array_equal(page.pixels, PIXELS)
    assert (page.x_dpi, page.y_dpi) == ((98, 204) if orientation >= 5 else (204, 98))


@pytest.mark.parametrize("dpi", [(204, 98), (200, 100), (204, 196), (300, 300)])
def test_pixels_stay_as_they_are_whatever_their_shape(render, dpi: tuple[float, float]) -> None:
    page = render(tiff([PAGE], dpi=dpi))
    assert page.pixels.shape == PIXELS.shape
    assert (page.x_dpi, page.y_dpi, page.notes) == (*dpi, ())


def test_centimetres(render) -> None:
    page = render(patched(tiff([PAGE], dpi=(80, 40)), Tag.RESOLUTION_UNIT, 3))
    assert (page.x_dpi, page.y_dpi) == pytest.approx((203.2, 101.6))


def test_every_page_of_a_file(tmp_path: Path) -> None:
    pictures = [page_picture(lines=[f"PAGE {number}"]) for number in range(1, 6)]
    path = tmp_path / "fax"
    path.write_bytes(tiff(pictures))
    document = open_document(path, IngestOptions())
    assert [page.page_no for page in document.pages] == [1, 2, 3, 4, 5]
    for number, picture in enumerate(pictures, start=1):
        page = render_page(document, number, IngestOptions())
        assert page.page_no == number
        assert np.array_equal(page.pixels, np.asarray(picture.convert("L")))


def test_thumbnails_are_not_pages(tmp_path: Path) -> None:
    path = tmp_path / "fax"
    path.write_bytes(patched(tiff([PAGE, PAGE, PAGE], tags={254: 0}), 254, 1, page=1))
    document = open_document(path, IngestOptions())
    assert [page.page_no for page in document.pages] == [1, 2]


def test_too_many_thumbnails_are_refused_not_skipped(render) -> None:
    with pytest.raises(LimitExceeded):
        render(tiff([page_picture(64, 64)] * 12, tags={254: 1}), max_pages=2)


def test_a_circle_of_pages_ends_and_keeps_what_there_is(tmp_path: Path) -> None:
    data = bytearray(tiff([PAGE, PAGE]))
    first = next(iter(read_directories(bytes(data), 9))).offset
    struct.pack_into("<I", data, next_offset_place(bytes(data), 1), first)
    path = tmp_path / "fax"
    path.write_bytes(data)
    document = open_document(path, IngestOptions())
    assert len(document.pages) == 2
    assert [(failure.stage, failure.code) for failure in document.failures] == [("ingest", "damaged_document")]


@pytest.mark.parametrize("count", [0, 5_000_000])
def test_wrong_strip_byte_counts(render, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TiffImagePlugin, "STRIP_SIZE", 1 << 24)
    page = render(patched(tiff([PAGE], "group4"), Tag.STRIP_BYTE_COUNTS, count))
    assert np.array_equal(page.pixels, PIXELS)


def test_rows_per_strip_beyond_the_page(render, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TiffImagePlugin, "STRIP_SIZE", 1 << 24)
    page = render(patched(tiff([PAGE], "group3"), Tag.ROWS_PER_STRIP, 4832))
    assert np.array_equal(page.pixels, PIXELS)


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_lzw", "packbits", "jpeg"])
def test_a_page_whose_lines_end_early_is_damaged_and_the_others_are_read(tmp_path: Path, compression: str) -> None:
    pictures = [PAGE, PAGE, PAGE] if compression != "jpeg" else [PAGE.convert("L")] * 3
    data = tiff(pictures, compression)
    middle = list(read_directories(data, 9))[1]
    counts = middle.numbers(Tag.STRIP_BYTE_COUNTS)
    offsets = middle.numbers(Tag.STRIP_OFFSETS)
    start = offsets[-1] + counts[-1] // 2 if len(offsets) == 1 else offsets[len(offsets) // 2]
    broken = bytearray(data)
    end = offsets[-1] + counts[-1]
    broken[start:end] = bytes(end - start)
    path = tmp_path / "fax"
    path.write_bytes(broken)
    document = open_document(path, IngestOptions())
    if compression != "jpeg":
        # A JPEG of zeros decodes to gray: its own format has no sign that it ends early in the middle.
        with pytest.raises(DamagedDocument) as caught:
            render_page(document, 2, IngestOptions())
        assert caught.value.page_no == 2
    for number in (1, 3):
        assert render_page(document, number, IngestOptions()).pixels.shape == PIXELS.shape


def test_a_broken_line_of_group_3_is_repaired_and_noted(render) -> None:
    data = bytearray(tiff([PAGE], "group3"))
    (directory,) = read_directories(bytes(data), 9)
    start, count = directory.numbers(Tag.STRIP_OFFSETS)[0], directory.numbers(Tag.STRIP_BYTE_COUNTS)[0]
    data[start + count // 2] ^= 0xFF
    page = render(bytes(data))
    wrong = np.flatnonzero((page.pixels != PIXELS).any(axis=1))
    assert 0 < len(wrong) <= 3
    assert any(note.startswith("damaged_lines") for note in page.notes)


def test_a_bomb_is_refused_from_its_header(render) -> None:
    with pytest.raises(LimitExceeded, match="pixels") as caught:
        render(tiff([Image.new("1", (30_000, 3000), 1)]))
    assert caught.value.page_no == 1


def test_too_many_pages(render) -> None:
    with pytest.raises(LimitExceeded, match="pages"):
        render(tiff([page_picture(64, 64)] * 12), max_pages=11)


def test_a_chain_that_leaves_the_file(render) -> None:
    data = bytearray(tiff([PAGE]))
    struct.pack_into("<I", data, 4, len(data) + 100)
    with pytest.raises(DamagedDocument):
        render(bytes(data))


@pytest.mark.skipif(not REAL.is_dir(), reason="the real fax files are not part of the project")
@pytest.mark.parametrize("path", sorted(REAL.iterdir()) if REAL.is_dir() else [], ids=lambda path: path.name)
def test_real_files_read_in_full_or_say_why(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    try:
        document = open_document(path, IngestOptions(max_page_pixels=60_000_000))
    except ExtractorError as error:
        assert path.suffix == ".g3"
        assert error.code == "unsupported_media_type"
        return
    for page in document.pages:
        rendered = render_page(document, page.page_no, IngestOptions())
        assert 50 < rendered.x_dpi < 700
        assert rendered.pixels.min() < rendered.pixels.max() or "big" in path.name
    assert not document.failures
    assert capfd.readouterr() == ("", "")

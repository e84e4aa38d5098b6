"""A folder of files that should not be: each ends in a typed error or in the pages that are left, within its limits."""

import random
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from page_file import OPTIONS, open_file, render_one
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from specimens import (
    drawn_pdf,
    one_page_pdf,
    page_picture,
    picture_file,
    raw_pdf,
    scanned_pdf,
    stream,
    tiff,
    write_lines,
)

from extractor.errors import ExtractorError, InputError
from extractor.ingest import open_document
from extractor.ingest.tiff_directory import read_directories
from extractor.isolation import Task, WorkerPool

SECONDS = 60.0
PAGE = page_picture(432, 550)


class Outcome(NamedTuple):
    """What became of a file: the error of opening it, or the pages that rendered and the codes of all failures."""

    error: str | None
    pages: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(2, 600 * 2**20, None, None) as workers:
        yield workers


def take_in(pool: WorkerPool, folder: Path, data: bytes, name: str = "incoming") -> Outcome:
    path = folder / name
    path.write_bytes(data)
    ((_, opened),) = pool.run(open_file, [Task(str(path), None, SECONDS)])
    if isinstance(opened, ExtractorError):
        assert isinstance(opened, InputError), opened
        return Outcome(opened.code)
    tasks = [Task((opened, page.page_no), page.page_no, SECONDS) for page in opened.pages]
    pages, codes = [], [failure.code for failure in opened.failures]
    for _, result in pool.run(render_one, tasks):
        if isinstance(result, ExtractorError):
            assert isinstance(result, InputError), result
            codes.append(result.code)
        else:
            pages.append(result)
    return Outcome(None, tuple(sorted(pages)), tuple(sorted(codes)))


WHOLE = {
    "group4.tif": tiff([PAGE] * 3),
    "group3.tif": tiff([PAGE] * 3, "group3"),
    "lzw.tif": tiff([PAGE] * 3, "tiff_lzw"),
    "plain.tif": tiff([PAGE], None),
    "scan.pdf": scanned_pdf([PAGE] * 3),
    "text.pdf": drawn_pdf(write_lines, write_lines),
    "page.png": picture_file("PNG"),
    "page.jpg": picture_file("JPEG"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_whole_files_read_in_full(pool: WorkerPool, tmp_path: Path, name: str) -> None:
    outcome = take_in(pool, tmp_path, WHOLE[name])
    assert outcome.error is None
    assert outcome.pages
    assert outcome.codes == ()


@pytest.mark.parametrize("name", WHOLE)
def test_cut_at_each_tenth(pool: WorkerPool, tmp_path: Path, name: str) -> None:
    whole = WHOLE[name]
    pages = len(take_in(pool, tmp_path, whole).pages)
    kept = []
    for tenth in range(10):
        outcome = take_in(pool, tmp_path, whole[: len(whole) * tenth // 10])
        # Whatever is left is told to be incomplete: never a whole file, never a silent loss.
        assert outcome.error is not None or outcome.codes, tenth
        assert len(outcome.pages) <= pages
        kept.append(len(outcome.pages))
    assert kept == sorted(kept)
    if name in ("group4.tif", "group3.tif", "scan.pdf"):
        assert kept[-1] == pages - 1


STRANGE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "damaged_document"),
    "one byte": (b"\x00", "unsupported_media_type"),
    "random": (random.Random(5).randbytes(20_000), "unsupported_media_type"),
    "random.tif": (b"II*\x00" + random.Random(6).randbytes(20_000), "damaged_document"),
    "random.pdf": (b"%PDF-1.7\n" + random.Random(7).randbytes(20_000), "damaged_document"),
    "random.png": (b"\x89PNG\r\n\x1a\n" + random.Random(8).randbytes(20_000), "damaged_document"),
    "random.jpg": (b"\xff\xd8\xff" + random.Random(9).randbytes(20_000), "damaged_document"),
    "locked.pdf": (drawn_pdf(write_lines, encrypt=StandardEncryption("user", ownerPassword="o")), "encrypted_document"),
    "no pages.pdf": (
        raw_pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [] /Count 0 >>"}),
        "damaged_document",
    ),
    "many pages.tif": (tiff([page_picture(64, 64)] * 500), "limit_exceeded"),
    "many pages.pdf": (drawn_pdf(*[write_lines] * 500), "limit_exceeded"),
    "a count that lies.pdf": (
        raw_pdf(
            {
                1: b"<< /Type /Catalog /Pages 2 0 R >>",
                2: b"<< /Type /Pages /Kids [3 0 R] /Count 1000000 >>",
                3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
            }
        ),
        "limit_exceeded",
    ),
    "wide.tif": (tiff([Image.new("1", (30_000, 2100), 1)]), "limit_exceeded"),
    "wide.png": (picture_file("PNG", Image.new("1", (30_000, 2100), 1)), "limit_exceeded"),
    "circle of trees.pdf": (
        raw_pdf(
            {
                1: b"<< /Type /Catalog /Pages 2 0 R >>",
                2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                3: b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>",
            }
        ),
        "damaged_document",
    ),
}


@pytest.mark.parametrize("name", STRANGE)
def test_files_that_are_refused(pool: WorkerPool, tmp_path: Path, name: str) -> None:
    data, code = STRANGE[name]
    outcome = take_in(pool, tmp_path, data)
    assert outcome.error == code or (outcome.error, outcome.pages, set(outcome.codes)) == (None, (), {code})


def test_wide_but_within_the_limit(pool: WorkerPool, tmp_path: Path) -> None:
    assert take_in(pool, tmp_path, tiff([Image.new("1", (30_000, 1000), 1)])).pages == (1,)


@pytest.mark.parametrize("name", ["fax.pdf", "fax.tif", "fax.png", "fax.docx", "fax"])
def test_wrong_extensions_change_nothing(pool: WorkerPool, tmp_path: Path, name: str) -> None:
    assert take_in(pool, tmp_path, WHOLE["group4.tif"], name).pages == (1, 2, 3)
    assert take_in(pool, tmp_path, WHOLE["text.pdf"], name).pages == (1, 2)


def test_an_owner_password_locks_nobody_out(pool: WorkerPool, tmp_path: Path) -> None:
    data = drawn_pdf(write_lines, encrypt=StandardEncryption("", ownerPassword="owner", canCopy=0))
    assert take_in(pool, tmp_path, data) == Outcome(None, (1,), ())


def test_a_directory_that_points_to_itself(pool: WorkerPool, tmp_path: Path) -> None:
    data = bytearray(tiff([PAGE]))
    (directory,) = read_directories(bytes(data), 9)
    (count,) = struct.unpack_from("<H", data, directory.offset)
    struct.pack_into("<I", data, directory.offset + 2 + 12 * count, directory.offset)
    assert take_in(pool, tmp_path, bytes(data)) == Outcome(None, (1,), ("damaged_document",))


def test_a_table_of_contents_that_runs_in_a_circle(pool: WorkerPool, tmp_path: Path) -> None:
    data = one_page_pdf(b"BT /F1 12 Tf 72 600 Td (Shown) Tj ET")
    start = data.rindex(b"xref\n0 ")
    looped = data.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)
    outcome = take_in(pool, tmp_path, looped)
    assert outcome.pages == (1,) or "damaged_document" in (outcome.error, *outcome.codes)


def test_a_form_that_draws_itself(pool: WorkerPool, tmp_path: Path) -> None:
    body = stream(
        b"BT /F1 12 Tf 72 600 Td (Shown) Tj ET /X Do",
        b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /X 10 0 R >> "
        b"/Font << /F1 5 0 R >> >>",
    )
    data = one_page_pdf(b"/X Do", resources=b"/XObject << /X 10 0 R >>", o10=body)
    assert take_in(pool, tmp_path, data).pages == (1,)


def test_a_deflate_bomb(pool: WorkerPool, tmp_path: Path) -> None:
    """A page whose content inflates to 300 MB, in a file of less than half a megabyte."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 2**20) for _ in range(300)) + packer.flush()
    bomb = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    path = tmp_path / "incoming"
    path.write_bytes(
        raw_pdf(
            {
                1: b"<< /Type /Catalog /Pages 2 0 R >>",
                2: b"<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>",
                3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
                4: bomb,
                5: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>",
            }
        )
    )
    document = open_document(path, OPTIONS)
    with WorkerPool(1, 200 * 2**20, None, None) as small:
        outcomes = dict(small.run(render_one, [Task((document, number), number, 20.0) for number in (1, 2)]))
    # The bomb may cost its own page, by whichever limit it meets first; the page beside it is read.
    assert outcomes[0] == 1 or (isinstance(outcomes[0], ExtractorError) and outcomes[0].page_no in (1, None))
    assert outcomes[1] == 2

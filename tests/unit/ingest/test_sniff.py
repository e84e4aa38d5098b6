import os
from pathlib import Path

import pytest
from specimens import drawn_pdf, picture_file, tiff, write_lines

from extractor.errors import DamagedDocument, FileUnavailable, LimitExceeded, UnsupportedMediaType
from extractor.ingest import open_document, render_page
from extractor.ingest.sniff import sniff
from models.stages.document import MediaType
from models.stages.options import IngestOptions


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (tiff(), MediaType.TIFF),
        (b"MM\x00*\x00\x00\x00\x08", MediaType.TIFF),
        (b"II+\x00\x08\x00\x00\x00", MediaType.TIFF),
        (drawn_pdf(write_lines), MediaType.PDF),
        (b"\r\n" * 50 + b"%PDF-1.4", MediaType.PDF),
        (picture_file("PNG"), MediaType.PNG),
        (picture_file("JPEG"), MediaType.JPEG),
    ],
)
def test_type_is_told_by_content(data: bytes, expected: MediaType) -> None:
    assert sniff(data) is expected


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (b"PK\x03\x04rest", "print it to PDF"),
        (b"GIF89a", "save it as PNG"),
        (b"\x00\x00\x00\x18ftypheic", "JPEG"),
        (b"hello there", "convert it"),
        (b"%PD", "convert it"),
        (b"\x00\x00\x0a\x6c\xd4\x37", "fax2tiff"),
        (b"\x00\x10\x4d\x9a\x80\x00", "fax2tiff"),
    ],
)
def test_anything_else_is_refused_with_advice(data: bytes, advice: str) -> None:
    with pytest.raises(UnsupportedMediaType, match=advice):
        sniff(data)


def test_empty_file_is_damaged() -> None:
    with pytest.raises(DamagedDocument, match="empty"):
        sniff(b"")


def test_a_misnamed_file_opens_by_content(tmp_path: Path) -> None:
    path = tmp_path / "fax.pdf"
    path.write_bytes(tiff())
    document = open_document(path, IngestOptions())
    assert document.media_type is MediaType.TIFF
    assert document.filename == "fax.pdf"
    assert [(page.page_no, page.width, page.height) for page in document.pages] == [(1, 864, 1100)]


def test_too_many_bytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "fax"
    path.write_bytes(tiff())
    with pytest.raises(LimitExceeded, match="bytes"):
        open_document(path, IngestOptions(max_bytes=100))


def test_a_file_that_changed_since_it_was_opened_is_not_mixed_with_it(tmp_path: Path) -> None:
    path = tmp_path / "fax"
    path.write_bytes(tiff())
    document = open_document(path, IngestOptions())
    path.write_bytes(tiff(dpi=(200, 200)))
    with pytest.raises(FileUnavailable, match="changed"):
        render_page(document, 1, IngestOptions())
    path.unlink()
    with pytest.raises(FileUnavailable):
        render_page(document, 1, IngestOptions())


def test_what_is_no_file_is_unavailable(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "missing", tmp_path / "pipe", Path("nul\x00byte")):
        with pytest.raises(FileUnavailable):
            open_document(path, IngestOptions())

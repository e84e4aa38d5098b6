"""Whether a file has all its bytes, told by its container: a sender may stop in the middle and never go on.

Only the frame is looked at, without a native library; whether the pages can be read is not asked here.
"""

import mmap
from pathlib import Path

from extractor.errors import ExtractorError, UnsupportedMediaType
from extractor.ingest.sniff import PDF_HEADER_WITHIN, sniff
from extractor.ingest.tiff_directory import Tag, read_directories
from models.stages.document import MediaType

_MAX_DIRECTORIES = 10_000
_TAIL = 2**16
_TIFF_BYTE_COUNTS = (Tag.STRIP_BYTE_COUNTS, 325)
"""Strips, and tiles (TileByteCounts, TIFF 6.0, section 15)."""
_TIFF_OFFSETS = (Tag.STRIP_OFFSETS, Tag.TILE_OFFSETS)


def is_whole(file: Path) -> bool:
    """Whether the container ends where it says; a kind of file that is not read here counts as whole.

    Raises ``OSError`` where the file cannot be read.
    """
    if file.stat().st_size == 0:
        return False
    with file.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            media_type = sniff(data[:PDF_HEADER_WITHIN])
        except UnsupportedMediaType:
            # The first bytes may still be on their way, but then the size changes.
            return True
        return _CHECKS[media_type](data)


def _pdf(data: mmap.mmap) -> bool:
    """The end-of-file marker stands near the end (ISO 32000-1, 7.5.5); some writers add bytes behind it."""
    return data.rfind(b"%%EOF", max(0, len(data) - _TAIL)) >= 0


def _png(data: mmap.mmap) -> bool:
    """The last chunk is IEND (PNG, 11.2.5)."""
    return data.rfind(b"IEND", max(0, len(data) - _TAIL)) >= 0


def _jpeg(data: mmap.mmap) -> bool:
    """The end-of-image marker stands near the end (ITU-T T.81, B.1.1.3)."""
    return data.rfind(b"\xff\xd9", max(2, len(data) - _TAIL)) >= 0


def _tiff(data: mmap.mmap) -> bool:
    """Every directory of the chain and every strip or tile lies inside the file."""
    pages = 0
    try:
        # Typed as bytes there; all that is used is what a map of the file can do as well.
        for directory in read_directories(data, _MAX_DIRECTORIES):  # type: ignore[arg-type]
            pages += 1
            for offsets, counts in zip(_TIFF_OFFSETS, _TIFF_BYTE_COUNTS, strict=True):
                starts, sizes = directory.numbers(offsets), tuple(map(int, directory.values.get(counts, ())))
                if any(start + size > len(data) for start, size in zip(starts, sizes, strict=False)):
                    return False
                # A count may be missing; then at least every part begins inside.
                if any(start >= len(data) for start in starts):
                    return False
    except ExtractorError:
        return False
    return pages > 0


_CHECKS = {MediaType.PDF: _pdf, MediaType.PNG: _png, MediaType.JPEG: _jpeg, MediaType.TIFF: _tiff}

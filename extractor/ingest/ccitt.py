"""Group 3 and Group 4 pages, decoded so that a page that is not all there is noticed.

libtiff fills what it could not decode and only warns. Its warnings come out on standard error through OpenCV (Pillow
drops them), so they are caught there and read: the one sign that a page ends early.
"""

import os
import re
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import cv2
import numpy as np

from extractor.errors import DamagedDocument
from extractor.ingest.tiff_directory import Directory, Tag
from extractor.pixels import Gray

G3_PLAIN, G3, G4 = 2, 3, 4
CCITT = frozenset({G3_PLAIN, G3, G4})

_COMPLAINT = re.compile(
    rb"Fax\w+: (?:Bad code word|Uncompressed data|Invalid|Premature EO|Line length mismatch)[^\n]*?"
    rb" at line (\d+) of strip (\d+)"
)
_MAY_MISS = 0.01
"""Share of the rows that may be missing at the foot: senders round the announced height up."""

_MAY_BREAK = 0.2
"""Share of Group 3 lines that may be damaged before the page is given up: more than that is noise, not a page."""

_LONGEST_LOG = 1 << 24


class Decoded(NamedTuple):
    """Gray pixels as stored and the share of lines that were damaged in transmission."""

    pixels: Gray
    bad_lines: float


class Coding(NamedTuple):
    """Coded lines and what they need to be decoded: the numbers are those of the TIFF tags of the same names."""

    strips: tuple[bytes, ...]
    width: int
    height: int
    rows_per_strip: int
    compression: int
    photometric: int = 0
    fill_order: int = 1
    t4_options: int = 0


def read_coding(data: bytes, directory: Directory) -> Coding:
    """The CCITT page of a TIFF directory, with counts and rows a strip that hold."""
    offsets = directory.numbers(Tag.STRIP_OFFSETS)
    counts = directory.numbers(Tag.STRIP_BYTE_COUNTS)
    height = directory.number(Tag.HEIGHT, 0)
    rows = min(directory.number(Tag.ROWS_PER_STRIP, height) or height, height)
    return Coding(
        strips=tuple(_strip(data, offsets, counts, index) for index in range(min(len(offsets), -(-height // rows)))),
        width=directory.number(Tag.WIDTH, 0),
        height=height,
        rows_per_strip=rows,
        compression=directory.number(Tag.COMPRESSION, G4),
        photometric=directory.number(Tag.PHOTOMETRIC, 0) & 1,
        fill_order=2 if directory.number(Tag.FILL_ORDER, 1) == 2 else 1,
        t4_options=directory.number(Tag.T4_OPTIONS, 0) & 0xFFFFFFFF,
    )


def decode_ccitt(coding: Coding, page_no: int) -> Decoded:
    """Decode one CCITT page.

    Raises ``DamagedDocument`` when rows are missing, or when a Group 4 page breaks (each of its lines builds on the
    one above, so nothing after the break can be trusted; Group 3 lines recover by themselves).
    """
    single, height, rows = _as_tiff(coding), coding.height, coding.rows_per_strip
    with _warnings() as log:
        try:
            pixels = cv2.imdecode(np.frombuffer(single, np.uint8), cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)
        except (cv2.error, MemoryError):
            pixels = None
    if pixels is None:
        raise _damaged(page_no)
    bad = sorted({int(strip) * rows + int(line) for line, strip in _COMPLAINT.findall(log.text)})
    is_g4 = coding.compression == G4
    if _lost_rows(bad, height, rows, is_g4=is_g4) > _MAY_MISS * height or len(bad) > _MAY_BREAK * height:
        raise _damaged(page_no)
    return Decoded(np.ascontiguousarray(pixels, dtype=np.uint8), len(bad) / height)


def _lost_rows(bad: list[int], height: int, rows: int, *, is_g4: bool) -> int:
    """Rows that were not decoded: in Group 4 all of a strip from its first bad line on, in Group 3 a run of bad
    lines up to the strip's end."""
    lost = 0
    for start in range(0, height, rows):
        end = min(height, start + rows)
        inside = [line for line in bad if start <= line < end]
        if not inside:
            continue
        first = inside[0]
        if not is_g4:
            broken = set(inside)
            first = next((line + 1 for line in range(end - 1, start - 1, -1) if line not in broken), start)
        lost += end - first
    return lost


def _damaged(page_no: int) -> DamagedDocument:
    return DamagedDocument(
        f"Page {page_no} is cut off or damaged: ask for that page to be sent again.", page_no=page_no
    )


def _as_tiff(coding: Coding) -> bytes:
    """A one-page TIFF of the coded lines."""
    sizes = [len(strip) for strip in coding.strips]
    entries: list[tuple[int, int, tuple[int, ...]]] = [
        (Tag.WIDTH, 4, (coding.width,)),
        (Tag.HEIGHT, 4, (coding.height,)),
        (Tag.BITS_PER_SAMPLE, 3, (1,)),
        (Tag.COMPRESSION, 3, (coding.compression,)),
        (Tag.PHOTOMETRIC, 3, (coding.photometric,)),
        (Tag.FILL_ORDER, 3, (coding.fill_order,)),
        (Tag.STRIP_OFFSETS, 4, tuple(_running(8, sizes))),
        (Tag.SAMPLES_PER_PIXEL, 3, (1,)),
        (Tag.ROWS_PER_STRIP, 4, (coding.rows_per_strip,)),
        (Tag.STRIP_BYTE_COUNTS, 4, tuple(sizes)),
    ]
    if coding.compression == G3:
        entries.append((Tag.T4_OPTIONS, 4, (coding.t4_options,)))
    body = b"".join(coding.strips)
    body += b"\x00" * (len(body) % 2)
    return struct.pack("<2sHI", b"II", 42, 8 + len(body)) + body + _directory_bytes(entries, 8 + len(body))


def _strip(data: bytes, offsets: tuple[int, ...], counts: tuple[int, ...], index: int) -> bytes:
    start = offsets[index]
    count = counts[index] if index < len(counts) else 0
    later = [offset for offset in offsets if offset > start]
    # A count of 0 or one past the file is a known fault of fax servers: take all there is before the next strip.
    end = start + count if count > 0 and start + count <= len(data) else min(later, default=len(data))
    return data[start:end]


def _running(start: int, sizes: list[int]) -> Iterator[int]:
    for size in sizes:
        yield start
        start += size


def _directory_bytes(entries: list[tuple[int, int, tuple[int, ...]]], offset: int) -> bytes:
    extra_at = offset + 2 + 12 * len(entries) + 4
    table, extra = struct.pack("<H", len(entries)), b""
    for tag, kind, values in entries:
        packed = struct.pack("<" + ("H" if kind == 3 else "I") * len(values), *values)
        table += struct.pack("<HHI", tag, kind, len(values))
        if len(packed) > 4:
            table += struct.pack("<I", extra_at + len(extra))
            extra += packed
        else:
            table += packed.ljust(4, b"\x00")
    return table + struct.pack("<I", 0) + extra


class _Log:
    text = b""


@contextmanager
def _warnings() -> Iterator[_Log]:
    """What libtiff says through OpenCV meanwhile, caught from file descriptor 2."""
    log, level = _Log(), cv2.utils.logging.getLogLevel()
    with tempfile.TemporaryFile() as catcher:
        saved = os.dup(2)
        os.dup2(catcher.fileno(), 2)
        # Silenced warnings would make a cut page look whole.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_WARNING)
        try:
            yield log
        finally:
            cv2.utils.logging.setLogLevel(level)
            os.dup2(saved, 2)
            os.close(saved)
            catcher.seek(0)
            log.text = catcher.read(_LONGEST_LOG)

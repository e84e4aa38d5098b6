"""The directories of a TIFF file, read without a native library (TIFF 6.0, section 2; BigTIFF).

Every step is bounded: offsets are checked against the file, a directory seen twice ends the chain.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from extractor.errors import DamagedDocument, LimitExceeded

_FORMATS = {1: "B", 2: "B", 3: "H", 4: "I", 5: "II", 6: "b", 7: "B", 8: "h", 9: "i", 10: "ii", 11: "f", 12: "d"}
_FORMATS_BIG = {13: "I", 16: "Q", 17: "q", 18: "Q"}
_MAX_VALUES = 200_000
_MAX_ENTRIES = 4096


class Tag(IntEnum):
    """The tags that are looked at."""

    NEW_SUBFILE_TYPE = 254
    WIDTH = 256
    HEIGHT = 257
    BITS_PER_SAMPLE = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    FILL_ORDER = 266
    STRIP_OFFSETS = 273
    ORIENTATION = 274
    SAMPLES_PER_PIXEL = 277
    ROWS_PER_STRIP = 278
    STRIP_BYTE_COUNTS = 279
    X_RESOLUTION = 282
    Y_RESOLUTION = 283
    T4_OPTIONS = 292
    T6_OPTIONS = 293
    RESOLUTION_UNIT = 296
    TILE_WIDTH = 322
    TILE_OFFSETS = 324


@dataclass(frozen=True, slots=True)
class Directory:
    """One image file directory: where it stands and its numeric values by tag."""

    offset: int
    values: dict[int, tuple[float, ...]]

    def number(self, tag: Tag, default: int) -> int:
        """The first value of ``tag`` as a whole number, or ``default``."""
        values = self.values.get(tag)
        return int(values[0]) if values else default

    def numbers(self, tag: Tag) -> tuple[int, ...]:
        """All values of ``tag`` as whole numbers."""
        return tuple(int(value) for value in self.values.get(tag, ()))

    @property
    def is_reduced(self) -> bool:
        """A thumbnail or a mask of another page, not a page (bits 0 and 2 of NewSubfileType)."""
        return bool(self.number(Tag.NEW_SUBFILE_TYPE, 0) & 0b101)

    @property
    def resolution(self) -> tuple[float, float] | None:
        """Dots per inch as tagged, None where no unit or value says so."""
        x, y = self.values.get(Tag.X_RESOLUTION), self.values.get(Tag.Y_RESOLUTION)
        unit = self.number(Tag.RESOLUTION_UNIT, 2)
        if not x or not y or unit not in (2, 3):
            return None
        scale = 2.54 if unit == 3 else 1.0
        return x[0] * scale, y[0] * scale


@dataclass(frozen=True, slots=True)
class Shape:
    """How numbers are written in this file."""

    order: str
    is_big: bool


def read_shape(data: bytes) -> Shape:
    """Byte order and size of offsets from the first bytes."""
    order = "<" if data[:2] == b"II" else ">"
    return Shape(order, data[2:4] in (b"+\x00", b"\x00+"))


def read_directories(data: bytes, limit: int) -> Iterator[Directory]:
    """The directories in their order; more than ``limit`` raise ``LimitExceeded``.

    Raises ``DamagedDocument`` where the chain leaves the file, comes back to itself or a directory is cut off:
    what came before is good.
    """
    shape = read_shape(data)
    seen: set[int] = set()
    try:
        offset = _first_offset(data, shape)
        while offset:
            if offset in seen:
                raise DamagedDocument("The list of pages runs in a circle: ask for the fax to be sent again.")
            if len(seen) >= limit:
                raise LimitExceeded(f"The file has more than {limit} pictures: split it, or raise ingest max_pages.")
            seen.add(offset)
            directory, offset = _read_directory(data, offset, shape)
            yield directory
    except (struct.error, IndexError, OverflowError) as error:
        raise DamagedDocument("The file is cut off or damaged: ask for the fax to be sent again.") from error


def _first_offset(data: bytes, shape: Shape) -> int:
    if shape.is_big:
        return int(struct.unpack_from(shape.order + "Q", data, 8)[0])
    return int(struct.unpack_from(shape.order + "I", data, 4)[0])


def _read_directory(data: bytes, offset: int, shape: Shape) -> tuple[Directory, int]:
    count_format, entry_size, word = ("Q", 20, "Q") if shape.is_big else ("H", 12, "I")
    count_size = struct.calcsize("<" + count_format)
    (count,) = struct.unpack_from(shape.order + count_format, data, offset)
    if not 0 < count <= _MAX_ENTRIES:
        raise DamagedDocument("A page's directory is damaged: ask for the fax to be sent again.")
    values: dict[int, tuple[float, ...]] = {}
    start = offset + count_size
    for index in range(count):
        tag, found = _read_entry(data, start + index * entry_size, shape)
        if found:
            values[tag] = found
    (following,) = struct.unpack_from(shape.order + word, data, start + count * entry_size)
    return Directory(offset, values), int(following)


def _read_entry(data: bytes, offset: int, shape: Shape) -> tuple[int, tuple[float, ...]]:
    word, inline = ("Q", 8) if shape.is_big else ("I", 4)
    tag, kind, count = struct.unpack_from(f"{shape.order}HH{word}", data, offset)
    letters = _FORMATS.get(kind) or _FORMATS_BIG.get(kind)
    if letters is None or not 0 < count <= _MAX_VALUES:
        return tag, ()
    place = offset + 4 + inline
    size = struct.calcsize("<" + letters) * count
    if size > inline:
        (place,) = struct.unpack_from(shape.order + word, data, place)
    if place + size > len(data):
        return tag, ()
    numbers = struct.unpack_from(shape.order + letters * count, data, place)
    if kind in (5, 10):
        return tag, tuple(
            top / bottom if bottom else 0.0 for top, bottom in zip(numbers[::2], numbers[1::2], strict=True)
        )
    return tag, tuple(numbers)

"""TIFF files: every page, as stored, turned as its orientation tag says."""

import io
import struct

from PIL import Image

from extractor.errors import DamagedDocument, ExtractorError, LimitExceeded
from extractor.ingest.ccitt import CCITT, decode_ccitt, read_coding
from extractor.ingest.gray import is_sideways, set_right, to_gray, turn
from extractor.ingest.limits import check_pages, check_pixels
from extractor.ingest.listing import Listing, failure
from extractor.ingest.resolution import settle_by_strokes, work_out_resolution
from extractor.ingest.tiff_directory import Directory, Tag, read_directories, read_shape
from extractor.pixels import Gray, RenderedPage
from models.record import Failure
from models.stages.document import IncomingPage
from models.stages.options import IngestOptions

_THUMBNAILS_A_PAGE = 2


def list_tiff_pages(data: bytes, options: IngestOptions) -> Listing:
    """The pages with their stored sizes; what follows a break in the chain is a failure."""
    directories, failures = _page_directories(data, options)
    check_pages(len(directories), options)
    if not directories:
        raise DamagedDocument("The file holds no page: ask for it to be sent again.")
    errors = [_fault(data, directory, page_no, options) for page_no, directory in enumerate(directories, start=1)]
    if all(errors) and errors[0] is not None:
        raise errors[0]
    pages = tuple(
        IncomingPage(page_no=page_no, width=directory.number(Tag.WIDTH, 0), height=directory.number(Tag.HEIGHT, 0))
        for page_no, directory in enumerate(directories, start=1)
    )
    return Listing(pages, tuple(failures))


def render_tiff_page(data: bytes, page_no: int, options: IngestOptions) -> RenderedPage:
    """One page; raises ``DamagedDocument`` when it cannot be decoded in full."""
    directories, _ = _page_directories(data, options)
    if not 1 <= page_no <= len(directories):
        raise DamagedDocument(f"Page {page_no} is not in the file.", page_no=page_no)
    directory = directories[page_no - 1]
    _check(data, directory, page_no, options)
    pixels, is_bilevel, notes = _decode(data, directory, page_no)
    tagged = work_out_resolution(pixels.shape[1], pixels.shape[0], directory.resolution)
    resolution = settle_by_strokes(tagged, pixels)
    if resolution.note:
        notes.append(resolution.note)
    orientation = directory.number(Tag.ORIENTATION, 1)
    x_dpi, y_dpi = resolution.x, resolution.y
    if is_sideways(orientation):
        x_dpi, y_dpi = y_dpi, x_dpi
    return RenderedPage(page_no, turn(pixels, orientation), x_dpi, y_dpi, is_bilevel, notes=tuple(notes))


def _page_directories(data: bytes, options: IngestOptions) -> tuple[list[Directory], list[Failure]]:
    directories: list[Directory] = []
    failures: list[Failure] = []
    try:
        for directory in read_directories(data, limit=(options.max_pages + 1) * _THUMBNAILS_A_PAGE):
            if not directory.is_reduced:
                directories.append(directory)
            if len(directories) > options.max_pages:
                break
    except DamagedDocument as error:
        if not directories:
            raise
        failures.append(failure(error))
    return directories, failures


def _fault(data: bytes, directory: Directory, page_no: int, options: IngestOptions) -> ExtractorError | None:
    try:
        _check(data, directory, page_no, options)
    except ExtractorError as error:
        return error
    return None


def _check(data: bytes, directory: Directory, page_no: int, options: IngestOptions) -> None:
    width, height = directory.number(Tag.WIDTH, 0), directory.number(Tag.HEIGHT, 0)
    offsets = directory.numbers(Tag.STRIP_OFFSETS) or directory.numbers(Tag.TILE_OFFSETS)
    if width <= 0 or height <= 0 or not offsets or min(offsets) >= len(data):
        raise DamagedDocument(f"Page {page_no} has no picture: ask for it to be sent again.", page_no=page_no)
    check_pixels(width, height, page_no, options)
    samples = max(1, directory.number(Tag.SAMPLES_PER_PIXEL, 1))
    if samples > 8 or max(directory.numbers(Tag.BITS_PER_SAMPLE) or (1,)) > 64:
        raise LimitExceeded(
            f"Page {page_no} has more than 8 samples a pixel or 64 bits a sample: send it as black and white.",
            page_no=page_no,
        )


def _decode(data: bytes, directory: Directory, page_no: int) -> tuple[Gray, bool, list[str]]:
    bits = max(directory.numbers(Tag.BITS_PER_SAMPLE) or (1,))
    is_bilevel = bits == 1 and directory.number(Tag.SAMPLES_PER_PIXEL, 1) == 1
    notes: list[str] = []
    is_striped = bool(directory.numbers(Tag.STRIP_OFFSETS))
    if directory.number(Tag.COMPRESSION, 1) in CCITT and is_bilevel and is_striped:
        pixels, bad_lines = decode_ccitt(read_coding(data, directory), page_no)
        if bad_lines:
            notes.append(f"damaged_lines:{bad_lines:.3f}")
    else:
        pixels = _decode_with_pillow(data, directory, page_no)
    if is_bilevel:
        pixels, inverted = set_right(pixels)
        notes.extend(inverted)
    return pixels, is_bilevel, notes


def _decode_with_pillow(data: bytes, directory: Directory, page_no: int) -> Gray:
    # Pointing the header at this page's directory makes it the first, so a broken chain elsewhere does no harm.
    shape = read_shape(data)
    patched = bytearray(data)
    if shape.is_big:
        struct.pack_into(shape.order + "Q", patched, 8, directory.offset)
    else:
        struct.pack_into(shape.order + "I", patched, 4, directory.offset)
    try:
        with Image.open(io.BytesIO(patched), formats=["TIFF"]) as picture:
            picture.load()
            pixels = to_gray(picture)
    except MemoryError:
        raise
    except Exception as error:  # Pillow raises a dozen kinds on hostile bytes
        raise DamagedDocument(
            f"Page {page_no} cannot be decoded: ask for that page to be sent again.", page_no=page_no
        ) from error
    # Pillow applies the orientation tag itself; undo it so that one place does it for all codecs.
    return turn(pixels, _undo(directory.number(Tag.ORIENTATION, 1)))


def _undo(orientation: int) -> int:
    return {6: 8, 8: 6}.get(orientation, orientation)

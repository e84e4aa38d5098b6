"""Page pixels to PageImage: square, upright, straight, with quality; and the transmit header line."""

from extractor.image.barcode import find_letter_id, says_letter
from extractor.image.encode import encode_png
from extractor.image.fax_header import HeaderLine, find_header, parse_header
from extractor.image.packing import PackedPage, pack_page, unpack_page
from extractor.image.page_print import Ink, compare_prints, make_print, open_print
from extractor.image.prepare import prepare_page
from extractor.image.quality import is_blank

__all__ = [
    "HeaderLine",
    "Ink",
    "PackedPage",
    "compare_prints",
    "encode_png",
    "find_header",
    "find_letter_id",
    "is_blank",
    "make_print",
    "open_print",
    "pack_page",
    "parse_header",
    "prepare_page",
    "says_letter",
    "unpack_page",
]

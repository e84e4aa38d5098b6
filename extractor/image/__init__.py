"""Page pixels to PageImage: square, upright, straight, with quality; and the transmit header line."""

from extractor.image.encode import encode_png
from extractor.image.fax_header import HeaderLine, find_header, parse_header
from extractor.image.prepare import prepare_page
from extractor.image.quality import is_blank

__all__ = ["HeaderLine", "encode_png", "find_header", "is_blank", "parse_header", "prepare_page"]

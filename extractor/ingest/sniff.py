"""What a file is, told by its first bytes and never by its name."""

from extractor.errors import DamagedDocument, UnsupportedMediaType
from models.stages.document import MediaType

PDF_HEADER_WITHIN = 1024
"""Readers accept a PDF header after leading junk of up to 1024 bytes (ISO 32000-1, annex H, note 13)."""

_SIGNATURES: tuple[tuple[bytes, MediaType], ...] = (
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"II+\x00", MediaType.TIFF),
    (b"MM\x00+", MediaType.TIFF),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"%PDF-", MediaType.PDF),
)

_KNOWN_STRANGERS: tuple[tuple[bytes, int, str], ...] = (
    (b"PK\x03\x04", 0, "a ZIP or Office file: unpack it, or print it to PDF"),
    (b"\xd0\xcf\x11\xe0", 0, "an old Office or Outlook file: print it to PDF"),
    (b"GIF8", 0, "a GIF: save it as PNG"),
    (b"BM", 0, "a BMP: save it as PNG"),
    (b"WEBP", 8, "a WebP: save it as PNG"),
    (b"ftypheic", 4, "a HEIC photo: save it as JPEG"),
    (b"ftypavif", 4, "an AVIF picture: save it as PNG"),
    (b"\x00\x00\x00\x0cjP  ", 0, "a JPEG 2000: save it as PNG"),
    (b"{\\rtf", 0, "an RTF text: print it to PDF"),
    (b"%!PS", 0, "PostScript: convert it to PDF"),
)

# A bare Group 3 stream opens with an end-of-line code, eleven zeros and a one (ITU-T T.4, 4.1.2), in either bit
# order, often after fill. It names neither its width nor its resolution nor its coding, so it is not guessed at.
_G3_ZEROS_MOST_FIRST, _G3_ZEROS_LEAST_FIRST = 0xE0, 0x07


def sniff(data: bytes) -> MediaType:
    """The media type of a file's bytes (the first 1024 are enough).

    Raises ``DamagedDocument`` for an empty file, ``UnsupportedMediaType`` for anything that is not read here.
    """
    if not data:
        raise DamagedDocument("The file is empty: ask for it to be sent again.")
    for signature, media_type in _SIGNATURES:
        if data.startswith(signature):
            return media_type
    if b"%PDF-" in data[:PDF_HEADER_WITHIN]:
        return MediaType.PDF
    raise UnsupportedMediaType(_advice(data))


def _advice(data: bytes) -> str:
    for signature, offset, what in _KNOWN_STRANGERS:
        if data.startswith(signature, offset):
            return f"The file is {what}."
    if _opens_like_g3(data):
        return (
            "The file looks like a bare Group 3 fax stream without a container, which does not say its width or "
            "resolution: wrap it as TIFF first (fax2tiff -o fax.tif FILE)."
        )
    return "The file is none of TIFF, PDF, PNG, JPEG: convert it to one of them."


def _opens_like_g3(data: bytes) -> bool:
    head = data[:8]
    return (
        len(head) > 2
        and head[0] == 0
        and any(head)
        and (head[1] & _G3_ZEROS_MOST_FIRST == 0 or head[1] & _G3_ZEROS_LEAST_FIRST == 0)
    )

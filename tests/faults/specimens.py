"""Small invented files to read and to break: pages of text as TIFF, PDF, PNG and JPEG bytes."""

import io
import zlib
from collections.abc import Callable, Sequence

import cv2
import numpy as np
from PIL import Image
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

LINES = ("REFERRAL ORDER", "Patient: Jane Sample", "DOB: 03/04/1981", "Drug: ocrelizumab 300 mg", "Phone 303-555-0147")


def page_picture(width: int = 864, height: int = 1100, lines: Sequence[str] = LINES) -> Image.Image:
    """A one-bit page of pen-like text, black on white, different in every corner."""
    pixels = np.full((height, width), 255, dtype=np.uint8)
    step = height // (len(lines) + 2)
    for number, line in enumerate(lines, start=1):
        cv2.putText(pixels, line, (width // 20, number * step), cv2.FONT_HERSHEY_SIMPLEX, width / 900, 0, 3)
    cv2.rectangle(pixels, (10, 10), (width // 6, 30), 0, -1)
    return Image.fromarray(pixels).convert("1", dither=Image.Dither.NONE)


def tiff(
    pages: Sequence[Image.Image] = (),
    compression: str | None = "group4",
    dpi: tuple[float, float] | None = (204, 196),
    tags: dict[int, int] | None = None,
) -> bytes:
    """A TIFF of all pages; ``tags`` by number."""
    first, *others = pages or (page_picture(),)
    buffer = io.BytesIO()
    options = {} if dpi is None else {"dpi": dpi}
    first.save(
        buffer,
        "TIFF",
        compression=compression,
        save_all=bool(others),
        append_images=others,
        tiffinfo=tags or {},
        **options,
    )
    return buffer.getvalue()


def picture_file(kind: str, picture: Image.Image | None = None, **options: object) -> bytes:
    """A PNG or JPEG."""
    buffer = io.BytesIO()
    (picture or page_picture().convert("L")).save(buffer, kind, **options)
    return buffer.getvalue()


def scanned_pdf(pages: Sequence[Image.Image] = (), dpi: float = 100.0) -> bytes:
    """A PDF of scans, one a page: one-bit ones as CCITT Group 4, gray ones as JPEG."""
    first, *others = pages or (page_picture(),)
    buffer = io.BytesIO()
    first.save(buffer, "PDF", save_all=True, append_images=others, resolution=dpi)
    return buffer.getvalue()


def drawn_pdf(*draw: Callable[[Canvas], None], size: tuple[float, float] = letter, **options: object) -> bytes:
    """A PDF with one page for each drawing function."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1, **options)
    for function in draw:
        function(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def write_lines(canvas: Canvas) -> None:
    """The page of text that the scans show, as text."""
    canvas.setFont("Helvetica", 12)
    for number, line in enumerate(LINES):
        canvas.drawString(72, 700 - 24 * number, line)


def raw_pdf(objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF of the given objects (1 is the catalogue) with a true cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d %05d %c \n" % (places.get(number, 0), 0, ord("n" if number in places else "f"))
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(out)


def stream(data: bytes, attributes: bytes = b"") -> bytes:
    """A deflated stream object's body."""
    packed = zlib.compress(data)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (len(packed), attributes, packed)


def one_page_pdf(content: bytes, page: bytes = b"", resources: bytes = b"", **objects: bytes) -> bytes:
    """A page of 612 x 792 with ``content``; more objects as ``o10=...``."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> %s >> %s >>" % (resources, page),
            4: stream(content),
            5: font,
        }
        | {int(name[1:]): body for name, body in objects.items()}
    )

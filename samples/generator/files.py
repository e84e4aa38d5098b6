"""Page pictures and drawings to TIFF and PDF bytes, the same bytes for the same pages."""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas as pdf

from samples.generator.fonts import Face
from samples.generator.ops import CheckOp, Drawing, FieldOp, FillOp, GlyphOp, Op, StrokeOp, TextOp
from samples.generator.picture import Picture

TIFF = {"g3_1d": ("group3", 0), "g3_2d": ("group3", 1), "g4": ("group4", None)}
PHOTOMETRIC, ROWS_PER_STRIP, T4_OPTIONS, X_RESOLUTION, Y_RESOLUTION = 262, 278, 292, 282, 283


def tiff(pictures: list[Picture], compression: str, dpi: str = "true") -> bytes:
    """A multi-page fax TIFF (``g3_1d``, ``g3_2d`` or ``g4``); ``dpi`` tags ``true``, ``72``, ``zero`` or ``absent``."""
    codec, options = TIFF[compression]
    images = []
    for picture in pictures:
        image = Image.fromarray(255 - picture.pixels).convert("1", dither=Image.Dither.NONE)
        info: dict[int, int | float] = {}
        if options is not None:
            info[T4_OPTIONS] = options
        if dpi != "absent":
            x, y = {"true": (picture.x_dpi, picture.y_dpi), "72": (72.0, 72.0), "zero": (0.0, 0.0)}[dpi]
            info[X_RESOLUTION], info[Y_RESOLUTION] = x, y
        image.encoderinfo = {"tiffinfo": info, "compression": codec}
        images.append(image)
    out = io.BytesIO()
    images[0].save(out, "TIFF", save_all=True, append_images=images[1:], **images[0].encoderinfo)
    return _white_is_zero(out.getvalue())


def _white_is_zero(data: bytes) -> bytes:
    """The file with every page's PhotometricInterpretation set to 0; its bits are inverted already.

    Asked for that tag, Pillow inverts pixel by pixel in Python, which takes longer than all the rest of a page.
    """
    changed, offset = bytearray(data), struct.unpack_from("<I", data, 4)[0]
    while offset:
        count = struct.unpack_from("<H", data, offset)[0]
        for entry in range(offset + 2, offset + 2 + 12 * count, 12):
            if struct.unpack_from("<H", data, entry)[0] == PHOTOMETRIC:
                struct.pack_into("<H", changed, entry + 8, 0)
        offset = struct.unpack_from("<I", data, offset + 2 + 12 * count)[0]
    return bytes(changed)


def document(
    pages: list[Drawing | Picture], picture_format: str = "ccitt", text_layers: dict[int, str] | None = None
) -> bytes:
    """A PDF: drawings as vectors with embedded text, pictures as ``ccitt`` (Group 4) or ``jpeg`` images.

    ``text_layers`` gives pages (by index) an invisible text, as scanners' own OCR leaves it.
    """
    out = io.BytesIO()
    with _binary_streams():
        _write(out, pages, picture_format, text_layers or {})
    return out.getvalue()


@contextmanager
def _binary_streams() -> Iterator[None]:
    """Streams as bytes, a fifth shorter than as text; the setting is global in the library, so it is put back."""
    before, rl_config.useA85 = rl_config.useA85, 0
    try:
        yield
    finally:
        rl_config.useA85 = before


def _write(out: io.BytesIO, pages: list[Drawing | Picture], picture_format: str, text_layers: dict[int, str]) -> None:
    canvas = pdf.Canvas(out, invariant=1, pageCompression=1)
    canvas.setTitle("")
    for index, page in enumerate(pages):
        if isinstance(page, Drawing):
            canvas.setPageSize((page.width, page.height))
            for op in sorted(page.ops, key=lambda o: not isinstance(o, FillOp)):
                _draw(canvas, op, page.height, index)
        else:
            _picture(canvas, page, picture_format, index)
            layer = text_layers.get(index)
            if layer:
                text = canvas.beginText(40, 700)
                text.setTextRenderMode(3)
                text.setFont("Helvetica", 9)
                text.textLines(layer)
                canvas.drawText(text)
        canvas.showPage()
    canvas.save()


def _font(face: Face) -> str:
    if face.name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(face.name, str(face.path)))
    return face.name


def _draw(canvas: pdf.Canvas, op: Op, height: float, page: int) -> None:
    if isinstance(op, TextOp):
        canvas.setFillGray(op.grey)
        canvas.setFont(_font(op.face), op.size * op.face.scale)
        canvas.drawString(op.x, height - op.y, op.text)
    elif isinstance(op, GlyphOp):
        canvas.saveState()
        canvas.translate(op.x, height - op.y)
        canvas.rotate(op.angle)
        if op.slant:
            canvas.transform(1, 0, op.slant, 1, 0, 0)
        canvas.setFillGray(op.grey)
        canvas.setFont(_font(op.face), op.size * op.face.scale)
        canvas.drawString(0, 0, op.text)
        canvas.restoreState()
    elif isinstance(op, StrokeOp | FillOp):
        path = canvas.beginPath()
        path.moveTo(op.points[0][0], height - op.points[0][1])
        for x, y in op.points[1:]:
            path.lineTo(x, height - y)
        if isinstance(op, FillOp):
            canvas.setFillGray(op.grey)
            canvas.drawPath(path, stroke=0, fill=1)
        else:
            canvas.setLineWidth(op.width)
            canvas.setStrokeGray(op.grey)
            canvas.drawPath(path, stroke=1, fill=0)
    else:
        _field(canvas, op, height, page)


def _field(canvas: Any, op: FieldOp | CheckOp, height: float, page: int) -> None:
    x0, y0, x1, y1 = op.box
    name = f"p{page}_{op.name}"
    if isinstance(op, CheckOp):
        canvas.acroForm.checkbox(
            name=name,
            x=x0,
            y=height - y1,
            size=x1 - x0,
            checked=op.is_on,
            borderWidth=0.7,
            buttonStyle="cross",
            fillColor=None,
        )
        return
    canvas.acroForm.textfield(
        name=name,
        x=x0,
        y=height - y1,
        width=x1 - x0,
        height=y1 - y0,
        value=op.value,
        fontSize=op.size,
        borderWidth=0,
        fillColor=None,
    )


class _Ccitt(pdfdoc.PDFImageXObject):
    """A bilevel image object in Group 4 coding."""

    def __init__(self, name: str, picture: Picture):
        super().__init__(name)
        self.height, self.width = picture.pixels.shape
        # Inverted, since zero is white in PDF's default: so the strip can be taken over byte for byte.
        image = Image.fromarray(255 - picture.pixels).convert("1", dither=Image.Dither.NONE)
        data = io.BytesIO()
        image.save(data, "TIFF", compression="group4", tiffinfo={ROWS_PER_STRIP: self.height})
        data.seek(0)
        stored: Any = Image.open(data)
        offset, length = stored.tag_v2[273][0], stored.tag_v2[279][0]
        self.streamContent: Any = data.getvalue()[offset : offset + length]

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        """The object's bytes."""
        stream = pdfdoc.PDFStream(content=self.streamContent)
        entries = stream.dictionary
        entries["Type"], entries["Subtype"] = pdfdoc.PDFName("XObject"), pdfdoc.PDFName("Image")
        entries["Width"], entries["Height"], entries["BitsPerComponent"] = self.width, self.height, 1
        entries["ColorSpace"], entries["Filter"] = pdfdoc.PDFName("DeviceGray"), pdfdoc.PDFName("CCITTFaxDecode")
        entries["DecodeParms"] = pdfdoc.PDFDictionary({"K": -1, "Columns": self.width, "Rows": self.height})
        entries["Length"] = len(self.streamContent)
        return bytes(stream.format(document))


def _picture(canvas: Any, page: Picture, picture_format: str, index: int) -> None:
    rows, columns = page.pixels.shape
    width, height = columns * 72 / page.x_dpi, rows * 72 / page.y_dpi
    canvas.setPageSize((width, height))
    if picture_format == "ccitt" and page.is_bilevel:
        # reportlab has no public door for an image that is coded already; these are the steps of its drawImage.
        name = f"fax{index}"
        register = canvas._doc.getXObjectName(name)
        image = _Ccitt(name, page)
        canvas._setXObjects(image)
        canvas._doc.Reference(image, register)
        canvas._doc.addForm(name, image)
        canvas.saveState()
        canvas.scale(width, height)
        canvas._code.append(f"/{register} Do")
        canvas.restoreState()
        canvas._formsinuse.append(name)
        return
    data = io.BytesIO()
    Image.fromarray(page.pixels).convert("L").save(data, "JPEG", quality=55)
    data.seek(0)
    canvas.drawImage(ImageReader(data), 0, 0, width, height)

"""Draws a page's operations as a grey picture."""

import math

import numpy as np
from PIL import Image, ImageDraw

from samples.generator.ops import CheckOp, Drawing, FieldOp, FillOp, GlyphOp, Op, Point, StrokeOp, TextOp

DPI = 300


def draw(drawing: Drawing, dpi: int = DPI) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    """The page as grey levels, 0 black to 255 white, shape (height, width) at ``dpi`` dots an inch both ways."""
    scale = dpi / 72
    image = Image.new("L", (round(drawing.width * scale), round(drawing.height * scale)), 255)
    pen = ImageDraw.Draw(image)
    # Fills lie under the rest whatever the order they were asked for in, except white text on dark bars.
    for op in sorted(drawing.ops, key=lambda o: not isinstance(o, FillOp)):
        _draw(image, pen, op, scale)
    return np.asarray(image)


def _draw(image: Image.Image, pen: ImageDraw.ImageDraw, op: Op, scale: float) -> None:
    if isinstance(op, TextOp):
        xy = (op.x * scale, op.y * scale)
        pen.text(xy, op.text, fill=round(255 * op.grey), font=op.face.at(op.size * scale), anchor="ls")
    elif isinstance(op, GlyphOp):
        _glyph(image, op, scale)
    elif isinstance(op, StrokeOp):
        _stroke(pen, [(x * scale, y * scale) for x, y in op.points], op.width * scale, round(255 * op.grey))
    elif isinstance(op, FillOp):
        pen.polygon([(x * scale, y * scale) for x, y in op.points], fill=round(255 * op.grey))
    elif isinstance(op, FieldOp):
        xy = ((op.box[0] + 2) * scale, (op.box[1] + op.size * 1.05) * scale)
        pen.text(xy, op.value, fill=0, font=op.face.at(op.size * scale), anchor="ls")
    else:
        _check(pen, op, scale)


def _stroke(pen: ImageDraw.ImageDraw, points: list[Point], width: float, fill: int) -> None:
    whole = max(1, round(width))
    pen.line(points, fill=fill, width=whole, joint="curve")
    if whole > 2 and len(points) > 2:
        for x, y in (points[0], points[-1]):
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=fill)


def _glyph(image: Image.Image, op: GlyphOp, scale: float) -> None:
    font = op.face.at(op.size * scale)
    left, top, right, bottom = font.getbbox(op.text, anchor="ls")
    reach = math.ceil(max(abs(left), abs(right), abs(top), abs(bottom)) * (1 + abs(op.slant))) + 2
    if right <= left or bottom <= top:
        return
    mask = Image.new("L", (2 * reach, 2 * reach), 0)
    bolder = max(0.0, op.face.bolder + op.bolder) * scale * 72 / DPI
    ImageDraw.Draw(mask).text((reach, reach), op.text, fill=255, font=font, anchor="ls", stroke_width=bolder)
    mask = _lean(mask, reach, op) if op.slant else mask.rotate(op.angle, Image.Resampling.BICUBIC)
    image.paste(round(255 * op.grey), (round(op.x * scale) - reach, round(op.y * scale) - reach), mask)


def _lean(mask: Image.Image, reach: int, op: GlyphOp) -> Image.Image:
    """The glyph leaning and turned about its pen position, in one resampling (each pixel says where it comes from)."""
    c, s = math.cos(math.radians(op.angle)), math.sin(math.radians(op.angle))
    a, b, d, e = c + op.slant * s, op.slant * c - s, s, c
    x0, y0 = reach - a * reach - b * reach, reach - d * reach - e * reach
    return mask.transform(mask.size, Image.Transform.AFFINE, (a, b, x0, d, e, y0), Image.Resampling.BICUBIC)


def _check(pen: ImageDraw.ImageDraw, op: CheckOp, scale: float) -> None:
    x0, y0, x1, y1 = (v * scale for v in op.box)
    pen.rectangle((x0, y0, x1, y1), outline=0, width=2)
    if op.is_on:
        pen.line((x0, y0, x1, y1), fill=0, width=3)
        pen.line((x1, y0, x0, y1), fill=0, width=3)

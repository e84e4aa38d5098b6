"""Draws form pages whose words are known, as a fax would carry them."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import reportlab
from PIL import Image, ImageDraw, ImageFont

from extractor.pixels import PageImage
from models.record import BBox
from models.stages.text import Word, Words

FONTS = Path(reportlab.__file__).parent / "fonts"
DRAWN_DPI = 408


@dataclass
class Sheet:
    """A letter page in points; every text drawn is also a word, unless told otherwise."""

    width: float = 612
    height: float = 792
    words: list[Word] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scale = DRAWN_DPI / 72
        self.image = Image.new("L", (round(self.width * self.scale), round(self.height * self.scale)), 255)
        self.draw = ImageDraw.Draw(self.image)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 10,
        bold: bool = False,
        fill: int = 0,
        is_read: bool = True,
        confidence: float = 0.98,
    ) -> float:
        """Text whose top left corner is at (x, y); returns where it ends."""
        font = ImageFont.truetype(str(FONTS / ("VeraBd.ttf" if bold else "Vera.ttf")), round(size * self.scale))
        space = font.getlength(" ") / self.scale
        for part in text.split(" "):
            if part:
                left, top, right, bottom = self.draw.textbbox((x * self.scale, y * self.scale), part, font=font)
                self.draw.text((x * self.scale, y * self.scale), part, font=font, fill=fill)
                if is_read:
                    box = BBox(left / self.scale, top / self.scale - 0.5, right / self.scale, bottom / self.scale + 0.5)
                    self.words.append(
                        Word(
                            text=part,
                            bbox=BBox(*box),
                            confidence=confidence,
                            source="ocr:test",
                            segment=len(self.words),
                        )
                    )
                x += font.getlength(part) / self.scale
            x += space
        return x - space

    def line(self, *points: float, width: float = 0.7) -> None:
        """A polyline through (x, y) pairs."""
        pairs = [(points[i] * self.scale, points[i + 1] * self.scale) for i in range(0, len(points), 2)]
        self.draw.line(pairs, fill=0, width=max(1, round(width * self.scale)), joint="curve")

    def box(
        self, x: float, y: float, width: float, height: float, stroke: float = 0.7, fill: int | None = None
    ) -> None:
        """A rectangle."""
        corners = (x * self.scale, y * self.scale, (x + width) * self.scale, (y + height) * self.scale)
        self.draw.rectangle(corners, outline=0, width=max(1, round(stroke * self.scale)), fill=fill)

    def ellipse(
        self, x: float, y: float, width: float, height: float, stroke: float = 0.8, fill: int | None = None
    ) -> None:
        """An ellipse."""
        corners = (x * self.scale, y * self.scale, (x + width) * self.scale, (y + height) * self.scale)
        self.draw.ellipse(corners, outline=0, width=max(1, round(stroke * self.scale)), fill=fill)

    def scrawl(self, x: float, y: float, width: float, height: float, seed: int = 1) -> None:
        """A pen stroke like a signature's: one running loop that rises and falls."""
        random = np.random.default_rng(seed)
        steps = np.linspace(0, 1, 160)
        turns = random.uniform(5, 8)
        xs = x + width * steps + 0.06 * width * np.sin(2 * np.pi * turns * steps)
        swing = np.interp(steps, np.linspace(0, 1, 9), random.uniform(0.25, 1.0, 9))
        ys = y + height / 2 + 0.5 * height * swing * np.cos(2 * np.pi * turns * steps + 0.6)
        self.line(*np.column_stack([xs, ys]).ravel().tolist(), width=1.1)

    def page(
        self,
        dpi: float = 204,
        y_dpi: float = 196,
        noise: float = 0.0,
        skew: float = 0.0,
        bilevel: bool = True,
        seed: int = 0,
    ) -> PageImage:
        """The page as received at (204, ``y_dpi``), squared to ``dpi``, with a share ``noise`` of pixels turned."""
        image = self.image.rotate(skew, fillcolor=255, resample=Image.Resampling.BILINEAR) if skew else self.image
        size = (round(self.width / 72 * 204), round(self.height / 72 * y_dpi))
        pixels = np.asarray(image.resize(size, Image.Resampling.BOX))
        if bilevel:
            pixels = np.where(pixels < 160, 0, 255).astype(np.uint8)
        if noise:
            turned = np.random.default_rng(seed).random(pixels.shape) < noise
            pixels = np.where(turned, 255 - pixels, pixels)
        square = (round(self.width / 72 * dpi), round(self.height / 72 * dpi))
        pixels = np.asarray(Image.fromarray(pixels).resize(square, Image.Resampling.BICUBIC))
        return PageImage(1, pixels, dpi, (204.0, y_dpi), bilevel, "fine_fax")

    def read(self) -> Words:
        """The words as an engine without faults would give them."""
        return Words(page_no=1, words=tuple(self.words), engine="test", version="1")

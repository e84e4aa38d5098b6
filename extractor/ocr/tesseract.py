"""Tesseract through pytesseract, where the program is installed."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence

import numpy as np
import pytesseract
from PIL import Image

from extractor.errors import EngineError, EngineUnavailable
from extractor.ocr.base import Reading, ReadLine, engines
from extractor.pixels import Gray, PageImage
from models.record import BBox
from models.stages.options import OcrOptions
from models.stages.text import Word, Words

# One thread a page: pages run side by side. pytesseract takes no environment for the program it starts, so the name
# it looks it up by is given a copy; this process's own environment stays as it is.
vars(pytesseract.pytesseract)["environ"] = {**pytesseract.pytesseract.environ, "OMP_THREAD_LIMIT": "1"}

METHOD = 1
REMEDY = "install Tesseract: apt-get install tesseract-ocr (Debian, Ubuntu) or brew install tesseract (macOS)"
PAGE_MODE = 3
"""Automatic segmentation, and the pixels as they are: sparse text (11), a median filter and enlarging all read fewer
words on faxes of forms."""

LINE_MODE = 7
BLOCK_DPI = 300
PAGE_SECONDS = 100
MARGIN = 10
INK_LEVEL = 160
"""A box without anything darker holds no text; asked, Tesseract sees some in white paper."""


class TesseractEngine:
    """Words with boxes and one confidence each; no class probabilities."""

    name = "tesseract"

    def __init__(self) -> None:
        self.version = f"tesseract {METHOD}, {_installed_version()}, psm {PAGE_MODE}"

    def read(self, page: PageImage) -> Reading:
        """All words of the page."""
        words = self._run(page, page.pixels, PAGE_MODE, (0, 0))
        return Reading(Words(page_no=page.page_no, words=words, engine=self.name, version=self.version))

    def recognise(self, page: PageImage, boxes: Sequence[BBox]) -> tuple[ReadLine, ...]:
        """Each box as one line, one run of the program a box."""
        pixels = page.pixels
        lines = []
        for box in boxes:
            x0, top, x1, bottom = page.to_pixels(box)
            crop = pixels[top:bottom, x0:x1]
            if min(crop.shape) < 2 or int(crop.min()) > INK_LEVEL:
                lines.append(ReadLine(box, ()))
                continue
            framed = np.pad(crop, MARGIN, constant_values=255)
            lines.append(ReadLine(box, self._run(page, framed, LINE_MODE, (x0 - MARGIN, top - MARGIN))))
        return tuple(lines)

    def _run(self, page: PageImage, pixels: Gray, mode: int, origin: tuple[int, int]) -> tuple[Word, ...]:
        table = _run_program(pixels, f"--psm {mode} --oem 1 --dpi {round(page.dpi)}", page.page_no)
        words = []
        lines: dict[tuple[str, ...], int] = {}
        for row in table[1:]:
            cells = row.split("\t")
            if len(cells) < 12 or cells[0] != "5" or not cells[11].strip():
                continue
            x, y, width, height = (int(cell) for cell in cells[6:10])
            x, y = x + origin[0], y + origin[1]
            words.append(
                Word(
                    text="".join(cells[11].split()),
                    bbox=page.to_points(x, y, x + width, y + height),
                    confidence=min(1.0, max(0.0, float(cells[10]) / 100)),
                    segment=lines.setdefault(tuple(cells[1:5]), len(lines)),
                    source=f"ocr:{self.name}",
                )
            )
        return tuple(words)


def read_block(pixels: Gray, page_no: int, mode: int, characters: str | None) -> Iterator[tuple[str, float]]:
    """The words of a picture, each with the row of its middle, by line and from left to right.

    ``characters``: all that may be read, where not everything may. Raises ``EngineError``.
    """
    only = f" -c tessedit_char_whitelist={characters}" if characters is not None else ""
    config = f"--psm {mode} --oem 1 --dpi {BLOCK_DPI}{only}"
    for row in _run_program(pixels, config, page_no)[1:]:
        cells = row.split("\t")
        if len(cells) >= 12 and cells[0] == "5" and cells[11].strip():
            yield cells[11].strip(), int(cells[7]) + int(cells[9]) / 2


def _run_program(pixels: Gray, config: str, page_no: int) -> list[str]:
    """The lines of the TSV table. Runs ``tesseract`` as a process of its own, stopped after ``PAGE_SECONDS``."""
    try:
        output = pytesseract.image_to_data(
            Image.fromarray(pixels),
            lang="eng",
            config=config,
            timeout=PAGE_SECONDS,
            output_type=pytesseract.Output.STRING,
        )
    except (pytesseract.TesseractError, RuntimeError, OSError) as error:
        raise EngineError(
            f"Tesseract failed on page {page_no} ({type(error).__name__}): check that its English data is installed "
            "(tesseract-ocr-eng), or use --engine ppocr.",
            page_no=page_no,
        ) from error
    return str(output).splitlines()


def is_installed() -> bool:
    """Whether the program is on the path; it is not started."""
    return shutil.which("tesseract") is not None


def _installed_version() -> str:
    if not is_installed():
        raise EngineUnavailable(f"Tesseract is not installed: {REMEDY}.")
    try:
        return str(pytesseract.get_tesseract_version())
    except (SystemExit, OSError, subprocess.SubprocessError) as error:
        raise EngineUnavailable(f"Tesseract does not start: {REMEDY}.") from error


@engines.register("tesseract")
def build(options: OcrOptions) -> TesseractEngine:
    """Raises ``EngineUnavailable`` without the program."""
    del options
    return TesseractEngine()

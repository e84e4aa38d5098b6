"""The fonts the generator draws with: what they are, fetching them once, loading them.

``python -m samples.generator.fonts`` installs pinned ``@fontsource`` packages with npm into ``build/fonts`` and unpacks
them to TrueType. All of them carry an open licence (SIL OFL 1.1 or Apache-2.0). No font serves two pools. Without
them the bundled Vera of reportlab stands in, which is enough for tests.
"""

import shutil
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import reportlab
from PIL import ImageFont

CACHE = Path(__file__).resolve().parents[2] / "build" / "fonts"
VERSION = "5.3.0"
VERSIONS = {"source-serif-4": "5.3.1"}
VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
MEASURE_SIZE = 256

PRINT = {
    "train": ("arimo", "tinos", "cousine", "roboto", "open-sans", "roboto-condensed", "noto-serif"),
    "tune": ("lato", "merriweather", "inconsolata", "carlito", "barlow", "source-sans-3"),
    "retired": ("ibm-plex-sans", "courier-prime", "source-serif-4", "pt-sans", "libre-franklin"),
    "test": ("public-sans", "gelasio", "arvo", "archivo-narrow", "fira-mono", "overpass"),
}
HAND = {
    "train": (
        "kalam",
        "patrick-hand",
        "nothing-you-could-do",
        "shadows-into-light",
        "indie-flower",
        "coming-soon",
        "handlee",
        "reenie-beanie",
        "mansalva",
    ),
    "tune": (
        "gochi-hand",
        "cedarville-cursive",
        "bad-script",
        "annie-use-your-telescope",
        "swanky-and-moo-moo",
        "sue-ellen-francisco",
        "rock-salt",
        "gaegu",
        "marck-script",
    ),
    "retired": (
        "caveat",
        "homemade-apple",
        "architects-daughter",
        "gloria-hallelujah",
        "covered-by-your-grace",
        "la-belle-aurore",
        "nanum-pen-script",
        "schoolbell",
        "over-the-rainbow",
        "waiting-for-the-sunrise",
    ),
    "test": (
        "kristi",
        "gamja-flower",
        "neucha",
        "sedgwick-ave",
        "short-stack",
        "zeyada",
        "give-you-glory",
        "dawning-of-a-new-day",
        "crafty-girls",
        "just-me-again-down-here",
        "just-another-hand",
        "beth-ellen",
    ),
}
# Handwriting fonts differ in how large they draw at one nominal size; these factors even them out.
SCALE = {
    "caveat": 1.25,
    "homemade-apple": 0.78,
    "nothing-you-could-do": 0.95,
    "shadows-into-light": 1.1,
    "covered-by-your-grace": 1.15,
    "la-belle-aurore": 1.15,
    "nanum-pen-script": 1.35,
    "reenie-beanie": 1.4,
    "gloria-hallelujah": 0.82,
    "architects-daughter": 0.95,
    "over-the-rainbow": 0.85,
    "waiting-for-the-sunrise": 1.2,
    "mansalva": 1.0,
    "gochi-hand": 1.1,
    "cedarville-cursive": 0.95,
    "bad-script": 0.85,
    "annie-use-your-telescope": 1.15,
    "swanky-and-moo-moo": 1.2,
    "sue-ellen-francisco": 1.15,
    "rock-salt": 0.62,
    "gaegu": 1.1,
    "kristi": 1.45,
    "gamja-flower": 1.15,
    "neucha": 1.1,
    "sedgwick-ave": 0.9,
    "short-stack": 0.85,
    "zeyada": 1.3,
    "dawning-of-a-new-day": 1.25,
    "crafty-girls": 0.92,
    "just-me-again-down-here": 1.15,
    "just-another-hand": 1.35,
    "beth-ellen": 0.8,
}

# Hair lines in these would come from no ball pen; they are drawn this many pixels (at 300 dpi) bolder on each side.
BOLDER = {
    "reenie-beanie": 1.5,
    "nothing-you-could-do": 1.2,
    "shadows-into-light": 0.8,
    "handlee": 1.0,
    "indie-flower": 1.0,
    "coming-soon": 1.0,
    "homemade-apple": 1.0,
    "architects-daughter": 1.0,
    "la-belle-aurore": 1.2,
    "nanum-pen-script": 1.0,
    "schoolbell": 1.0,
    "over-the-rainbow": 1.2,
    "waiting-for-the-sunrise": 1.4,
    "caveat": 0.7,
    "gloria-hallelujah": 0.8,
    "cedarville-cursive": 1.0,
    "bad-script": 1.0,
    "annie-use-your-telescope": 1.2,
    "swanky-and-moo-moo": 0.8,
    "gaegu": 1.0,
    "kristi": 1.3,
    "gamja-flower": 0.8,
    "neucha": 0.8,
    "short-stack": 0.8,
    "zeyada": 1.4,
    "give-you-glory": 1.0,
    "dawning-of-a-new-day": 1.3,
    "crafty-girls": 0.9,
    "just-me-again-down-here": 1.1,
}

# Hinted glyphs of these run wider than they measure and eat up the gaps between words; so much of the size is added.
SPACE = {"arvo": 0.05, "archivo-narrow": 0.09, "public-sans": 0.08, "gelasio": 0.08, "overpass": 0.07}


@dataclass(frozen=True)
class Face:
    """One font file; ``name`` is unique and is what a PDF registers it as."""

    name: str
    path: Path
    scale: float = 1.0
    bolder: float = 0.5
    space: float = 0.0

    def at(self, pixels: float) -> ImageFont.FreeTypeFont:
        """The face at a size in pixels an em."""
        return _load(self.path, max(1, round(pixels * self.scale)))

    def width(self, text: str, size: float) -> float:
        """Advance width of ``text`` in the unit of ``size``."""
        advance = float(_load(self.path, MEASURE_SIZE).getlength(text)) / MEASURE_SIZE
        return (advance + self.space * text.count(" ")) * size * self.scale

    def ink(self, text: str, size: float) -> tuple[float, float, float, float]:
        """The box of the ink around the pen position on the base line: left, top (negative is up), right, bottom."""
        box = _load(self.path, MEASURE_SIZE).getbbox(text, anchor="ls")
        factor = size * self.scale / MEASURE_SIZE
        return (box[0] * factor, box[1] * factor, box[2] * factor, box[3] * factor)


@lru_cache(maxsize=512)
def _load(path: Path, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), pixels, layout_engine=ImageFont.Layout.BASIC)


def face(name: str, weight: int = 400) -> Face:
    """The face called ``name``; ``vera`` needs no installation. Raises ``FileNotFoundError`` with the way out."""
    if name == "vera":
        return Face("vera" if weight == 400 else "vera-bold", VERA if weight == 400 else VERA.with_name("VeraBd.ttf"))
    path = CACHE / f"{name}-{weight}.ttf"
    if not path.exists():
        raise FileNotFoundError(f"font {path.name} is missing; run: python -m samples.generator.fonts")
    return Face(f"{name}-{weight}", path, SCALE.get(name, 1.0), BOLDER.get(name, 0.5), SPACE.get(name, 0.0))


def is_installed() -> bool:
    """Whether every font of every pool is there."""
    return all((CACHE / f"{name}-400.ttf").exists() for name in names())


def names() -> list[str]:
    """Every font of every pool."""
    return [name for table in (PRINT, HAND) for fonts in table.values() for name in fonts]


def unpack_woff(data: bytes) -> bytes:
    """A WOFF 1.0 file's TrueType font (W3C recommendation 2012: tables deflated one by one)."""
    count = struct.unpack(">H", data[12:14])[0]
    tables = []
    for index in range(count):
        tag, offset, packed, length, checksum = struct.unpack(">4sIIII", data[44 + 20 * index : 64 + 20 * index])
        body = data[offset : offset + packed]
        tables.append((tag, checksum, zlib.decompress(body) if packed < length else body))
    power = 2 ** (count.bit_length() - 1)
    head = data[4:8] + struct.pack(">HHHH", count, power * 16, power.bit_length() - 1, (count - power) * 16)
    position = 12 + 16 * count
    directory, bodies = b"", b""
    for tag, checksum, body in tables:
        directory += struct.pack(">4sIII", tag, checksum, position + len(bodies), len(body))
        bodies += body + b"\0" * (-len(body) % 4)
    return head + directory + bodies


def install(cache: Path = CACHE) -> None:
    """Fetch the pinned packages that ``cache`` lacks with npm and unpack their Latin WOFF files into it."""
    missing = [name for name in names() if not (cache / f"{name}-400.ttf").exists()]
    if not missing:
        return
    staging = cache / "npm"
    staging.mkdir(parents=True, exist_ok=True)
    (staging / "package.json").write_text('{"private": true}\n')
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is needed to fetch the fonts; install Node.js")
    packages = [f"@fontsource/{name}@{VERSIONS.get(name, VERSION)}" for name in missing]
    options = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts"]
    subprocess.run([npm, "install", "--prefix", str(staging), *options, *packages], check=True)  # noqa: S603
    for name in missing:
        for weight in (400, 700):
            source = staging / "node_modules" / "@fontsource" / name / "files" / f"{name}-latin-{weight}-normal.woff"
            if source.exists():
                (cache / f"{name}-{weight}.ttf").write_bytes(unpack_woff(source.read_bytes()))
    shutil.rmtree(staging)


if __name__ == "__main__":
    install()
    print(f"{len(list(CACHE.glob('*.ttf')))} fonts in {CACHE}", file=sys.stderr)

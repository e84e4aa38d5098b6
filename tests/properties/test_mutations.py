"""Random damage to small files: nothing but an ``ExtractorError`` ever comes out of opening and rendering them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))

from page_file import open_and_render
from reportlab.pdfgen.canvas import Canvas
from specimens import drawn_pdf, page_picture, picture_file, scanned_pdf, tiff, write_lines

from extractor.errors import ExtractorError, PageTimeout
from extractor.isolation import Task, WorkerPool

SECONDS = 60.0
EXAMPLES = 40
PAGE = page_picture(216, 280)


def fill_in(canvas: Canvas) -> None:
    write_lines(canvas)
    canvas.acroForm.textfield(name="name", value="Jane Sample", x=120, y=500, width=200, height=20)
    canvas.acroForm.checkbox(name="urgent", checked=True, x=120, y=460)


WHOLE = {
    "group4.tif": tiff([PAGE, PAGE]),
    "group3.tif": tiff([PAGE, PAGE], "group3", tags={292: 1}),
    "lzw.tif": tiff([PAGE.convert("RGB")], "tiff_lzw"),
    "jpeg.tif": tiff([PAGE.convert("L")], "jpeg"),
    "plain.tif": tiff([PAGE.convert("L")], None),
    "scan.pdf": scanned_pdf([PAGE, PAGE]),
    "gray.pdf": scanned_pdf([PAGE.convert("L")]),
    "form.pdf": drawn_pdf(fill_in, pageCompression=0),
    "page.png": picture_file("PNG", PAGE.convert("RGBA")),
    "page.jpg": picture_file("JPEG", PAGE.convert("RGB")),
}

places = st.floats(0, 1, exclude_max=True)
edits = st.one_of(
    st.tuples(st.just("flip"), places, st.integers(1, 255)),
    st.tuples(st.just("set"), places, st.sampled_from([0, 1, 0x7F, 0x80, 0xFF])),
    st.tuples(st.just("cut"), places, st.integers(1, 64)),
    st.tuples(st.just("insert"), places, st.binary(min_size=1, max_size=32)),
    st.tuples(st.just("swap"), places, places),
    st.tuples(st.just("end"), places, st.none()),
    st.tuples(st.just("word"), places, st.sampled_from([b"\xff" * 4, b"\x00" * 4, b"\x00\x00\x00\x80", b"99999999"])),
)


def apply(data: bytes, edit: tuple[str, float, object]) -> bytes:
    kind, place, what = edit
    at = int(place * len(data))
    if kind == "flip" and isinstance(what, int) and data:
        return data[:at] + bytes([data[at] ^ what]) + data[at + 1 :]
    if kind == "set" and isinstance(what, int):
        return data[:at] + bytes([what]) + data[at + 1 :]
    if kind == "cut" and isinstance(what, int):
        return data[:at] + data[at + what :]
    if kind == "insert" and isinstance(what, bytes):
        return data[:at] + what + data[at:]
    if kind == "word" and isinstance(what, bytes):
        return data[:at] + what + data[at + len(what) :]
    if kind == "swap" and isinstance(what, float):
        other = int(what * len(data))
        first, second = sorted((at, other))
        return (
            data[:first]
            + data[second : second + 16]
            + data[first + 16 : second]
            + data[first : first + 16]
            + data[second + 16 :]
        )
    return data[:at]


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1, 800 * 2**20, None, None) as workers:
        yield workers


@pytest.mark.parametrize("name", WHOLE)
def test_damaged_files_give_typed_errors(pool: WorkerPool, tmp_path: Path, name: str) -> None:
    path = tmp_path / "incoming"

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(edits, min_size=1, max_size=4))
    def try_one(changes: list[tuple[str, float, object]]) -> None:
        data = WHOLE[name]
        for change in changes:
            data = apply(data, change)
        path.write_bytes(data)
        ((_, outcome),) = pool.run(open_and_render, [Task(str(path), 1, SECONDS)])
        # A stranger's exception would arrive as EngineCrashed with its name: that counts as escaped, a native crash
        # or a burst of memory is what the worker is for.
        assert not isinstance(outcome, PageTimeout)
        if isinstance(outcome, ExtractorError):
            assert not outcome.message.startswith("The reading failed"), outcome.message
        else:
            assert all(code is None or isinstance(code, str) for code in outcome)

    try_one()

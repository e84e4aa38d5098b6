"""Every registered text reader keeps its Protocol's promises, on a page with text, an empty page and odd boxes."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from extractor.errors import EngineUnavailable
from extractor.ocr import engines, find_engine
from extractor.ocr.base import Engine
from extractor.pixels import PageImage
from models.record import BBox
from models.stages.options import OcrOptions
from models.stages.text import Word

DPI = 200.0
LINES = ("INFUSION ORDER FORM", "Patient name: Marisol Okafor", "Date of birth: 03/04/1971")
READS_NOTHING = {"null", "embedded"}


def page_of(lines: tuple[str, ...], page_no: int = 3) -> PageImage:
    """Half a letter page with these lines, black on white, in points from 50 down, 40 apart."""
    picture = Image.new("L", (1700, 1100), 255)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size=36)
    for index, line in enumerate(lines):
        draw.text((140, 140 + 111 * index), line, fill=0, font=font)
    pixels = np.asarray(picture).copy()
    return PageImage(page_no, pixels, DPI, (DPI, DPI), is_bilevel=False, quality="clean_scan")


@pytest.fixture(scope="module", params=engines.names())
def engine(request: pytest.FixtureRequest) -> Engine:
    try:
        return find_engine(request.param, OcrOptions(engine=request.param))
    except EngineUnavailable as error:
        assert "install" in error.message
        pytest.skip(f"not installed here: {error.message}")


def check_word(word: Word, page: PageImage, engine: Engine) -> None:
    assert word.text
    assert not any(character.isspace() for character in word.text)
    assert -1 <= word.bbox.x0 < word.bbox.x1 <= page.width + 1
    assert -1 <= word.bbox.top < word.bbox.bottom <= page.height + 1
    assert word.confidence is None or 0 <= word.confidence <= 1
    assert len(word.char_confidences) in (0, len(word.text))
    assert all(0 <= confidence <= 1 for confidence in word.char_confidences)
    assert word.source in (f"ocr:{engine.name}", "embedded")


def test_an_engine_names_itself_in_one_line(engine: Engine) -> None:
    assert engine.name in engines.names()
    assert engine.version
    assert "\n" not in engine.version


def test_an_engine_reads_a_page_the_same_way_twice(engine: Engine) -> None:
    page = page_of(LINES)
    reading = engine.read(page)
    assert (reading.words.page_no, reading.words.engine, reading.words.version) == (3, engine.name, engine.version)
    for word in reading.words.words:
        check_word(word, page, engine)
    assert engine.read(page).words == reading.words
    read = {word.text for word in reading.words.words}
    if engine.name not in READS_NOTHING:
        assert {"INFUSION", "ORDER", "FORM", "Marisol", "Okafor", "03/04/1971"} <= read


def test_probabilities_are_where_the_words_say(engine: Engine) -> None:
    reading = engine.read(page_of(LINES))
    steps = [word.steps for word in reading.words.words if word.steps is not None]
    if reading.probabilities is None:
        assert not steps
        return
    assert steps
    for step in steps:
        matrix = reading.probabilities[step.line]
        assert 0 <= step.first < step.last <= len(matrix)
        assert matrix.shape[1] == len(reading.alphabet)
    sums = np.concatenate([matrix.astype(np.float32).sum(axis=1) for matrix in reading.probabilities])
    assert np.allclose(sums, 1, atol=0.02)


def test_an_empty_page_has_no_words(engine: Engine) -> None:
    assert engine.read(page_of(())).words.words == ()


def test_boxes_are_read_in_the_order_given_even_where_there_is_nothing(engine: Engine) -> None:
    page = page_of(LINES)
    boxes = [
        BBox(45, 85, 330, 112),  # the second line
        BBox(100, 300, 300, 320),  # white
        BBox(45, 45, 330, 72),  # the first line
        BBox(50, 50, 50, 50),  # no area
        BBox(2000, 2000, 2100, 2020),  # off the page
    ]
    lines = engine.recognise(page, boxes)
    assert [line.bbox for line in lines] == boxes
    for line in lines:
        assert all(word.text and not word.text.isspace() for word in line.words)
    assert not any(lines[index].words for index in (1, 3, 4))
    if engine.name not in READS_NOTHING:
        assert "Okafor" in lines[0].text
        assert "INFUSION" in lines[2].text

from collections.abc import Callable

import numpy as np
import pytest

from extractor.ocr import find_engine, legibility
from extractor.ocr.ppocr import PpocrEngine
from extractor.ocr.weights import LATIN
from extractor.pixels import PageImage
from models.record import BBox, bounding_box
from models.stages.options import OcrOptions


@pytest.fixture(scope="module")
def engine() -> PpocrEngine:
    found = find_engine("ppocr", OcrOptions())
    assert isinstance(found, PpocrEngine)
    return found


def test_the_alphabet_keeps_what_forms_and_names_need(engine: PpocrEngine) -> None:
    alphabet = engine.recogniser.alphabet
    assert (alphabet[0], alphabet[-1]) == ("", " ")
    assert set("éñüçöáÉÑ□☐☑☒✓°±µ≥≤") < set(alphabet)
    assert len(set(alphabet)) == len(alphabet) == len(LATIN) + 2


def test_words_stand_where_they_are_drawn(engine: PpocrEngine, draw_page: Callable[..., PageImage], words_of) -> None:
    read = {word.text: word for word in engine.read(draw_page()).words.words}
    expected = {word.text: word for word in words_of()}
    assert set(expected) == set(read)
    for text, word in expected.items():
        assert abs(read[text].bbox.x0 - word.bbox.x0) < 3
        assert abs(read[text].bbox.x1 - word.bbox.x1) < 3


def test_steps_lead_back_to_the_probabilities(engine: PpocrEngine, draw_page: Callable[..., PageImage]) -> None:
    reading = engine.read(draw_page())
    assert reading.probabilities is not None
    for word in reading.words.words:
        assert word.steps is not None
        matrix = reading.probabilities[word.steps.line]
        assert matrix.dtype == np.float16
        best = matrix[word.steps.first : word.steps.last].argmax(axis=1)
        letters = [reading.alphabet[c] for n, c in enumerate(best) if c and (n == 0 or c != best[n - 1])]
        assert "".join(letters).replace(" ", "") == word.text
        assert len(word.char_confidences) == len(word.text)


def test_a_box_is_read_again(engine: PpocrEngine, draw_page: Callable[..., PageImage], words_of) -> None:
    words = words_of()
    phone = bounding_box([word.bbox for word in words if word.segment == 2])
    first, empty = engine.recognise(draw_page(), (phone, BBox(0, 0, 0, 0)))
    assert first.text == "Phone: (303) 555-0147 Fax: 303-555-0148"
    assert (empty.text, empty.words) == ("", ())


def test_upright_text_reads_better_than_upside_down(draw_page: Callable[..., PageImage]) -> None:
    crop = draw_page().pixels[95:150, 70:700]
    upright, turned = legibility(OcrOptions())((crop, np.ascontiguousarray(np.rot90(crop, 2))))
    assert upright > turned + 0.05

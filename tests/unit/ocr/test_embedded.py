from collections.abc import Callable
from dataclasses import replace

import pytest

from extractor.ocr import read_words
from extractor.pixels import EmbeddedText, FormAnswer, PageImage
from models.record import BBox
from models.stages.options import OcrOptions
from models.stages.text import Word

OPTIONS = OcrOptions()
Draw = Callable[..., PageImage]
Make = Callable[..., tuple[Word, ...]]


def sources(words: tuple[Word, ...]) -> set[str]:
    return {word.source for word in words}


def test_text_that_agrees_with_the_page_is_believed(draw_page: Draw, words_of: Make) -> None:
    words = words_of()
    found = read_words(draw_page(embedded=EmbeddedText(words)), OPTIONS).words
    assert found.words == words
    assert found.engine == "embedded"
    assert found.notes == ()


def test_a_wrong_font_map_is_seen_though_it_looks_like_text(draw_page: Draw, words_of: Make) -> None:
    shift = str.maketrans("abcdefghijklmnopqrstuvwxyz", "bcdefghijklmnopqrstuvwxyza")
    words = tuple(word.model_copy(update={"text": word.text.translate(shift)}) for word in words_of())
    found = read_words(draw_page(embedded=EmbeddedText(words)), OPTIONS).words
    assert "embedded_text_rejected:differs_from_page" in found.notes
    assert sources(found.words) == {"ocr:ppocr"}
    assert "sclerosis" in {word.text for word in found.words}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ({"suspicion": ("font_map",)}, "font_map"),
        ({"picture_area": 0.97}, "over_picture"),
    ],
)
def test_suspicious_text_is_read_from_the_pixels(draw_page: Draw, words_of: Make, text: dict, reason: str) -> None:
    found = read_words(draw_page(embedded=EmbeddedText(words_of(), **text)), OPTIONS).words
    assert f"embedded_text_rejected:{reason}" in found.notes
    assert sources(found.words) == {"ocr:ppocr"}


def test_words_of_a_pasted_picture_are_added(draw_page: Draw, words_of: Make) -> None:
    own = words_of()[:-7]
    found = read_words(draw_page(embedded=EmbeddedText(own, picture_area=0.2)), OPTIONS).words
    assert "picture_text_added" in found.notes
    added = [word.text for word in found.words if word.source == "ocr:ppocr"]
    assert added == ["Order:", "ocrelizumab", "600", "mg", "IV", "every", "6", "months"][-len(added) :]
    assert len(added) == 7
    segments = {source: {w.segment for w in found.words if w.source == source} for source in sources(found.words)}
    assert not segments["embedded"] & segments["ocr:ppocr"]


def test_words_nobody_can_see_are_dropped(draw_page: Draw, words_of: Make) -> None:
    hidden = Word(text="HIDDEN", bbox=BBox(300, 195, 360, 210), segment=99, source="embedded")
    found = read_words(draw_page(embedded=EmbeddedText((*words_of(), hidden))), OPTIONS).words
    assert "embedded_words_invisible" in found.notes
    assert "HIDDEN" not in {word.text for word in found.words}


def test_a_form_answer_becomes_words_once(draw_page: Draw, words_of: Make) -> None:
    words = words_of()
    place = BBox(300.0, 30.0, 440.0, 46.0)
    shown = FormAnswer("name", words[2].text, None, words[2].bbox)
    answers = (FormAnswer("payer", "Blue Plan", None, place), FormAnswer("sex", "F", True, place), shown)
    found = read_words(draw_page(embedded=EmbeddedText(words, answers)), OPTIONS).words
    extra = [word for word in found.words if word not in words]
    assert [word.text for word in extra] == ["Blue", "Plan"]
    assert all(place.x0 <= word.bbox.x0 < word.bbox.x1 <= place.x1 for word in extra)


def test_asked_for_by_name_the_text_layer_is_not_checked(draw_page: Draw, words_of: Make) -> None:
    page = replace(draw_page(lines=()), embedded=EmbeddedText(words_of(), suspicion=("hidden",)))
    assert read_words(page, OcrOptions(engine="embedded")).words.words == words_of()

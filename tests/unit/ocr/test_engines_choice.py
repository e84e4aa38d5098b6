from collections.abc import Callable

import pytest

from extractor import ocr
from extractor.errors import EngineUnavailable, UsageError
from extractor.ocr import tesseract
from extractor.pixels import PageImage
from models.stages.options import OcrOptions


def test_null_reads_nothing(draw_page: Callable[..., PageImage]) -> None:
    assert ocr.read_words(draw_page(), OcrOptions(engine="null")).words.words == ()


def test_an_unknown_engine_lists_the_known_ones(draw_page: Callable[..., PageImage]) -> None:
    with pytest.raises(UsageError, match="embedded, null, ppocr, tesseract"):
        ocr.read_words(draw_page(), OcrOptions(engine="abacus"))


def test_an_engine_is_built_once() -> None:
    assert ocr.find_engine("auto", OcrOptions()) is ocr.find_engine("ppocr", OcrOptions())


def test_without_tesseract_the_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineUnavailable, match="apt-get install tesseract-ocr"):
        tesseract.build(OcrOptions())
    missing = ocr.available_engines(OcrOptions(threads=2))
    assert missing["tesseract"].version is None
    assert "brew install tesseract" in missing["tesseract"].remedy
    assert missing["ppocr"].version

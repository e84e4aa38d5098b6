from collections.abc import Callable
from pathlib import Path

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


def test_what_auto_does_without_is_named_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (sentence,) = ocr.missing_engines(OcrOptions())
    assert "apt-get install tesseract-ocr" in sentence
    assert "\n" not in sentence
    assert ocr.missing_engines(OcrOptions(engine="ppocr")) == ()
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert ocr.missing_engines(OcrOptions()) == ()

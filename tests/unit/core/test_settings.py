from pathlib import Path

import pytest

from extractor.errors import UsageError
from extractor.settings import load_settings


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EXTRACTOR_CONFIG", raising=False)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "extractor.toml").write_text('[ocr]\nengine = "null"\n[ingest]\nmax_pages = 7\n')
    assert load_settings().ocr.engine == "null"
    monkeypatch.setenv("EXTRACTOR_OCR__ENGINE", "tesseract")
    settings = load_settings()
    assert settings.ocr.engine == "tesseract"
    assert settings.ingest.max_pages == 7
    assert settings.options(engine="ppocr").ocr.engine == "ppocr"


def test_a_wrong_entry_is_named(tmp_path: Path) -> None:
    (tmp_path / "extractor.toml").write_text("[ingest]\nmax_pages = -1\n")
    with pytest.raises(UsageError, match=r"ingest\.max_pages"):
        load_settings()


@pytest.mark.parametrize("text", ["[ingest]\nmax_pagse = 3\n", "not toml ="])
def test_a_misspelt_entry_or_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "extractor.toml").write_text(text)
    with pytest.raises(UsageError):
        load_settings()


def test_a_named_file_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXTRACTOR_CONFIG", "/nowhere/extractor.toml")
    with pytest.raises(UsageError, match="EXTRACTOR_CONFIG"):
        load_settings()

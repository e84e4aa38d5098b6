from pathlib import Path

import pytest

from extractor.artifacts import FolderArtifacts, NoArtifacts, artifact_key
from extractor.errors import StoreUnavailable


def test_what_was_put_comes_back_and_replaces(tmp_path: Path) -> None:
    store = FolderArtifacts(tmp_path / "artifacts")
    key = artifact_key("ab" * 32, "ocr", "ppocr 1", 2)
    assert store.get(key) is None
    store.put(key, b"first")
    store.put(key, b"second")
    assert FolderArtifacts(tmp_path / "artifacts").get(key) == b"second"
    assert [path.name for path in store.folder.iterdir()] == [key]
    assert store.folder.stat().st_mode & 0o777 == 0o700


def test_another_version_is_another_key() -> None:
    assert artifact_key("a", "ocr", "1") != artifact_key("a", "ocr", "2")
    assert artifact_key("a", "ocr", "1", 1) != artifact_key("a", "ocr", "1", 2)


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    store = FolderArtifacts(tmp_path / "artifacts")
    store.folder.rmdir()
    with pytest.raises(StoreUnavailable):
        store.put("key", b"data")


def test_no_artifacts_keeps_nothing() -> None:
    store = NoArtifacts()
    store.put("key", b"data")
    assert store.get("key") is None

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractor.store.database import Database


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store's database without rows; making its schema takes longer than most tests."""
    place = tmp_path_factory.mktemp("empty") / "store.db"
    Database.open(f"sqlite:///{place}").close()
    return place


@pytest.fixture
def database(tmp_path: Path, empty_store: Path) -> Iterator[Database]:
    """An open store."""
    shutil.copy(empty_store, tmp_path / "store.db")
    opened = Database.open(f"sqlite:///{tmp_path}/store.db")
    yield opened
    opened.close()

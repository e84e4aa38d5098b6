"""The order of test files: dear ones first, so that none is begun when the other workers have nothing left to do."""

from pathlib import Path

import pytest

DEAR = ("ratchet/test_ratchet.py", "durability/test_chaos.py", "fhir/test_validators.py")
HERE = Path(__file__).parent


def _rank(item: pytest.Item) -> int:
    name = item.path.relative_to(HERE).as_posix()
    return DEAR.index(name) if name in DEAR else len(DEAR)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_rank)

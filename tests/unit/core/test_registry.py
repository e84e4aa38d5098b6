import pytest

from extractor.errors import PluginError, UsageError
from extractor.registry import Registry


def test_members_come_back_by_name_and_sorted() -> None:
    registry: Registry[int] = Registry("number")
    registry.register("two")(2)
    registry.register("one")(1)
    assert registry.names() == ("one", "two")
    assert registry.get("two") == 2
    assert list(registry) == [1, 2]


def test_an_unknown_name_lists_the_known_ones() -> None:
    registry: Registry[int] = Registry("number")
    registry.register("one")(1)
    with pytest.raises(UsageError, match="one"):
        registry.get("three")


def test_a_name_taken_twice_is_refused() -> None:
    registry: Registry[int] = Registry("number")
    registry.register("one")(1)
    with pytest.raises(PluginError, match="one"):
        registry.register("one")(2)

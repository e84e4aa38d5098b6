"""The one door by which engines (and later exporters, field families, receivers) come in.

Built-ins register themselves on import; a stranger's package does so through the entry-point group
``referral_extractor.<family>``.
"""

from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from extractor.errors import PluginError, UsageError

T = TypeVar("T")


class Registry(Generic[T]):
    """Names to factories or instances of one family."""

    def __init__(self, family: str) -> None:
        self.family = family
        self._members: dict[str, T] = {}
        self._loaded = False

    def register(self, name: str) -> Callable[[T], T]:
        """Decorator: enter ``member`` under ``name``; a name taken twice is a ``PluginError``."""

        def enter(member: T) -> T:
            if name in self._members:
                raise PluginError(f"Two {self.family} plug-ins are called {name!r}: remove one of the packages.")
            self._members[name] = member
            return member

        return enter

    def get(self, name: str) -> T:
        """The member; an unknown name is a ``UsageError`` that lists the known ones."""
        self._load()
        try:
            return self._members[name]
        except KeyError:
            known = ", ".join(sorted(self._members))
            raise UsageError(f"There is no {self.family} {name!r}; choose one of: {known}.") from None

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        self._load()
        return tuple(sorted(self._members))

    def __iter__(self) -> Iterator[T]:
        return (self._members[name] for name in self.names())

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        for entry in entry_points(group=f"referral_extractor.{self.family}"):
            try:
                entry.load()
            except Exception as error:
                raise PluginError(f"The plug-in {entry.name!r} does not load ({type(error).__name__}).") from error

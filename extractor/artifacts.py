"""By-products that outlive a process: words, class probabilities, page images; by key, never by value.

A key is sha256 of the input, stage and version, so a changed stage never reads an old artifact.
"""

import ast
import hashlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Protocol

from extractor.errors import StoreUnavailable

_OURS = ("extractor", "models")


def artifact_key(sha256: str, stage: str, version: str, page_no: int | None = None) -> str:
    """A key safe as a file name that holds no text of the document."""
    tail = "" if page_no is None else f"-p{page_no}"
    digest = hashlib.sha256(version.encode()).hexdigest()[:12]
    return f"{sha256}-{stage}-{digest}{tail}"


class Artifacts(Protocol):
    """Where by-products are kept."""

    def get(self, key: str) -> bytes | None:
        """The bytes, or None where there are none."""
        ...

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes; putting the same key again replaces them."""
        ...


class NoArtifacts:
    """Keeps nothing: for a bare ``extract``."""

    def get(self, key: str) -> bytes | None:  # noqa: ARG002 - the Protocol's signature
        """Always None."""
        return None

    def put(self, key: str, data: bytes) -> None:
        """Does nothing."""


class FolderArtifacts:
    """One file a key in a folder of mode 0700; writes are atomic."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def get(self, key: str) -> bytes | None:
        """The file's bytes, or None."""
        try:
            return (self.folder / key).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, key: str, data: bytes) -> None:
        """Write beside, then rename."""
        try:
            with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as handle:
                handle.write(data)
            Path(handle.name).replace(self.folder / key)
        except OSError as error:
            raise StoreUnavailable(
                f"Cannot write to the artifact folder ({error.strerror}): free space or fix its rights."
            ) from error

    def list_all(self) -> Iterator[tuple[str, float]]:
        """Each key, and when it was put (seconds since the epoch); also names without a dash, which are no keys: they
        are still being written, or their writer has died."""
        with os.scandir(self.folder) as entries:
            for entry in entries:
                try:
                    yield entry.name, entry.stat().st_mtime
                except FileNotFoundError:
                    continue

    def delete(self, key: str) -> None:
        """Forget the bytes; nothing to forget is no error."""
        (self.folder / key).unlink(missing_ok=True)


@cache
def code_version(module: str) -> str:
    """A digest of all that decides what ``module`` does, as a part of an artifact's version.

    Found by following its imports: the source of every module of this project, the data files that these name, and the
    versions of the libraries that they use. Modules that are only imported while a program runs by a name of text
    (entry points) are not seen.
    """
    sources, libraries = _reach(module)
    digest = hashlib.sha256(sys.version.encode())
    for name, path in sorted(sources.items()):
        text = path.read_text(encoding="utf-8")
        digest.update(f"\n{name}\n{text}".encode())
        for data in sorted(_data_files(path.parent)):
            if data.name in text:
                digest.update(data.read_bytes())
    owners = packages_distributions()
    for library in sorted({owner for name in libraries for owner in owners.get(name, ())}):
        digest.update(f"\n{library} {version(library)}".encode())
    return digest.hexdigest()[:16]


def _reach(module: str) -> tuple[dict[str, Path], set[str]]:
    """The modules of this project that ``module`` imports, however deep, with their files; and other libraries."""
    sources: dict[str, Path] = {}
    libraries: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        root = name.partition(".")[0]
        if root not in _OURS:
            libraries.add(root)
        elif name not in sources and (path := _source(name)) is not None:
            sources[name] = path
            # A module's package runs first; the two roots only name things.
            package = name.rpartition(".")[0]
            waiting += [*_imports(path), *([package] if package not in (*_OURS, "") else [])]
    return sources, libraries - set(sys.stdlib_module_names)


def _source(name: str) -> Path | None:
    """The file of a module of this project; None for a name that is something inside a module, or a root."""
    if name in _OURS:
        return None
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return None
    return Path(spec.origin) if spec is not None and spec.origin is not None else None


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _data_files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"})

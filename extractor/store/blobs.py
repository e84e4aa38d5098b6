"""Originals by the sha256 of their bytes: what every place for them can do, and the one in a folder of mode 0700.

A file lies in the folder only when it is whole: it is written beside, forced to disk, then renamed. The other place is
a bucket (``extractor.store.bucket``).
"""

import contextlib
import hashlib
import math
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from io import FileIO
from pathlib import Path
from typing import Protocol

from extractor.errors import FileUnavailable, StoreUnavailable

_CHUNK = 2**20
_PARTIAL = "partial-"


class Blobs(Protocol):
    """Where bytes are kept by their sha256 (64 lower-case hexadecimal digits).

    What cannot be written or reached is ``StoreUnavailable``; a name that is no sha256, ``FileUnavailable``.
    """

    def put(self, data: bytes) -> str:
        """Keep the bytes; their sha256. Putting what is there already only makes it young again."""
        ...

    def put_file(self, path: Path) -> str:
        """Keep a copy of a file; ``FileUnavailable`` where it cannot be read."""
        ...

    def receive(self) -> "AbstractContextManager[Partial]":
        """Bytes that come piece by piece; what is not kept when the context ends is gone."""
        ...

    def path(self, sha256: str) -> Path:
        """A file on this machine with these bytes; ``FileUnavailable`` where they are not kept."""
        ...

    def size(self, sha256: str) -> int | None:
        """How many bytes are kept under this name; None where none are."""
        ...

    def delete(self, sha256: str) -> None:
        """Forget the bytes; nothing to forget is no error."""
        ...

    def list_all(self, put_before: float = math.inf) -> Iterator[str]:
        """The sha256 of all that is kept, and not put since ``put_before`` (seconds since the epoch); in no order."""
        ...

    def delete_partials(self, older_than: float) -> int:
        """Remove what was being written before ``older_than`` (seconds since the epoch): its writer has died."""
        ...


class FolderBlobs:
    """``Blobs`` in one folder, spread over 256 subfolders by the first two digits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with _written():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)

    def put(self, data: bytes) -> str:
        """See ``Blobs``."""
        return keep_bytes(self, data)

    def put_file(self, path: Path) -> str:
        """See ``Blobs``."""
        return keep_file(self, path)

    def receive(self) -> "AbstractContextManager[Partial]":
        """See ``Blobs``."""
        return self.spool(self.settle)

    @contextlib.contextmanager
    def spool(self, settle: "Settle") -> "Iterator[Partial]":
        """``receive`` where the bytes are not kept by the folder itself but by ``settle``."""
        with _written():
            number, name = tempfile.mkstemp(prefix=_PARTIAL, dir=self._folder)
        try:
            # Unbuffered: closing it has nothing left to write, so it cannot fail for want of space.
            with os.fdopen(number, "wb", buffering=0) as handle:
                yield Partial(settle, handle, Path(name))
        finally:
            Path(name).unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """See ``Blobs``."""
        file = self._place(sha256)
        if not file.is_file():
            raise lost()
        return file

    def size(self, sha256: str) -> int | None:
        """See ``Blobs``."""
        try:
            return self._place(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def delete(self, sha256: str) -> None:
        """See ``Blobs``."""
        with _written():
            self._place(sha256).unlink(missing_ok=True)

    def list_all(self, put_before: float = math.inf) -> Iterator[str]:
        """See ``Blobs``."""
        for file in self._folder.glob("??/*"):
            with contextlib.suppress(FileNotFoundError):
                if file.stat().st_mtime < put_before:
                    yield file.name

    def delete_partials(self, older_than: float) -> int:
        """See ``Blobs``."""
        old = [file for file in self._folder.glob(f"{_PARTIAL}*") if file.stat().st_mtime < older_than]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)

    def _place(self, sha256: str) -> Path:
        check_name(sha256)
        return self._folder / sha256[:2] / sha256

    def settle(self, handle: FileIO, name: Path, sha256: str) -> str:
        """Give a partial file that is written to its end its place, so that it outlives a power cut."""
        place = self._place(sha256)
        with _written():
            os.fsync(handle.fileno())
            place.parent.mkdir(mode=0o700, exist_ok=True)
            name.replace(place)
            _sync_folder(place.parent)
            _sync_folder(self._folder)
        return sha256


Settle = Callable[[FileIO, Path, str], str]
"""Keeps a file that is written to its end: its open handle, its name and its sha256, which comes back."""


class Partial:
    """Bytes on their way in, in a file of their own. ``size`` counts those that came."""

    def __init__(self, settle: Settle, handle: FileIO, name: Path) -> None:
        self._settle, self._handle, self._name = settle, handle, name
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add bytes; ``StoreUnavailable`` where they cannot be written."""
        self._digest.update(data)
        self.size += len(data)
        with _written():
            _write_all(self._handle, data)

    @property
    def sha256(self) -> str:
        """Of the bytes that came so far."""
        return self._digest.hexdigest()

    def keep(self) -> str:
        """All bytes came: keep them; their sha256."""
        return self._settle(self._handle, self._name, self.sha256)


def keep_bytes(blobs: Blobs, data: bytes) -> str:
    """``Blobs.put`` by ``Blobs.receive``."""
    with blobs.receive() as partial:
        partial.write(data)
        return partial.keep()


def keep_file(blobs: Blobs, path: Path) -> str:
    """``Blobs.put_file`` by ``Blobs.receive``."""
    with _read(), path.open("rb") as source, blobs.receive() as partial:
        while chunk := source.read(_CHUNK):
            partial.write(chunk)
        return partial.keep()


def check_name(sha256: str) -> None:
    """Only a sha256 is a name."""
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise FileUnavailable("This is no sha256: give 64 lower-case hexadecimal digits.")


def lost() -> FileUnavailable:
    """The bytes of a known file are not there."""
    return FileUnavailable("The store has lost the bytes of this file: restore them from a backup.")


def _write_all(handle: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[handle.write(rest) :]


def _sync_folder(folder: Path) -> None:
    """A rename outlives a power cut only when its folder is on disk too."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextlib.contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            f"Cannot write to the store's folder ({error.strerror}): free space or fix its rights."
        ) from None


@contextlib.contextmanager
def _read() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileUnavailable(f"The file cannot be read ({error.strerror}): it is tried again.") from None

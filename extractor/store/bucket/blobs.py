"""Originals, readings and page images in a bucket, as ``Blobs`` and ``Readings``.

Pages are opened by path, in processes that know no network. So an original is copied into a folder of this machine when
it is asked for, and lies there until nobody asked for an hour; the bucket alone is the truth.
"""

import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from io import FileIO
from pathlib import Path

from extractor.errors import FileUnavailable
from extractor.store.blobs import FolderBlobs, Partial, check_name, keep_bytes, keep_file, lost
from extractor.store.bucket.client import Bucket

_ORIGINALS, _READINGS = "originals", "readings"
_COPY_SECONDS = 3600.0
_SWEEP_SECONDS = 600.0


class BucketBlobs:
    """``Blobs`` in a bucket; ``copies`` is the folder of this machine. Thread safe."""

    def __init__(self, bucket: Bucket, copies: FolderBlobs, clock: Callable[[], float] = time.time) -> None:
        self._bucket, self._copies, self._clock = bucket, copies, clock
        self._swept_at = -math.inf

    def put(self, data: bytes) -> str:
        """See ``Blobs``."""
        return keep_bytes(self, data)

    def put_file(self, path: Path) -> str:
        """See ``Blobs``."""
        return keep_file(self, path)

    def receive(self) -> "AbstractContextManager[Partial]":
        """See ``Blobs``."""
        self._sweep()
        return self._copies.spool(self._settle)

    def path(self, sha256: str) -> Path:
        """See ``Blobs``."""
        self._sweep()
        try:
            copy = self._copies.path(sha256)
            os.utime(copy, (self._clock(), self._clock()))
        except (FileUnavailable, FileNotFoundError):
            self._fetch(sha256)
            copy = self._copies.path(sha256)
        return copy

    def size(self, sha256: str) -> int | None:
        """See ``Blobs``."""
        return self._bucket.size(_name(sha256))

    def delete(self, sha256: str) -> None:
        """See ``Blobs``."""
        self._bucket.delete(_name(sha256))
        self._copies.delete(sha256)

    def list_all(self, put_before: float = math.inf) -> Iterator[str]:
        """See ``Blobs``."""
        for sha256, put_at in self._bucket.list_all(_ORIGINALS):
            if put_at < put_before:
                yield sha256

    def delete_partials(self, older_than: float) -> int:
        """See ``Blobs``."""
        return self._copies.delete_partials(older_than)

    def _settle(self, handle: FileIO, name: Path, sha256: str) -> str:
        self._bucket.put(_name(sha256), name)
        return self._copies.settle(handle, name, sha256)

    def _fetch(self, sha256: str) -> None:
        """Copy an original here. What comes is checked: a bucket is another's machine."""
        with self._copies.spool(self._copies.settle) as partial:
            try:
                for piece in self._bucket.stream(_name(sha256)):
                    partial.write(piece)
            except FileNotFoundError:
                raise lost() from None
            if partial.sha256 != sha256:
                raise FileUnavailable("The bucket holds other bytes than were put there: restore them from a backup.")
            partial.keep()

    def _sweep(self) -> None:
        """Now and then, delete copies that nobody asked for lately; on this machine nobody else does."""
        now = self._clock()
        if now - self._swept_at < _SWEEP_SECONDS:
            return
        self._swept_at = now
        self._copies.delete_partials(now - _COPY_SECONDS)
        for sha256 in self._copies.list_all(now - _COPY_SECONDS):
            self._copies.delete(sha256)


class BucketReadings:
    """``Readings`` in a bucket."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def get(self, key: str) -> bytes | None:
        """See ``Artifacts``."""
        return self._bucket.get(f"{_READINGS}/{key}")

    def put(self, key: str, data: bytes) -> None:
        """See ``Artifacts``."""
        self._bucket.put(f"{_READINGS}/{key}", data)

    def list_all(self) -> Iterator[tuple[str, float]]:
        """See ``Readings``."""
        return self._bucket.list_all(_READINGS)

    def delete(self, key: str) -> None:
        """See ``Readings``."""
        self._bucket.delete(f"{_READINGS}/{key}")


def _name(sha256: str) -> str:
    check_name(sha256)
    return f"{_ORIGINALS}/{sha256}"

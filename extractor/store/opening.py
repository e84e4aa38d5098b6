"""The whole store: its database, the originals, and what was read of pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from extractor.artifacts import Artifacts, FolderArtifacts
from extractor.errors import StoreUnavailable
from extractor.store.blobs import Blobs, FolderBlobs
from extractor.store.database import Database
from models.stages.options import StoreOptions


class Readings(Artifacts, Protocol):
    """Readings and page images by key; a key begins with the sha256 of its document and a dash."""

    def list_all(self) -> Iterator[tuple[str, float]]:
        """Each key, and when it was put (seconds since the epoch); one without a dash was never written to its end."""
        ...

    def delete(self, key: str) -> None:
        """Forget the bytes; nothing to forget is no error."""
        ...


@dataclass(frozen=True, slots=True)
class Store:
    """``originals``: the files as they came, by sha256; ``readings``: kept pages (both are patient data)."""

    database: Database
    originals: Blobs
    readings: Readings

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def open_store(options: StoreOptions) -> Store:
    """Open or make the store; see ``Database.open`` and ``open_bucket`` for errors.

    ``options`` come from ``Settings.store_options``.
    """
    folder = Path(options.folder)
    originals, readings = _open_bucket(options, folder) if options.bucket.url else _open_folder(folder)
    return Store(Database.open(options.database_url), originals, readings)


def _open_folder(folder: Path) -> tuple[Blobs, Readings]:
    originals = FolderBlobs(folder / "originals")
    try:
        folder.chmod(0o700)
        return originals, FolderArtifacts(folder / "readings")
    except OSError as error:
        raise StoreUnavailable(
            f"Cannot make the store's folder ({error.strerror}): free space or fix its rights."
        ) from None


def _open_bucket(options: StoreOptions, folder: Path) -> tuple[Blobs, Readings]:
    # Only who has a bucket loads its client.
    from extractor.store.bucket.blobs import BucketBlobs, BucketReadings
    from extractor.store.bucket.client import open_bucket

    bucket = open_bucket(options.bucket, options.bucket_keys)
    return BucketBlobs(bucket, FolderBlobs(folder / "copies")), BucketReadings(bucket)

"""The whole store: its database, the originals, and what was read of pages."""

from dataclasses import dataclass
from pathlib import Path

from extractor.artifacts import FolderArtifacts
from extractor.errors import StoreUnavailable
from extractor.store.blobs import FolderBlobs
from extractor.store.database import Database
from models.stages.options import StoreOptions


@dataclass(frozen=True, slots=True)
class Store:
    """``originals``: the files as they came, by sha256; ``readings``: kept pages (both are patient data)."""

    database: Database
    originals: FolderBlobs
    readings: FolderArtifacts

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def open_store(options: StoreOptions) -> Store:
    """Open or make the store; see ``Database.open`` for errors. ``options`` come from ``Settings.store_options``."""
    folder = Path(options.folder)
    originals = FolderBlobs(folder / "originals")
    try:
        folder.chmod(0o700)
        readings = FolderArtifacts(folder / "readings")
    except OSError as error:
        raise StoreUnavailable(
            f"Cannot make the store's folder ({error.strerror}): free space or fix its rights."
        ) from None
    return Store(Database.open(options.database_url), originals, readings)

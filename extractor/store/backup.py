"""A copy of the store in another folder, laid out as the store itself: it is restored by being put in its place.

The database is copied first and the originals after it, because a row is written only when its bytes are there: every
row of the copy has its bytes. What was deleted from the store is deleted from the copy too. Readings and the job
engine's database are left out: they are made again.
"""

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import cast

from extractor.errors import FileUnavailable, StoreUnavailable
from extractor.store.blobs import Blobs, FolderBlobs
from extractor.store.database import Database
from extractor.store.opening import Store
from models.record import Value

FILE = "store.db"


class BackedUp(Value):
    """``is_database_copied`` is False for PostgreSQL; ``copied`` and ``deleted`` count originals."""

    is_database_copied: bool
    copied: int
    deleted: int


def back_up(store: Store, folder: Path) -> BackedUp:
    """Bring the copy in ``folder`` up to date while the store is in use.

    A PostgreSQL database is dumped by its own ``pg_dump``, before this. Raises ``StoreUnavailable`` where the folder
    cannot be written to; what was there before is whole then.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        is_database_copied = _copy_database(store.database, folder / FILE)
        copied, deleted = _copy_originals(store.originals, FolderBlobs(folder / "originals"))
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(
            f"The backup cannot be written ({type(error).__name__}): free space or fix the folder's rights."
        ) from None
    return BackedUp(is_database_copied=is_database_copied, copied=copied, deleted=deleted)


def _copy_database(database: Database, file: Path) -> bool:
    """SQLite's online backup: one consistent state, while others write (sqlite.org/backup.html)."""
    if database.engine.dialect.name != "sqlite":
        return False
    partial = file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    with (
        contextlib.closing(database.engine.raw_connection()) as source,
        contextlib.closing(sqlite3.connect(partial)) as target,
    ):
        cast(sqlite3.Connection, source.driver_connection).backup(target)
        # The copy is one file: no log lies beside it that could be forgotten.
        target.execute("PRAGMA journal_mode=DELETE")
    with partial.open("rb") as handle:
        os.fsync(handle.fileno())
    partial.replace(file)
    return True


def _copy_originals(source: Blobs, target: FolderBlobs) -> tuple[int, int]:
    kept, copied, deleted = set[str](), 0, 0
    for sha256 in source.list_all():
        kept.add(sha256)
        if target.size(sha256) is None:
            # What is deleted at this moment is no longer to be kept.
            with contextlib.suppress(FileUnavailable):
                copied += target.put_file(source.path(sha256)) == sha256
    for sha256 in set(target.list_all()) - kept:
        target.delete(sha256)
        deleted += 1
    return copied, deleted

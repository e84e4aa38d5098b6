"""The index, opened to look things up: by number, by phone, by name and ZIP code; each well under a millisecond."""

import os
import sqlite3
import threading
from pathlib import Path
from urllib.parse import quote

from extractor.errors import StoreUnavailable
from extractor.knowledge.npi import is_valid_npi
from extractor.nppes.provider import Provider, name_key, ten_digits
from extractor.nppes.tables import read_about, read_provider

_MOST = 50
"""A clinic's number may belong to more people than anybody can choose from."""


class NpiRegistry:
    """Thread safe. A file that was loaded anew meanwhile is opened again by itself.

    Raises ``UsageError`` where the file is no index of this version, and ``StoreUnavailable`` where it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None
        self.as_of = self._ask_about().get("as_of")

    def find(self, npi: str) -> Provider | None:
        """The provider of that number, None where it was never given out (as of the file that was loaded)."""
        found = self._ask("npi = ?", int(npi)) if is_valid_npi(npi) else ()
        return found[0] if found else None

    def list_by_phone(self, phone: str) -> tuple[Provider, ...]:
        """People whose practice has this number; () where it is no whole number, or that of too many."""
        digits = ten_digits(phone)
        found = self._ask("person = 1 AND phone = ?", int(digits)) if digits else ()
        return found if len(found) < _MOST else ()

    def list_by_name(self, last: str, postal_code: str) -> tuple[Provider, ...]:
        """People of this last name whose practice is in this ZIP code (five digits count)."""
        key = name_key(last)
        found = self._ask("person = 1 AND key = ? AND postal_code = ?", key, postal_code[:5]) if key else ()
        return found if len(found) < _MOST else ()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _ask_about(self) -> dict[str, str]:
        with self._lock:
            return read_about(self._open())

    def _ask(self, where: str, *values: object) -> tuple[Provider, ...]:
        try:
            with self._lock:
                rows = self._open().execute(f"SELECT * FROM providers WHERE {where} LIMIT {_MOST}", values).fetchall()  # noqa: S608
        except sqlite3.Error as error:
            raise StoreUnavailable("The index of providers cannot be read: load it again.") from error
        return tuple(read_provider(row) for row in rows)

    def _open(self) -> sqlite3.Connection:
        try:
            about = os.stat(self._path)  # noqa: PTH116 - a tenth of the time that Path.stat takes
        except OSError as error:
            raise StoreUnavailable("The index of providers is gone: load it again.") from error
        stamp = (about.st_ino, about.st_dev)
        if self._connection is None or self._opened != stamp:
            if self._connection is not None:
                self._connection.close()
            url = f"file:{quote(str(self._path.absolute()))}?mode=ro"
            self._connection = sqlite3.connect(url, uri=True, check_same_thread=False)
            self._opened = stamp
        return self._connection


def find_registry(path: str | None) -> NpiRegistry | None:
    """The registry at ``path``; None where no index is there, for everything works without it."""
    return NpiRegistry(Path(path)) if path is not None and Path(path).is_file() else None

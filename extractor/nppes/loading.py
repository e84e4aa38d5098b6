"""Loading the public file into the index: the whole of it into a new one, a week's changes into the one there is.

The file is read as it comes out of the zip, a batch of rows at a time, so that memory does not grow with it. A new
index takes the old one's place in one step when it is whole; a week's changes are one transaction.
"""

import contextlib
import io
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TextIO

from extractor.errors import DamagedDocument, FileUnavailable, StoreUnavailable, UsageError
from extractor.knowledge.npi import is_valid_npi
from extractor.nppes.columns import read_header
from extractor.nppes.lines import read_rows
from extractor.nppes.tables import END, INDEXES, INSERT, LAYOUT, TABLES, make_row, read_about, read_day

Progress = Callable[[int], None]
"""Called with the rows that are done."""

_BATCH = 5_000
_BUFFER = 1 << 20
_SPAN = re.compile(r"npidata_pfile_(\d{8})-(\d{8})(?!.*header)[^/]*\.csv$", re.IGNORECASE)
_FULL_DAYS = 10_000
"""As dates written as numbers (20050523): a full file spans years, an update a week."""

_LOAD = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -65536", "PRAGMA temp_store = 1")


class LoadReport(NamedTuple):
    """``is_full``: a new index; else changes. ``refused``: rows without a number that could be an NPI."""

    is_full: bool
    rows: int
    deactivated: int
    refused: int
    as_of: str | None


def load_file(source: Path, index: Path, *, progress: Progress | None = None) -> LoadReport:
    """Load a full file, a weekly update, or a list of deactivated numbers, as a zip or as a CSV.

    Which one it is says its header and the span in its name. Raises ``FileUnavailable``, ``DamagedDocument`` for a file
    that breaks off, ``UsageError`` for another file or an update without an index, ``StoreUnavailable``.
    """
    try:
        with _open(source) as (name, text):
            header = _read_header(text)
            plain = [re.sub(r"\W+", " ", column).strip().casefold() for column in header]
            if len(header) <= 3 and plain[0] == "npi":
                return _end_all(text, index)
            span = _SPAN.search(name)
            is_full = span is None or int(span[2]) - int(span[1]) > _FULL_DAYS
            as_of = f"{span[2][:4]}-{span[2][4:6]}-{span[2][6:]}" if span else None
            load = _load_full if is_full else _load_update
            return load(text, header, index, as_of, progress or (lambda _: None))
    except OSError as error:
        raise FileUnavailable(
            f"The file or the index cannot be used ({error.strerror}): check paths, rights, and room on the disk."
        ) from error
    except (zipfile.BadZipFile, EOFError, UnicodeDecodeError) as error:
        raise DamagedDocument("The file is damaged or breaks off: download it again.") from error
    except sqlite3.Error as error:
        raise StoreUnavailable(
            f"The index cannot be written ({error}): check its folder and room on the disk."
        ) from error


@contextlib.contextmanager
def _open(source: Path) -> Iterator[tuple[str, TextIO]]:
    """The name and text of the file, or of the one in the zip that holds the providers."""
    if not zipfile.is_zipfile(source):
        with source.open(encoding="utf-8-sig", newline="", buffering=_BUFFER) as plain:
            yield source.name, plain
        return
    with zipfile.ZipFile(source) as archive:
        tables = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
        named = [one for one in tables if _SPAN.search(one.filename)] or tables
        if len(named) != 1:
            raise UsageError("The zip holds no single table of providers (npidata_pfile): give the one from CMS.")
        with archive.open(named[0]) as packed:
            buffered = io.BufferedReader(packed, _BUFFER)  # type: ignore[type-var]
            yield named[0].filename, io.TextIOWrapper(buffered, encoding="utf-8-sig", newline="")


def _read_header(text: TextIO) -> list[str]:
    line = text.readline().strip()
    return [name.strip().strip('"') for name in line.split(",")] if line else [""]


def _load_full(text: TextIO, header: list[str], index: Path, as_of: str | None, progress: Progress) -> LoadReport:
    index.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = index.with_name(f"{index.name}.part")
    draft.unlink(missing_ok=True)
    try:
        with contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            for statement in (*_LOAD, *TABLES, "BEGIN"):
                connection.execute(statement)
            rows, refused = _insert(connection, text, header, progress)
            for statement in INDEXES:
                connection.execute(statement)
            _note(connection, as_of)
            connection.execute("COMMIT")
            ended = _count_ended(connection)
        draft.replace(index)
    finally:
        draft.unlink(missing_ok=True)
    return LoadReport(True, rows, ended, refused, as_of)


def _load_update(text: TextIO, header: list[str], index: Path, as_of: str | None, progress: Progress) -> LoadReport:
    with _changing(index) as (connection, about):
        if as_of is not None and as_of <= about.get("as_of", ""):
            raise UsageError(f"The index holds the changes up to {about['as_of']} already: load a later file.")
        rows, refused = _insert(connection, text, header, progress)
        _note(connection, as_of)
        return LoadReport(False, rows, _count_ended(connection), refused, as_of)


def _end_all(text: TextIO, index: Path) -> LoadReport:
    """A list of number and day of deactivation. Those that the index does not know are not entered."""
    with _changing(index) as (connection, about):
        rows = refused = 0
        for line in text:
            npi, _, day = line.strip().replace('"', "").partition(",")
            ended = read_day(day.split(",")[0])
            if is_valid_npi(npi) and ended is not None:
                rows += connection.execute(END, (ended, int(npi))).rowcount
            elif line.strip():
                refused += 1
        return LoadReport(False, rows, _count_ended(connection), refused, about.get("as_of"))


@contextlib.contextmanager
def _changing(index: Path) -> Iterator[tuple[sqlite3.Connection, dict[str, str]]]:
    if not index.is_file():
        raise UsageError("There is no index yet that this could change: load the full monthly file first.")
    with contextlib.closing(sqlite3.connect(index, isolation_level=None)) as connection:
        about = read_about(connection)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection, about
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _insert(connection: sqlite3.Connection, text: TextIO, header: list[str], progress: Progress) -> tuple[int, int]:
    columns = read_header(header)
    rows, done, refused = read_rows(text, columns), 0, 0
    while batch := list(islice(rows, _BATCH)):
        kept = []
        for row in batch:
            try:
                kept.append(make_row(row, columns))
            except ValueError:
                refused += 1
        connection.executemany(INSERT, kept)
        done += len(kept)
        progress(done)
    return done, refused


def _note(connection: sqlite3.Connection, as_of: str | None) -> None:
    said = {"layout": str(LAYOUT), **({"as_of": as_of} if as_of else {})}
    connection.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", said.items())


def _count_ended(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM providers WHERE ended IS NOT NULL").fetchone()[0])

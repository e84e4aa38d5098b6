"""A book of codes: one SQLite file with every code, its days, its description, and an index of the words.

Opening it reads a page or two, and what is looked up is read from the file, so that neither time nor memory goes with
its size. A code's row number is the code itself as a number, so the order of rows is that of codes, and the codes below
one are a range.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from extractor.errors import UsageError

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST = 7
_BASE = len(_ALPHABET) + 1
_KEY = re.compile(rf"[{_ALPHABET}]{{1,{_LONGEST}}}")
_WORD = re.compile(r"[^\W_]+")
_LAYOUT = "1"
_TABLES = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # Most codes are billable and were before: their status is NULL, which takes no room.
    "CREATE TABLE codes (id INTEGER PRIMARY KEY, status TEXT, description TEXT)",
    # Only which code has a word is kept: descriptions stand in the table.
    "CREATE VIRTUAL TABLE words USING fts5(description, content='', detail=none, columnsize=0, "
    "tokenize='porter unicode61')",
)


class Entry(NamedTuple):
    """One code, without its dot. ``flag``: B billable, H heading, D deleted.

    ``first`` and ``last`` (``YYYYMMDD`` or empty): the first day on which it was billable and the first on which it was
    not any more, where the releases that the book was made of show that.
    """

    code: str
    flag: str
    first: str
    last: str
    description: str


class CodeBook:
    """An open book; raises ``UsageError`` where the file is none of this version."""

    def __init__(self, path: Path) -> None:
        url = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
        try:
            # Readers on several threads share it: nothing writes, and SQLite orders them.
            self._connection = sqlite3.connect(url, uri=True, check_same_thread=False)
            self.header: dict[str, str] = dict(self._connection.execute("SELECT name, value FROM about"))
        except sqlite3.Error as error:
            raise UsageError("The file of codes cannot be read: load the codes again, or remove it.") from error
        if self.header.get("layout") != _LAYOUT:
            raise UsageError("The file of codes is of another version of this program: load the codes again.")

    def find(self, key: str) -> Entry | None:
        """A code without dot; None where there is no such code."""
        if _KEY.fullmatch(key) is None:
            return None
        row = self._connection.execute("SELECT * FROM codes WHERE id = ?", (_number(key),)).fetchone()
        return None if row is None else _entry(row)

    def below(self, key: str) -> Iterator[Entry]:
        """The codes that start with ``key``, sorted, itself included."""
        if _KEY.fullmatch(key) is not None:
            span = (_number(key), _number(key) + _BASE ** (_LONGEST - len(key)))
            yield from map(_entry, self._connection.execute("SELECT * FROM codes WHERE id >= ? AND id < ?", span))

    def search(self, text: str, most: int) -> tuple[Entry, ...]:
        """The codes whose descriptions have all words of ``text``, finished or not; what says least besides first."""
        words = [word for word in _WORD.findall(text.casefold()) if len(word) > 1]
        if not words:
            return ()
        asked = " AND ".join(f'"{word}"*' for word in words)
        found = self._connection.execute(
            "SELECT codes.* FROM words JOIN codes ON codes.id = words.rowid WHERE words MATCH ? "
            "ORDER BY substr(status, 1, 1) > 'B', length(codes.description), codes.id LIMIT ?",
            (asked, most),
        )
        return tuple(map(_entry, found))

    def __iter__(self) -> Iterator[Entry]:
        """All codes, sorted."""
        yield from map(_entry, self._connection.execute("SELECT * FROM codes ORDER BY id"))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def write_book(path: Path, header: dict[str, str], entries: Iterable[Entry]) -> int:
    """Write a book to ``path``, in place of an older one in one step; how many codes are in it.

    The same entries give the same bytes.
    """
    draft = path.with_name(f"{path.name}.part")
    draft.unlink(missing_ok=True)
    plain = ("B", "", "")
    ordered = sorted(entries, key=lambda entry: _number(entry.code))
    connection = sqlite3.connect(draft, isolation_level=None)
    try:
        for statement in ("PRAGMA page_size = 8192", *_TABLES, "BEGIN"):
            connection.execute(statement)
        connection.executemany("INSERT INTO about VALUES (?, ?)", sorted({**header, "layout": _LAYOUT}.items()))
        rows = [
            (_number(one.code), None if one[1:4] == plain else " ".join(one[1:4]), one.description) for one in ordered
        ]
        connection.executemany("INSERT INTO codes VALUES (?, ?, ?)", rows)
        connection.executemany(
            "INSERT INTO words (rowid, description) VALUES (?, ?)", ((number, said) for number, _, said in rows)
        )
        connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        connection.execute("COMMIT")
        connection.execute("VACUUM")
        connection.close()
        draft.replace(path)
    finally:
        connection.close()
        draft.unlink(missing_ok=True)
    return len(rows)


def _number(key: str) -> int:
    """A code as a number that sorts as the code does: ``A00`` before ``A000`` before ``A01``."""
    number = 0
    for place in range(_LONGEST):
        number = number * _BASE + (_ALPHABET.index(key[place]) + 1 if place < len(key) else 0)
    return number


def _entry(row: tuple[int, str | None, str]) -> Entry:
    number, status, description = row
    code = ""
    while number:
        number, digit = divmod(number, _BASE)
        code = (_ALPHABET[digit - 1] if digit else "") + code
    flag, first, last = (status or "B  ").split(" ")
    return Entry(code, flag, first, last, description)

"""The index: one SQLite file with a row for each provider, found by number, by phone, and by name and ZIP code."""

import sqlite3
from collections.abc import Iterable
from typing import Final

from extractor.errors import UsageError
from extractor.nppes.columns import Columns
from extractor.nppes.provider import Provider, name_key, ten_digits

LAYOUT: Final = 1
"""Changes with the tables: an index of another layout has to be loaded anew."""

TABLES: Final = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE providers (npi INTEGER PRIMARY KEY, person INTEGER NOT NULL, key TEXT, last TEXT, first TEXT, "
    "other_last TEXT, credentials TEXT, line1 TEXT, city TEXT, state TEXT, postal_code TEXT, phone INTEGER, "
    "fax INTEGER, taxonomy TEXT, ended TEXT)",
)
INDEXES: Final = (
    # Only people write orders: organisations are found by their number alone.
    "CREATE INDEX IF NOT EXISTS by_phone ON providers (phone) WHERE person = 1 AND phone IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS by_name ON providers (key, postal_code) WHERE person = 1 AND key IS NOT NULL",
)
INSERT: Final = "INSERT OR REPLACE INTO providers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
END: Final = "UPDATE providers SET ended = ? WHERE npi = ?"

_PERSON = "1"


def make_row(row: list[str], columns: Columns) -> tuple[object, ...]:
    """What is kept of a row of the public file. Raises ``ValueError`` where its number is none."""
    at = columns.places
    is_person = row[at["kind"]] == _PERSON
    last = row[at["last" if is_person else "organisation"]]
    phone, fax = row[at["phone"]], row[at["fax"]]
    ended = row[at["ended"]]
    return (
        int(row[at["npi"]]),
        int(is_person),
        (name_key(last) or None) if is_person else None,
        last or None,
        row[at["first"]] or None,
        row[at["other_last"]] or None,
        row[at["credentials"]] or None,
        row[at["line1"]] or None,
        row[at["city"]] or None,
        row[at["state"]] or None,
        row[at["postal_code"]][:5] or None,
        _number(phone) if phone else None,
        _number(fax) if fax else None,
        _taxonomy(row, columns),
        _end(ended, row[at["resumed"]]) if ended else None,
    )


def read_day(text: str) -> str | None:
    """``MM/DD/YYYY`` as ISO; None where it is no such day."""
    month, _, rest = text.strip().partition("/")
    day, _, year = rest.partition("/")
    is_day = len(year) == 4 and (month + day + year).isdecimal() and month and day
    return f"{year}-{month:0>2}-{day:0>2}" if is_day else None


def read_provider(row: Iterable[object]) -> Provider:
    """A row of the table as a value; the name key is dropped."""
    npi, person, _, *texts, phone, fax, taxonomy, ended = row
    names = ("last", "first", "other_last", "credentials", "line1", "city", "state", "postal_code")
    return Provider.model_validate(
        {
            "npi": str(npi),
            "is_person": bool(person),
            **dict(zip(names, texts, strict=True)),
            "phone": None if phone is None else str(phone),
            "fax": None if fax is None else str(fax),
            "taxonomy": taxonomy,
            "ended": ended,
        }
    )


def read_about(connection: sqlite3.Connection) -> dict[str, str]:
    """What is known of the index; ``UsageError`` where it is none of this program's version."""
    try:
        about = dict(connection.execute("SELECT name, value FROM about"))
    except sqlite3.DatabaseError as error:
        raise UsageError("This file is no index of providers: make one with extractor npi load.") from error
    if about.get("layout") != str(LAYOUT):
        raise UsageError("The index of providers is of another version: load the full file again.")
    return about


def _number(text: str) -> int | None:
    # Foreign numbers have other lengths and are no evidence here.
    if len(text) == 10 and text.isdecimal():
        return int(text)
    digits = ten_digits(text)
    return int(digits) if digits else None


def _taxonomy(row: list[str], columns: Columns) -> str | None:
    """The primary code, else the first."""
    first, switch = columns.taxonomies[0]
    if row[switch] != "Y" and len(row) == columns.total:
        for code, switch in columns.taxonomies[1:]:
            if row[switch] == "Y":
                return row[code] or None
    return row[first] or None


def _end(ended: str, resumed: str) -> str | None:
    """The day of deactivation unless it was taken back."""
    end, again = read_day(ended), read_day(resumed)
    return None if end is None or (again is not None and again >= end) else end

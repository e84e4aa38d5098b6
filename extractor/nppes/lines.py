"""Rows of the public file, fast: it is ten million lines of a kilobyte in which every value is quoted.

A line that is as it should be is cut at its quotes, and only as far as is needed; any other goes through the CSV
reader, which takes ten times as long and knows commas, quotes and line ends inside of values.
"""

import csv
from collections.abc import Iterator
from typing import TextIO

from extractor.errors import DamagedDocument
from extractor.nppes.columns import Columns

_MOST_LINES_OF_A_ROW = 20


def read_rows(text: TextIO, columns: Columns) -> Iterator[list[str]]:
    """The values of each row behind the header, blank lines left out.

    All of them where the first taxonomy is not the primary one, else at least ``columns.first_part``. Raises
    ``DamagedDocument`` for a row that has another number of values than the header.
    """
    commas, part = columns.total - 1, columns.first_part
    code, switch = columns.taxonomies[0]
    for line in text:
        if line.count('","') == commas and line[0] == '"' and '"""' not in line:
            body = line.rstrip("\r\n")[1:-1]
            row = body.split('","', part)
            yield row if row[switch] == "Y" or not row[code] else body.split('","')
        elif line.strip():
            yield _read_slowly(line, text, columns.total)


def _read_slowly(line: str, text: TextIO, total: int) -> list[str]:
    """One row, which may go on in the next lines."""
    row: list[str] = []
    for _ in range(_MOST_LINES_OF_A_ROW):
        if line.count('"') % 2 == 0:
            row = next(csv.reader([line.rstrip("\r\n")]), [])
            break
        line += next(text, "")
    if len(row) != total:
        raise DamagedDocument("A row of the file does not fit its header: download the file again.")
    return row

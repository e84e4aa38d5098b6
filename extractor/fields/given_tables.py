"""Tables of doses that were given: a medication administration record is history, and orders nothing."""

import re

from models.stages.layout import PageReading, Table

_GIVEN = re.compile(
    r"^(?:date |time |date/time |last )*(?:given|administered|infused|received)(?: (?:on|at|date|time))*$"
    r"|^admin(?:istered|istration)?\.? (?:date|time|date/time)$|^dates? of (?:service|infusion|administration)$",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}[ -][A-Za-z]{3}[ -]\d{2,4}")
_LEAST_DAYS = 2


def find_given_tables(page: PageReading) -> list[Table]:
    """The tables of a page with a column of the days on which each row was given."""
    return [table for table in page.layout.tables if _is_given_table(table)]


def _is_given_table(table: Table) -> bool:
    heads = max(table.header_rows, 1)
    columns = {c.column for c in table.cells if c.row < heads and _GIVEN.match(" ".join(c.text.split()).strip(" .:"))}
    days = [c for c in table.cells if c.row >= heads and c.column in columns and _DAY.search(c.text)]
    return len(days) >= _LEAST_DAYS

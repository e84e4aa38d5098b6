"""Two tables: one row a referral, one row a laboratory result; RFC 4180, UTF-8, every cell in quotes.

A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV Injection), and so does one
that begins with an apostrophe itself: a reader takes one leading apostrophe away and has the value back.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from extractor.export.base import (
    ExportContext,
    Exported,
    Loss,
    evidence_losses,
    export_name,
    exporters,
    require_referral,
)
from extractor.export.columns import STATES
from extractor.export.mapping import SiteColumn, SiteMapping
from models.record import Referral, State
from models.record.paths import AnyField, walk_fields

_FORMULA = tuple("=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20")
_PLAIN_STATES = frozenset({State.FOUND, State.NOT_ON_FORM})
_ONLY_IN_RECORD = ("confidence", "page_no", "bbox", "source")

Row = Mapping[str, str]


class CsvExporter:
    """The standard columns, or those of a site's mapping file."""

    media_type = "text/csv"
    suffix = ".csv"

    def export(self, referral: Referral, context: ExportContext) -> tuple[Exported, ...]:
        """``-referrals`` with one row and ``-labs`` with a row a result (none: the header alone)."""
        require_referral(referral)
        mapping = context.mapping or SiteMapping()
        fields = dict(walk_fields(referral))
        referrals = [_referral_row(referral, fields, context)]
        labs = [_lab_row(referral, fields, place) for place in range(len(referral.labs))]
        columns = mapping.columns_of("referrals")
        lab_columns = mapping.columns_of("labs")
        losses = (*_losses(fields, columns, lab_columns), *_recoded(columns, referrals, ""), *_general(referral))
        return (
            self._part(referral, "referrals", _table(columns, referrals, mapping), losses),
            self._part(referral, "labs", _table(lab_columns, labs, mapping), _recoded(lab_columns, labs, "labs[*].")),
        )

    def _part(self, referral: Referral, part: str, content: bytes, losses: Sequence[Loss]) -> Exported:
        return Exported(
            media_type="text/csv; charset=utf-8; header=present",
            filename=export_name(referral, self.suffix, part),
            content=content,
            losses=tuple(losses),
            part=part,
        )


def join_tables(tables: Sequence[bytes]) -> bytes:
    """Tables of one part with the same columns as one: the first header, every row."""
    heads = [table.partition(b"\r\n") for table in tables]
    return b"" if not heads else heads[0][0] + b"\r\n" + b"".join(rows for _, _, rows in heads)


def safe_cell(text: str) -> str:
    """``text`` as no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _table(columns: Sequence[SiteColumn], rows: Sequence[Row], mapping: SiteMapping) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=mapping.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([safe_cell(column.name) for column in columns])
    writer.writerows([safe_cell(_cell(column, row)) for column in columns] for row in rows)
    return target.getvalue().encode("utf-8-sig" if mapping.byte_order_mark else "utf-8")


def _cell(column: SiteColumn, row: Row) -> str:
    if column.path is None:
        return column.constant or ""
    text = row.get(column.path, "")
    return column.values.get(text, text if column.otherwise == "keep" else "")


def _text(value: str | float | bool | int | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _states(fields: Mapping[str, AnyField]) -> str:
    return "; ".join(
        f"{path}={field.state.value}" for path, field in fields.items() if field.state not in _PLAIN_STATES
    )


def _referral_row(referral: Referral, fields: Mapping[str, AnyField], context: ExportContext) -> Row:
    readiness = referral.readiness
    plain = {
        "referral_id": referral.referral_id,
        "revision": str(referral.revision),
        "supersedes": _text(referral.supersedes),
        "created_at": referral.created_at.isoformat(),
        "kind": referral.kind.value,
        "pages": " ".join(map(str, referral.pages)),
        "document.sha256": _text(context.extraction.document.sha256),
        "readiness.verdict": "" if readiness is None else readiness.verdict.value,
        "readiness.as_of": "" if readiness is None else readiness.as_of.isoformat(),
        "readiness.valid_until": ""
        if readiness is None or readiness.valid_until is None
        else readiness.valid_until.isoformat(),
        STATES: _states({path: field for path, field in fields.items() if not path.startswith("labs[")}),
    }
    return {**{path: _text(field.value) for path, field in fields.items()}, **plain}


def _lab_row(referral: Referral, fields: Mapping[str, AnyField], place: int) -> Row:
    start = f"labs[{place}]."
    own = {path.removeprefix(start): field for path, field in fields.items() if path.startswith(start)}
    return {
        "referral_id": referral.referral_id,
        "revision": str(referral.revision),
        "lab_no": str(place + 1),
        **{leaf: _text(field.value) for leaf, field in own.items()},
        STATES: _states(own),
    }


def _losses(
    fields: Mapping[str, AnyField], columns: Sequence[SiteColumn], lab_columns: Sequence[SiteColumn]
) -> Iterator[Loss]:
    chosen = {column.path for column in columns}
    chosen_labs = {column.path for column in lab_columns}
    for path, field in fields.items():
        is_lab = path.startswith("labs[")
        is_there = path.rpartition(".")[2] in chosen_labs if is_lab else path in chosen
        if not is_there and field.value is not None:
            yield Loss(path=path, reason="the table has no column for it")
    if STATES not in chosen or STATES not in chosen_labs:
        yield Loss(path="*.state", reason=f"the mapping leaves out the column {STATES!r}: an empty cell says no more")


def _recoded(columns: Sequence[SiteColumn], rows: Sequence[Row], start: str) -> list[Loss]:
    return [
        Loss(path=f"{start}{column.path}", reason="the mapping has no code for this value: the cell is empty")
        for column in columns
        if column.path is not None
        and column.otherwise == "empty"
        and any(row.get(column.path) and row[column.path] not in column.values for row in rows)
    ]


def _general(referral: Referral) -> Iterator[Loss]:
    for part in _ONLY_IN_RECORD:
        yield Loss(path=f"*.{part}", reason="a cell holds a value and no more: only in the record")
    yield from evidence_losses(referral)
    if referral.readiness is not None:
        yield Loss(path="readiness.rules[*]", reason="the table holds the verdict; the rules are only in the record")
    yield Loss(path="document", reason="the file is named by its SHA-256 only")


exporters.register("csv")(CsvExporter())

"""Reads the sample faxes and shows what came out: a table here, the records and the overlays in ``out/``."""

import sys
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from extractor.errors import ExtractorError
from extractor.export.overlay import draw_overlay
from extractor.pipeline import Result, extract_file, start_pool
from extractor.settings import load_settings
from models.record import Extraction, State
from models.record.paths import walk_fields

ROOT = Path(__file__).resolve().parent.parent
SAMPLES, OUT = ROOT / "samples" / "faxes", ROOT / "out"
SUFFIXES = {".tif", ".tiff", ".pdf", ".png", ".jpg"}
HUMAN = {State.NEEDS_REVIEW, State.CONFLICTING, State.ILLEGIBLE}
SHOWN_WIDTH = 132


def main() -> int:
    """Exit code 0 when every sample was read."""
    faxes = sorted(path for path in SAMPLES.iterdir() if path.suffix in SUFFIXES)
    options = load_settings().options(keep_images=True)
    OUT.mkdir(exist_ok=True)
    terminal = Console()
    console = terminal if terminal.is_terminal else Console(width=SHOWN_WIDTH)
    table = Table(title=f"{len(faxes)} sample faxes, read by this machine just now", title_justify="left")
    table.add_column("fax", overflow="fold", min_width=26)
    for heading in ("pages", "patient", "drug"):
        table.add_column(heading)
    for heading in ("found", "to check", "to fill in", "seconds"):
        table.add_column(heading, justify="right")
    failed, first = 0, None
    with start_pool(options) as pool:
        for fax in faxes:
            start = time.perf_counter()
            try:
                result = extract_file(fax, options, pool=pool)
            except ExtractorError as error:
                failed += 1
                table.add_row(fax.name, error.code, *[""] * 6)
                continue
            keep(fax.name, result)
            first = first or result.extraction
            table.add_row(fax.name, *summary(result.extraction), f"{time.perf_counter() - start:.1f}")
    console.print(table)
    if first is not None:
        console.print(detail(first))
    console.print(f"Records: {OUT.name}/*.json   Overlays to look at: {OUT.name}/*.overlay.pdf")
    console.print("One of your own: .venv/bin/extractor extract FILE --overlay seen.pdf")
    return 1 if failed else 0


def keep(name: str, result: Result) -> None:
    """Write the record and the overlay of one fax."""
    (OUT / f"{name}.json").write_text(result.extraction.model_dump_json(indent=2) + "\n", encoding="utf-8")
    (OUT / f"{name}.overlay.pdf").write_bytes(draw_overlay(result.extraction, result.readings, result.images))


def summary(extraction: Extraction) -> tuple[str, ...]:
    """Pages by quality, who and what; how many fields were found, go to a human to check, and to fill in."""
    qualities = Counter(str(page.quality or page.status).replace("_", " ") for page in extraction.document.pages)
    pages = ", ".join(f"{count} {quality}" for quality, count in qualities.items())
    fields = [field for one in extraction.referrals for _, field in walk_fields(one)]
    found = sum(field.state is State.FOUND for field in fields)
    asked = [field.value is not None for field in fields if field.state in HUMAN]
    people = [
        f"{one.patient.first_name.value or '?'} {one.patient.last_name.value or '?'}" for one in extraction.referrals
    ]
    drugs = [order.drug.value or "?" for one in extraction.referrals for order in one.orders]
    counts = (found, sum(asked), len(asked) - sum(asked))
    return pages, "; ".join(people), ", ".join(dict.fromkeys(drugs)), *map(str, counts)


def detail(extraction: Extraction) -> Table:
    """Every field of one record that has a value, with how sure the record is of it."""
    table = Table(title=f"The record of {extraction.document.filename}", title_justify="left")
    for heading in ("field", "value", "confidence", "state", "read as", "page"):
        table.add_column(heading, justify="right" if heading in {"confidence", "page"} else "left")
    for referral in extraction.referrals:
        for path, field in walk_fields(referral):
            if field.value is not None:
                sure = f"{field.confidence:.2f}"
                table.add_row(
                    path, str(field.value), sure, field.state, (field.raw or "")[:28], str(field.page_no or "")
                )
    return table


if __name__ == "__main__":
    sys.exit(main())

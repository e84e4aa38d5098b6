"""Field quality on a folder of faxes with truth: ``python tests/benchmarks/bench_fields.py DIR``.

Reads every fax that has a NAME.truth.json beside it and prints, for each field and for each tier, how many values are
right, wrong, missing and spurious, how many of the wrong and spurious ones were given out as found (``SILENT``), how
many of the missing ones were said to be blank or not on the form (``denied``), and how many go to a human (``asks``).
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from extractor.errors import ExtractorError, FileUnavailable
from extractor.evaluate.fields import score_document, score_fields
from extractor.evaluate.score import Outcome, Row, Summary, summarise
from extractor.evaluate.truth import Truth, load_truths
from extractor.pipeline import extract_file, failed_extraction, start_pool
from extractor.settings import load_settings
from models.record import Extraction
from models.stages.options import Options

FIRST_FIELDS = (
    "patient.first_name",
    "patient.last_name",
    "patient.date_of_birth",
    "patient.home_phone",
    "patient.mobile_phone",
    "patient.work_phone",
    "prescriber.first_name",
    "prescriber.last_name",
    "prescriber.npi",
    "prescriber.signature_present",
    "diagnoses[].code",
    "orders[].drug",
    "orders[].brand",
    "orders[].dose",
    "orders[].date",
)
HEADINGS = ("n", "prec", "rec", "F1", "right", "wrong", "SILENT", "missing", "denied", "spurious", "asks")


def main() -> int:
    """Print the tables; exit code 1 where no value of any field was right."""
    options = _arguments()
    by_group: dict[str, list[Row]] = defaultdict(list)
    rows: list[Row] = []
    facts: list[Row] = []
    for truth, extraction in _extractions(options):
        keys = None if options.all else FIRST_FIELDS
        found = score_fields(truth.record, extraction, keys)
        document = truth.record.get("document")
        facts += score_document(document if isinstance(document, dict) else {}, extraction.document)
        rows += found
        for row in found:
            pen = "handwritten" if truth.is_handwritten(row) else "typed"
            by_group[f"{truth.tier_of(row)} {pen}"].append(row)
            by_group[f"all {pen}"].append(row)
            if not truth.is_legible(row):
                by_group["all not legible to a human"].append(row)
        if options.show:
            _show_mistakes(truth, found)
    _print_table("field", _grouped(rows, lambda row: row.key))
    _print_table("tier", {name: by_group[name] for name in sorted(by_group)} | {"all": rows})
    _print_table("document", _grouped(facts, lambda row: row.key))
    total = summarise(rows)
    share = "-" if total.silent_share is None else f"{100 * total.silent_share:.2f} %"
    print(f"Silently wrong: {total.silent} of {total.given_out} values given out as found ({share}).")
    return 0 if total.correct else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="folder of faxes, each with NAME.truth.json")
    parser.add_argument("--all", action="store_true", help="all fields of the record, not only the first ones")
    parser.add_argument("--engine", help="reading engine; the default is what `extractor extract` takes")
    parser.add_argument("--show", action="store_true", help="list every field that is not right (invented data only)")
    parser.add_argument("--records", type=Path, help="score NAME.json files that `extractor extract --out` wrote there")
    return parser.parse_args()


def _extractions(arguments: argparse.Namespace) -> Iterable[tuple[Truth, Extraction]]:
    truths = tuple(load_truths(arguments.folder))
    options = load_settings().options(engine=arguments.engine)
    if arguments.records is not None:
        for truth in truths:
            record = arguments.records / f"{truth.fax.name}.json"
            if record.exists():
                yield truth, Extraction.model_validate_json(record.read_text(encoding="utf-8"))
            else:
                yield truth, _failed(truth, FileUnavailable("It has no record."), options)
        return
    with start_pool(options) as pool:
        for number, truth in enumerate(truths, start=1):
            print(f"\r{number}/{len(truths)} {truth.fax.name:50}", end="", file=sys.stderr)
            try:
                yield truth, extract_file(truth.fax, options, pool=pool).extraction
            except ExtractorError as error:
                yield truth, _failed(truth, error, options)
    print(file=sys.stderr)


def _failed(truth: Truth, error: ExtractorError, options: Options) -> Extraction:
    print(f"\n{truth.fax.name}: {error.code}", file=sys.stderr)
    return failed_extraction(truth.fax, error, options)


def _grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)


def _print_table(name: str, groups: dict[str, list[Row]]) -> None:
    print("\n" + _line(name, HEADINGS))
    for group, rows in groups.items():
        print(_line(group, _cells(summarise(rows))))


def _cells(total: Summary) -> Sequence[str]:
    rates = ("-" if rate is None else f"{rate:.3f}" for rate in (total.precision, total.recall, total.f1))
    counts = (total.correct, total.wrong, total.silent, total.missing, total.denied, total.spurious)
    asks = "-" if total.asked_share is None else f"{100 * total.asked_share:.0f} %"
    return (str(total.truths), *rates, *map(str, counts), asks)


def _line(name: str, cells: Sequence[str]) -> str:
    return f"{name:34}" + "".join(f"{cell:>9}" for cell in cells)


def _show_mistakes(truth: Truth, rows: Iterable[Row]) -> None:
    for row in rows:
        if row.outcome not in (Outcome.CORRECT, Outcome.ABSENT):
            mark = "SILENT" if row.is_silent else ""
            said = f"true {row.truth!r}, read {row.read!r} ({row.state or 'no such item'})"
            print(f"{truth.fax.name:34} {row.outcome:9}{mark:7} {row.path}: {said}")


if __name__ == "__main__":
    sys.exit(main())

"""How long and how much memory exporting takes: ``python tests/benchmarks/bench_export.py [COUNT]``, each format apart.

The records are the truth of the sample faxes over and over under new ids (0 to 27 laboratory rows).
"""

import argparse
import itertools
import multiprocessing
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from samples.truth_records import all_records

FORMATS = ("json", "csv", "hl7", "fhir")


def measure(name: str, count: int) -> tuple[float, int, int, float]:
    """CPU seconds, files, bytes, and peak resident memory in MB above that before the first export."""
    from extractor.export import ExportContext, exporters

    exporter = exporters.get(name)
    records = [(record, referral) for record in all_records() for referral in record.referrals]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, files, size = time.process_time(), 0, 0
    for number, (record, referral) in enumerate(itertools.islice(itertools.cycle(records), count)):
        renamed = referral.model_copy(update={"referral_id": f"bench-{number}"})
        for part in exporter.export(renamed, ExportContext(extraction=record)):
            files, size = files + 1, size + len(part.content)
    spent = time.process_time() - started
    return spent, files, size, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def main() -> None:
    """One line a format."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=1000)
    parser.add_argument("--format", choices=FORMATS, help="one format alone")
    given = parser.parse_args()
    count = given.count
    print(f"{'format':8}{'CPU s':>8}{'ms each':>9}{'files':>7}{'MB':>8}{'MB memory':>11}")
    for name in FORMATS if given.format is None else (given.format,):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            spent, files, size, memory = pool.apply(measure, (name, count))
        print(f"{name:8}{spent:8.1f}{1000 * spent / count:9.1f}{files:7}{size / 1e6:8.1f}{memory:11.0f}")


if __name__ == "__main__":
    main()

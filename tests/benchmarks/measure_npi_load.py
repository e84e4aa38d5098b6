"""How long the registry takes to load and to look up, on an invented file of the public one's shape.

``python -m tests.benchmarks.measure_npi_load [--rows 300000] [--folder FOLDER]``. The public file has about 9.7 million
rows; the last line scales what was measured to that, which is fair for reading and writing (a row costs the same) and a
little too kind to the indexes, whose sorting grows by a further factor of log(n).
"""

import argparse
import random
import resource
import tempfile
import time
from pathlib import Path

from extractor.nppes import NpiRegistry, load_file
from tests.unit.nppes.public_file import write_zip

FULL = 9_700_000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp())
    source, index = folder / f"npi-{asked.rows}.zip", folder / "npi.db"
    if not source.exists():
        write_zip(source, asked.rows)
    wall, cpu = time.perf_counter(), time.process_time()
    report = load_file(source, index)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = index.stat().st_size / 2**20
    print(f"{report.rows} rows: {wall:.1f} s, {cpu:.1f} CPU s, peak {peak:.0f} MiB; index {size:.0f} MiB")
    scale = FULL / report.rows / 60
    print(f"scaled to {FULL} rows: {wall * scale:.1f} minutes, {cpu * scale:.1f} CPU minutes")
    registry = NpiRegistry(index)
    drawn = random.Random(1)
    known = [row[0] for row in registry._open().execute("SELECT npi FROM providers")]
    sample = [registry.find(str(npi)) for npi in drawn.sample(known, min(2000, len(known)))]
    people = [one for one in sample if one and one.is_person and one.phone and one.last and one.postal_code]
    for name, look in (
        ("number", lambda one: registry.find(one.npi)),
        ("phone", lambda one: registry.list_by_phone(one.phone)),
        ("name and ZIP", lambda one: registry.list_by_name(one.last, one.postal_code)),
    ):
        taken = []
        for one in people:
            begun = time.perf_counter()
            look(one)
            taken.append(time.perf_counter() - begun)
        taken.sort()
        middle, late = (taken[len(taken) * share // 100] * 1e6 for share in (50, 99))
        print(f"look-up by {name}: median {middle:.0f} us, 99% {late:.0f} us")


if __name__ == "__main__":
    main()

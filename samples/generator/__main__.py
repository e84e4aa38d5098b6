"""Command line: ``python -m samples.generator --out DIR --count N --seed S`` or ``--committed``."""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from samples.generator import committed, draw
from samples.generator.damage import TIERS
from samples.generator.packet import Fax, Spec, build

FAXES = Path(__file__).resolve().parents[1] / "faxes"


def write(fax: Fax, folder: Path) -> None:
    """The fax, its truth and its words, side by side."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / (fax.name + fax.suffix)).write_bytes(fax.data)
    for kind, value in (("truth", fax.truth), ("words", fax.words)):
        text = json.dumps(value, indent=1 if kind == "truth" else None, ensure_ascii=False)
        (folder / f"{fax.name}.{kind}.json").write_text(text + "\n", encoding="utf-8")


def make(spec: Spec, folder: Path, is_kept: bool = False) -> tuple[str, int]:
    """Build a fax and write it; its name and how many pages were made. ``is_kept``: not where it is there already."""
    # The last file that ``write`` makes of a fax, so that one which was interrupted is made again.
    if is_kept and (folder / f"{spec.name}.words.json").exists():
        return spec.name, 0
    fax = build(spec)
    write(fax, folder)
    return fax.name, len(fax.words["pages"])


def run(specs: Iterable[Spec], folder: Path, jobs: int, is_kept: bool = False) -> Iterator[tuple[str, int]]:
    """Make every fax, ``jobs`` at a time; what is made does not depend on how many."""
    if jobs == 1:
        yield from (make(spec, folder, is_kept) for spec in specs)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(partial(make, folder=folder, is_kept=is_kept), specs)


def main(arguments: list[str] | None = None) -> int:
    """Make faxes; 0 when all were made, 2 when fonts are missing."""
    parser = argparse.ArgumentParser(
        prog="python -m samples.generator", description="Makes synthetic referral faxes with truth."
    )
    parser.add_argument("--committed", action="store_true", help="remake the faxes kept in samples/faxes")
    parser.add_argument("--out", type=Path, default=None, help="folder to write to (with --committed: samples/faxes)")
    parser.add_argument("--count", type=int, default=10, help="how many faxes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", choices=("train", "tune", "test"), default="test")
    parser.add_argument("--tier", choices=TIERS, default=None, help="one tier only; otherwise all in turn")
    parser.add_argument("--font", default=None, help="draw everything with one font; 'vera' needs no installation")
    parser.add_argument("--jobs", type=int, default=1, help="processes that work side by side")
    parser.add_argument("--resume", action="store_true", help="keep the faxes that an interrupted run has made")
    options = parser.parse_args(arguments)
    if not options.committed and options.out is None:
        parser.error("give --out DIR or --committed")
    specs = (
        committed.SPECS
        if options.committed
        else draw.specs(options.count, options.seed, options.split, options.tier, options.font)
    )
    folder = options.out or FAXES
    start, pages = time.perf_counter(), 0
    try:
        for name, count in run(specs, folder, options.jobs, options.resume):
            pages += count
            print(name, file=sys.stderr)
    except FileNotFoundError as missing:
        print(missing, file=sys.stderr)
        return 2
    seconds = time.perf_counter() - start
    print(f"{pages} pages in {seconds:.1f} s, {pages / seconds:.1f} pages a second", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

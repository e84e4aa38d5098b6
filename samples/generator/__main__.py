"""Command line: ``python -m samples.generator --out DIR --count N --seed S`` or ``--committed``."""

import argparse
import json
import sys
from pathlib import Path

from samples.generator import committed, draw
from samples.generator.damage import TIERS
from samples.generator.packet import Fax, build

FAXES = Path(__file__).resolve().parents[1] / "faxes"


def write(fax: Fax, folder: Path) -> None:
    """The fax, its truth and its words, side by side."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / (fax.name + fax.suffix)).write_bytes(fax.data)
    for kind, value in (("truth", fax.truth), ("words", fax.words)):
        text = json.dumps(value, indent=1 if kind == "truth" else None, ensure_ascii=False)
        (folder / f"{fax.name}.{kind}.json").write_text(text + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Make faxes; 0 when all were made, 2 when fonts are missing."""
    parser = argparse.ArgumentParser(
        prog="python -m samples.generator", description="Makes synthetic referral faxes with truth."
    )
    parser.add_argument("--committed", action="store_true", help="remake the faxes kept in samples/faxes")
    parser.add_argument("--out", type=Path, default=None, help="folder to write to (with --committed: samples/faxes)")
    parser.add_argument("--count", type=int, default=10, help="how many faxes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", choices=("train", "test"), default="test")
    parser.add_argument("--tier", choices=TIERS, default=None, help="one tier only; otherwise all in turn")
    parser.add_argument("--font", default=None, help="draw everything with one font; 'vera' needs no installation")
    options = parser.parse_args(arguments)
    if not options.committed and options.out is None:
        parser.error("give --out DIR or --committed")
    specs = (
        committed.SPECS
        if options.committed
        else draw.specs(options.count, options.seed, options.split, options.tier, options.font)
    )
    folder = options.out or FAXES
    for spec in specs:
        try:
            write(build(spec), folder)
        except FileNotFoundError as missing:
            print(missing, file=sys.stderr)
            return 2
        print(spec.name, file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

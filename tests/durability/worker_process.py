"""``extractor work`` with faults: ``SEED CHANCE``.

A file with ``POISON`` in it ends the process that reads it; at every border between steps the process ends with a
chance of ``CHANCE`` percent.
"""

import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import typer

from extractor import workflow
from extractor.cli.serve import work

POISON = b"%POISON"
T = TypeVar("T")


def main(seed: int, chance: int) -> None:
    dice = random.Random(seed)

    def maybe_die() -> None:
        if dice.randrange(100) < chance:
            os.kill(os.getpid(), signal.SIGKILL)

    def dying_at_borders(step: Callable[..., T]) -> Callable[..., T]:
        def run(*arguments: object) -> T:
            maybe_die()
            result = step(*arguments)
            maybe_die()
            return result

        return run

    read_file = workflow.extract_file

    def read_unless_poison(path: Path, *arguments: object, **named: object) -> object:
        if POISON in path.read_bytes():
            os.kill(os.getpid(), signal.SIGKILL)
        return read_file(path, *arguments, **named)  # type: ignore[arg-type]

    for name, replacement in (
        ("extract_file", read_unless_poison),
        ("_read", dying_at_borders(workflow._read)),
        ("_record", dying_at_borders(workflow._record)),
    ):
        setattr(workflow, name, replacement)
    try:
        work()
    except typer.Exit as end:
        sys.exit(end.exit_code)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

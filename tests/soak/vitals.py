"""What processes hold, from ``/proc``: memory in bytes and open handles. A process that has ended holds nothing."""

import os
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Vitals:
    """Of one process and its children together."""

    resident_bytes: int
    handles: int
    threads: int


def look_at(pid: int) -> Vitals:
    """Memory that children share is counted once for each, so that the sum is an upper bound."""
    family = [pid, *_children(pid)]
    return Vitals(sum(map(_resident, family)), sum(map(_handles, family)), sum(map(_threads, family)))


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            mine = [int(word) for word in task.read_text(encoding="ascii").split()]
        except OSError:
            continue
        for child in mine:
            found += [child, *_children(child)]
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _handles(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0


def _threads(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/task").iterdir()))
    except OSError:
        return 0

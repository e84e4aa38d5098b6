"""Real child processes for tests: they end with the test run, and nothing waits longer than it must."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_PR_SET_PDEATHSIG = 1
PATIENCE = 90.0
"""Seconds after which a test gives up; two shared cores can be slow."""

Start = Callable[..., "subprocess.Popen[bytes]"]


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def start_process(*arguments: str, log: Path, **environment: str) -> "subprocess.Popen[bytes]":
    """``python ARGUMENTS`` in a process that the kernel ends with ours."""
    with log.open("ab") as handle:
        return subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=handle,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"} | environment,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - calls nothing that a thread could hold
        )


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts processes and kills those that are left at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def start_one(*arguments: str, **environment: str) -> "subprocess.Popen[bytes]":
        started.append(start_process(*arguments, log=tmp_path / "processes.log", **environment))
        return started[-1]

    yield start_one
    for process in started:
        process.kill()
        process.wait()


def wait_until(is_true: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Until it is true; fails the test after ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while not is_true():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.05)

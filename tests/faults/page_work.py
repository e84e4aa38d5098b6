"""What a page worker may be asked to do, at its worst."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from extractor.errors import DamagedDocument

_state: dict[str, object] = {}


def remember(value: object) -> None:
    _state["value"] = value


def recall(_: object) -> object:
    return _state.get("value")


def double(number: int) -> int:
    return 2 * number


def hoard(count: int) -> int:
    """Keeps that many bytes for good."""
    _state[f"hoard{len(_state)}"] = os.urandom(1) * count
    return os.getpid()


def get_pid(_: object) -> int:
    return os.getpid()


def fail_to_start(_: object) -> None:
    raise DamagedDocument("The model is not there: install it.")


def misbehave(how: str) -> object:
    match how:
        case "abort":
            os.abort()
        case "segfault":
            ctypes.string_at(0)
        case "exit":
            sys.exit(3)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            threading.Event().wait()
        case "spin":
            while True:
                time.process_time()
        case "creep":
            hoard = []
            while True:
                hoard.append(os.urandom(1) * 2**23)
        case "gulp":
            return len(bytes(2**40))
        case "burst":
            return len(bytes(2**33))
        case "raise":
            raise ValueError("Jane Sample, 03/04/1981")
        case "refuse":
            raise DamagedDocument("Page 7 is damaged: send it again.", page_no=7)
        case "lambda":
            return lambda: None
        case "noise":
            os.write(1, b"noise")
            os.write(2, b"noise")
    return how


def hold(fifo: str) -> None:
    """Tell the process id through ``fifo``, then hang with it open."""
    with Path(fifo).open("w") as handle:
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        threading.Event().wait()


def hold_with_a_child(fifo: str) -> None:
    child = subprocess.Popen(["sleep", "1000"])
    with Path(fifo).open("w") as handle:
        handle.write(f"{child.pid}\n")
    threading.Event().wait()


def guards(_: object) -> tuple[int, bool, int]:
    """Core size, whether SIGINT is ignored, process group less process id."""
    is_ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    return resource.getrlimit(resource.RLIMIT_CORE)[0], is_ignored, os.getpgrp() - os.getpid()

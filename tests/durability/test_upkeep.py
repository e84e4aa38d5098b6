"""Copies in an inbox go by the rule, a backup goes on where the store stood, and nothing is dumped."""

import resource
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from extractor.cli.serve import _forbid_core_dumps
from extractor.errors import StoreUnavailable
from extractor.intake.upkeep import clean_up, delete_moved
from extractor.isolation import WorkerPool
from extractor.store import audit, documents, referrals
from extractor.store.backup import back_up
from extractor.store.opening import open_store
from extractor.store.referrals import ReferralState
from models.stages.options import RetentionOptions, StoreOptions
from tests.durability.moments import NOON
from tests.durability.postgres import PostgresServer
from tests.durability.rooms import Room
from tests.durability.tiny_faxes import draw_fax


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        (RetentionOptions(), 6),
        (RetentionOptions(moved_days=3), 5),
        (RetentionOptions(moved_days=30, settled_days=3), 5),
        (RetentionOptions(quarantined_days=3), 5),
        (RetentionOptions(moved_days=3, quarantined_days=0.5), 4),
    ],
)
def test_moved_originals_go_by_their_day(tmp_path: Path, rule: RetentionOptions, left: int) -> None:
    for name in ("processed", "quarantine"):
        for day in ("2026-11-19", "2026-11-23", "not a day"):
            folder = tmp_path / name / day
            folder.mkdir(parents=True)
            (folder / "fax.pdf").write_bytes(b"%PDF")
    assert delete_moved(tmp_path, rule, NOON.date()) == 6 - left
    assert len(list(tmp_path.rglob("fax.pdf"))) == left


def test_the_store_and_the_inbox_are_cleaned_together(sqlite_room: Room, fax: Path, tmp_path: Path) -> None:
    room = sqlite_room
    sha256 = room.take(fax)
    assert room.read(sha256) == "read"
    moved = tmp_path / "inbox" / "processed" / NOON.date().isoformat()
    moved.mkdir(parents=True)
    shutil.copy(fax, moved)
    with room.store.database.begin() as connection:
        (summary,) = referrals.list_by_document(connection, sha256)
        key = summary.referral_id, 1
        referrals.set_state(connection, *key, ReferralState.REVIEW, ReferralState.CLOSED, now=NOON)
    later = NOON + timedelta(days=12)
    purged = clean_up(room.store, RetentionOptions(settled_days=10), tmp_path / "inbox", now=later)
    assert (purged.documents, moved.exists()) == (1, False)


def test_a_restored_backup_goes_on(
    room: Room, tmp_path: Path, pool: WorkerPool, request: pytest.FixtureRequest
) -> None:
    first, second, third = (room.take(draw_fax(tmp_path / f"{n}.pdf", n), f"a-{n}") for n in range(3))
    assert room.run(first, _give(room, first)) == "read"
    folder = tmp_path / "copy"
    url = _dump(room, request) or f"sqlite:///{folder}/store.db"
    done = back_up(room.store, folder)
    assert (done.copied, done.deleted) == (3, 0)
    assert done.is_database_copied == url.startswith("sqlite")
    # The machine is lost: only the copy is left.
    room.store.database.close()
    shutil.rmtree(Path(room.store.readings.folder).parent)
    restored = Room(open_store(StoreOptions(folder=str(folder), database_url=url)), pool)
    assert restored.run(second, _give(restored, second)) == "read"
    assert restored.run(third, _give(restored, third)) == "read"
    assert restored.states() == {"review": 3}
    with restored.store.database.read() as connection:
        assert audit.first_broken(connection) is None
    # What is deleted leaves the next copy too, and what is there is not copied again.
    restored.store.originals.delete(first)
    shutil.copytree(folder / "originals", tmp_path / "again" / "originals")
    (tmp_path / "again" / "originals" / first[:2] / first).parent.mkdir(exist_ok=True)
    (tmp_path / "again" / "originals" / first[:2] / first).write_bytes(b"deleted since")
    again = back_up(restored.store, tmp_path / "again")
    assert (again.copied, again.deleted) == (0, 1)
    restored.store.close()


def _give(room: Room, sha256: str) -> str:
    with room.store.database.begin() as connection:
        document = documents.find(connection, sha256)
        assert document is not None and documents.note_job(connection, document, f"{sha256}-0", now=NOON)
    return f"{sha256}-0"


def _dump(room: Room, request: pytest.FixtureRequest) -> str | None:
    """Through ``pg_dump`` and ``psql`` into another database, whose URL comes back; None for SQLite."""
    url = room.store.database.engine.url
    if url.get_backend_name() == "sqlite":
        return None
    server = request.getfixturevalue("postgres")
    assert isinstance(server, PostgresServer)
    return server.copy_database(str(url.database))


def test_a_backup_that_fails_leaves_the_last_one(sqlite_room: Room, fax: Path, tmp_path: Path) -> None:
    sqlite_room.take(fax)
    folder = tmp_path / "copy"
    back_up(sqlite_room.store, folder)
    (folder / "store.partial").mkdir()
    with pytest.raises(StoreUnavailable, match="backup"):
        back_up(sqlite_room.store, folder)
    connection = sqlite3.connect(folder / "store.db")
    assert connection.execute("SELECT count(*) FROM documents").fetchone() == (1,)
    connection.close()


def test_neither_a_process_nor_its_children_leave_a_dump() -> None:
    script = (
        "import resource, subprocess, sys; from extractor.cli.serve import _forbid_core_dumps; _forbid_core_dumps();"
        "subprocess.run([sys.executable, '-c', 'import resource; print(resource.getrlimit(resource.RLIMIT_CORE),"
        ' int(open("/proc/self/coredump_filter").read(), 16))\'])'
    )
    assert _forbid_core_dumps.__doc__
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(0, 0) 0", resource.getrlimit(resource.RLIMIT_CORE)

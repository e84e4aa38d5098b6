"""A disk that is full and a share that is unmounted, with real mounts: nothing is lost, and it goes on by itself."""

import hashlib
import logging
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from extractor.errors import StoreUnavailable
from extractor.intake.folder import InboxFolder
from extractor.isolation import WorkerPool
from extractor.store import arrivals, documents
from extractor.store.opening import Store, open_store
from models.stages.options import IntakeOptions, StoreOptions
from tests.durability.rooms import Room
from tests.durability.tiny_faxes import draw_fax

Mount = Callable[..., None]
AT_ONCE = IntakeOptions(settle_seconds=0)


@pytest.fixture
def mount() -> Iterator[Mount]:
    """``mount(PLACE, *ARGUMENTS)``; what is mounted still at the end is unmounted."""
    mounted: list[Path] = []

    def mount_one(place: Path, *arguments: str) -> None:
        done = subprocess.run(["mount", *arguments, str(place)], check=False, capture_output=True, text=True)
        if done.returncode:
            pytest.skip("needs the right to mount")
        mounted.append(place)

    yield mount_one
    for place in reversed(mounted):
        subprocess.run(["umount", str(place)], check=False, capture_output=True)


def _open(folder: Path) -> Store:
    return open_store(StoreOptions(folder=str(folder), database_url=f"sqlite:///{folder}/store.db"))


def _fill(folder: Path) -> Path:
    """Whatever is left of the disk."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as handle:
        try:
            while handle.write(bytes(4096)):
                pass
        except OSError:
            return ballast
    raise AssertionError("a disk without end")


def test_a_full_disk_loses_no_file_of_the_inbox(tmp_path: Path, mount: Mount) -> None:
    disk, folder = tmp_path / "disk", tmp_path / "inbox"
    disk.mkdir()
    mount(disk, "-t", "tmpfs", "-o", "size=8m", "tmpfs")
    store = _open(disk)
    inbox = InboxFolder(folder, store, AT_ONCE)
    files = {draw_fax(folder / f"{number}.pdf", number).read_bytes() for number in range(6)}
    ballast = _fill(disk)
    with pytest.raises(StoreUnavailable):
        inbox.scan()
    assert {path.read_bytes() for path in folder.glob("*.pdf")} == files
    ballast.unlink()
    assert inbox.scan() == 6
    with store.database.read() as connection:
        found = documents.list_by_state(connection, tuple(documents.DocumentState))
        assert [len(arrivals.list_arrivals(connection, one.sha256)) for one in found] == [1] * 6
    assert {store.originals.path(one.sha256).read_bytes() for one in found} == files
    assert not list((disk / "originals").glob("partial-*"))
    store.close()


def test_a_disk_that_fills_while_a_fax_is_read_only_delays_it(tmp_path: Path, mount: Mount, pool: WorkerPool) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount(disk, "-t", "tmpfs", "-o", "size=8m", "tmpfs")
    store = _open(disk)
    room = Room(store, pool)
    fax = draw_fax(tmp_path / "fax.pdf", 1)
    sha256 = room.take(fax)
    job_id = room.give_job(sha256)
    ballast = _fill(disk)
    with pytest.raises(StoreUnavailable):
        room.run(sha256, job_id)
    assert room.states() == {}
    ballast.unlink()
    assert room.run(sha256, job_id) == "read"
    assert room.states() == {"review": 1}
    assert hashlib.sha256(store.originals.path(sha256).read_bytes()).hexdigest() == sha256
    store.close()


def test_an_inbox_that_is_unmounted_is_reported_once_and_taken_up_again(
    tmp_path: Path, mount: Mount, caplog: pytest.LogCaptureFixture
) -> None:
    share, folder = tmp_path / "share", tmp_path / "inbox"
    for made in (share, folder):
        made.mkdir()
    mount(folder, "--bind", str(share))
    store = _open(tmp_path / "store")
    inbox = InboxFolder(folder, store, AT_ONCE)
    draw_fax(share / "1.pdf", 1)
    assert inbox.scan() == 1
    draw_fax(share / "2.pdf", 2)
    subprocess.run(["umount", str(folder)], check=True)
    with caplog.at_level(logging.INFO, "extractor"):
        assert [inbox.scan() for _ in range(3)] == [0, 0, 0]
        assert list(folder.iterdir()) == []
        mount(folder, "--bind", str(share))
        assert inbox.scan() == 1
    assert [line.message for line in caplog.records if line.message.startswith("inbox")] == [
        "inbox_away",
        "inbox_away_over",
    ]
    assert len([path for path in (share / "processed").rglob("*") if path.is_file()]) == 2
    store.close()

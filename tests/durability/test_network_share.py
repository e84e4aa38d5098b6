"""An inbox on a real network file system: another machine writes, ours takes, and the share goes and comes back."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from extractor.intake.folder import InboxFolder
from extractor.store import arrivals, documents
from extractor.store.opening import Store, open_store
from models.stages.options import IntakeOptions, StoreOptions
from tests.durability.object_store import ObjectStore
from tests.durability.processes import wait_until
from tests.durability.tiny_faxes import draw_fax

Mount = Callable[[Path], None]


@pytest.fixture
def mount(object_store: ObjectStore) -> Iterator[Mount]:
    """``mount(PLACE)``: the same share each time, as machines of their own see it."""
    if os.geteuid() != 0 or not Path("/dev/fuse").exists():
        pytest.skip("needs the right to mount")
    mounted: dict[Path, subprocess.Popen[bytes]] = {}

    def mount_one(place: Path) -> None:
        if place in mounted:
            _unmount(place, mounted[place])
        mounted[place] = object_store.mount(place)

    yield mount_one
    for place, process in mounted.items():
        _unmount(place, process)


def _unmount(place: Path, process: "subprocess.Popen[bytes]") -> None:
    subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True)
    process.kill()
    process.wait()


def _contents(store: Store) -> list[bytes]:
    with store.database.read() as connection:
        found = documents.list_by_state(connection, tuple(documents.DocumentState))
        assert [len(arrivals.list_arrivals(connection, one.sha256)) for one in found] == [1] * len(found)
    return sorted(store.originals.path(one.sha256).read_bytes() for one in found)


def test_what_another_machine_writes_is_taken_once_and_whole(mount: Mount, tmp_path: Path) -> None:
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    mount(theirs)
    mount(ours)
    store = open_store(StoreOptions(folder=str(tmp_path / "store"), database_url=f"sqlite:///{tmp_path}/store.db"))
    inbox = InboxFolder(ours, store, IntakeOptions(settle_seconds=0.5))
    faxes = [draw_fax(tmp_path / f"{number}.pdf", number).read_bytes() for number in range(4)]

    def is_taken(count: int) -> Callable[[], bool]:
        return lambda: (inbox.scan(), len(_contents(store)))[1] == count

    with (theirs / "slow.pdf").open("wb", buffering=0) as handle:
        handle.write(faxes[0][:700])
        os.fsync(handle.fileno())
        wait_until(
            lambda: (ours / "slow.pdf").exists() and (ours / "slow.pdf").stat().st_size == 700, "the first piece"
        )
        assert [inbox.scan() for _ in range(3)] == [0, 0, 0]
        handle.write(faxes[0][700:])
    wait_until(is_taken(1), "the whole file")
    (theirs / "later.pdf.part").write_bytes(faxes[1])
    (theirs / "later.pdf.part").rename(theirs / "later.pdf")
    wait_until(is_taken(2), "the renamed file")
    wait_until(lambda: not (theirs / "later.pdf").exists(), "its move to be seen over there")
    (theirs / "later.pdf").write_bytes(faxes[2])
    wait_until(is_taken(3), "another file of the same name")
    # The share breaks off and comes back: the same program goes on with what came meanwhile.
    subprocess.run(["umount", "-l", str(ours)], check=True)
    assert inbox.scan() == 0
    (theirs / "meanwhile.pdf").write_bytes(faxes[3])
    mount(ours)
    wait_until(is_taken(4), "what came meanwhile")
    assert _contents(store) == sorted(faxes)
    kept = sorted(path.read_bytes() for path in (theirs / "processed").rglob("*") if path.is_file())
    assert kept == sorted(faxes)
    store.close()

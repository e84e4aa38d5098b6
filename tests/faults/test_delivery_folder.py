"""A folder that another system empties: whole files, each once, also when that system takes them at any moment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from extractor.delivery import Answer, FolderReceiver, Outcome, Sent, Shipment
from extractor.store import interventions
from extractor.store.database import Database
from extractor.store.outbox import ItemState
from models.record import Extraction
from tests.faults.delivery_world import (
    Dying,
    HandClock,
    Killed,
    approve,
    deliver,
    deliver_until_quiet,
    destination,
    items,
    make_referral,
    states,
)

ROOT = Path(__file__).parents[2]


class Emptied:
    """The system behind the folder: takes every file it sees, at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept: list[str] = []

    def take(self) -> None:
        for file in sorted(self.folder.iterdir()):
            if file.is_file():
                assert Extraction.model_validate_json(file.read_bytes()).referrals
                self.kept.append(file.name)
                file.unlink()


class TakenAtOnce(FolderReceiver):
    """The file is gone before anybody can look for it."""

    def __init__(self, folder: Path, system: Emptied) -> None:
        super().__init__(folder)
        self.system = system

    def send(self, shipment: Shipment) -> Sent:
        sent = super().send(shipment)
        self.system.take()
        return sent


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


def test_revisions_are_files_of_their_own_in_their_order(database: Database, drop: Path) -> None:
    clock = HandClock()
    to = {"drop": destination(FolderReceiver(drop), "json")}
    approve(database, make_referral("r-1"), "drop")
    deliver_until_quiet(database, clock, to)
    approve(database, make_referral("r-1", 2), "drop", now=clock())
    deliver_until_quiet(database, clock, to)
    names = sorted(file.name for file in drop.iterdir() if file.is_file())
    assert names == ["r-1-r1.json", "r-1-r2.json"]
    assert list((drop / ".staging").iterdir()) == []
    record = Extraction.model_validate_json((drop / names[1]).read_bytes())
    assert record.referrals == (make_referral("r-1", 2),)


@pytest.mark.parametrize("moment", ["prepared", "before", "after"])
def test_a_worker_that_dies_makes_no_second_file(database: Database, drop: Path, moment: str) -> None:
    clock = HandClock()
    system = Emptied(drop)
    receiver = TakenAtOnce(drop, system)
    approve(database, make_referral("r-1"), "drop")
    with pytest.raises(Killed):
        deliver(database, clock, {"drop": destination(Dying(receiver, moment), "json")})
    clock.turn(seconds=301)
    deliver_until_quiet(database, clock, {"drop": destination(receiver, "json")})
    assert states(database) == {("r-1", 1): ItemState.DELIVERED}
    assert system.kept == ["r-1-r1.json"]


def test_the_same_bytes_are_the_same_file_and_others_a_conflict(database: Database, drop: Path) -> None:
    clock = HandClock()
    to = {"drop": destination(FolderReceiver(drop), "json")}
    approve(database, make_referral("r-1"), "drop")
    deliver_until_quiet(database, clock, to)
    place = drop / "r-1-r1.json"
    before = place.stat().st_ino
    with database.begin() as connection:
        interventions.resend(connection, items(database)[0].item_id, now=clock())
    deliver_until_quiet(database, clock, to)
    assert place.stat().st_ino == before
    place.write_bytes(b"another referral")
    with database.begin() as connection:
        interventions.resend(connection, items(database)[0].item_id, now=clock())
    deliver_until_quiet(database, clock, to)
    assert [(item.state, item.last_code) for item in items(database)] == [(ItemState.FAILED, "name_conflict")]
    assert place.read_bytes() == b"another referral"


def test_a_folder_that_is_not_there_is_tried_again(database: Database, drop: Path) -> None:
    clock = HandClock()
    drop.rmdir()
    to = {"drop": destination(FolderReceiver(drop), "json")}
    approve(database, make_referral("r-1"), "drop")
    assert deliver(database, clock, to).retried == 1
    assert items(database)[0].unsure_part is None
    drop.mkdir()
    clock.turn(hours=1)
    assert deliver(database, clock, to).delivered == 1


def test_a_share_that_is_not_mounted_says_nothing_of_what_was_sent(
    database: Database, drop: Path, tmp_path: Path
) -> None:
    """Its mount point is an empty folder."""
    clock = HandClock()
    receiver = FolderReceiver(drop)
    to = {"drop": destination(receiver, "json")}
    approve(database, make_referral("r-1"), "drop")
    with pytest.raises(Killed):
        deliver(database, clock, {"drop": destination(Dying(receiver, "before"), "json")})
    drop.rename(tmp_path / "share")
    drop.mkdir()
    clock.turn(hours=1)
    assert deliver(database, clock, to).retried == 1
    assert items(database)[0].unsure_part == "record"
    drop.rmdir()
    (tmp_path / "share").rename(drop)
    deliver_until_quiet(database, clock, to)
    assert states(database) == {("r-1", 1): ItemState.DELIVERED}
    assert (drop / "r-1-r1.json").is_file()


def test_a_share_that_goes_away_before_the_rename_has_nothing(drop: Path, tmp_path: Path) -> None:
    receiver = FolderReceiver(drop)
    shipment = Shipment(
        key="k", referral_id="r-1", revision=1, part="record", media_type="text/plain", filename="r-1", content=b"x"
    )
    assert receiver.prepare(shipment) is None
    drop.rename(tmp_path / "share")
    drop.mkdir()
    assert receiver.send(shipment).outcome is Outcome.TRY_AGAIN
    assert receiver.ask(shipment) is Answer.SILENT


SCRIPT = """
import os, signal, sys
from pathlib import Path
from extractor.delivery import FolderReceiver
from extractor.store.database import Database
from tests.faults.delivery_world import HandClock, deliver, destination

class Dying(FolderReceiver):
    def send(self, shipment):
        sent = super().send(shipment)
        os.kill(os.getpid(), signal.SIGKILL)
        return sent

deliver(Database.open(sys.argv[1]), HandClock(), {"drop": destination(Dying(Path(sys.argv[2])), "json")})
"""


def test_a_process_killed_between_sending_and_noting_it(tmp_path: Path, database: Database, drop: Path) -> None:
    clock = HandClock()
    system = Emptied(drop)
    approve(database, make_referral("r-1"), "drop")
    command = [sys.executable, "-c", SCRIPT, f"sqlite:///{tmp_path}/store.db", str(drop)]
    done = subprocess.run(command, cwd=ROOT, check=False, timeout=120, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == -9
    (item,) = items(database)
    assert (item.state, item.unsure_part) == (ItemState.SENDING, "record")
    system.take()
    clock.turn(seconds=301)
    deliver_until_quiet(database, clock, {"drop": destination(FolderReceiver(drop), "json")})
    system.take()
    assert states(database) == {("r-1", 1): ItemState.DELIVERED}
    assert system.kept == ["r-1-r1.json"]

"""What is over is deleted for good, and nothing else."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from extractor.errors import FileUnavailable
from extractor.store import audit, documents, outbox, referrals, retention
from extractor.store.audit import AUDIT
from extractor.store.metadata import load_tables
from extractor.store.referrals import ReferralState
from extractor.store.retention import Purged, purge
from models.stages.options import RetentionOptions
from tests.durability.moments import NOON
from tests.durability.rooms import Room
from tests.durability.tiny_faxes import draw_fax

RULE = RetentionOptions(settled_days=10, quarantined_days=5)
OF_NOBODY = {"accounts", "identities", "sessions", "login_failures", "leases", "outbox_pauses"}
"""Tables that hold nothing of a patient; every other one is found by its columns."""


def _settle(room: Room, sha256: str, state: ReferralState = ReferralState.CLOSED) -> str:
    with room.store.database.begin() as connection:
        (summary,) = referrals.list_by_document(connection, sha256)
        key = summary.referral_id, summary.revision
        referrals.set_state(connection, *key, ReferralState.REVIEW, state, now=room.now)
    return summary.referral_id


def _rows(room: Room) -> dict[str, int]:
    with room.store.database.read() as connection:
        found = {
            table.name: len(connection.execute(select(table)).all())
            for table in load_tables().sorted_tables
            if table is not AUDIT
        }
    return {name: count for name, count in found.items() if count}


def _files(room: Room) -> int:
    return sum(path.is_file() for path in Path(room.office.store.readings.folder).iterdir())


def test_every_table_of_patients_is_known_to_the_rule() -> None:
    names = retention.OF_DOCUMENT | retention.OF_REFERRAL
    found = {table.name for table in load_tables().sorted_tables if names.isdisjoint(table.c.keys())}
    assert found == OF_NOBODY


def test_what_is_settled_is_deleted_after_its_days_and_the_chain_holds(room: Room, tmp_path: Path) -> None:
    first, second = (room.take(draw_fax(tmp_path / f"{number}.pdf", number), f"a-{number}") for number in (1, 2))
    for sha256 in (first, second):
        with room.store.database.begin() as connection:
            document = documents.find(connection, sha256)
            assert document is not None and documents.note_job(connection, document, sha256, now=NOON)
        assert room.run(sha256, sha256) == "read"
    _settle(room, first)
    room.now += timedelta(days=9)
    assert purge(room.store, RULE, now=room.now) == Purged(documents=0, files=0)
    room.now += timedelta(days=2)
    before = _files(room)
    assert purge(room.store, RULE, now=room.now).documents == 1
    with pytest.raises(FileUnavailable):
        room.store.originals.path(first)
    assert room.store.originals.path(second).is_file()
    assert _files(room) == before / 2
    assert _rows(room) == {"documents": 1, "arrivals": 1, "referrals": 1, "referral_records": 1, "page_prints": 1}
    with room.store.database.read() as connection:
        lines = [line.action for line in audit.list_lines(connection, document_sha256=first)]
        assert audit.first_broken(connection) is None
    assert lines == ["receive", "read", "review", "purge"]
    # The same file may come again: it is a new one.
    assert room.take(tmp_path / "1.pdf", "a-3") == first
    assert room.document(first).state == "received"


def test_a_patients_name_is_no_longer_in_the_database_file(sqlite_room: Room, fax: Path) -> None:
    room = sqlite_room
    sha256 = room.take(fax)
    assert room.read(sha256) == "read"
    _settle(room, sha256)
    room.now += timedelta(days=11)

    def holds_name() -> bool:
        store = Path(room.store.readings.folder).parent
        return any(b"Ostrander" in file.read_bytes() for file in store.rglob("*") if file.is_file())

    assert holds_name()
    assert purge(room.store, RULE, now=room.now).documents == 1
    fax.unlink()
    assert not holds_name()


@pytest.mark.parametrize("why", ["open", "sent again", "on its way"])
def test_what_is_not_over_stays(sqlite_room: Room, fax: Path, why: str) -> None:
    room = sqlite_room
    sha256 = room.take(fax)
    assert room.read(sha256) == "read"
    if why != "open":
        referral_id = _settle(room, sha256, ReferralState.DELIVERED)
    room.now += timedelta(days=11)
    if why == "sent again":
        room.take(fax, "a-2")
    if why == "on its way":
        with room.store.database.begin() as connection:
            outbox.enqueue(connection, referral_id, 1, ["his"], now=NOON)
    assert purge(room.store, RULE, now=room.now).documents == 0
    assert room.store.originals.path(sha256).is_file()


def test_all_documents_of_a_referral_go_together(sqlite_room: Room, tmp_path: Path) -> None:
    room = sqlite_room
    first = room.take(draw_fax(tmp_path / "first.pdf", 1))
    assert room.read(first) == "read"
    room.now += timedelta(days=20)
    later = room.take(draw_fax(tmp_path / "later.pdf", 2), "a-2")
    assert room.read(later) == "read"
    _settle(room, later)
    with room.store.database.begin() as connection:
        (summary,) = referrals.list_by_document(connection, first)
        found = referrals.latest(connection, summary.referral_id)
        assert found is not None
        next_one = found.record.model_copy(update={"revision": 2})
        referrals.add_revision(connection, next_one, document_sha256=later, received_at=room.now, now=room.now)
    room.now += timedelta(days=11)
    assert purge(room.store, RULE, now=room.now).documents == 0
    with room.store.database.begin() as connection:
        key = summary.referral_id, 2
        referrals.set_state(connection, *key, ReferralState.REVIEW, ReferralState.CLOSED, now=room.now)
    assert purge(room.store, RULE, now=room.now).documents == 0
    room.now += timedelta(days=11)
    assert purge(room.store, RULE, now=room.now).documents == 2
    assert _rows(room) == {}


def test_quarantine_and_leavings_of_dead_processes_are_deleted(sqlite_room: Room, tmp_path: Path) -> None:
    room = sqlite_room
    path = tmp_path / "letter.docx"
    path.write_bytes(b"PK\x03\x04 no fax")
    sha256 = room.take(path)
    assert room.read(sha256) == "quarantined"
    store = room.store
    stray = store.originals.put(b"bytes that no row knows")
    young = store.originals.put(b"bytes that are on their way in")
    folder = Path(store.readings.folder)
    leavings = [folder / "tmpx1", folder / f"{stray}-reading-0-p1", store.originals.path(stray)]
    for file in leavings[:2]:
        file.write_bytes(b"a page")
    for file in leavings:
        os.utime(file, (1, 1))
    room.now += timedelta(days=6)
    assert purge(store, RULE, now=room.now) == Purged(documents=1, files=3)
    assert not any(file.exists() for file in leavings)
    assert list(store.originals.list_all()) == [young]


def test_originals_of_another_database_are_left_alone(sqlite_room: Room) -> None:
    store = sqlite_room.store
    for number in range(20):
        old = store.originals.path(store.originals.put(b"original %d" % number))
        os.utime(old, (1, 1))
    assert purge(store, RULE, now=NOON) == Purged(documents=0, files=0, is_foreign=True)
    assert len(list(store.originals.list_all())) == 20

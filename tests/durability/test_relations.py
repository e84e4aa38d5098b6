"""What a fax has to do with those before it: cancellations, second transmissions, late pages."""

from datetime import timedelta
from pathlib import Path

import pytest

from extractor import workflow
from extractor.pipeline import Result
from extractor.store import audit, documents, outbox, referrals
from extractor.store.links import Relation, list_links
from extractor.store.referrals import ReferralState
from models.record import DocumentKind, ReferralKind
from models.record.difference import Change, changes
from tests.durability.moments import NOON
from tests.durability.rooms import Room
from tests.durability.tiny_faxes import draw_fax


def _turned(monkeypatch: pytest.MonkeyPatch, kind: DocumentKind, referral_kind: ReferralKind) -> None:
    """What is read from now on is of this kind."""
    real = workflow.extract_file

    def extract(*arguments: object, **named: object) -> Result:
        result = real(*arguments, **named)  # type: ignore[arg-type]
        document = result.extraction.document.model_copy(update={"kind": kind})
        records = tuple(one.model_copy(update={"kind": referral_kind}) for one in result.extraction.referrals)
        changed = result.extraction.model_copy(update={"document": document, "referrals": records})
        return Result(changed, result.readings, result.images)

    monkeypatch.setattr(workflow, "extract_file", extract)


def _only_referral(room: Room, sha256: str) -> referrals.ReferralSummary:
    with room.store.database.read() as connection:
        (summary,) = referrals.list_by_document(connection, sha256)
    return summary


def test_a_cancellation_stops_the_referral_that_it_names_and_asks(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = room.take(draw_fax(tmp_path / "first.pdf", 1))
    other = room.take(draw_fax(tmp_path / "other.pdf", 2), "a-2")
    for sha256 in (first, other):
        with room.store.database.begin() as connection:
            document = documents.find(connection, sha256)
            assert document is not None
            documents.note_job(connection, document, sha256, now=NOON)
        assert room.run(sha256, sha256) == "read"
    _turned(monkeypatch, DocumentKind.CANCELLATION, ReferralKind.SUPPLEMENT)
    stop = room.take(draw_fax(tmp_path / "stop.pdf", 1, dose="none"), "a-3")
    assert room.read(stop) == "read"
    stopped, left, asking = (_only_referral(room, sha256) for sha256 in (first, other, stop))
    assert (stopped.state, left.state, asking.state) == ("held", "review", "held")
    with room.store.database.read() as connection:
        (link,) = list_links(connection, stopped.referral_id)
        lines = audit.list_lines(connection, referral_id=stopped.referral_id)
        assert list_links(connection, left.referral_id) == ()
    assert (link.referral_id, link.relation) == (asking.referral_id, Relation.CANCELLATION)
    assert (lines[-1].action, lines[-1].code, lines[-1].document_sha256) == ("held", "cancellation", stop)


def _to_receiver(room: Room, sha256: str, *, has_left: bool) -> None:
    """Approved and on its way: the receiver is down, or has one part already."""
    summary = _only_referral(room, sha256)
    with room.store.database.begin() as connection:
        key = summary.referral_id, summary.revision
        referrals.set_state(connection, *key, ReferralState.REVIEW, ReferralState.DELIVERING, now=room.now)
        outbox.enqueue(connection, *key, ["his"], now=room.now)
        item = outbox.claim_next(connection, ["his"], now=room.now, lease=timedelta(minutes=5))
        assert item is not None
        item = outbox.begin_part(connection, item, "referral", now=room.now, lease=timedelta(minutes=5))
        if has_left:
            item = outbox.accept_part(connection, item, "referral", now=room.now)
        else:
            item = outbox.deny_part(connection, item, now=room.now)
        outbox.retry_later(connection, item, "not_reached", at=room.now, now=room.now)


@pytest.mark.parametrize("has_left", [False, True])
def test_a_cancellation_stops_what_waits_for_a_receiver_that_is_down(
    sqlite_room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_left: bool
) -> None:
    room = sqlite_room
    first = room.take(draw_fax(tmp_path / "first.pdf", 1))
    assert room.read(first) == "read"
    _to_receiver(room, first, has_left=has_left)
    _turned(monkeypatch, DocumentKind.CANCELLATION, ReferralKind.SUPPLEMENT)
    stop = room.take(draw_fax(tmp_path / "stop.pdf", 1, dose="none"), "a-2")
    assert room.read(stop) == "read"
    assert _only_referral(room, first).state == ("delivering" if has_left else "held")


@pytest.mark.parametrize(
    ("hours", "state"), [(-2, "held"), (0, "held"), (2, "held"), (30, "review")], ids=["later", "same", "day", "old"]
)
def test_a_cancellation_that_is_read_first_stops_the_referral_too(
    sqlite_room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int, state: str
) -> None:
    """``hours``: how long before the referral the cancellation came in."""
    room = sqlite_room
    with monkeypatch.context() as inner:
        _turned(inner, DocumentKind.CANCELLATION, ReferralKind.SUPPLEMENT)
        stop = room.take(draw_fax(tmp_path / "stop.pdf", 1, dose="none"))
        assert room.read(stop) == "read"
    room.now += timedelta(hours=hours)
    first = room.take(draw_fax(tmp_path / "first.pdf", 1), "a-2")
    other = room.take(draw_fax(tmp_path / "other.pdf", 2), "a-3")
    room.now += timedelta(hours=72)
    for sha256 in (first, other):
        with room.store.database.begin() as connection:
            document = documents.find(connection, sha256)
            assert document is not None
            documents.note_job(connection, document, sha256, now=room.now)
        assert room.run(sha256, sha256) == "read"
    stopped = _only_referral(room, first)
    assert (stopped.state, _only_referral(room, other).state) == (state, "review")
    if state == "held":
        with room.store.database.read() as connection:
            (link,) = list_links(connection, stopped.referral_id)
            line = audit.list_lines(connection, referral_id=stopped.referral_id)[-1]
        assert (link.earlier_id, link.relation) == (stopped.referral_id, Relation.CANCELLATION)
        assert (line.action, line.code) == ("held", "cancellation")


def test_a_cancellation_that_named_its_referral_does_not_stop_the_next_one(
    sqlite_room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = sqlite_room
    first = room.take(draw_fax(tmp_path / "first.pdf", 1))
    assert room.read(first) == "read"
    with monkeypatch.context() as inner:
        _turned(inner, DocumentKind.CANCELLATION, ReferralKind.SUPPLEMENT)
        stop = room.take(draw_fax(tmp_path / "stop.pdf", 1, dose="none"), "a-2")
        assert room.read(stop) == "read"
    room.now += timedelta(hours=1)
    again = room.take(draw_fax(tmp_path / "again.pdf", 1, dose="300 mg"), "a-3")
    assert room.read(again) == "read"
    assert (_only_referral(room, first).state, _only_referral(room, again).state) == ("held", "review")


@pytest.mark.parametrize(
    ("kind", "relation"), [(ReferralKind.REFERRAL, Relation.REFAX), (ReferralKind.SUPPLEMENT, Relation.SUPPLEMENT)]
)
def test_a_second_transmission_and_late_pages_are_linked(
    sqlite_room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: ReferralKind, relation: Relation
) -> None:
    room = sqlite_room
    first = room.take(draw_fax(tmp_path / "first.pdf", 1))
    assert room.read(first) == "read"
    _turned(monkeypatch, DocumentKind.REFERRAL, kind)
    again = room.take(draw_fax(tmp_path / "again.pdf", 1, dose="300 mg"), "a-2")
    assert room.read(again) == "read"
    with room.store.database.read() as connection:
        (link,) = list_links(connection, _only_referral(room, again).referral_id)
        before, after = (referrals.latest(connection, one) for one in (link.earlier_id, link.referral_id))
    assert (link.earlier_id, link.relation) == (_only_referral(room, first).referral_id, relation)
    assert room.states() == {"review": 2}
    assert before is not None and after is not None
    assert changes(before.record, after.record) == (Change(path="orders[0].dose", before="600 mg", after="300 mg"),)

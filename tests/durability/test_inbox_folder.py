"""The watched folder, with time in hand: no test sleeps."""

import os
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from extractor.errors import StoreUnavailable, UsageError
from extractor.ingest.wholeness import is_whole
from extractor.intake import folder
from extractor.intake.folder import InboxFolder
from extractor.store import arrivals, audit, documents
from extractor.store.documents import DocumentState, StoredDocument
from extractor.store.opening import Store, open_store
from models.stages.options import IntakeOptions, StoreOptions
from tests.durability.moments import NOON
from tests.durability.processes import ROOT

FAXES = ROOT / "samples" / "faxes"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


class Hand:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)


class Desk:
    """An inbox with its store and clock."""

    def __init__(self, place: Path) -> None:
        self.clock = Hand()
        self.root = place / "inbox"
        options = StoreOptions(folder=str(place / "store"), database_url=f"sqlite:///{place}/store/store.db")
        self.store: Store = open_store(options)
        self.restart()

    def restart(self) -> None:
        """As a new process finds it."""
        options = IntakeOptions(settle_seconds=4, partial_minutes=10)
        self.inbox = InboxFolder(self.root, self.store, options, clock=self.clock.monotonic, now=self.clock.now)

    def put(self, name: str, data: bytes = PDF) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def scan(self, after: float = 0.0) -> int:
        self.clock.seconds += after
        return self.inbox.scan()

    def settle(self) -> int:
        """Two scans, the second when everything has settled; what both took."""
        return self.scan() + self.scan(5)

    def documents(self, *states: DocumentState) -> tuple[StoredDocument, ...]:
        with self.store.database.read() as connection:
            return documents.list_by_state(connection, states or tuple(DocumentState))

    def kept(self, below: str) -> list[str]:
        """Names in ``processed`` or ``quarantine`` without the prefix that tells arrivals apart."""
        return sorted(path.name.partition("-")[2] for path in (self.root / below).rglob("*") if path.is_file())

    def waiting(self) -> list[str]:
        return sorted(path.name for path in self.root.iterdir() if path.is_file())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


def test_a_file_that_was_there_before_the_start_is_taken(desk: Desk) -> None:
    desk.put("fax.pdf")
    assert desk.scan() == 0
    assert desk.scan(3) == 0, "not settled yet"
    assert desk.scan(1) == 1
    (document,) = desk.documents()
    assert document.state is DocumentState.RECEIVED
    assert desk.store.originals.path(document.sha256).read_bytes() == PDF
    assert (desk.waiting(), desk.kept("processed"), desk.kept("quarantine")) == ([], ["fax.pdf"], [])
    assert desk.scan(60) == 0


def test_a_file_written_in_pieces_is_taken_when_it_is_whole(desk: Desk) -> None:
    desk.put("fax.pdf", PDF[:20])
    for length in (30, 40, len(PDF)):
        assert desk.scan(3) == 0
        desk.put("fax.pdf", PDF[:length])
    assert desk.scan(3) == 0
    assert desk.scan(4) == 1
    (document,) = desk.documents()
    assert document.size == len(PDF)


def test_a_long_pause_in_the_middle_is_waited_for(desk: Desk) -> None:
    desk.put("fax.pdf", PDF[:30])
    assert desk.settle() == 0
    assert desk.scan(300) == 0
    desk.put("fax.pdf", PDF)
    assert desk.settle() == 1


def test_an_upload_that_never_finishes_is_reported(desk: Desk) -> None:
    desk.put("fax.pdf", PDF[:30])
    desk.scan()
    assert desk.scan(601) == 1
    (document,) = desk.documents(DocumentState.QUARANTINED)
    assert document.code == "damaged_document" and "send the file again" in (document.reason or "")
    assert desk.kept("quarantine") == ["fax.pdf", "fax.pdf.reason.txt"]
    (reason,) = (desk.root / "quarantine").rglob("*.reason.txt")
    assert "upload stopped in the middle" in reason.read_text()


def test_a_file_that_comes_by_rename_is_taken_under_its_new_name_only(desk: Desk) -> None:
    part = desk.put("fax.pdf.part")
    assert desk.settle() == 0
    part.rename(desk.root / "fax.pdf")
    assert desk.settle() == 1
    assert desk.kept("processed") == ["fax.pdf"]


def test_hidden_files_and_folders_and_links_are_left_alone(desk: Desk, tmp_path: Path) -> None:
    desk.put(".fax.pdf")
    desk.put("other/fax.pdf")
    (tmp_path / "target.pdf").write_bytes(PDF)
    (desk.root / "link.pdf").symlink_to(tmp_path / "target.pdf")
    assert desk.settle() == 0
    assert desk.documents() == ()


def test_the_same_bytes_again_are_one_document(desk: Desk) -> None:
    for name in ("fax.pdf", "again.pdf", "fax.pdf"):
        desk.put(name)
        assert desk.settle() == 1
    (document,) = desk.documents()
    with desk.store.database.read() as connection:
        came = arrivals.list_arrivals(connection, document.sha256)
    assert [arrival.filename for arrival in came] == ["fax.pdf", "again.pdf", "fax.pdf"]
    assert desk.kept("processed") == ["again.pdf", "fax.pdf", "fax.pdf"]


def test_the_same_name_with_other_bytes_is_another_document(desk: Desk) -> None:
    first = desk.put("fax.pdf", PDF + b"1")
    before = first.stat()
    assert desk.settle() == 1
    second = desk.put("fax.pdf", PDF + b"2")
    os.utime(second, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert desk.settle() == 1
    assert len(desk.documents()) == 2


def test_a_file_that_cannot_be_read_for_a_while_is_not_forgotten(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.put("fax.pdf")
    real = Path.open

    def locked(self: Path, *arguments: object, **named: object) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied")
        return real(self, *arguments, **named)  # type: ignore[call-overload]

    # Root may read everything, so a lock is played.
    monkeypatch.setattr(Path, "open", locked)
    assert desk.settle() == 0
    assert desk.scan(700) == 0
    assert desk.waiting() == ["fax.pdf"]
    monkeypatch.undo()
    assert desk.scan(5) == 1


def test_a_file_that_cannot_be_moved_is_taken_once_and_moved_later(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put("fax.pdf")

    def stuck(old: Path, new: Path) -> None:
        raise PermissionError(13, "Permission denied")

    desk.scan()
    with monkeypatch.context() as inner:
        inner.setattr("extractor.intake.folder._move", stuck)
        assert desk.scan(5) == 0
        assert desk.scan(5) == 0
    assert desk.waiting() == ["fax.pdf"]
    assert desk.scan(5) == 1
    with desk.store.database.read() as connection:
        (document,) = desk.documents()
        assert len(arrivals.list_arrivals(connection, document.sha256)) == 1
    assert desk.kept("processed") == ["fax.pdf"]


def test_a_file_that_grows_while_it_is_copied_settles_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.put("fax.pdf")
    real = type(desk.store.originals).put_file

    def grow(self: object, file: Path) -> str:
        sha256 = real(self, file)  # type: ignore[arg-type]
        with path.open("ab") as handle:
            handle.write(b"\n%%EOF\n")
        return sha256

    monkeypatch.setattr(type(desk.store.originals), "put_file", grow)
    assert desk.settle() == 0
    monkeypatch.undo()
    assert desk.documents() == ()
    assert desk.settle() == 1


@pytest.mark.parametrize("moment", ["take_in", "_move"])
def test_a_file_that_replaces_one_while_it_is_taken_is_taken_too(
    desk: Desk, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender that gives every fax the same name."""
    desk.put("fax.pdf", PDF + b"1")
    desk.scan()
    real = getattr(folder, moment)

    def late(*arguments: object, **named: object) -> object:
        done = real(*arguments, **named) if moment == "take_in" else None
        desk.put(".new", PDF + b"2").replace(desk.root / "fax.pdf")
        monkeypatch.undo()
        return done if moment == "take_in" else real(*arguments, **named)

    monkeypatch.setattr(folder, moment, late)
    assert desk.scan(5) == 1
    (waiting,) = desk.waiting()
    assert waiting.endswith("-fax.pdf")
    assert desk.settle() == 1
    kept = [desk.store.originals.path(document.sha256).read_bytes() for document in desk.documents()]
    assert sorted(kept) == [PDF + b"1", PDF + b"2"]
    assert desk.waiting() == []
    assert desk.settle() == 0


def test_a_share_that_numbers_its_files_anew_is_no_other_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put("fax.pdf")
    desk.scan()
    real = folder._move

    def renumber(old: Path, new: Path) -> None:
        real(old, new)
        os.utime(new, ns=(1, 1))

    monkeypatch.setattr(folder, "_move", renumber)
    assert desk.scan(5) == 1
    assert (desk.waiting(), desk.kept("processed")) == ([], ["fax.pdf"])


@pytest.mark.parametrize("border", ["copied", "noted", "moved"])
def test_a_crash_at_any_border_loses_nothing_and_doubles_nothing(
    desk: Desk, border: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        pass

    def crash(*arguments: object, **named: object) -> None:
        raise Crash

    desk.put("fax.pdf")
    desk.scan()
    target = {
        "copied": "extractor.intake.folder.take_in",
        "noted": "extractor.intake.folder._move",
        "moved": "extractor.intake.folder.InboxFolder._settle",
    }[border]
    monkeypatch.setattr(target, crash)
    with pytest.raises(Crash):
        desk.scan(5)
    monkeypatch.undo()
    desk.restart()
    desk.clock.seconds += 90_000  # the next day: the place was decided before the crash
    desk.settle()
    (document,) = desk.documents()
    with desk.store.database.read() as connection:
        (arrival,) = arrivals.list_arrivals(connection, document.sha256)
        assert len(audit.list_lines(connection)) == 1
    assert (desk.root / (arrival.place or "")).read_bytes() == PDF
    assert desk.waiting() == []


def test_what_goes_into_quarantine_later_moves_there_with_its_reason(desk: Desk) -> None:
    desk.put("fax.pdf")
    desk.settle()
    (document,) = desk.documents()
    with desk.store.database.begin() as connection:
        documents.quarantine(
            connection, document.sha256, code="encrypted_document", reason="Ask without a password.", now=NOON
        )
    desk.scan()
    assert (desk.kept("processed"), desk.kept("quarantine")) == ([], ["fax.pdf", "fax.pdf.reason.txt"])
    (reason,) = (desk.root / "quarantine").rglob("*.reason.txt")
    assert reason.read_text() == "encrypted_document: Ask without a password.\n"
    desk.scan()
    assert len(desk.kept("quarantine")) == 2


def test_a_store_that_is_away_takes_nothing_and_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*arguments: object, **named: object) -> None:
        raise StoreUnavailable("away")

    desk.put("fax.pdf")
    desk.scan()
    with monkeypatch.context() as inner:
        inner.setattr("extractor.intake.folder.take_in", away)
        with pytest.raises(StoreUnavailable):
            desk.scan(5)
    assert desk.waiting() == ["fax.pdf"]
    assert desk.scan(5) == 1


def test_subfolders_give_priority(desk: Desk) -> None:
    desk.put("stat/a.pdf", PDF + b"1")
    desk.put("urgent/b.pdf", PDF + b"2")
    desk.put("c.pdf", PDF + b"3")
    assert desk.settle() == 3
    with desk.store.database.read() as connection:
        due = documents.list_due(connection, desk.clock.now(), 10)
    assert [document.priority for document in due] == ["stat", "urgent", "routine"]


def test_names_that_are_no_text_and_very_long_ones_are_taken(desk: Desk) -> None:
    desk.put("x" * 251 + ".pdf", PDF + b"1")
    odd = os.fsdecode(os.fsencode(desk.root) + b"/odd-\xff.pdf")
    Path(odd).write_bytes(PDF + b"2")
    assert desk.settle() == 2
    assert desk.waiting() == []


def test_what_was_kept_is_for_the_owner_only(desk: Desk) -> None:
    desk.put("fax.pdf")
    desk.settle()
    folders = [path for path in desk.root.rglob("*") if path.is_dir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def test_an_inbox_that_is_a_file_is_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="inbox folder"):
        InboxFolder(tmp_path / "file", desk.store, IntakeOptions())


@pytest.mark.parametrize("name", ["01_grid_typed.tif", "03_ehr_digital.pdf", "05_columns_mixed.tif"])
def test_a_fax_is_whole_only_with_its_last_byte_groups(name: str, tmp_path: Path) -> None:
    whole = FAXES / name
    assert is_whole(whole)
    data = whole.read_bytes()
    for share in (0.02, 0.3, 0.6, 0.9, 0.99):
        cut = tmp_path / name
        cut.write_bytes(data[: int(len(data) * share)])
        assert not is_whole(cut), share


def test_every_sample_is_whole_and_strangers_count_as_whole(tmp_path: Path) -> None:
    samples = [path for path in FAXES.iterdir() if path.suffix in {".tif", ".pdf"}]
    assert len(samples) >= 16
    assert [path.name for path in samples if not is_whole(path)] == []
    stranger = tmp_path / "letter.docx"
    stranger.write_bytes(b"PK\x03\x04rest")
    assert is_whole(stranger)
    (tmp_path / "empty").touch()
    assert not is_whole(tmp_path / "empty")

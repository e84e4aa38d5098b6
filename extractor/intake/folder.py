"""The watched folder: whole files are copied into the store, then moved to ``processed/`` or ``quarantine/``.

A scan is the truth: nothing depends on having seen a file arrive. The order of steps makes a crash harmless at any
point: bytes into the store, rows in one transaction (with the place where the original will lie), and only then the
move; a file that is still there is taken again under the same arrival, which changes nothing. What was moved is looked
at once more: a sender who uses a name again may have put another file there, which goes back to be taken itself.

``stat/`` and ``urgent/`` below the folder give their files that priority. Hidden files and those that programs mark as
unfinished (``.part``, ``.tmp`` and the like) are left alone until they get another name, but reported when they stay.
"""

import hashlib
import os
import secrets
import stat
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from extractor.errors import DamagedDocument, ExtractorError, FileUnavailable, StoreUnavailable, UsageError
from extractor.ingest.wholeness import is_whole
from extractor.jobs.journal import Trouble, log
from extractor.store import arrivals, documents
from extractor.store.metadata import utc_now
from extractor.store.opening import Store
from extractor.workflow import take_in
from models.stages.options import IntakeOptions

SOURCE = "folder"
PROCESSED, QUARANTINE = "processed", "quarantine"
_PRIORITIES = {"": "routine", "stat": "stat", "urgent": "urgent"}
_UNFINISHED = {".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".download", ".swp"}
_BATCH = 200
_LONGEST_NAME = 100

Signature = tuple[int, int, int]
"""Inode, size in bytes, and time of change in nanoseconds."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as of the last scan: since when it looks like this (seconds of the clock), and once it was taken, what
    its bytes are and where it belongs: it may be that it cannot be moved yet."""

    signature: Signature
    since: float
    sha256: str = ""
    place: str | None = None
    is_reported: bool = False


class InboxFolder:
    """One folder. ``scan`` is called again and again, by one thread; time comes from ``clock`` and ``now``."""

    def __init__(
        self,
        folder: Path,
        store: Store,
        options: IntakeOptions,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.folder = folder
        self._store = store
        self._options = options
        self._clock = clock
        self._now = now
        self._seen: dict[str, _Seen] = {}
        self._trouble = Trouble("inbox_away")
        try:
            for name in (PROCESSED, QUARANTINE):
                (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"Cannot use the inbox folder ({error.strerror}): make it, and let this program write in it."
            ) from error

    def scan(self) -> int:
        """Look at every file once and take those that are whole, up to ``_BATCH``; how many were taken.

        What cannot be read or moved now is tried again at the next scan. Raises ``StoreUnavailable`` where nothing
        can be taken because the store is away; all files are still there then. A folder that is away itself (a share
        that was unmounted) is reported once, and looked for again.
        """
        if not self._is_there():
            return 0
        found = dict(self._list())
        self._seen = {name: seen for name, seen in self._seen.items() if name in found}
        taken = 0
        for name, signature in found.items():
            seen = self._seen.get(name)
            if seen is None or seen.signature != signature:
                self._seen[name] = seen = _Seen(signature, self._clock())
            if self._clock() - seen.since >= self._options.settle_seconds:
                taken += self._try(name, seen)
            if taken >= _BATCH:
                break
        self._settle()
        return taken

    def _is_there(self) -> bool:
        """Where a share was unmounted another folder comes to light, which lacks what was made in the inbox."""
        try:
            is_there = any(stat.S_ISDIR((self.folder / name).stat().st_mode) for name in (PROCESSED, QUARANTINE))
        except OSError:
            is_there = False
        if is_there:
            self._trouble.clear()
        else:
            self._trouble.note(FileUnavailable.code)
        return is_there

    def _list(self) -> Iterator[tuple[str, Signature]]:
        for below in _PRIORITIES:
            try:
                with os.scandir(self.folder / below) as entries:
                    for entry in entries:
                        if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                            about = entry.stat(follow_symlinks=False)
                            yield (
                                str(PurePosixPath(below, entry.name)),
                                (about.st_ino, about.st_size, about.st_mtime_ns),
                            )
            except FileNotFoundError:
                continue
            except OSError:
                self._trouble.note(FileUnavailable.code)

    def _try(self, name: str, seen: _Seen) -> int:
        path = self.folder / name
        is_late = self._clock() - seen.since >= self._options.partial_minutes * 60
        try:
            if path.suffix.lower() in _UNFINISHED:
                self._report(name, seen, is_late, "unfinished_name")
                return 0
            if seen.place is not None:
                return self._put_away(name, seen.signature, seen.sha256, seen.place)
            if is_whole(path):
                return self._take(name, seen.signature, None)
            if is_late:
                reason = "The upload stopped in the middle and did not go on: ask the sender to send the file again."
                return self._take(name, seen.signature, DamagedDocument(reason))
        except StoreUnavailable:
            raise
        except (OSError, ExtractorError) as error:
            # Locked by its writer, rights not set yet, a share that is away: the next scan tries again.
            code = error.code if isinstance(error, ExtractorError) else FileUnavailable.code
            self._report(name, seen, is_late, code)
        return 0

    def _report(self, name: str, seen: _Seen, is_late: bool, code: str) -> None:
        """Once for each file, and only when it stays."""
        if is_late and not seen.is_reported:
            log("file_stays", code=code, is_problem=True)
            self._seen[name] = replace(seen, is_reported=True)

    def _take(self, name: str, signature: Signature, error: ExtractorError | None) -> int:
        path, below = self.folder / name, PurePosixPath(name).parent.name
        sha256 = self._store.originals.put_file(path)
        if _signature(path.stat()) != signature:
            return 0  # written to while it was copied: it settles again
        # With the bytes' hash: another file may come under the same name, number and time.
        arrival_id = hashlib.sha256(f"{name}\n{signature}\n{sha256}".encode("utf-8", "surrogateescape")).hexdigest()
        now, filename = self._now(), os.fsencode(path.name).decode("utf-8", "replace")
        kept_name = f"{arrival_id[:12]}-{filename[-_LONGEST_NAME:]}"
        taken = take_in(
            self._store,
            sha256,
            arrival_id=arrival_id,
            filename=filename,
            source=SOURCE,
            now=now,
            priority=_PRIORITIES[below],
            place=str(PurePosixPath(QUARANTINE if error else PROCESSED, now.strftime("%Y-%m-%d"), kept_name)),
            quarantine=error,
        )
        place = taken.place or str(PurePosixPath(PROCESSED, kept_name))
        self._seen[name] = replace(self._seen[name], sha256=sha256, place=place)
        if error is not None:
            self._explain(self.folder / place, error.code, error.message)
        return self._put_away(name, signature, sha256, place)

    def _put_away(self, name: str, signature: Signature, sha256: str, place: str) -> int:
        """Move what was taken. Whatever else lies under its name by now goes back under a fresh one, to be taken."""
        old, kept = self.folder / name, self.folder / place
        _move(old, kept)
        del self._seen[name]
        # Some shares number a file anew when it is renamed, so only its bytes can say that it is another one.
        if _signature(kept.stat()) != signature and _hash(kept) != sha256:
            log("name_used_again")
            _move(kept, old.with_name(f"{secrets.token_hex(6)}-{old.name[-_LONGEST_NAME:]}"))
        return 1

    def _settle(self) -> None:
        """Move the originals of what went into quarantine later, when it was read."""
        with self._store.database.read() as connection:
            found = documents.list_misplaced(connection, SOURCE, _BATCH)
        for arrival, document in found:
            old = self.folder / (arrival.place or "")
            place = PurePosixPath(QUARANTINE, *PurePosixPath(arrival.place or "").parts[1:])
            try:
                self._explain(self.folder / place, document.code or "", document.reason or "")
                if old.exists():
                    _move(old, self.folder / place)
            except OSError:
                log("move_failed", document=document.sha256, code=FileUnavailable.code, is_problem=True)
                continue
            with self._store.database.begin() as connection:
                arrivals.note_place(connection, arrival.arrival_id, str(place))

    def _explain(self, kept: Path, code: str, reason: str) -> None:
        """The reason beside a file in quarantine, for whoever looks into the folder."""
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept.with_name(f"{kept.name}.reason.txt").write_text(f"{code}: {reason}\n", encoding="utf-8")


def _signature(about: os.stat_result) -> Signature:
    return about.st_ino, about.st_size, about.st_mtime_ns


def _hash(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _move(old: Path, new: Path) -> None:
    new.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    old.replace(new)


def keep_watching(inbox: InboxFolder, stop: threading.Event, scan_seconds: float, on_taken: Callable[[], None]) -> None:
    """Scan until ``stop`` is set; ``on_taken`` is called after each scan that took something."""
    trouble = Trouble("scan_failed")
    while not stop.is_set():
        taken = 0
        try:
            taken = inbox.scan()
            trouble.clear()
        except ExtractorError as error:
            trouble.note(error.code)
        if taken:
            on_taken()
        if taken < _BATCH:
            stop.wait(scan_seconds)

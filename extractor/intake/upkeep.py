"""What is over leaves the store by the site's rule, and the copies that were moved inside an inbox leave with it."""

import shutil
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from extractor.errors import ExtractorError, FileUnavailable, StoreConflict
from extractor.intake.folder import PROCESSED, QUARANTINE
from extractor.jobs.journal import Trouble, log
from extractor.store.metadata import utc_now
from extractor.store.opening import Store
from extractor.store.retention import Purged, purge
from models.stages.options import RetentionOptions


def clean_up(store: Store, options: RetentionOptions, inbox: Path | None, *, now: datetime) -> Purged:
    """Delete what the rule no longer keeps, also in ``inbox``; raises as ``purge`` does."""
    if inbox is not None:
        delete_moved(inbox, options, now.date())
    purged = purge(store, options, now=now)
    if purged.documents or purged.files:
        log("purged", count=purged.documents)
    if purged.is_foreign:
        log("originals_unknown", code=StoreConflict.code, is_problem=True)
    return purged


def delete_moved(inbox: Path, options: RetentionOptions, today: date) -> int:
    """Delete the days of ``processed/`` and ``quarantine/`` that are too old; how many.

    The store keeps the files themselves by its own rule, which counts from a later day, so the copies go first.
    """
    rules = (
        (PROCESSED, _shorter(options.moved_days, options.settled_days)),
        (QUARANTINE, options.quarantined_days),
    )
    count = 0
    for name, days in rules:
        if days is None or not (inbox / name).is_dir():
            continue
        for folder in (inbox / name).iterdir():
            if _is_before(folder.name, today - timedelta(days=days)):
                try:
                    shutil.rmtree(folder)
                    count += 1
                except OSError:
                    log("delete_failed", code=FileUnavailable.code, is_problem=True)
    return count


def keep_clean(
    store: Store,
    options: RetentionOptions,
    inbox: Path | None,
    stop: threading.Event,
    now: Callable[[], datetime] = utc_now,
) -> None:
    """Clean up again and again until ``stop`` is set."""
    trouble = Trouble("purge_failed")
    while not stop.is_set():
        try:
            clean_up(store, options, inbox, now=now())
            trouble.clear()
        except ExtractorError as error:
            trouble.note(error.code)
        except OSError:
            trouble.note(FileUnavailable.code)
        stop.wait(options.sweep_minutes * 60)


def _shorter(first: float | None, second: float | None) -> float | None:
    told = [days for days in (first, second) if days is not None]
    return min(told) if told else None


def _is_before(name: str, day: date) -> bool:
    try:
        return date.fromisoformat(name) < day
    except ValueError:
        return False

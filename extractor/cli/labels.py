"""``extractor labels``: what people approved, as labelled data for ``calibrate`` and ``evaluate``."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from extractor.cli.terminal import console, errors_shown

_SUFFIXES = {"application/pdf": ".pdf", "image/tiff": ".tif", "image/png": ".png", "image/jpeg": ".jpg"}


def labels(
    folder: Annotated[Path, typer.Argument(help="An empty or new folder: PATIENT DATA goes into it.", metavar="DIR")],
    *,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Only what was approved from that day on.")
    ] = None,
) -> None:
    """Write every fax of which people confirmed everything, with its approved record as NAME.truth.json.

    A fax is left out while one of its referrals waits for a person, is held, or was approved over open fields. Give DIR
    to `extractor calibrate`, to draw the calibration to this site, or to `extractor evaluate`. That a fax was written
    is a line of the audit. Files are for their owner's eyes only (mode 0600): delete DIR when it has served.

    Exit code: 0 written, 2 wrong usage, 15 an original is gone, 42 no store.
    """
    from extractor.errors import FileUnavailable, UsageError
    from extractor.evaluate.labels import make_truth
    from extractor.settings import load_settings
    from extractor.store import audit
    from extractor.store.confirmed import list_confirmed
    from extractor.store.opening import open_store

    with errors_shown():
        if folder.exists() and any(folder.iterdir()):
            raise UsageError("The folder is not empty: name a new one, so that old labels do not mix with new ones.")
        store, now = open_store(load_settings().store_options()), datetime.now(UTC)
        start = None if since is None else since.replace(tzinfo=UTC)
        try:
            with store.database.begin() as connection:
                found = tuple(list_confirmed(connection, since=start))
                for one in found:
                    sha256 = str(one.document.sha256)
                    audit.append(connection, at=now, actor="command-line", action="labels", document_sha256=sha256)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for one in found:
                name = str(one.document.sha256)[:16]
                suffix = _SUFFIXES.get(one.document.media_type or "", ".fax")
                _write(folder / f"{name}{suffix}", store.originals.path(str(one.document.sha256)).read_bytes())
                truth = make_truth(one.referrals, one.document.pages)
                _write(folder / f"{name}.truth.json", json.dumps(truth, indent=1).encode())
        except OSError as error:
            raise FileUnavailable(f"Cannot write into the folder ({error.strerror}): name another one.") from None
        finally:
            store.close()
        console.print(f"{len(found)} faxes with what people confirmed of them are in {folder}.", highlight=False)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(labels)


def _write(path: Path, content: bytes) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(content)

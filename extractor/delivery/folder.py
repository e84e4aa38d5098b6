"""A folder that another system empties: a file lies in it whole or not at all, and once.

A file is first made whole in a hidden subfolder beside (``prepare``), then renamed into the folder (``send``), which is
one step for the file system. So after a crash the staged file itself says whether the step was taken, even where the
other system has taken the delivered file away in the meantime.
"""

import contextlib
import os
from pathlib import Path

from pydantic import SecretStr

from extractor.delivery.base import (
    Answer,
    Clock,
    Recovery,
    Sent,
    Shipment,
    accepted,
    receivers,
    refused,
    try_again,
)
from extractor.errors import UsageError
from models.stages.options import ReceiverOptions

_STAGING = ".staging"


class FolderReceiver:
    """Files named ``<referral_id>-r<revision>...``. The same bytes again are the same file; others are a conflict."""

    recovery = Recovery.ASK

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self, shipment: Shipment) -> Sent | None:
        """Stage the file, on disk for certain."""
        staged = self._staged(shipment)
        partial = staged.with_name(staged.name + ".partial")
        try:
            staged.parent.mkdir(mode=0o700, exist_ok=True)
            # Readable by the group where the umask allows: another account takes the file away.
            number = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o660)
            with os.fdopen(number, "wb") as file:
                file.write(shipment.content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(staged)
            _sync(staged.parent)
        except OSError:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
            return try_again("folder_unavailable")
        return None

    def send(self, shipment: Shipment) -> Sent:
        """Rename into place."""
        staged, target = self._staged(shipment), self._folder / shipment.filename
        try:
            if target.exists():
                is_same = target.read_bytes() == shipment.content
                staged.unlink(missing_ok=True)
                return accepted("file_there") if is_same else refused("name_conflict")
            staged.rename(target)
        except OSError:
            return accepted("file_placed") if self.ask(shipment) is Answer.HAS else try_again("folder_unavailable")
        with contextlib.suppress(OSError):  # the file is there; a folder that cannot be forced to disk is no refusal
            _sync(self._folder)
        return accepted("file_placed")

    def ask(self, shipment: Shipment) -> Answer:
        """A staged file has not been renamed; one that is gone was, for it was staged before any doubt arose.

        Without the subfolder this is not the folder that it was staged in: a share that is not mounted looks empty.
        """
        try:
            if not self._staged(shipment).parent.is_dir():
                return Answer.SILENT
            return Answer.HAS_NOT if self._staged(shipment).exists() else Answer.HAS
        except OSError:
            return Answer.SILENT

    def _staged(self, shipment: Shipment) -> Path:
        return self._folder / _STAGING / shipment.filename


def _sync(folder: Path) -> None:
    """A rename outlives a power cut only when its folder is on disk too."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@receivers.register("folder")
def _open_folder(options: ReceiverOptions, secret: SecretStr | None, clock: Clock) -> FolderReceiver:  # noqa: ARG001
    if not options.folder:
        raise UsageError("A receiver of kind folder needs the folder: set its entry folder.")
    return FolderReceiver(Path(options.folder))

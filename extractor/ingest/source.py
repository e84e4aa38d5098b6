"""The bytes of one file, and what they are."""

import hashlib
import stat
from pathlib import Path

from extractor.errors import FileUnavailable
from extractor.ingest.limits import check_bytes
from models.stages.options import IngestOptions


def read_source(path: Path, options: IngestOptions) -> bytes:
    """All bytes of a regular file.

    Raises ``FileUnavailable`` for what is missing, unreadable or no file (a pipe would block), ``LimitExceeded``
    before reading more than ``max_bytes``.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise FileUnavailable("This is not a regular file: name the fax file itself.")
        check_bytes(status.st_size, options)
        with path.open("rb") as handle:
            data = handle.read(options.max_bytes + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "bad path"
        raise FileUnavailable(f"The file cannot be opened ({reason}): check the path and its rights.") from error
    check_bytes(len(data), options)
    return data


def digest(data: bytes) -> str:
    """The sha256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()

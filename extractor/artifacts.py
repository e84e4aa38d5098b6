"""By-products that outlive a process: words, class probabilities, page images; by key, never by value.

A key is sha256 of the input, stage and version, so a changed stage never reads an old artifact.
"""

import hashlib
import tempfile
from pathlib import Path
from typing import Protocol

from extractor.errors import StoreUnavailable


def artifact_key(sha256: str, stage: str, version: str, page_no: int | None = None) -> str:
    """A key safe as a file name that holds no text of the document."""
    tail = "" if page_no is None else f"-p{page_no}"
    digest = hashlib.sha256(version.encode()).hexdigest()[:12]
    return f"{sha256}-{stage}-{digest}{tail}"


class Artifacts(Protocol):
    """Where by-products are kept."""

    def get(self, key: str) -> bytes | None:
        """The bytes, or None where there are none."""
        ...

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes; putting the same key again replaces them."""
        ...


class NoArtifacts:
    """Keeps nothing: for a bare ``extract``."""

    def get(self, key: str) -> bytes | None:  # noqa: ARG002 - the Protocol's signature
        """Always None."""
        return None

    def put(self, key: str, data: bytes) -> None:
        """Does nothing."""


class FolderArtifacts:
    """One file a key in a folder of mode 0700; writes are atomic."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def get(self, key: str) -> bytes | None:
        """The file's bytes, or None."""
        try:
            return (self.folder / key).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, key: str, data: bytes) -> None:
        """Write beside, then rename."""
        try:
            with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as handle:
                handle.write(data)
            Path(handle.name).replace(self.folder / key)
        except OSError as error:
            raise StoreUnavailable(
                f"Cannot write to the artifact folder ({error.strerror}): free space or fix its rights."
            ) from error

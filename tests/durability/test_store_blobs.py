"""Originals by sha256: atomic, private, and honest about what failed."""

import hashlib
import stat
from pathlib import Path

import pytest

from extractor.errors import FileUnavailable, StoreUnavailable
from extractor.store.blobs import FolderBlobs


def test_what_goes_in_comes_out_by_its_hash(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    data = b"fax" * 700_000
    source = tmp_path / "in.tif"
    source.write_bytes(data)
    sha256 = blobs.put_file(source)
    assert sha256 == hashlib.sha256(data).hexdigest() == blobs.put(data)
    assert blobs.path(sha256).read_bytes() == data
    assert list(blobs.list_all()) == [sha256]
    blobs.delete(sha256)
    blobs.delete(sha256)
    assert not blobs.has(sha256)
    with pytest.raises(FileUnavailable, match="backup"):
        blobs.path(sha256)


def test_folders_and_files_are_for_the_owner_only(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    place = blobs.path(blobs.put(b"x"))
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "blobs", place.parent, place)] == [
        0o700,
        0o700,
        0o600,
    ]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63])
def test_only_a_hash_is_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileUnavailable, match="no sha256"):
        FolderBlobs(tmp_path).path(name)


def test_a_source_that_cannot_be_read_is_the_source_s_fault(tmp_path: Path) -> None:
    with pytest.raises(FileUnavailable):
        FolderBlobs(tmp_path / "blobs").put_file(tmp_path / "nowhere")
    assert list((tmp_path / "blobs").iterdir()) == []


def test_a_full_disk_is_the_store_s_fault_and_leaves_nothing(tmp_path: Path) -> None:
    import resource
    import signal

    blobs = FolderBlobs(tmp_path / "blobs")
    source = tmp_path / "in.tif"
    source.write_bytes(b"x" * 3_000_000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))
    try:
        with pytest.raises(StoreUnavailable, match="Cannot write"):
            blobs.put_file(source)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert list((tmp_path / "blobs").iterdir()) == []


def test_what_a_dead_writer_left_is_removed_later(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    left = tmp_path / "partial-abc"
    left.write_bytes(b"half")
    when = left.stat().st_mtime
    assert blobs.delete_partials(when - 1) == 0
    assert blobs.delete_partials(when + 1) == 1
    assert list(blobs.list_all()) == []

"""Originals by sha256, in a folder and in a bucket: atomic, private, and honest about what failed."""

import hashlib
import math
import stat
import time
from pathlib import Path

import pytest

from extractor.errors import FileUnavailable, StoreUnavailable
from extractor.store.blobs import Blobs, FolderBlobs
from extractor.store.bucket.blobs import BucketBlobs
from extractor.store.bucket.client import open_bucket
from tests.durability.object_store import KEYS, ObjectStore


@pytest.fixture(params=["folder", "bucket"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    """Each place for originals, empty, one after the other; ``tmp_path / "blobs"`` is what it has on this machine."""
    folder = FolderBlobs(tmp_path / "blobs")
    if request.param == "folder":
        return folder
    server = request.getfixturevalue("object_store")
    assert isinstance(server, ObjectStore)
    return BucketBlobs(open_bucket(server.options(), KEYS), folder)


def test_what_goes_in_comes_out_by_its_hash(blobs: Blobs, tmp_path: Path) -> None:
    data = b"fax" * 2_700_000
    source = tmp_path / "in.tif"
    source.write_bytes(data)
    sha256 = blobs.put_file(source)
    assert sha256 == hashlib.sha256(data).hexdigest() == blobs.put(data)
    assert blobs.path(sha256).read_bytes() == data
    assert blobs.size(sha256) == len(data)
    assert list(blobs.list_all()) == [sha256]
    blobs.delete(sha256)
    blobs.delete(sha256)
    assert blobs.size(sha256) is None
    with pytest.raises(FileUnavailable, match="backup"):
        blobs.path(sha256)


def test_only_what_was_put_before_then_is_listed(blobs: Blobs) -> None:
    names = {blobs.put(b"%d" % number) for number in range(3)}
    assert set(blobs.list_all()) == set(blobs.list_all(math.inf)) == set(blobs.list_all(time.time() + 60)) == names
    assert list(blobs.list_all(time.time() - 60)) == []


def test_folders_and_files_are_for_the_owner_only(blobs: Blobs, tmp_path: Path) -> None:
    place = blobs.path(blobs.put(b"x"))
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "blobs", place.parent, place)] == [
        0o700,
        0o700,
        0o600,
    ]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63])
def test_only_a_hash_is_a_name(blobs: Blobs, name: str) -> None:
    for ask in (blobs.path, blobs.size, blobs.delete):
        with pytest.raises(FileUnavailable, match="no sha256"):
            ask(name)


def test_a_source_that_cannot_be_read_is_the_source_s_fault(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(FileUnavailable):
        blobs.put_file(tmp_path / "nowhere")
    assert list((tmp_path / "blobs").iterdir()) == []


def test_a_full_disk_is_the_store_s_fault_and_leaves_nothing(blobs: Blobs, tmp_path: Path) -> None:
    import resource
    import signal

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
    assert list(blobs.list_all()) == []


def test_what_a_dead_writer_left_is_removed_later(blobs: Blobs, tmp_path: Path) -> None:
    left = tmp_path / "blobs" / "partial-abc"
    left.write_bytes(b"half")
    when = left.stat().st_mtime
    assert blobs.delete_partials(when - 1) == 0
    assert blobs.delete_partials(when + 1) == 1
    assert list(blobs.list_all()) == []

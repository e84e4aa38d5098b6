"""A store whose originals and readings lie in a bucket: several machines, an outage, bytes that changed, deletion."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from extractor.errors import FileUnavailable, StoreUnavailable, UsageError
from extractor.isolation import WorkerPool
from extractor.settings import load_settings
from extractor.store import documents, referrals
from extractor.store.backup import back_up
from extractor.store.blobs import FolderBlobs
from extractor.store.bucket.blobs import BucketBlobs
from extractor.store.bucket.client import open_bucket
from extractor.store.opening import open_store
from extractor.store.referrals import ReferralState
from extractor.store.retention import Purged, purge
from models.stages.options import BucketOptions, RetentionOptions, StoreOptions
from tests.durability.object_store import KEYS, ObjectStore
from tests.durability.rooms import Room


@pytest.fixture
def machines(object_store: ObjectStore, tmp_path: Path, pool: WorkerPool) -> Iterator[tuple[Room, Room]]:
    """Two machines with folders of their own, one database and one bucket."""
    bucket = object_store.options()
    told = StoreOptions(database_url=f"sqlite:///{tmp_path}/store.db", bucket=bucket, bucket_keys=KEYS)
    stores = [open_store(told.model_copy(update={"folder": str(tmp_path / name)})) for name in ("one", "other")]
    yield Room(stores[0], pool), Room(stores[1], pool)
    for store in stores:
        store.close()


def _copies(folder: Path) -> int:
    return sum(path.is_file() for path in (folder / "copies").rglob("*"))


def test_what_one_machine_took_another_reads_and_both_forget(
    machines: tuple[Room, Room], fax: Path, tmp_path: Path
) -> None:
    one, other = machines
    sha256 = one.take(fax)
    fax.unlink()
    assert (_copies(tmp_path / "one"), _copies(tmp_path / "other")) == (1, 0)
    assert other.read(sha256) == "read"
    assert _copies(tmp_path / "other") == 1
    kept = [key for key, _ in one.store.readings.list_all()]
    assert kept and all(key.startswith(f"{sha256}-") for key in kept)
    assert one.store.readings.get(kept[0]) == other.store.readings.get(kept[0])
    done = back_up(one.store, tmp_path / "backup")
    assert done.copied == 1 and (tmp_path / "backup" / "originals" / sha256[:2] / sha256).is_file()
    with one.store.database.begin() as connection:
        (summary,) = referrals.list_by_document(connection, sha256)
        key = summary.referral_id, summary.revision
        referrals.set_state(connection, *key, ReferralState.REVIEW, ReferralState.CLOSED, now=one.now)
    later = one.now + timedelta(days=2)
    purged = purge(one.store, RetentionOptions(settled_days=1), now=later)
    assert purged == Purged(documents=1, files=len(kept))
    assert list(one.store.originals.list_all()) == list(one.store.readings.list_all()) == []
    # The other machine's copy is no longer asked for, and goes by its hour; a new arrival of it is told the truth.
    with pytest.raises(FileUnavailable, match="backup"):
        other.note(sha256, "a-2")


def test_a_bucket_that_is_away_loses_nothing(tmp_path: Path) -> None:
    with ObjectStore() as server:
        told = StoreOptions(
            folder=str(tmp_path), database_url=f"sqlite:///{tmp_path}/s.db", bucket=server.options(), bucket_keys=KEYS
        )
        store = open_store(told)
        kept = store.originals.put(b"came before")
        server.stop()
        for ask in (lambda: store.originals.put(b"comes now"), lambda: store.originals.size(kept)):
            with pytest.raises(StoreUnavailable, match="cannot be used"):
                ask()
        with pytest.raises(StoreUnavailable):
            store.readings.get(f"{kept}-reading")
        with store.database.read() as connection:
            assert documents.count_by_state(connection) == {}
        assert not list((tmp_path / "copies").glob("partial-*"))
        server.start()
        assert store.originals.size(kept) == len(b"came before")
        assert store.originals.path(store.originals.put(b"comes now")).read_bytes() == b"comes now"
        store.close()


def test_changed_bytes_are_not_taken_for_the_original(object_store: ObjectStore, tmp_path: Path) -> None:
    bucket = open_bucket(object_store.options(), KEYS)
    one, other = (BucketBlobs(bucket, FolderBlobs(tmp_path / name)) for name in ("one", "other"))
    sha256 = one.put(b"an order")
    bucket.put(f"originals/{sha256}", b"another order")
    with pytest.raises(FileUnavailable, match="other bytes"):
        other.path(sha256)
    assert not [path for path in (tmp_path / "other").rglob("*") if path.is_file()]


def test_copies_go_when_nobody_asked_for_an_hour(object_store: ObjectStore, tmp_path: Path) -> None:
    now = [time.time()]
    blobs = BucketBlobs(
        open_bucket(object_store.options(), KEYS), FolderBlobs(tmp_path / "copies"), clock=lambda: now[0]
    )
    first, second = blobs.put(b"first"), blobs.put(b"second")
    now[0] += 3000
    assert blobs.path(first).is_file()
    now[0] += 1000
    assert blobs.path(first).is_file()
    assert _copies(tmp_path) == 1
    assert blobs.path(second).read_bytes() == b"second"


@pytest.mark.parametrize(
    "wrong",
    [
        BucketOptions(url="https://bucket.example.org"),
        BucketOptions(url="s3://"),
        BucketOptions(url="s3://faxes", endpoint="http://s3.example.org"),
        BucketOptions(url="s3://faxes", endpoint="https://127.0.0.1:1", ca_file="/nowhere.pem"),
    ],
)
def test_a_wrong_setting_is_told_before_anything_is_sent(wrong: BucketOptions) -> None:
    with pytest.raises(UsageError):
        open_bucket(wrong, KEYS)


def test_wrong_keys_and_a_server_that_is_not_there_are_told_at_the_start(object_store: ObjectStore) -> None:
    options = object_store.options()
    with pytest.raises(StoreUnavailable, match="keys"):
        open_bucket(options, (KEYS[0], SecretStr("another")))
    with pytest.raises(StoreUnavailable, match="is there"):
        open_bucket(options.model_copy(update={"url": "s3://nobodys"}), KEYS)
    nowhere = options.model_copy(update={"endpoint": "http://127.0.0.1:9"})
    with pytest.raises(StoreUnavailable, match="answers"):
        open_bucket(nowhere, KEYS)


def test_keys_come_from_the_secrets_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXTRACTOR_STORE__BUCKET__URL", "s3://faxes")
    monkeypatch.setenv("EXTRACTOR_SECRETS__S3_KEY_ID", "me")
    monkeypatch.setenv("EXTRACTOR_SECRETS__S3_KEY", "hidden")
    told = load_settings().store_options()
    assert told.bucket_keys == (SecretStr("me"), SecretStr("hidden")) and "hidden" not in repr(told)
    monkeypatch.setenv("EXTRACTOR_STORE__BUCKET_KEYS", '["me", "hidden"]')
    with pytest.raises(UsageError, match="EXTRACTOR_SECRETS"):
        load_settings().store_options()

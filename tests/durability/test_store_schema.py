"""The schema: migrations equal the tables, older ones are upgraded, newer ones refused."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from extractor.errors import SchemaTooNew, StoreConflict, StoreError, StoreUnavailable, UsageError
from extractor.store import schema
from extractor.store.database import Database
from extractor.store.documents import receive
from extractor.store.metadata import METADATA, load_tables
from tests.durability.moments import NOON


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    with database.read() as connection:
        assert schema.differences(connection) == []
        names = set(load_tables().tables)
    assert {"documents", "referrals", "audit", "leases"} <= names == set(METADATA.tables)


def test_a_difference_would_be_seen(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE referrals ADD COLUMN stray TEXT"))
    with database.read() as connection:
        assert schema.differences(connection) != []


def test_opening_again_changes_nothing(database: Database, database_url: str) -> None:
    with database.begin() as connection:
        receive(connection, arrival_id="a", sha256="0" * 64, size=1, filename="f.pdf", source="folder", now=NOON)
    again = Database.open(database_url)
    with again.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM documents")).scalar_one() == 1
    again.close()


def test_a_newer_schema_is_refused(database: Database, database_url: str) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew, match="newer version"):
        Database.open(database_url)


def test_the_folder_and_file_are_for_the_owner_only(tmp_path: Path) -> None:
    Database.open(f"sqlite:///{tmp_path}/private/store.db").close()
    assert stat.S_IMODE((tmp_path / "private").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "private" / "store.db").stat().st_mode) == 0o600


def test_sqlite_writes_ahead_and_checks_keys(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/store.db")
    with database.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
    database.close()


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/name", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="sqlite:///FILE"):
        Database.open(url)


def test_a_database_that_is_not_there_can_be_tried_again(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        Database.open(f"postgresql://postgres@/none?host={tmp_path}")
    assert caught.value.retryable


def test_vendor_errors_become_ours_and_quote_nothing(database: Database) -> None:
    with pytest.raises(StoreConflict) as conflict, database.begin() as connection:
        for _ in range(2):
            connection.execute(
                METADATA.tables["leases"]
                .insert()
                .values(
                    executor_id="Yolanda",
                    machine="m",
                    process="p",
                    beats=0,
                    state="live",
                    started_at=NOON,
                    seen_at=NOON,
                )
            )
    with pytest.raises(StoreError) as wrong, database.begin() as connection:
        connection.execute(text("SELECT * FROM nowhere WHERE name = 'Yolanda'"))
    for caught in (conflict, wrong):
        assert caught.value.__cause__ is None and caught.value.__suppress_context__
        assert "Yolanda" not in str(caught.value)


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(StoreConflict), database.begin() as connection:
        receive(connection, arrival_id="a", sha256="0" * 64, size=1, filename="f.pdf", source="folder", now=NOON)
        raise StoreConflict("stop")
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM documents")).scalar_one() == 0

"""One database: how it is opened, what a transaction is, and which of our errors its errors become."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from extractor.errors import StoreConflict, StoreError, StoreUnavailable, UsageError
from extractor.store.schema import upgrade

__all__ = ["Connection", "Database"]

BUSY_SECONDS = 30
_READ_ONLY = "extractor_read_only"


class Database:
    """The store's database. Thread safe; one a process is enough.

    SQLite: write-ahead log, foreign keys, a folder of mode 0700; a writing transaction takes the write lock when it
    begins, because one that first reads and then writes would fail when somebody else wrote in between.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """Connect and bring the schema up to date.

        ``url``: ``sqlite:///folder/store.db`` or ``postgresql://user@host/name``. Raises ``UsageError`` for a URL that
        is none, ``StoreUnavailable`` where the database cannot be reached, ``SchemaTooNew`` where a newer version of
        this program made the schema.
        """
        database = cls(_make_engine(_parse(url)))
        try:
            with database.begin() as connection:
                upgrade(connection)
        except BaseException:
            database.close()
            raise
        return database

    @contextlib.contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back when anything is raised.

        Vendor errors become ``StoreConflict`` (a constraint says no), ``StoreUnavailable`` (cannot be reached, locked,
        disk full; retryable) or ``StoreError``. They are not chained: their text may quote values.
        """
        with _errors_translated(), self.engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction for reading only: on SQLite it waits for no writer and no writer waits for it."""
        with _errors_translated(), self.engine.connect().execution_options(**{_READ_ONLY: True}) as connection:
            yield connection

    def forget_deleted(self) -> None:
        """SQLite: what was deleted leaves the write-ahead log too; PostgreSQL's own vacuum does its part by itself."""
        if self.engine.dialect.name == "sqlite":
            with _errors_translated(), contextlib.closing(self.engine.raw_connection()) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise UsageError(
            "The store's database URL does not parse: give sqlite:///FILE or postgresql://USER@HOST/NAME."
        ) from None
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed
    raise UsageError("The store knows sqlite:///FILE and postgresql://USER@HOST/NAME: correct the database URL.")


def _make_engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=5, max_overflow=20)
    file = Path(url.database or "")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        raise StoreUnavailable(
            f"Cannot make the store's folder ({error.strerror}): free space or fix its rights."
        ) from error
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: object, entry: ConnectionPoolEntry) -> None:  # noqa: ARG001 - SQLAlchemy's signature
    """The driver shall begin no transaction by itself: ``_begin_sqlite`` does."""
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    is_read_only = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if is_read_only else "BEGIN IMMEDIATE")


@contextlib.contextmanager
def _errors_translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise StoreConflict("Somebody else wrote the same entry first: read it again.") from None
    except PoolTimeout:
        raise StoreUnavailable("All connections to the store are in use: try again, or allow fewer jobs.") from None
    except DBAPIError as error:
        if _is_outage(error):
            raise StoreUnavailable(
                f"The store's database cannot be used ({type(error.orig).__name__}): see that it runs, that its disk "
                "has space, and that its URL is right."
            ) from None
        raise StoreError(f"The store's database refused ({type(error.orig).__name__}).") from None
    except SQLAlchemyError as error:
        raise StoreError(f"The store was used wrongly ({type(error).__name__}).") from None


def _is_outage(error: DBAPIError) -> bool:
    """Whether trying later can help; a missing table or a wrong column never does."""
    code = getattr(error.orig, "sqlstate", None)
    if code is not None:
        # PostgreSQL: connection, resources, operator, system, rollback (deadlock, serialisation); 55P03 lock timeout.
        return str(code)[:2] in {"08", "53", "57", "58", "40"} or code == "55P03"
    return error.connection_invalidated or type(error.orig).__name__ in {"OperationalError", "InterfaceError"}

"""The one collection of tables, and the column types that are the same on SQLite and PostgreSQL.

Rules for tables: JSON as ``Text``; instants as ``Instant``; names of constraints follow from ``METADATA``, because a
migration must be able to name them.
"""

import importlib
import pkgutil
from datetime import UTC, datetime

from sqlalchemy import Dialect, MetaData, String, types

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def utc_now() -> datetime:
    """The machine's clock, as instants are kept."""
    return datetime.now(UTC)


class Instant(types.TypeDecorator[datetime]):
    """A moment in UTC, stored as text of one width (``2026-11-23T08:15:00.000000Z``), so that text order is time order.

    SQLite keeps no time zone; text says it and compares alike on both databases. A naive datetime is refused.
    """

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Aware datetime to text; ``ValueError`` for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC).strftime(_FORMAT)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Text to aware datetime."""
        return None if value is None else datetime.strptime(value, _FORMAT).replace(tzinfo=UTC)


def load_tables() -> MetaData:
    """``METADATA`` with the tables of every concern: imports each file of this package."""
    package = importlib.import_module("extractor.store")
    for module in pkgutil.iter_modules(package.__path__):
        if not module.ispkg:
            importlib.import_module(f"extractor.store.{module.name}")
    return METADATA

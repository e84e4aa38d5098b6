"""The schema's versions: Alembic's migrations, which are package data in ``migrations/versions``.

A new one: change the tables, then ``python -m extractor.store.schema "what changed"`` drafts it; read and format it.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from extractor.errors import SchemaTooNew
from extractor.store.metadata import load_tables

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_316_204_418
"""Any number: PostgreSQL's advisory lock under which one process at a time migrates."""


def upgrade(connection: Connection) -> None:
    """Bring the schema to this program's version, inside the caller's transaction; nothing to do is cheap.

    Raises ``SchemaTooNew`` where the database is at a version that this program does not know.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    current = schema_version(connection)
    script = ScriptDirectory(str(_FOLDER))
    if current == script.get_current_head():
        return
    if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
        raise SchemaTooNew(
            "A newer version of this program made the store's schema: install that version, or restore a backup."
        )
    command.upgrade(_config(connection), "head")


def schema_version(connection: Connection) -> str | None:
    """The version that the database is at, None where it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def differences(connection: Connection) -> list[object]:
    """What the migrated database and ``METADATA`` do not share; empty when they are equal."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, load_tables()))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _draft(message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/draft.db")
        with engine.begin() as connection:
            config = _config(connection)
            command.upgrade(config, "head")
            number = len(list(ScriptDirectory(str(_FOLDER)).walk_revisions())) + 1
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        engine.dispose()


if __name__ == "__main__":
    _draft(sys.argv[1])

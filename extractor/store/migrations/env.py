"""Alembic's entry: runs the migrations on the connection that ``extractor.store.schema`` hands over."""

from alembic import context

from extractor.store.metadata import load_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=load_tables(),
    # SQLite cannot alter a table: it is copied instead.
    render_as_batch=True,
    user_module_prefix="",
    transaction_per_migration=False,
)
context.run_migrations()

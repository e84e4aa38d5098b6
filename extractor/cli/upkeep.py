"""``extractor purge`` and ``extractor backup``: what is over is deleted, what is not is kept twice."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from extractor.cli.terminal import console, errors_shown


def purge(
    inbox: Annotated[
        Path | None, typer.Option("--inbox", help="An inbox whose moved originals are deleted by the same rule.")
    ] = None,
) -> None:
    """Delete what the settings under retention no longer keep; serve and watch do it by themselves every hour."""
    with errors_shown():
        from extractor.intake.upkeep import clean_up
        from extractor.settings import load_settings
        from extractor.store.opening import open_store

        settings = load_settings()
        store = open_store(settings.store_options())
        purged = clean_up(store, settings.retention, inbox, now=datetime.now(UTC))
        store.close()
        if purged.is_foreign:
            console.print("Most originals of this folder are unknown to the database: are both of the same store?")
        console.print(f"{purged.documents} files with all that came of them, {purged.files} kept pages and leavings.")


def backup(
    folder: Annotated[Path, typer.Argument(help="The folder of the copy; made, or brought up to date.")],
) -> None:
    """Copy the store to another folder, while it is in use; how it is restored: extractor/store/README.md."""
    with errors_shown():
        from extractor.settings import load_settings
        from extractor.store.backup import back_up
        from extractor.store.opening import open_store

        store = open_store(load_settings().store_options())
        done = back_up(store, folder)
        store.close()
        console.print(f"{done.copied} files copied, {done.deleted} deleted.")
        if not done.is_database_copied:
            console.print("The database is PostgreSQL: keep a pg_dump made before this with it.")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (purge, backup):
        app.command()(command)

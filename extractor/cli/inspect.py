"""``extractor protocols`` and ``extractor doctor``: what is known and what is installed."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from extractor.cli.terminal import errors_shown
from extractor.errors import UsageError


def protocols(
    name: Annotated[
        str | None, typer.Argument(help="Show this one: its id, its title, a drug or a brand.", metavar="[NAME]")
    ] = None,
    *,
    check: Annotated[
        Path | None, typer.Option("--check", help="Check a site's file or folder of protocols over the packaged ones.")
    ] = None,
) -> None:
    """List what must accompany an order, drug by drug; show one protocol; or check a site's own.

    A site's file or folder is named by the setting site.protocols; how to write one is in
    extractor/knowledge/protocols/README.md.

    Exit code: 0 fit, 2 a protocol breaks the schema or there is none of that name, 15 no file there.
    """
    from extractor.knowledge.protocols import list_protocols, load_protocols, show_protocol
    from extractor.settings import load_settings

    with errors_shown():
        book = load_protocols(str(check) if check is not None else load_settings().site.protocols)
        found = None if name is None else book.get(name)
        if name is not None and found is None:
            raise UsageError(f"There is no protocol {name}: `extractor protocols` lists them.")
        lines = list_protocols(book) if found is None else show_protocol(found)
        sys.stdout.write("\n".join(lines) + "\n")


def doctor() -> None:
    """Print versions, engines, settings, and what is missing with how to install it."""
    from extractor.doctor import report

    with errors_shown():
        lines, is_fit = report()
        sys.stdout.write("\n".join(lines) + "\n")
    raise typer.Exit(0 if is_fit else 21)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(protocols)
    app.command()(doctor)

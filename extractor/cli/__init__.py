"""The command line: results on standard output, the rest on standard error; a file of commands for each topic."""

import sys
from typing import Annotated

import typer

from extractor.cli import deliver, evaluate, export, extract, inspect, letter, serve, users

app = typer.Typer(
    name="extractor",
    help="Reads faxed infusion referrals into a validated record with a confidence for every field.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for topic in (extract, evaluate, inspect, deliver, export, letter, serve, users):
    topic.register(app)


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)] = False,
) -> None:
    """Reads faxed infusion referrals into a validated record with a confidence for every field."""
    if show:
        from extractor.version import __version__

        sys.stdout.write(__version__ + "\n")
        raise typer.Exit

"""The command line: results on standard output, the rest on standard error; a file of commands for each topic."""

import sys
from typing import Annotated

import typer

from extractor.cli import (
    calibrate,
    codes,
    deliver,
    evaluate,
    export,
    extract,
    inspect,
    labels,
    letter,
    npi,
    serve,
    upkeep,
    users,
    verdicts,
)

app = typer.Typer(
    name="extractor",
    help="Reads faxed infusion referrals into a validated record with a confidence for every field.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
TOPICS = (
    extract,
    codes,
    evaluate,
    calibrate,
    inspect,
    deliver,
    export,
    labels,
    letter,
    npi,
    serve,
    upkeep,
    users,
    verdicts,
)
for topic in TOPICS:
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

"""``extractor npi``: the national registry of providers as a local index."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from extractor.cli.terminal import console, errors_shown
from extractor.errors import UsageError

npi = typer.Typer(name="npi", help="The national registry of providers (NPPES) as a local index.", no_args_is_help=True)


@npi.command()
def load(
    file: Annotated[Path, typer.Argument(help="The file from CMS: monthly, weekly, or deactivated numbers.")],
    *,
    index: Annotated[
        Path | None, typer.Option("--index", help="Where the index lies, by default site.npi_index of the settings.")
    ] = None,
) -> None:
    """Load the NPPES data dissemination file (version 2, the zip as it comes) into the index.

    The monthly file makes a new index; a weekly one, or a CSV of deactivated numbers, changes the one there is. What
    runs meanwhile goes on with the old index and takes the new one by itself.

    Exit code: 0 loaded, 2 another file or nothing to change, 13 damaged, 15 no such file, 42 no way to write the index.
    """
    from extractor.nppes import load_file
    from extractor.settings import load_settings

    with errors_shown():
        target = index or Path(load_settings().npi_index())
        with console.status("0 rows") as status:
            report = load_file(file, target, progress=lambda rows: status.update(f"{rows:,} rows"))
        what = "new index" if report.is_full else "changes"
        said = f"{report.rows:,} rows, {what}, {report.deactivated:,} deactivated in all, {report.refused:,} refused"
        console.print(f"{said}; as of {report.as_of or 'unknown'}", highlight=False)


@npi.command()
def show(number: Annotated[str, typer.Argument(help="Ten digits.")]) -> None:
    """Print what the registry has for a number, one value a line."""
    from extractor.nppes import find_registry
    from extractor.settings import load_settings

    with errors_shown():
        registry = find_registry(load_settings().npi_index())
        if registry is None:
            raise UsageError("There is no index yet: load the NPPES file with extractor npi load.")
        provider = registry.find(number)
        if provider is None:
            raise UsageError("The registry does not have this number.")
        for name, value in provider.model_dump().items():
            sys.stdout.write(f"{name}\t{'' if value is None else value}\n")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(npi)

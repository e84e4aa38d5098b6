"""``extractor codes``: diagnosis codes, and the yearly releases that a site downloads."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from extractor.cli.terminal import console, errors_shown

codes = typer.Typer(name="codes", help="Diagnosis codes (ICD-10-CM) and their yearly releases.", no_args_is_help=True)


@codes.command()
def load(
    file: Annotated[Path, typer.Argument(help="The order file from CMS: icd10cm_order_YEAR.txt, or its zip.")],
    *,
    effective: Annotated[
        datetime | None,
        typer.Option("--effective", formats=["%Y-%m-%d"], help="From when its codes hold; else its name says so."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start from the codes that came with the program, not from those loaded.")
    ] = False,
) -> None:
    """Lay a release over the codes in use: new codes begin, and codes that it lacks end, on its day.

    Exit code: 0 loaded, 2 another file or no day, 13 damaged, 15 no such file.
    """
    from extractor.knowledge import icd10cm
    from extractor.knowledge.code_release import load_release
    from extractor.settings import load_settings

    with errors_shown():
        settings = load_settings()
        settings.use_codes()
        if fresh:
            icd10cm.use_book(None)
        day = None if effective is None else effective.date()
        report = load_release(file, Path(settings.code_book()), icd10cm.load(), day)
        said = f"{report.codes:,} codes; {report.begun:,} begin and {report.ended:,} end on {report.effective}"
        console.print(said, highlight=False)


@codes.command()
def search(
    text: Annotated[str, typer.Argument(help="Words of a diagnosis, or the beginning of a code.")],
    most: Annotated[int, typer.Option("--most", min=1, max=1000, help="How many codes.")] = 20,
) -> None:
    """Print codes with their descriptions, a line each."""
    from extractor.knowledge import icd10cm
    from extractor.settings import load_settings

    with errors_shown():
        load_settings().use_codes()
        for code, description in icd10cm.search_codes(text, most):
            sys.stdout.write(f"{code}\t{description}\n")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(codes)

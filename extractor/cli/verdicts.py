"""``extractor verdicts``: how well readiness is judged on faxes whose truth is known."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from extractor.cli.terminal import errors_shown, print_table, progress_bar


def verdicts(
    folder: Annotated[
        Path, typer.Argument(help="Folder of faxes, each with NAME.truth.json beside it.", metavar="DIR")
    ],
    *,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day of judging, by default today.")
    ] = None,
    readings: Annotated[
        Path, typer.Option("--readings", help="Folder where readings are kept between runs: PATIENT DATA.")
    ] = Path("build/readings"),
    false_met: Annotated[
        bool, typer.Option("--false-met", help="Also list each false met: the fax's name and the rule.")
    ] = False,
) -> None:
    """Compare readiness on what is read with readiness on what is true, by kind of rule; false met apart.

    Exit code: 0 measured, 15 no truth in DIR, 30 a truth is not in the record's shape, 2 wrong usage.
    """
    from extractor.artifacts import FolderArtifacts
    from extractor.evaluate.tables import Table
    from extractor.evaluate.truth import load_truths
    from extractor.evaluate.verdicts import compare_folder, make_table
    from extractor.settings import load_settings

    with errors_shown():
        truths = load_truths(folder)
        with progress_bar("faxes") as progress:
            task = progress.add_task("Faxes", total=len(truths))
            cases = compare_folder(
                truths,
                load_settings().options(),
                FolderArtifacts(readings),
                as_of.date() if as_of else date.today(),
                lambda done, _: progress.update(task, completed=done),
            )
        print_table(make_table(cases))
        if false_met:
            rows = tuple((case.fax, case.kind, case.rule, case.true.value) for case in cases if case.is_false_met)
            print_table(Table("False met", ("fax", "kind", "rule", "true"), rows))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(verdicts)

"""``extractor verdicts``: how well readiness is judged on faxes whose truth is known."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from extractor.cli.terminal import errors_shown, print_table, progress_bar


def verdicts(
    folders: Annotated[
        list[Path], typer.Argument(help="Folders of faxes, each with NAME.truth.json beside it.", metavar="DIR...")
    ],
    *,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day of judging, by default today.")
    ] = None,
    readings: Annotated[
        Path, typer.Option("--readings", help="Folder where readings are kept between runs: PATIENT DATA.")
    ] = Path("build/readings"),
    misses: Annotated[
        bool, typer.Option("--misses", help="Also list each false met and false missing: the fax's name and the rule.")
    ] = False,
) -> None:
    """Compare readiness on what is read with readiness on what is true, by kind of rule and tier; false met apart.

    Exit code: 0 measured, 15 no truth in DIR, 30 a truth is not in the record's shape, 2 wrong usage.
    """
    from extractor.artifacts import FolderArtifacts
    from extractor.evaluate.tables import Table
    from extractor.evaluate.truth import load_truths
    from extractor.evaluate.verdicts import compare_faxes, make_tables
    from extractor.settings import load_settings

    with errors_shown():
        truths = [truth for folder in folders for truth in load_truths(folder)]
        with progress_bar("faxes") as progress:
            task = progress.add_task("Faxes", total=len(truths))
            cases = compare_faxes(
                truths,
                load_settings().options(),
                FolderArtifacts(readings),
                as_of.date() if as_of else date.today(),
                lambda done, _: progress.update(task, completed=done),
            )
        for table in make_tables(cases):
            print_table(table)
        if misses:
            wrong = [case for case in cases if case.is_false_met or case.is_false_missing]
            rows = tuple((one.fax, one.kind, one.rule, one.true.value, str(one.read)) for one in wrong)
            print_table(Table("False met and false missing", ("fax", "kind", "rule", "true", "said"), rows))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(verdicts)

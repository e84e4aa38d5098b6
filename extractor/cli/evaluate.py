"""``extractor evaluate``: how well the faxes of a folder are read."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import TaskID

from extractor.cli.terminal import errors_shown, print_table, progress_bar


def evaluate(
    folder: Annotated[
        Path, typer.Argument(help="Folder of faxes, each with NAME.truth.json beside it.", metavar="DIR")
    ],
    *,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write every figure into this file.")] = None,
    html_file: Annotated[
        Path | None,
        typer.Option("--html", help="Write figures, plots and every miss with its picture: PATIENT DATA, one page."),
    ] = None,
    misses: Annotated[int, typer.Option("--misses", min=0, help="How many misses the page shows, worst first.")] = 300,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Also plain Tesseract and plain RapidOCR with regular expressions.")
    ] = False,
    readings: Annotated[
        Path, typer.Option("--readings", help="Folder where readings are kept between runs: PATIENT DATA.")
    ] = Path("build/readings"),
    field: Annotated[
        list[str] | None,
        typer.Option("--field", help="Only fields that begin so, as patient. or orders[].dose; may be repeated."),
    ] = None,
    engine: Annotated[
        str | None, typer.Option("--engine", help="Reading engine: auto, ppocr, tesseract, embedded or null.")
    ] = None,
) -> None:
    """Measure how well the faxes of DIR are read: every field against the truth beside each fax.

    A truth has the record's shape with plain values. What was read of a page is kept in a folder, so that a second run
    only extracts. THAT FOLDER AND THE HTML PAGE HOLD PATIENT DATA where the faxes do; the table and the JSON hold
    figures only.

    Exit code: 0 measured, 15 no truth in DIR, 30 a truth is not in the record's shape, 2 wrong usage.
    """
    from extractor.artifacts import FolderArtifacts
    from extractor.evaluate.report import Request, Watched, evaluate_folder
    from extractor.settings import load_settings

    with errors_shown():
        request = Request(folder, load_settings().options(engine=engine), tuple(field or ()), baselines)
        with progress_bar("") as progress:

            def watch(what: Watched, done: int, total: int) -> None:
                task = tasks.get(what) or tasks.setdefault(what, progress.add_task(what, total=total))
                progress.update(task, completed=done)

            tasks: dict[Watched, TaskID] = {}
            report = evaluate_folder(request, FolderArtifacts(readings), watch)
            if json_file is not None:
                json_file.write_text(report.as_json(), encoding="utf-8")
            if html_file is not None:
                html_file.write_text(report.as_html(misses), encoding="utf-8")
        for table in report.tables():
            print_table(table)
        sys.stdout.write(report.headline() + "\n")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(evaluate)

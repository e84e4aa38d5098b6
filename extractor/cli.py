"""The command line: one JSON object a file on standard output, everything else on standard error."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from extractor.errors import ExtractorError, FileUnavailable, UsageError

if TYPE_CHECKING:
    from extractor.evaluate.tables import Table

app = typer.Typer(
    name="extractor",
    help="Reads faxed infusion referrals into a validated record with a confidence for every field.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
_console = Console(stderr=True)
WIDEST = 220
"""Columns of the widest table."""


@app.command()
def extract(
    files: Annotated[
        list[Path], typer.Argument(help="Faxes: TIFF, PDF, PNG or JPEG, told by content.", metavar="FILE...")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write NAME.json for each file into this folder, not to the terminal.")
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(
            "--overlay", help="Draw words, labels, fields and confidence on the pages of ONE file into this PDF."
        ),
    ] = None,
    engine: Annotated[
        str | None, typer.Option("--engine", help="Reading engine: auto, ppocr, tesseract, embedded or null.")
    ] = None,
) -> None:
    """Read each FILE into one JSON record.

    One file prints one indented object; several print JSON lines, one object a file, whatever happens: a file that
    cannot be read gives "status": "failed" with its "failures".

    Exit code: 0 all read (also partly: see "status"), else that of the worst file: 11 unsupported type, 12 password,
    13 damaged, 14 over a limit, 15 not there, 21 engine not installed, 22 too slow, 23 crashed, 24 out of memory;
    2 wrong usage.
    """
    from extractor import ocr
    from extractor.pipeline import extract_file, failed_extraction, start_pool
    from extractor.settings import load_settings

    with _errors_shown():
        if overlay is not None and len(files) != 1:
            raise UsageError("--overlay draws one file: give one FILE.")
        options = load_settings().options(engine=engine, keep_images=overlay is not None)
        if out is not None:
            if len({path.name for path in files}) < len(files):
                raise UsageError("Two files have the same name and would overwrite each other's JSON: run them apart.")
            out.mkdir(parents=True, exist_ok=True)
        for sentence in ocr.missing_engines(options.ocr):
            _console.print(f"[yellow]warning[/]: {sentence}", highlight=False, soft_wrap=True)
        worst = 0
        with start_pool(options) as pool, _progress() as progress:
            for path in files:
                task = progress.add_task(path.name, total=None)

                def advance(done: int, total: int, task: object = task) -> None:
                    progress.update(task, completed=done, total=total)  # type: ignore[arg-type]

                try:
                    result = extract_file(path, options, pool=pool, progress=advance)
                    extraction = result.extraction
                    if overlay is not None:
                        from extractor.export.overlay import draw_overlay

                        overlay.write_bytes(draw_overlay(extraction, result.readings, result.images))
                except ExtractorError as error:
                    extraction = failed_extraction(path, error, options)
                    worst = max(worst, error.exit_code)
                text = extraction.model_dump_json(indent=2 if out is not None or len(files) == 1 else None)
                if out is None:
                    sys.stdout.write(text + "\n")
                    sys.stdout.flush()
                else:
                    (out / f"{path.name}.json").write_text(text + "\n", encoding="utf-8")
    raise typer.Exit(worst)


@app.command()
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

    with _errors_shown():
        request = Request(folder, load_settings().options(engine=engine), tuple(field or ()), baselines)
        with _progress("") as progress:

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
            _print_table(table)
        sys.stdout.write(report.headline() + "\n")


@app.command()
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

    with _errors_shown():
        book = load_protocols(str(check) if check is not None else load_settings().site.protocols)
        found = None if name is None else book.get(name)
        if name is not None and found is None:
            raise UsageError(f"There is no protocol {name}: `extractor protocols` lists them.")
        lines = list_protocols(book) if found is None else show_protocol(found)
        sys.stdout.write("\n".join(lines) + "\n")


@app.command()
def doctor() -> None:
    """Print versions, engines, settings, and what is missing with how to install it."""
    from extractor.doctor import report

    with _errors_shown():
        lines, is_fit = report()
        sys.stdout.write("\n".join(lines) + "\n")
    raise typer.Exit(0 if is_fit else 21)


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)] = False,
) -> None:
    """Reads faxed infusion referrals into a validated record with a confidence for every field."""
    if show:
        from extractor.version import __version__

        sys.stdout.write(__version__ + "\n")
        raise typer.Exit


def _print_table(table: "Table") -> None:
    """A table on standard output, as wide as it needs to be: a line that wraps is better than a figure that is cut."""
    from rich import box
    from rich.table import Table as Grid

    console = Console(width=WIDEST, highlight=False, markup=False)
    grid = Grid(
        title=table.title, title_justify="left", box=box.SIMPLE_HEAD, caption=table.note, caption_justify="left"
    )
    for number, heading in enumerate(table.headings):
        grid.add_column(heading, justify="right" if number else "left")
    for row in table.rows:
        grid.add_row(*row)
    console.print(grid)


def _progress(unit: str = "pages") -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeElapsedColumn(),
        console=_console,
        disable=not _console.is_terminal,
    )


class _errors_shown:  # noqa: N801 - reads as a statement
    """Errors of this program end as one line on standard error and their exit code; bugs keep their traceback."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            error = FileUnavailable(f"Cannot write the result ({error.strerror}): check the folder and its rights.")
        if isinstance(error, ExtractorError):
            _console.print(f"[bold red]{error.code}[/]: {error.message}", highlight=False)
            raise typer.Exit(error.exit_code) from None

"""The command line: one JSON object a file on standard output, everything else on standard error."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from extractor.errors import ExtractorError, FileUnavailable, UsageError

app = typer.Typer(
    name="extractor",
    help="Reads faxed infusion referrals into a validated record with a confidence for every field.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
_console = Console(stderr=True)


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


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("pages"),
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

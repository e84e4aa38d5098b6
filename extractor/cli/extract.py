"""``extractor extract``: one JSON object a file on standard output."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from extractor.cli.terminal import console, errors_shown, progress_bar
from extractor.errors import ExtractorError, UsageError


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

    with errors_shown():
        if overlay is not None and len(files) != 1:
            raise UsageError("--overlay draws one file: give one FILE.")
        options = load_settings().options(engine=engine, keep_images=overlay is not None)
        if out is not None:
            if len({path.name for path in files}) < len(files):
                raise UsageError("Two files have the same name and would overwrite each other's JSON: run them apart.")
            out.mkdir(parents=True, exist_ok=True)
        for sentence in ocr.missing_engines(options.ocr):
            console.print(f"[yellow]warning[/]: {sentence}", highlight=False, soft_wrap=True)
        worst = 0
        with start_pool(options) as pool, progress_bar() as progress:
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


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(extract)

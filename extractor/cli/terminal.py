"""What every command shares of the terminal: errors as one line, the progress bar, tables."""

from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from extractor.errors import ExtractorError, FileUnavailable

if TYPE_CHECKING:
    from extractor.evaluate.tables import Table

console = Console(stderr=True)
WIDEST = 220
"""Columns of the widest table."""


def print_table(table: "Table") -> None:
    """A table on standard output, as wide as it needs to be: a line that wraps is better than a figure that is cut."""
    from rich import box
    from rich.table import Table as Grid

    wide = Console(width=WIDEST, highlight=False, markup=False)
    grid = Grid(
        title=table.title, title_justify="left", box=box.SIMPLE_HEAD, caption=table.note, caption_justify="left"
    )
    for number, heading in enumerate(table.headings):
        grid.add_column(heading, justify="right" if number else "left")
    for row in table.rows:
        grid.add_row(*row)
    wide.print(grid)


def progress_bar(unit: str = "pages") -> Progress:
    """A bar on a terminal's standard error; nothing where that is no terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )


class errors_shown:  # noqa: N801 - reads as a statement
    """Errors of this program end as one line on standard error and their exit code; bugs keep their traceback."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            error = FileUnavailable(f"Cannot write the result ({error.strerror}): check the folder and its rights.")
        if isinstance(error, ExtractorError):
            console.print(f"[bold red]{error.code}[/]: {error.message}", highlight=False)
            raise typer.Exit(error.exit_code) from None

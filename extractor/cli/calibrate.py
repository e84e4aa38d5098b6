"""``extractor calibrate``: a site's own calibration from its own confirmed referrals."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import TaskID

from extractor.cli.terminal import errors_shown, progress_bar


def calibrate(
    folder: Annotated[
        Path,
        typer.Argument(help="Folder of faxes, each with its confirmed record as NAME.truth.json.", metavar="DIR"),
    ],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the calibration into this file; settings name it.")
    ] = None,
    readings: Annotated[
        Path, typer.Option("--readings", help="Folder where readings are kept between runs: PATIENT DATA.")
    ] = Path("build/readings"),
) -> None:
    """Draw the calibration in use to this site's own confirmed referrals, and say what that changes.

    Nothing leaves this machine: the faxes of DIR are read here, and what is written holds numbers only. The table says
    how sure values were and how many critical ones would have been accepted, before and after, on faxes that the new
    calibration did not see. To use it, set policy.calibration to the file of --out.

    Exit code: 0 fitted, 2 too few confirmed referrals, 15 no truth in DIR, 30 a truth is not in the record's shape.
    """
    from datetime import UTC, datetime

    from extractor.artifacts import FolderArtifacts
    from extractor.evaluate.calibrate import pack_calibration, tabulate
    from extractor.evaluate.samples import collect_samples
    from extractor.evaluate.site import refit_site
    from extractor.evaluate.truth import load_truths
    from extractor.resolve.policy import load_policy
    from extractor.settings import load_settings

    with errors_shown():
        options = load_settings().options()
        policy = load_policy(options.policy)
        base = policy.load_calibration()
        with progress_bar("") as progress:
            tasks: list[TaskID] = []

            def watch(done: int, total: int) -> None:
                if not tasks:
                    tasks.append(progress.add_task("faxes", total=total))
                progress.update(tasks[0], completed=done)

            samples = tuple(collect_samples(load_truths(folder), options, FolderArtifacts(readings), watch))
        refit = refit_site(samples, base, policy, datetime.now(UTC))
        for model, sure in ((base, refit.before), (refit.calibration, refit.after)):
            sys.stdout.write(f"\n{model.version}\n")
            sys.stdout.writelines(f"{line}\n" for line in tabulate(samples, sure, model, policy))
        if out is not None:
            out.write_text(pack_calibration(refit.calibration), encoding="utf-8")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(calibrate)

"""``extractor letter``: the page that asks the prescriber's office for what is missing."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.cli.terminal import console, errors_shown
from extractor.errors import FileUnavailable, RecordError, UsageError
from models.record import Extraction, Referral, ReferralKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.letter import Letter, Place
    from extractor.settings import Settings
    from models.stages.options import Options


def letter(
    record: Annotated[Path, typer.Argument(help="A record that `extractor extract` wrote.", metavar="RECORD.json")],
    *,
    out: Annotated[Path, typer.Option("--out", help="The folder to write the letter into: PATIENT DATA.")],
    number: Annotated[
        int | None, typer.Option("--referral", min=1, help="Which referral of the record, counted from 1.")
    ] = None,
    fax: Annotated[
        Path | None, typer.Option("--fax", help="The incoming file, to show in the letter what could not be read.")
    ] = None,
) -> None:
    """Write a one-page letter to the prescriber's office that asks for what is missing, and print its path.

    Nothing is sent: print it, or fax it to the number in it. A number that no person has confirmed is left blank. The
    reply comes to site.fax of the settings. What is missing is judged anew as of today. The store keeps the letter's
    id, by which the reply finds its referral, and the audit that it was written.

    Exit code: 0 written, 15 no such file, 30 no record or no referral in it, 2 wrong usage or no fax for replies.
    """
    from extractor.knowledge.protocols import load_protocols
    from extractor.letter import make_request, write_letter
    from extractor.readiness import add_readiness
    from extractor.settings import load_settings

    with errors_shown():
        settings = load_settings()
        options = settings.options()
        today = date.today()
        request = make_request(options.site, today)
        extraction = add_readiness(_load(record), today, load_protocols(options.site.protocols))
        referral = _choose(extraction, number)
        written = write_letter(referral, request, _cut(fax, extraction, referral, options))
        path = _keep(written, referral, out, settings)
        sys.stdout.write(f"{path}\n")
        _tell(written)


def _keep(written: "Letter", referral: Referral, out: Path, settings: "Settings") -> Path:
    """Write the file and note it in the store, both or neither: a letter whose id nobody knows cannot be answered."""
    from extractor.store.letters import WrittenLetter, add_letter
    from extractor.store.metadata import utc_now
    from extractor.store.opening import open_store

    path = out / written.filename
    store = open_store(settings.store_options())
    try:
        with store.database.begin() as connection:
            letter = WrittenLetter(
                letter_id=written.letter_id,
                referral_id=referral.referral_id,
                revision=referral.revision,
                actor="command-line",
                written_at=utc_now(),
            )
            add_letter(connection, letter)
            out.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written.content)
    finally:
        store.close()
    return path


def _load(path: Path) -> Extraction:
    from pydantic import ValidationError

    try:
        return Extraction.model_validate_json(path.read_bytes())
    except OSError as error:
        raise FileUnavailable(f"Cannot read the file ({error.strerror}): check its path and its rights.") from error
    except ValidationError as error:
        raise RecordError(
            "This file is no record of this program's version: give one that `extractor extract` wrote for one file."
        ) from error


def _choose(extraction: Extraction, number: int | None) -> Referral:
    """The referral of that number, or the only one with an order."""
    if number is not None:
        if number > len(extraction.referrals):
            raise UsageError(f"The record holds {len(extraction.referrals)} referrals: --referral counts from 1.")
        return extraction.referrals[number - 1]
    found = [one for one in extraction.referrals if one.kind is ReferralKind.REFERRAL]
    if len(found) > 1:
        raise UsageError(f"The record holds {len(found)} referrals: say which with --referral N, counted from 1.")
    if not found:
        raise RecordError("There is no referral with an order in it, so there is no office to ask.")
    return found[0]


def _cut(fax: Path | None, extraction: Extraction, referral: Referral, options: "Options") -> "Mapping[Place, bytes]":
    from extractor.letter import find_places
    from extractor.letter.crops import cut_places

    if fax is None:
        return {}
    foreign = {page for other in extraction.referrals if other is not referral for page in other.pages}
    return cut_places(fax, extraction.document.sha256, find_places(referral, foreign), options)


def _tell(written: "Letter") -> None:
    if written.fax is None:
        console.print(
            "No person has confirmed the prescriber's fax number: check it with the office and fill it in.",
            highlight=False,
        )
    if not written.asked:
        console.print("There is nothing to ask the office for; what is open is for your own people.", highlight=False)
    if written.left_out:
        console.print(f"{written.left_out} of {written.asked} items had no room on the page.", highlight=False)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(letter)

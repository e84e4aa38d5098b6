"""``extractor export``: a referral in the format that the next system speaks."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from extractor.cli.terminal import console, errors_shown
from extractor.errors import ExportBlocked, FileUnavailable, RecordError, UsageError
from models.record import Extraction, Referral, ReferralKind

if TYPE_CHECKING:
    from extractor.export import Exported
    from extractor.export.gate import Block
    from extractor.store.referrals import ReferralState


class _Cleared(NamedTuple):
    """A referral with its file's record, who approved this revision, and why over open fields, if so.

    ``state``: where it stands in the store; None for one from a file.
    """

    referral: Referral
    extraction: Extraction
    approved_by: str | None = None
    override: str | None = None
    state: "ReferralState | None" = None


def export(
    source: Annotated[
        str,
        typer.Argument(help="A record that `extractor extract` wrote, or a referral's id.", metavar="FILE.json|REF"),
    ],
    *,
    to: Annotated[str, typer.Option("--format", help="fhir, hl7, csv or json.")] = "json",
    out: Annotated[Path | None, typer.Option("--out", help="Write the files into this folder: PATIENT DATA.")] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="A site's own columns and codes for csv (YAML).")
    ] = None,
    original: Annotated[
        Path | None, typer.Option("--original", help="The incoming file, to travel inside where the format can.")
    ] = None,
    losses: Annotated[
        Path | None, typer.Option("--losses", help="Write what the format could not say into this file (JSON).")
    ] = None,
    unchecked: Annotated[
        bool,
        typer.Option("--unchecked", help="Also what nobody approved or a person still has to look at: to try out."),
    ] = False,
) -> None:
    """Write a referral for the next system: as FHIR R4, HL7 v2.5.1, CSV or the record itself.

    A referral that is in the store leaves only when a person approved its latest revision, no critical field waits for
    a person, and nobody held or closed it since; one from a file was never approved, so it needs --unchecked.
    Supplements and strays are no referrals. Files in --out are for their owner's eyes only (mode 0600).

    Exit code: 0 written, 15 no such file, 30 no record, 32 the gate keeps it, 42 no store, 2 wrong usage.
    """
    from extractor.export import ExportContext, exporters
    from extractor.export.mapping import load_mapping

    with errors_shown():
        exporter = exporters.get(to)
        columns = None if mapping is None else load_mapping(mapping)
        enclosed = None if original is None else _read_bytes(original)
        written: list[Exported] = []
        for one in _find(source):
            if not unchecked:
                _refuse(_blocks(one))
                _refuse_stopped(one.state)
            context = ExportContext(
                extraction=one.extraction, mapping=columns, original=enclosed, approved_by=one.approved_by
            )
            written += exporter.export(one.referral, context)
        _write(written, out)
        _report(written, losses)


def _find(source: str) -> Sequence[_Cleared]:
    """The referrals of a record file, or the one of that id in the store."""
    path = Path(source)
    found = list(_from_file(path)) if path.is_file() else [_from_store(source)]
    referrals = [one for one in found if one.referral.kind is ReferralKind.REFERRAL]
    if not referrals:
        raise RecordError("There is no referral in it: supplements and strays are not exported.")
    return referrals


def _from_file(path: Path) -> Iterator[_Cleared]:
    from pydantic import ValidationError

    text = _read_bytes(path)
    try:
        records = [Extraction.model_validate_json(text)]
    except ValidationError:
        try:
            records = [Extraction.model_validate_json(line) for line in text.splitlines() if line.strip()]
        except ValidationError as error:
            raise RecordError(
                "This file is no record of this program's version: give one that `extractor extract` wrote."
            ) from error
    return (_Cleared(referral, record) for record in records for referral in record.referrals)


def _from_store(referral_id: str) -> _Cleared:
    from extractor.settings import load_settings
    from extractor.store import approvals, documents, referrals
    from extractor.store.database import Database

    database = Database.open(load_settings().store_options().database_url)
    try:
        with database.read() as connection:
            stored = referrals.latest(connection, referral_id)
            if stored is None:
                raise UsageError("There is no such file and no such referral: give a record's path or a referral's id.")
            extraction = documents.find_extraction(connection, stored.summary.document_sha256)
            approval = approvals.find_approval(connection, referral_id, stored.summary.revision)
    finally:
        database.close()
    if extraction is None:
        raise RecordError("The store has nothing that was read of this referral's file: read the file again.")
    state = stored.summary.state
    if approval is None:
        return _Cleared(stored.record, extraction, state=state)
    return _Cleared(stored.record, extraction, approval.actor, approval.override_reason, state)


def _blocks(one: _Cleared) -> Sequence["Block"]:
    from extractor.export.gate import GateRules, Override, find_blocks
    from extractor.resolve.policy import load_policy
    from extractor.settings import load_settings

    policy = load_policy(load_settings().policy)
    rules = GateRules(critical=policy.critical, is_shadow=policy.is_shadow)
    override = None
    if one.approved_by is not None and one.override is not None:
        override = Override(actor=one.approved_by, reason=one.override)
    return find_blocks(one.referral, rules, approved_by=one.approved_by, override=override)


def _refuse(blocks: Sequence["Block"]) -> None:
    if blocks:
        why = ", ".join(sorted({block.path or block.code.value for block in blocks})[:8])
        raise ExportBlocked(
            f"{len(blocks)} things keep this referral ({why}): settle them in review and approve it, or write it with "
            "--unchecked to try something out."
        )


def _refuse_stopped(state: "ReferralState | None") -> None:
    """An approval outlives its withdrawal: what was held or closed afterwards stays."""
    from extractor.store.referrals import ReferralState

    leaving = {
        ReferralState.APPROVED,
        ReferralState.DELIVERING,
        ReferralState.DELIVERED,
        ReferralState.NEEDS_CHECK,
    }
    if state is not None and state not in leaving:
        raise ExportBlocked(
            f"This referral was approved but is in state {state.value} now: approve it again, or write it with "
            "--unchecked to try something out."
        )


def _write(written: Sequence["Exported"], out: Path | None) -> None:
    if out is None:
        if len(written) > 1:
            raise UsageError(f"This makes {len(written)} files: name a folder for them with --out.")
        sys.stdout.write(written[0].content.decode())
        return
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    for one in written:
        _write_private(out / one.filename, one.content)


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, also where an older one with other rights is there."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(content)


def _report(written: Sequence["Exported"], losses: Path | None) -> None:
    lost = [{"file": one.filename, "path": loss.path, "reason": loss.reason} for one in written for loss in one.losses]
    if losses is not None:
        losses.write_text(json.dumps(lost, indent=2) + "\n", encoding="utf-8")
    if lost:
        console.print(f"{len(lost)} things this format cannot say: --losses FILE lists them.", highlight=False)


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileUnavailable(f"Cannot read the file ({error.strerror}): check its path and its rights.") from error


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(export)

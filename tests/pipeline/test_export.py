"""``extractor export``: the gate, the files, the report, and what it says when something is wrong."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from extractor.cli import app
from extractor.settings import load_settings
from extractor.store import approvals, documents, referrals
from extractor.store.database import Database
from extractor.store.referrals import ReferralState
from models.record import Order, Patient, Referral, ReferralKind, State
from samples.hostile_record import EXTRACTION, REFERRAL, absent, said
from samples.importers.csv_import import read_tables
from samples.importers.fhir_import import read_bundle
from samples.importers.json_import import read_record

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PATIENT = Patient(first_name=said("Ada"), last_name=said("Voss"), date_of_birth=said("1980-01-02"))
ORDER = Order(drug=said("rituximab"), dose=said("1000 mg"))


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["export", *map(str, arguments)])


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.json"
    path.write_text(EXTRACTION.model_dump_json(), encoding="utf-8")
    return path


def test_each_format_is_written_and_read_again(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for name in ("fhir", "csv", "json", "hl7"):
        assert run(record, "--format", name, "--out", out, "--unchecked").exit_code == 0
    stem = "0badc0de-7-r1"
    drugs = {
        read_bundle((out / f"{stem}.fhir.json").read_bytes()).values["orders[0].drug"],
        read_record((out / f"{stem}.json").read_bytes())[0].values["orders[0].drug"],
        read_tables((out / f"{stem}-referrals.csv").read_bytes(), (out / f"{stem}-labs.csv").read_bytes())[0].values[
            "orders[0].drug"
        ],
    }
    assert drugs == {"infliximab-dyyb"}
    assert list(out.glob(f"{stem}*.hl7"))


def test_the_gate_keeps_what_nobody_approved(record: Path, tmp_path: Path) -> None:
    done = run(record, "--format", "fhir", "--out", tmp_path / "out")
    assert done.exit_code == 32
    assert "export_blocked" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_report_lists_what_was_lost(record: Path, tmp_path: Path) -> None:
    losses = tmp_path / "losses.json"
    done = run(record, "--format", "fhir", "--losses", losses, "--unchecked")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["resourceType"] == "Bundle"
    assert "*.raw" in {loss["path"] for loss in json.loads(losses.read_text())}


def test_two_files_need_a_folder(record: Path) -> None:
    assert run(record, "--format", "csv", "--unchecked").exit_code == 2


def test_what_is_no_record_or_no_format(record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{}")
    assert run(broken, "--unchecked").exit_code == 30
    assert run(record, "--format", "fax", "--unchecked").exit_code == 2
    monkeypatch.setenv("EXTRACTOR_STORE__FOLDER", str(tmp_path / "store"))
    assert run("no-such-referral", "--unchecked").exit_code == 2


def test_json_lines_hold_several_records(tmp_path: Path) -> None:
    path = tmp_path / "lines.json"
    path.write_text((EXTRACTION.model_dump_json() + "\n") * 2)
    assert run(path, "--out", tmp_path / "out", "--unchecked").exit_code == 0


def test_a_supplement_is_no_referral(tmp_path: Path) -> None:
    document = json.loads(EXTRACTION.model_dump_json())
    document["referrals"][0]["kind"] = "supplement"
    path = tmp_path / "supplement.json"
    path.write_text(json.dumps(document))
    done = run(path, "--unchecked")
    assert done.exit_code == 30


@pytest.mark.parametrize(("doubt", "reason"), [(False, None), (True, "Called the clinic.")])
def test_a_referral_of_the_store_leaves_once_it_is_approved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, doubt: bool, reason: str | None
) -> None:
    monkeypatch.setenv("EXTRACTOR_STORE__FOLDER", str(tmp_path))
    sha256, job = "ab" * 32, "job"
    order = ORDER.model_copy(update={"dose": absent(State.ILLEGIBLE)}) if doubt else ORDER
    found = Referral(
        referral_id=REFERRAL.referral_id,
        created_at=NOW,
        kind=ReferralKind.REFERRAL,
        pages=(1,),
        patient=PATIENT,
        orders=(order,),
    )
    database = Database.open(load_settings().store_options().database_url)
    with database.begin() as connection:
        documents.receive(connection, arrival_id="a", sha256=sha256, size=1, filename="f.tif", source="folder", now=NOW)
        document = documents.find(connection, sha256)
        assert document is not None
        assert documents.note_job(connection, document, job, now=NOW)
        documents.begin_reading(connection, sha256, job, now=NOW)
        assert documents.keep_extraction(connection, sha256, job, EXTRACTION, now=NOW)
        referrals.add_revision(connection, found, document_sha256=sha256, received_at=NOW, now=NOW)
    assert run(found.referral_id).exit_code == 32
    with database.begin() as connection:
        approvals.add_approval(
            connection,
            approvals.Approval(
                referral_id=found.referral_id,
                revision=1,
                actor="nurse-1",
                at=NOW,
                open_critical=int(doubt),
                override_reason=reason,
            ),
        )
        referrals.set_state(connection, found.referral_id, 1, ReferralState.REVIEW, ReferralState.APPROVED, now=NOW)
    done = run(found.referral_id, "--format", "fhir")
    assert done.exit_code == 0, done.stderr
    assert read_bundle(done.stdout.encode()).values["patient.last_name"] == "Voss"
    assert '"value":"nurse-1"' in done.stdout
    with database.begin() as connection:
        referrals.set_state(connection, found.referral_id, 1, ReferralState.APPROVED, ReferralState.HELD, now=NOW)
    database.close()
    held = run(found.referral_id, "--format", "fhir")
    assert (held.exit_code, held.stdout) == (32, "")
    assert "held" in held.stderr
    assert run(found.referral_id, "--format", "fhir", "--unchecked").exit_code == 0


def test_files_with_patient_data_are_their_owners_only(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    old = out / "0badc0de-7-r1.fhir.json"
    old.touch(mode=0o644)
    for name in ("fhir", "json"):
        assert run(record, "--format", name, "--out", out, "--unchecked").exit_code == 0
    assert {file.stat().st_mode & 0o777 for file in out.iterdir()} == {0o600}
    assert old.stat().st_size

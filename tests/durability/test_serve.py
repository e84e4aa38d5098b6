"""The commands as a site runs them: one process that does everything, and a look from outside."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from extractor.store.database import Database
from extractor.store.documents import count_by_state
from tests.durability.moments import NOON, SECRET_NAMES
from tests.durability.processes import ROOT, Start, wait_until
from tests.durability.tiny_faxes import draw_fax


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "EXTRACTOR_STORE__FOLDER": str(tmp_path / "store"),
        "EXTRACTOR_OCR__ENGINE": "embedded",
        "EXTRACTOR_POOL__PROCESSES": "1",
        "EXTRACTOR_INTAKE__SCAN_SECONDS": "0.2",
        "EXTRACTOR_INTAKE__SETTLE_SECONDS": "0.4",
        "EXTRACTOR_JOBS__POLL_SECONDS": "0.2",
        "EXTRACTOR_WEB__PORT": str(_free_port()),
        "EXTRACTOR_CONFIG": "",
    }


def _status(environment: dict[str, str], *options: str) -> str:
    import os

    command = [sys.executable, "-m", "extractor", "status", *options]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=ROOT, env=os.environ | environment, timeout=120
    )
    return done.stdout


def test_one_process_takes_reads_shows_and_stops_in_order(
    start: Start, tmp_path: Path, environment: dict[str, str]
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    draw_fax(inbox / "fax.pdf", 1)
    (inbox / "letter.docx").write_bytes(b"PK\x03\x04 no fax")
    process = start("-m", "extractor", "serve", "--inbox", str(inbox), **environment)
    file = tmp_path / "store" / "store.db"
    wait_until(lambda: file.exists() or process.poll() is not None, "the store")
    database = Database.open(f"sqlite:///{file}")

    def has_ended() -> bool:
        assert process.poll() is None, (tmp_path / "processes.log").read_text()
        with database.read() as connection:
            return count_by_state(connection) == {"read": 1, "quarantined": 1}

    wait_until(has_ended, "both files")
    wait_until(lambda: len(list((inbox / "quarantine").rglob("*.reason.txt"))) == 1, "the reason beside the file")
    with urllib.request.urlopen(f"http://127.0.0.1:{environment['EXTRACTOR_WEB__PORT']}/health", timeout=30) as answer:
        assert json.load(answer)["status"] == "ok"
    told = json.loads(_status(environment, "--json"))
    assert told["documents"] == {"read": 1, "quarantined": 1}
    assert told["referrals"] == {"review": 1}
    assert told["failures"] == {"unsupported_media_type": 1}
    assert told["processes"] == 1
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    database.close()
    log = (tmp_path / "processes.log").read_text()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    events = [line["event"] for line in lines]
    assert {"worker_started", "received", "in_review", "quarantined", "worker_stopped"} <= set(events)
    assert [name for name in (*SECRET_NAMES, "letter.docx", "fax.pdf") if name in log] == []


def test_status_of_an_empty_store_is_all_zero(environment: dict[str, str]) -> None:
    told = _status(environment)
    assert "read_last_hour\t0" in told
    assert "oldest_unread_seconds\t-" in told


def test_the_figures_are_in_prometheus_format(database: Database) -> None:
    from extractor.store import documents
    from extractor.store.figures import collect, prometheus_text

    with database.begin() as connection:
        documents.receive(
            connection, arrival_id="a", sha256="0" * 64, size=1, filename="f.pdf", source="folder", now=NOON
        )
        documents.quarantine(connection, "0" * 64, code="damaged_document", reason="Send it again.", now=NOON)
        figures = collect(connection, NOON)
    text = prometheus_text(figures)
    assert 'extractor_documents{state="quarantined"} 1\n' in text
    assert 'extractor_quarantined_documents{code="damaged_document"} 1\n' in text
    assert text.endswith("\n") and "None" not in text


def test_a_page_for_everybody_without_encryption_is_refused(
    start: Start, tmp_path: Path, environment: dict[str, str]
) -> None:
    told = environment | {"EXTRACTOR_WEB__HOST": "0.0.0.0"}
    process = start("-m", "extractor", "serve", "--inbox", str(tmp_path), **told)
    assert process.wait(60) == 2
    assert "unencrypted" in (tmp_path / "processes.log").read_text()

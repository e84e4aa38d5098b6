"""Receivers from the settings, the commands, and what must never be told: secrets and patients."""

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from extractor.cli import app
from extractor.delivery import (
    Answer,
    Destination,
    FolderReceiver,
    Recovery,
    Sent,
    Shipment,
    deliver_due,
    keep_delivering,
    open_destinations,
    receivers,
)
from extractor.delivery.base import accepted
from extractor.doctor import report
from extractor.errors import UsageError
from extractor.export import ExportContext, Exported, Party
from extractor.settings import load_settings
from extractor.store import audit, outbox, referrals
from extractor.store.database import Database
from extractor.store.outbox import ItemState
from extractor.store.referrals import ReferralState
from models.record import Referral
from models.stages.options import DeliveryOptions, ReceiverOptions
from tests.faults.delivery_servers import HttpSystem, MllpSystem
from tests.faults.delivery_world import approve, destination, items, make_referral, state_of

LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)
SECRET = "nobody-may-read-this"
TOML = """
[store]
folder = "{folder}"

[delivery]
application = "infusion-center"

[delivery.receivers.drop]
kind = "folder"
folder = "{drop}"
format = "hl7"

[delivery.receivers.hook]
kind = "webhook"
url = "{url}"
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with settings for two receivers; the webhook's address is set by each test that needs it."""
    (tmp_path / "drop").mkdir()
    text = TOML.format(folder=tmp_path / "data", drop=tmp_path / "drop", url="https://his.example.org/in")
    (tmp_path / "extractor.toml").write_text(text)
    monkeypatch.setenv("EXTRACTOR_CONFIG", str(tmp_path / "extractor.toml"))
    monkeypatch.setenv("EXTRACTOR_SECRETS__HOOK", SECRET)
    return tmp_path


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["deliver", *arguments])
    assert result.exit_code == code, result.output + str(result.exception)
    return result.output


def test_receivers_come_from_the_file_and_their_secrets_from_the_environment(site: Path) -> None:
    settings = load_settings()
    assert settings.secrets == {"hook": SecretStr(SECRET)}
    destinations = open_destinations(settings.delivery, settings.secrets)
    assert sorted(destinations) == ["drop", "hook"]
    assert destinations["drop"].exporter.suffix == ".hl7"
    assert destinations["hook"].exporter.suffix == ".json"
    assert destinations["hook"].sender.application == "infusion-center"
    lines, _ = report()
    assert SECRET not in "\n".join(lines) + repr(settings) + settings.model_dump_json()


def test_no_password_of_an_address_is_printed(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = f"{SECRET}/@:'x"
    monkeypatch.setenv("EXTRACTOR_STORE__DATABASE_URL", f"postgresql://infusion:{odd}@db.example.org/store")
    monkeypatch.setenv("EXTRACTOR_STORE__JOBS_URL", f"postgresql://infusion@db.example.org/jobs?password={SECRET}&a=b")
    monkeypatch.setenv("EXTRACTOR_DELIVERY__RECEIVERS__HOOK__URL", f"https://u:{SECRET}@his.example.org/in")
    text = "\n".join(report()[0])
    assert "postgresql://infusion:***@db.example.org/store" in text
    assert "postgresql://infusion@db.example.org/jobs?password=***&a=b" in text
    assert "https://u:***@his.example.org/in" in text
    assert SECRET not in text and "'x" not in text


def test_a_secret_in_the_file_is_refused(site: Path) -> None:
    file = site / "extractor.toml"
    file.write_text(file.read_text() + f'\n[secrets]\nhook = "{SECRET}"\n')
    with pytest.raises(UsageError, match="environment") as caught:
        load_settings()
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("name", ["Epic", "a-b", "", "9", "x" * 33])
def test_a_name_of_a_receiver_can_be_part_of_a_variable(name: str) -> None:
    with pytest.raises(ValueError, match="receivers"):
        DeliveryOptions(receivers={name: ReceiverOptions(kind="folder", folder="drop")})


@pytest.mark.parametrize(
    ("options", "secret", "reason"),
    [
        (ReceiverOptions(kind="folder"), None, "folder"),
        (ReceiverOptions(kind="webhook", url="http://his.example.org/"), SECRET, "https"),
        (ReceiverOptions(kind="webhook", url="https://u:p@his.example.org/"), SECRET, "EXTRACTOR_SECRETS"),
        (ReceiverOptions(kind="webhook", url="ftp://his.example.org/"), SECRET, "url"),
        (ReceiverOptions(kind="webhook", url="https://his.example.org/"), None, "EXTRACTOR_SECRETS"),
        (ReceiverOptions(kind="webhook", url="https://a.example/", ask_url="http://b.example/"), SECRET, "https"),
        (ReceiverOptions(kind="webhook", url="https://a.example/", ca_file="none.pem"), SECRET, "TLS"),
        (ReceiverOptions(kind="fhir", url="http://his.example.org/"), None, "https"),
        (ReceiverOptions(kind="mllp", host="his.example.org"), None, "port"),
        (ReceiverOptions(kind="mllp", host="his.example.org", port=2575), None, "is_tls"),
        (ReceiverOptions(kind="pigeon"), None, "webhook"),
        (ReceiverOptions(kind="folder", folder="x", format="morse"), None, "fhir"),
        (ReceiverOptions(kind="folder", folder="x", format="csv", mapping="no such file"), None, "mapping file"),
    ],
)
def test_options_that_cannot_work_are_told_before_anything_is_sent(
    options: ReceiverOptions, secret: str | None, reason: str
) -> None:
    secrets = {} if secret is None else {"his": SecretStr(secret)}
    with pytest.raises(UsageError, match=reason) as caught:
        open_destinations(DeliveryOptions(receivers={"his": options}), secrets)
    assert caught.value.message.startswith("Receiver his:")


@pytest.mark.parametrize(
    ("options", "recovery"),
    [
        (ReceiverOptions(kind="folder", folder="x"), Recovery.ASK),
        (ReceiverOptions(kind="webhook", url="http://127.0.0.1/"), Recovery.PERSON),
        (ReceiverOptions(kind="webhook", url="http://[::1]/", is_deduplicating=True), Recovery.RESEND),
        (ReceiverOptions(kind="webhook", url="http://localhost/", ask_url="http://localhost/q"), Recovery.ASK),
        (ReceiverOptions(kind="fhir", url="http://127.0.0.1/fhir"), Recovery.RESEND),
        (ReceiverOptions(kind="mllp", host="a", port=1, is_tls=True), Recovery.PERSON),
        (ReceiverOptions(kind="mllp", host="a", port=1, is_plain_allowed=True), Recovery.PERSON),
        (ReceiverOptions(kind="mllp", host="127.0.0.1", port=1, is_deduplicating=True), Recovery.RESEND),
    ],
)
def test_every_receiver_says_what_may_be_done_in_doubt(options: ReceiverOptions, recovery: Recovery) -> None:
    made = open_destinations(DeliveryOptions(receivers={"his": options}), {"his": SecretStr(SECRET)})["his"]
    assert made.receiver.recovery is recovery
    assert {"folder", "webhook", "fhir", "mllp"} <= set(receivers.names())
    assert (made.exporter.suffix == ".hl7") == (options.kind == "mllp")


def test_a_site_has_its_own_columns_in_what_is_delivered(tmp_path: Path) -> None:
    drop, mapping = tmp_path / "drop", tmp_path / "columns.yaml"
    drop.mkdir()
    mapping.write_text(
        "version: 1\n"
        "referrals:\n"
        "  - {name: Drug, from: 'orders[0].drug', values: {ocrelizumab: OCR}, otherwise: keep}\n"
        "  - {name: Clinic, constant: North}\n"
    )
    told = ReceiverOptions(kind="folder", folder=str(drop), format="csv", mapping=str(mapping))
    database = Database.open(f"sqlite:///{tmp_path}/store.db")
    approve(database, make_referral("r-1"), "drop", now=LONG_AGO)
    counts = deliver_due(database, open_destinations(DeliveryOptions(receivers={"drop": told}), {}))
    database.close()
    assert counts.delivered == 1
    assert (drop / "r-1-r1-referrals.csv").read_text() == '"Drug","Clinic"\n"OCR","North"\n'


def test_the_commands_from_approval_to_resending(site: Path) -> None:
    database = Database.open(f"sqlite:///{site}/data/store.db")
    approve(database, make_referral("r-1"), "drop", now=LONG_AGO)
    run("pause", "drop")
    run("--once")
    assert list((site / "drop").iterdir()) == []
    listed = run("list")
    assert "waiting" in listed and "drop is paused" in listed
    run("resume", "drop")
    assert "1 delivered" in run("--once")
    assert sorted(file.name for file in (site / "drop").glob("*.hl7")) == [
        "r-1-r1-labs.hl7",
        "r-1-r1-order.hl7",
        "r-1-r1-referral.hl7",
    ]
    assert run("list").strip() == ""
    (item,) = items(database)
    assert item.state is ItemState.DELIVERED and str(item.item_id) in run("list", "--all")
    run("resend", str(item.item_id))
    assert state_of(database, "r-1") == "delivering"
    run("confirm", str(item.item_id), code=41)
    (site / "drop" / "r-1-r1-referral.hl7").write_text("another")
    assert "1 failed" in run("--once", code=1)
    assert state_of(database, "r-1") == "needs_check"
    run("pause", "dorp", code=2)
    run("resend", "99", code=41)
    with database.read() as connection:
        told = [line.action.removeprefix("delivery_") for line in audit.list_lines(connection)]
    assert told == ["pause", "resume", "delivered", "resend", "failed"]
    database.close()


def test_no_log_line_and_no_row_tells_of_a_patient_or_a_secret(
    site: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database.open(f"sqlite:///{site}/data/store.db")
    with HttpSystem(knows_keys=False) as hook, MllpSystem(knows_ids=False) as his, caplog.at_level(logging.DEBUG):
        hook.script, his.script = ["422"], ["AE"]
        monkeypatch.setenv("EXTRACTOR_DELIVERY__RECEIVERS__HOOK__URL", hook.url)
        monkeypatch.setenv(
            "EXTRACTOR_DELIVERY__RECEIVERS__HIS", f'{{"kind": "mllp", "host": "127.0.0.1", "port": {his.port}}}'
        )
        approve(database, make_referral("r-1"), "drop", "hook", "his", now=LONG_AGO)
        assert "1 delivered, 0 to try again, 2 failed" in run("--once", code=1)
    with database.read() as connection:
        rows = [tuple(row) for row in connection.execute(outbox.OUTBOX.select())]
    database.close()
    told = caplog.text + repr(rows)
    assert "his" in told and "http_422" in told
    for word in ("Quarterman", "Odile", "1961", "ocrelizumab", SECRET):
        assert word not in told


class HeldMeanwhile:
    """Is prepared, and in that moment the referral is held."""

    recovery = Recovery.PERSON

    def __init__(self, database: Database) -> None:
        self.database = database

    def prepare(self, shipment: Shipment) -> Sent | None:
        with self.database.begin() as connection:
            now = ReferralState.DELIVERING, ReferralState.HELD
            referrals.set_state(connection, shipment.referral_id, 1, *now, now=LONG_AGO)
        return None

    def send(self, shipment: Shipment) -> Sent:
        raise AssertionError("it is held")

    def ask(self, shipment: Shipment) -> Answer:
        raise AssertionError("nothing is in doubt")


def test_a_hold_in_the_last_moment_stops_what_is_about_to_leave(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/store.db")
    approve(database, make_referral("r-1"), "his", now=LONG_AGO)
    assert deliver_due(database, {"his": destination(HeldMeanwhile(database), "json")}).retried == 1
    (item,) = items(database)
    assert (item.state, item.unsure_part, item.last_code) == (ItemState.WAITING, None, "not_approved")
    assert state_of(database, "r-1") is ReferralState.HELD
    database.close()


class Ending:
    """Takes one part and asks the worker to stop."""

    recovery = Recovery.PERSON

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop

    def prepare(self, shipment: Shipment) -> Sent | None:
        return None

    def send(self, shipment: Shipment) -> Sent:
        self.stop.set()
        return accepted("taken")

    def ask(self, shipment: Shipment) -> Answer:
        raise AssertionError("nothing is in doubt")


def test_a_worker_that_is_stopped_finishes_the_item_and_takes_no_other(tmp_path: Path) -> None:
    database, stop = Database.open(f"sqlite:///{tmp_path}/store.db"), threading.Event()
    for name in ("r-1", "r-2"):
        approve(database, make_referral(name), "his", now=LONG_AGO)
    to = {"his": destination(Ending(stop), "json")}
    keep_delivering(database, to, stop, options=DeliveryOptions(poll_seconds=30))
    assert sorted(item.state for item in items(database)) == [ItemState.DELIVERED, ItemState.WAITING]
    database.close()


class Broken(Ending):
    """Breaks its Protocol."""

    def send(self, shipment: Shipment) -> Sent:
        raise ZeroDivisionError


def test_a_receiver_that_breaks_its_protocol_may_have_sent_it_all_the_same(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/store.db")
    approve(database, make_referral("r-1"), "his", now=LONG_AGO)
    assert deliver_due(database, {"his": destination(Broken(threading.Event()), "json")}).needs_check == 1
    assert items(database)[0].last_code == "receiver_error"
    database.close()


class Unwritable:
    """A format that cannot say this referral."""

    media_type, suffix = "text/plain", ".txt"

    def export(self, referral: Referral, context: ExportContext) -> tuple[Exported, ...]:
        raise KeyError("a value that nobody may log")


def test_a_referral_that_cannot_be_written_does_not_hold_up_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/store.db")
    approve(database, make_referral("r-1"), "his", "drop", now=LONG_AGO)
    (tmp_path / "drop").mkdir()
    to = {
        "his": Destination(Ending(threading.Event()), Unwritable(), Party(application="x")),
        "drop": destination(FolderReceiver(tmp_path / "drop"), "json"),
    }
    counts = deliver_due(database, to)
    assert (counts.failed, counts.delivered) == (1, 1)
    assert "nobody may log" not in caplog.text
    database.close()


def test_a_referral_that_a_person_holds_after_approving_waits(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/store.db")
    approve(database, make_referral("r-1"), "his", now=LONG_AGO)
    with database.begin() as connection:
        referrals.set_state(connection, "r-1", 1, ReferralState.APPROVED, ReferralState.HELD, now=LONG_AGO)
    to = {"his": destination(Ending(threading.Event()), "json")}
    assert deliver_due(database, to, lambda: LONG_AGO).retried == 1
    assert state_of(database, "r-1") is ReferralState.HELD
    with database.begin() as connection:
        referrals.set_state(connection, "r-1", 1, ReferralState.HELD, ReferralState.APPROVED, now=LONG_AGO)
    assert deliver_due(database, to).delivered == 1
    database.close()

"""HL7 v2 messages, read again by an independent parser: every field of every message, hostile text, and corrections."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import hl7
import pytest
from hl7apy.parser import parse_message
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from extractor.errors import RecordError
from extractor.export import ExportContext, Exported, Hl7Exporter
from extractor.export.hl7v2_check import check_message
from models.record import Document, Extraction, Field, Lab, Order, Referral, ReferralKind, Software, State, Status, Text
from models.record.paths import walk_fields
from samples.importers.hl7v2.reader import Incoming, read_messages
from samples.truth_records import all_records
from tests.unit.export.hl7_fields import by_hl7, by_hl7apy

CONTEXT = ExportContext(
    extraction=Extraction(
        document=Document(sha256="0" * 64, filename="fax.tif", media_type="image/tiff"),
        status=Status.COMPLETE,
        software=Software(version="0"),
    )
)
ROOT = Path(__file__).parents[3]
PLAIN = {"revision", "pages", "document.sha256", "supersedes"}
SAMPLES = [
    (record.document.filename, referral)
    for record in all_records()
    for referral in record.referrals
    if referral.kind is ReferralKind.REFERRAL
]
HOSTILE = (
    "a|b^c~d\\e&f",
    "\\F\\ \\S\\ \\.br\\ \\X0D\\ \\Z\\",
    "MSH|^~\\&|evil\rPID|1||other\nNTE|1",
    '""',
    "\x0b framed \x1c\r",
    "line\u2028separator\x85next",
    "Zoë Łukasiewicz 李 \U0001f489",
    "\\",
    "~^",
)


def found(value: str) -> Text:
    return Text(value=value, confidence=0.9, state=State.FOUND)


def filled(model: type[BaseModel], text: str, **values: object) -> BaseModel:
    """A value with ``text`` in every text field, one item in every list, and a number or a flag in the others."""
    changes: dict[str, object] = {}
    for name, field in model.model_fields.items():
        kind = field.annotation
        if name in values or name in {
            "referral_id",
            "revision",
            "supersedes",
            "created_at",
            "kind",
            "touchless",
            "pages",
            "readiness",
        }:
            continue
        items = get_args(kind)
        kind = items[0] if items else kind
        if issubclass(kind, Field):
            leaf: Field = kind(
                value={str: text, float: 71.5, bool: False, int: 1}[kind.model_fields["value"].annotation.__args__[0]],
                confidence=0.5,
                state=State.FOUND,
            )
        else:
            leaf = filled(kind, text)
        changes[name] = (leaf,) if items else leaf
    return model(**values, **changes)


def everywhere(text: str, revision: int = 1) -> Referral:
    made = filled(
        Referral,
        text,
        referral_id="r-1",
        revision=revision,
        created_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        kind=ReferralKind.REFERRAL,
        pages=(1, 2),
    )
    assert isinstance(made, Referral)
    return made


def exported(referral: Referral, /, **earlier: Referral) -> tuple[Exported, ...]:
    return Hl7Exporter().export(referral, CONTEXT.model_copy(update={"earlier": earlier}))


def read(parts: tuple[Exported, ...]) -> Incoming:
    return read_messages(part.content.decode() for part in parts)


def expected(referral: Referral) -> dict[str, str]:
    plain = {bool: lambda value: str(value).lower(), float: repr, int: str, str: str}
    return {path: plain[type(f.value)](f.value) for path, f in walk_fields(referral) if f.value is not None}


def unified(text: str) -> str:
    """Every kind of line end as one line feed, as the messages have it."""
    for end in ("\r\n", *"\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"):
        text = text.replace(end, "\n")
    return text


@pytest.mark.parametrize(("name", "referral"), SAMPLES, ids=[f"{name}-{r.referral_id[-1]}" for name, r in SAMPLES])
def test_every_value_and_every_state_comes_back(name: str, referral: Referral) -> None:
    incoming = read(exported(referral))
    assert incoming.referral_id == referral.referral_id
    assert {path: value for path, value in incoming.values.items() if path not in PLAIN} == expected(referral)
    states = {path: field.state for path, field in walk_fields(referral) if field.state is not State.NOT_ON_FORM}
    assert incoming.states == states
    assert incoming.kinds[0] == "REF^I12"
    assert incoming.values["pages"] == " ".join(map(str, referral.pages))


@pytest.mark.parametrize(("name", "referral"), [SAMPLES[0]], ids=["first"])
def test_hl7apy_accepts_the_messages_and_not_a_broken_one(name: str, referral: Referral) -> None:
    for part in exported(referral):
        check_message(part.content)
        text = part.content.decode()
        fields = [str(line) for line in hl7.parse(text)]
        assert parse_message(text).to_er7().rstrip("\r").split("\r") == fields == text.split("\r")[:-1]
        for old, new in ((b"PID|1||", b"PID|1|||"), (b"|P|2.5.1|", b"||2.5.1|"), (b"|2.5.1|", b"||")):
            assert old in part.content
            with pytest.raises(RecordError):
                check_message(part.content.replace(old, new, 1))


@pytest.mark.parametrize("referral", [SAMPLES[0][1], everywhere("a|b^c~d\\e&f")], ids=["sample", "hostile"])
def test_both_parsers_see_the_same_in_every_field(referral: Referral) -> None:
    for part in exported(referral):
        text = part.content.decode()
        seen = sorted(by_hl7apy(text))
        assert len(seen) > 100 and seen == sorted(by_hl7(text))
    assert sorted(by_hl7(text.replace("PID|1||", "PID|1|", 1))) != seen


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_a_fax_cannot_break_a_message(text: str) -> None:
    parts, plain = exported(everywhere(text)), exported(everywhere("plain"))
    for part, model in zip(parts, plain, strict=True):
        names = [line[:3] for line in part.content.decode().split("\r")]
        assert names == [line[:3] for line in model.content.decode().split("\r")]
        assert len(part.content.decode().splitlines()) == len(names) - 1
        check_message(part.content)
    values = read(parts).values
    assert {path: v for path, v in values.items() if path not in PLAIN} == {
        path: unified(value) for path, value in expected(everywhere(text)).items()
    }


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1, max_size=30))
def test_any_text_comes_back(text: str) -> None:
    referral = everywhere("plain").model_copy(update={"orders": (Order(drug=found(text), frequency=found(text)),)})
    values = read(exported(referral)).values
    wanted = unified(text).encode("utf-8", "replace").decode()
    assert values["orders[0].drug"] == values["orders[0].frequency"] == wanted


@pytest.mark.parametrize("state", [State.BLANK, State.ILLEGIBLE, State.CONFLICTING, State.NOT_ON_FORM])
def test_absence_keeps_its_reason(state: State) -> None:
    source = "staff" if state is State.ILLEGIBLE else None
    base = everywhere("plain")
    patient = base.patient.model_copy(update={"sex": Text(state=state, source=source), "allergies": ()})
    referral = base.model_copy(
        update={
            "patient": patient,
            "lists": base.lists.model_copy(update={"allergies": type(base.lists.allergies)(state=state)}),
        }
    )
    parts = exported(referral)
    incoming = read(parts)
    assert "patient.sex" not in incoming.values
    assert incoming.states.get("patient.sex", "not_on_form") == state
    assert incoming.sources.get("patient.sex") == source
    assert "This does not mean that there are none" in parts[0].content.decode()
    assert "AL1" not in parts[0].content.decode()


def test_an_allergy_that_nobody_can_read_is_still_an_allergy() -> None:
    base = everywhere("plain")
    patient = base.patient.model_copy(update={"allergies": (found("latex"), Text(state=State.ILLEGIBLE))})
    message = hl7.parse(exported(base.model_copy(update={"patient": patient}))[0].content)
    assert [str(line[3]) for line in message.segments("AL1")] == [
        "^latex",
        "UNREADABLE^An entry that could not be read^99REX",
    ]


@pytest.mark.parametrize(("date", "written"), [("1956", "1956"), ("2025-03", "202503"), ("2025-03-09", "20250309")])
def test_partial_dates_stay_partial(date: str, written: str) -> None:
    base = everywhere("plain")
    patient = base.patient.model_copy(update={"date_of_birth": found(date)})
    part = exported(base.model_copy(update={"patient": patient}))[0]
    assert hl7.parse(part.content).segment("PID")[7] == [written]
    assert read((part,)).values["patient.date_of_birth"] == date


def test_a_clinic_number_carries_its_clinic_or_is_no_identifier() -> None:
    base = everywhere("plain")
    patient = base.patient.model_copy(update={"mrn": found("MRN-77")})
    with_clinic = base.model_copy(update={"patient": patient})
    without = with_clinic.model_copy(
        update={"prescriber": base.prescriber.model_copy(update={"practice": Text(state=State.BLANK)})}
    )
    identifiers = str(hl7.parse(exported(with_clinic)[0].content).segment("PID")[3])
    assert identifiers == "r-1^^^referral-extractor^PI~MRN-77^^^&plain&L^MR"
    assert str(hl7.parse(exported(without)[0].content).segment("PID")[3]) == "r-1^^^referral-extractor^PI"
    assert read(exported(without)).values["patient.mrn"] == "MRN-77"


def test_control_ids_follow_from_the_revision_and_the_part() -> None:
    first, again = exported(everywhere("plain")), exported(everywhere("plain"))
    assert [part.content for part in first] == [part.content for part in again]
    ids = read(first).control_ids + read(exported(everywhere("plain", 2))).control_ids
    assert len(set(ids)) == len(ids) == 6
    assert {len(control) for control in ids} == {20}


def test_a_correction_is_an_update_with_nulls_cancels_and_deletions() -> None:
    first = everywhere("plain").model_copy(
        update={
            "orders": (Order(drug=found("infliximab")), Order(drug=found("ocrelizumab"))),
            "labs": (Lab(test=found("WBC"), status=found("final")), Lab(test=found("ALT")), Lab(test=found("AST"))),
        }
    )
    second = first.model_copy(
        update={
            "revision": 2,
            "patient": first.patient.model_copy(update={"sex": Text(state=State.BLANK), "home_phone": Text()}),
            "orders": first.orders[:1],
            "labs": (first.labs[0], first.labs[2]),
        }
    )
    parts = exported(second, referral=first, order=first, labs=first)
    for part in parts:
        check_message(part.content)
    incoming = read(parts)
    assert incoming.kinds == ["REF^I13", "OMP^O09", "ORU^R01"]
    assert incoming.referral_id == first.referral_id
    assert "PID-8" in incoming.nulls and "PID-7" not in incoming.nulls
    assert incoming.cancelled == {1} and incoming.deleted == {1, 2}
    assert incoming.values["labs[1].test"] == "AST" and "labs[2].test" not in incoming.values
    order, labs = (hl7.parse(part.content) for part in parts[1:])
    assert [str(line[1]) for line in order.segments("ORC")] == ["XO", "CA"]
    assert [str(line[11]) for line in labs.segments("OBX") if "STATE" not in str(line[3])] == ["C", "R", "D", "D"]
    assert [str(line[1]) for line in hl7.parse(exported(second)[1].content).segments("ORC")] == ["NW"]


def test_parts_that_the_receiver_never_had_are_new() -> None:
    first, second = everywhere("plain"), everywhere("plain", 2)
    referral, order, labs = exported(second, referral=first)
    assert read((referral,)).kinds == ["REF^I13"]
    assert str(hl7.parse(order.content).segment("ORC")[1]) == "NW"
    assert labs.part == "labs"
    gone = second.model_copy(update={"labs": (), "orders": ()})
    assert [part.part for part in exported(gone, referral=first)] == ["referral"]
    assert [part.part for part in exported(gone, referral=first, order=first, labs=first)] == [
        "referral",
        "order",
        "labs",
    ]


def test_the_report_names_what_no_message_says() -> None:
    _, referral = SAMPLES[0]
    losses = {loss.path for part in exported(referral) for loss in part.losses}
    assert {"*.raw", "*.bbox"} <= losses
    assert not any(path.startswith(("patient", "labs")) for path in losses)


def test_the_importer_prints_a_folder(tmp_path: Path) -> None:
    for part in exported(everywhere("plain")):
        (tmp_path / part.filename).write_bytes(part.content)
    command = [sys.executable, "-m", "samples.importers.hl7v2", str(tmp_path)]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    assert printed[0].startswith("r-1-r1 r-1 ")
    assert {"REF^I12", "OMP^O09", "ORU^R01"} <= set(printed[0].split())
    assert "  orders[0].drug: 'plain'" in printed


def test_only_a_referral_is_sent_as_one() -> None:
    with pytest.raises(RecordError):
        exported(everywhere("plain").model_copy(update={"kind": ReferralKind.SUPPLEMENT}))

"""Every member of every registry keeps the promises of its family; a new member enters these tests by registering."""

from datetime import UTC, datetime

import pytest

from extractor.errors import PluginError, RecordError, UsageError
from extractor.export import ExportContext, exporters
from extractor.registry import Registry
from models.record import Document, Extraction, Patient, Referral, ReferralKind, Software, State, Status, Text

PATIENT = Patient(
    first_name=Text(value="Philippa", confidence=0.9, state=State.FOUND),
    last_name=Text(value="Quillfeather", confidence=0.9, state=State.FOUND),
    allergies=(Text(value="=cmd()", confidence=0.9, state=State.FOUND),),
)
EMPTY = Referral(
    referral_id="ref-0001",
    created_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    kind=ReferralKind.REFERRAL,
    pages=(1,),
)
NAMED = EMPTY.model_copy(update={"patient": PATIENT, "revision": 3})
CONTEXT = ExportContext(
    extraction=Extraction(
        document=Document(sha256="0" * 64, filename="quillfeather.tif", media_type="image/tiff"),
        status=Status.COMPLETE,
        software=Software(version="0"),
    )
)


@pytest.mark.parametrize("name", exporters.names())
@pytest.mark.parametrize("referral", [EMPTY, NAMED], ids=["empty", "named"])
def test_an_exporter_says_what_it_writes_and_writes_the_same_twice(name: str, referral: Referral) -> None:
    exporter = exporters.get(name)
    kind, _, subtype = exporter.media_type.partition("/")
    assert kind and subtype
    assert exporter.suffix.startswith(".")
    written = exporter.export(referral, CONTEXT)
    assert written
    assert written == exporter.export(referral, CONTEXT)
    for part in written:
        assert isinstance(part.content, bytes)
        assert part.filename.endswith(exporter.suffix)


@pytest.mark.parametrize("name", exporters.names())
def test_a_file_is_named_by_the_referral_and_holds_no_patient_data(name: str) -> None:
    written = exporters.get(name).export(NAMED, CONTEXT)
    assert len({part.filename for part in written}) == len(written)
    for part in written:
        assert part.filename.startswith("ref-0001-r3")
        assert "quillfeather" not in part.filename.lower()


@pytest.mark.parametrize("name", exporters.names())
def test_a_name_that_is_no_file_name_stays_out_of_the_path(name: str) -> None:
    for part in exporters.get(name).export(NAMED.model_copy(update={"referral_id": "../../etc/x y"}), CONTEXT):
        assert "/" not in part.filename and " " not in part.filename and ".." not in part.filename


@pytest.mark.parametrize("name", exporters.names())
@pytest.mark.parametrize("kind", [ReferralKind.SUPPLEMENT, ReferralKind.STRAY])
def test_only_a_referral_is_exported_as_one(name: str, kind: ReferralKind) -> None:
    with pytest.raises(RecordError):
        exporters.get(name).export(NAMED.model_copy(update={"kind": kind}), CONTEXT)


@pytest.mark.parametrize("name", exporters.names())
def test_the_report_names_paths_and_reasons_and_no_values(name: str) -> None:
    for part in exporters.get(name).export(NAMED, CONTEXT):
        for loss in part.losses:
            assert loss.path and loss.reason
            assert "quillfeather" not in loss.reason.lower() and "=cmd()" not in loss.reason


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="json"):
        exporters.get("no such format")


def test_a_name_is_given_once() -> None:
    registry: Registry[int] = Registry("number")
    registry.register("one")(1)
    with pytest.raises(PluginError):
        registry.register("one")(2)

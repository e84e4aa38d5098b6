"""Record to format to an independent reader: what comes back equals the record, save what the report lists."""

import re
from collections.abc import Callable, Sequence

import pytest

from extractor.export import ExportContext, Exported, exporters
from extractor.pipeline import extract_file
from models.record import Extraction, Referral, State
from models.record.paths import walk_fields
from models.stages.options import Options
from samples import hostile_record
from samples.importers import Imported
from samples.importers.csv_import import read_tables
from samples.importers.fhir_import import read_bundle
from samples.importers.json_import import read_record
from samples.truth_records import FAXES, all_records

READERS: dict[str, Callable[[Sequence[Exported]], Imported]] = {
    "csv": lambda parts: read_tables(parts[0].content, parts[1].content)[0],
    "fhir": lambda parts: read_bundle(parts[0].content),
    "json": lambda parts: read_record(parts[0].content)[0],
}
DIGITAL = ("03_ehr_digital", "04_grid_acroform")


def differences(referral: Referral, extraction: Extraction, name: str) -> list[str]:
    """Paths whose value or state did not come back, without those the report lists."""
    parts = exporters.get(name).export(referral, ExportContext(extraction=extraction))
    read = READERS[name](parts)
    assert (read.referral_id, read.revision) == (referral.referral_id, referral.revision)
    lost = {loss.path for part in parts for loss in part.losses}
    fields = dict(walk_fields(referral))
    values = {path: field.value for path, field in fields.items() if field.value is not None}
    told = {State.FOUND, State.NOT_ON_FORM}
    states = {path: field.state.value for path, field in fields.items() if field.state not in told}
    wrong = [path for path in values.keys() | read.values.keys() if values.get(path) != read.values.get(path)]
    wrong += [path for path in states.keys() | read.states.keys() if states.get(path) != read.states.get(path)]
    return sorted(set(wrong) - lost)


@pytest.mark.parametrize("name", READERS)
def test_every_sample_comes_back(name: str) -> None:
    records = list(all_records())
    assert len(records) >= 16
    wrong = {
        record.document.filename: found
        for record in records
        for referral in record.referrals
        if (found := differences(referral, record, name))
    }
    assert wrong == {}


@pytest.mark.parametrize("name", READERS)
def test_a_record_of_everything_that_is_hard_comes_back(name: str) -> None:
    assert differences(hostile_record.REFERRAL, hostile_record.EXTRACTION, name) == []


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("state", [State.BLANK, State.NOT_ON_FORM, State.ILLEGIBLE, State.CONFLICTING])
def test_every_reason_of_absence_comes_back(name: str, state: State) -> None:
    referral = hostile_record.absent_everywhere(state)
    assert all(field.value is None and field.state is state for _, field in walk_fields(referral))
    assert differences(referral, hostile_record.EXTRACTION, name) == []


def test_the_report_of_the_hard_record_is_short() -> None:
    parts = exporters.get("fhir").export(hostile_record.REFERRAL, ExportContext(extraction=hostile_record.EXTRACTION))
    lost = {loss.path for loss in parts[0].losses}
    assert lost == {"*.raw", "*.reasons", "readiness.rules[*]", "document.pages"}


def test_the_comparison_can_fail() -> None:
    def leave_out(parts: Sequence[Exported]) -> Imported:
        content = re.sub(rb'"comparator":"<",', b"", parts[0].content)
        return read_bundle(content)

    whole, READERS["fhir"] = READERS["fhir"], leave_out
    try:
        found = differences(hostile_record.REFERRAL, hostile_record.EXTRACTION, "fhir")
    finally:
        READERS["fhir"] = whole
    assert found == ["labs[0].result"]


@pytest.mark.parametrize("sample", DIGITAL)
def test_what_is_really_read_comes_back(sample: str) -> None:
    extraction = extract_file(FAXES / f"{sample}.pdf", Options()).extraction
    assert extraction.referrals
    for referral in extraction.referrals:
        for name in READERS:
            assert differences(referral, extraction, name) == [], name

"""Record to format to an independent reader: what comes back equals the record, save what the report lists."""

import re
from collections.abc import Sequence

import pytest

from extractor.export import ExportContext, Exported, exporters
from models.record import Extraction, Referral, State, Text
from models.record.paths import walk_fields
from samples import hostile_record
from samples.importers import Imported
from samples.importers.fhir_import import read_bundle
from samples.truth_records import all_records
from tests.sample_readings import extract_sample
from tests.unit.export.round_trip import READERS, Reader, differences

DIGITAL = ("03_ehr_digital", "04_grid_acroform")


def lost(referral: Referral, extraction: Extraction, name: str, read: Reader | None = None) -> list[str]:
    """What does not come back of a referral in one format."""
    parts = exporters.get(name).export(referral, ExportContext(extraction=extraction))
    return differences(referral, parts, read or READERS[name])


@pytest.mark.parametrize("name", READERS)
def test_every_sample_comes_back(name: str) -> None:
    records = list(all_records())
    assert len(records) >= 16
    wrong = {
        record.document.filename: found
        for record in records
        for referral in record.referrals
        if (found := lost(referral, record, name))
    }
    assert wrong == {}


@pytest.mark.parametrize("name", READERS)
def test_a_record_of_everything_that_is_hard_comes_back(name: str) -> None:
    assert lost(hostile_record.REFERRAL, hostile_record.EXTRACTION, name) == []


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("state", [State.BLANK, State.NOT_ON_FORM, State.ILLEGIBLE, State.CONFLICTING])
def test_every_reason_of_absence_comes_back(name: str, state: State) -> None:
    referral = hostile_record.absent_everywhere(state)
    assert all(field.value is None and field.state is state for _, field in walk_fields(referral))
    assert lost(referral, hostile_record.EXTRACTION, name) == []


def test_the_report_of_the_hard_record_is_short() -> None:
    parts = exporters.get("fhir").export(hostile_record.REFERRAL, ExportContext(extraction=hostile_record.EXTRACTION))
    told = {loss.path for loss in parts[0].losses}
    assert told == {"*.raw", "*.reasons", "readiness.rules[*]", "document.pages"}


@pytest.mark.parametrize("name", READERS)
def test_a_second_line_of_an_address_alone_comes_back_or_is_reported(name: str) -> None:
    prescriber = hostile_record.REFERRAL.prescriber
    address = prescriber.address.model_copy(update={"line1": Text(), "line2": hostile_record.said("Suite 4")})
    changed = prescriber.model_copy(update={"address": address})
    referral = hostile_record.REFERRAL.model_copy(update={"prescriber": changed})
    assert lost(referral, hostile_record.EXTRACTION, name) == []


def test_the_comparison_can_fail() -> None:
    def leave_out(parts: Sequence[Exported]) -> Imported:
        return read_bundle(re.sub(rb'"comparator":"<",', b"", parts[0].content))

    assert lost(hostile_record.REFERRAL, hostile_record.EXTRACTION, "fhir", leave_out) == ["labs[0].result"]


@pytest.mark.parametrize("sample", DIGITAL)
def test_what_is_really_read_comes_back(sample: str) -> None:
    extraction = extract_sample(sample).extraction
    assert extraction.referrals
    for referral in extraction.referrals:
        for name in READERS:
            assert lost(referral, extraction, name) == [], name

"""The tables: one row a referral and a result, stable columns, no cell that calculates, and a site's own mapping."""

import csv
import io
from pathlib import Path

import pytest

from extractor.errors import FileUnavailable, UsageError
from extractor.export import ExportContext, exporters
from extractor.export.columns import LAB_COLUMNS, PLACES, REFERRAL_COLUMNS
from extractor.export.csv import join_tables
from extractor.export.mapping import SiteMapping, load_mapping
from models.record import Diagnosis, Referral
from models.record.paths import walk_fields
from samples.hostile_record import EXTRACTION, REFERRAL, said
from samples.importers.csv_import import read_tables

CONTEXT = ExportContext(extraction=EXTRACTION)
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def tables(
    referral: Referral = REFERRAL, mapping: SiteMapping | None = None
) -> tuple[list[list[str]], list[list[str]]]:
    parts = exporters.get("csv").export(referral, CONTEXT.model_copy(update={"mapping": mapping}))
    delimiter = "," if mapping is None else mapping.delimiter
    first, second = (
        list(csv.reader(io.StringIO(part.content.decode("utf-8-sig"), newline=""), delimiter=delimiter))
        for part in parts
    )
    return first, second


def site(tmp_path: Path, text: str) -> SiteMapping:
    path = tmp_path / "site.yaml"
    path.write_text(text, encoding="utf-8")
    return load_mapping(path)


def test_one_row_a_referral_and_one_a_result() -> None:
    referrals, labs = tables()
    assert len(referrals) == 2
    assert len(labs) == 1 + len(REFERRAL.labs)
    assert referrals[0] == [column.name for column in REFERRAL_COLUMNS]
    assert labs[0] == [column.name for column in LAB_COLUMNS]


def test_the_columns_are_the_published_ones() -> None:
    names = [column.name for column in REFERRAL_COLUMNS]
    assert len(set(names)) == len(names)
    assert names[:3] == ["referral_id", "revision", "supersedes"]
    assert {"patient_mrn", "order_1_drug", "order_4_premedication_6", "allergy_12"} & set(names) == {
        "patient_mrn",
        "order_1_drug",
        "order_4_premedication_6",
    }
    assert "patient_allergy_12" in names
    paths = {column.path for column in REFERRAL_COLUMNS}
    missing = {path for path, _ in walk_fields(REFERRAL) if path not in paths and not path.startswith("labs[")}
    assert missing == set()


def test_no_cell_calculates() -> None:
    for table in tables():
        for row in table[1:]:
            assert [cell for cell in row if cell.startswith(DANGEROUS)] == []
    evil = REFERRAL.patient.model_copy(update={"allergies": (said("\uff1d1+1"), said("\t=1"), said('"=1'))})
    row = tables(REFERRAL.model_copy(update={"patient": evil}))[0][1]
    assert {"'\uff1d1+1", "'\t=1", '"=1'} <= set(row)


def test_what_is_beyond_the_places_is_reported() -> None:
    many = tuple(Diagnosis(code=said(f"G35.{number}")) for number in range(PLACES["diagnoses"] + 2))
    parts = exporters.get("csv").export(REFERRAL.model_copy(update={"diagnoses": many}), CONTEXT)
    assert {"diagnoses[8].code", "diagnoses[9].code"} <= {loss.path for loss in parts[0].losses}


def test_several_referrals_make_one_table() -> None:
    other = REFERRAL.model_copy(update={"referral_id": "other"})
    exported = [exporters.get("csv").export(referral, CONTEXT) for referral in (REFERRAL, other)]
    referrals = join_tables([parts[0].content for parts in exported])
    labs = join_tables([parts[1].content for parts in exported])
    assert [one.referral_id for one in read_tables(referrals, labs)] == [REFERRAL.referral_id, "other"]
    assert referrals.count(b"referral_id") == 1


def test_a_site_renames_chooses_recodes_and_adds(tmp_path: Path) -> None:
    mapping = site(
        tmp_path,
        """
        version: 1
        delimiter: ";"
        byte_order_mark: true
        referrals:
          - {name: MRN, from: patient.mrn}
          - {name: Drug, from: "orders[0].drug", values: {infliximab-dyyb: IFX2}}
          - {name: Route, from: "orders[0].route", values: {SC: S}, otherwise: empty}
          - {name: Clinic, constant: "=North"}
        labs:
          - {name: Test, from: test}
        """,
    )
    referrals, labs = tables(mapping=mapping)
    assert referrals == [["MRN", "Drug", "Route", "Clinic"], ["'=1+1", "IFX2", "", "'=North"]]
    assert labs[0] == ["Test"]
    first, second = exporters.get("csv").export(REFERRAL, CONTEXT.model_copy(update={"mapping": mapping}))
    assert first.content.startswith(b"\xef\xbb\xbf")
    lost = {loss.path for part in (first, second) for loss in part.losses}
    assert {"orders[0].route", "orders[0].dose", "labs[0].result", "*.state"} <= lost
    assert "orders[0].drug" not in lost


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("referrals: [{name: A, from: patient.shoe_size}]", "patient.shoe_size"),
        ("referrals: [{name: A, from: patient.mrn}, {name: A, constant: x}]", "two columns are called A"),
        ("referrals: [{name: A}]", "either 'from' or 'constant'"),
        ("referrals: [{name: A, from: patient.mrn, code: 'import os'}]", "referrals.0.code"),
        ("version: 2", "version"),
        ("delimiter: ab", "delimiter"),
        ("- a list", "file"),
        ("{", "YAML"),
    ],
)
def test_a_wrong_mapping_is_told_by_entry(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        site(tmp_path, text)


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileUnavailable):
        load_mapping(tmp_path / "none.yaml")


def test_the_example_of_a_mapping_holds() -> None:
    mapping = load_mapping(Path(__file__).resolve().parents[3] / "samples" / "site_mapping.yaml")
    referrals, labs = tables(mapping=mapping)
    assert referrals[1][referrals[0].index("Drug")] == "IFX-2"
    assert len(labs) == 1 + len(REFERRAL.labs)

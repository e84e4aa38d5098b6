"""Samples read end to end against the truth their generator wrote: values that are called found are right."""

import json
from collections.abc import Mapping

import pytest

from models.record import Extraction, State
from models.record.normalise import is_same
from tests.sample_readings import FAXES, extract_sample

SAMPLES = ("03_ehr_digital", "09_letter_scanned")
MUST_READ = {
    "03_ehr_digital": (
        "patient.first_name",
        "patient.last_name",
        "patient.date_of_birth",
        "prescriber.last_name",
        "prescriber.npi",
    ),
    "09_letter_scanned": ("patient.date_of_birth",),
}
SCALARS = (
    "patient.first_name",
    "patient.last_name",
    "patient.date_of_birth",
    "patient.home_phone",
    "patient.mobile_phone",
    "prescriber.first_name",
    "prescriber.last_name",
    "prescriber.npi",
    "prescriber.phone",
    "prescriber.fax",
    "prescriber.signature_present",
    "prescriber.signature_date",
)
ITEMS = {"orders": ("drug", "dose", "route"), "diagnoses": ("code",)}


def _read(name: str) -> tuple[Extraction, Mapping[str, object]]:
    truth = FAXES / f"{name}.truth.json"
    if not truth.exists():
        pytest.skip("this sample is not here")
    loaded = json.loads(truth.read_text(encoding="utf-8"))
    return extract_sample(name).extraction, loaded["referrals"][0]


def _at(tree: object, path: str) -> object:
    for key in path.split("."):
        assert isinstance(tree, Mapping)
        tree = tree[key]
    return tree


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_called_found_is_what_the_page_says(name: str) -> None:
    extraction, truth = _read(name)
    record = json.loads(extraction.referrals[0].model_dump_json())
    found = {path for path in SCALARS if _at(record, f"{path}.state") == State.FOUND}
    wrong = [path for path in found if not is_same(path, _at(truth, path), _at(record, f"{path}.value"))]
    assert wrong == []
    misread = [path for path in MUST_READ[name] if not is_same(path, _at(truth, path), _at(record, f"{path}.value"))]
    assert misread == []
    for items, leaves in ITEMS.items():
        for leaf in leaves:
            known = [item[leaf] for item in truth[items]]
            for item in record[items]:
                value = item[leaf]["value"]
                if item[leaf]["state"] == State.FOUND:
                    assert any(other is not None and is_same(f"{items}[].{leaf}", other, value) for other in known)

"""What stands beside a fax, and what is said where it does not have its shape."""

import json
from pathlib import Path

import pytest

from extractor.errors import FileUnavailable, RecordError
from extractor.evaluate.score import Outcome, Row
from extractor.evaluate.truth import Truth, load_truths
from models.record import BBox

PLACE = {"page_no": 2, "bbox": [10, 10, 50, 20]}
HAND = {"text": "Ana", "bbox": [12, 9, 48, 22], "is_handwritten": True}


def row(path: str, page_no: int | None = None, bbox: BBox | None = None, referral: int = 0) -> Row:
    return Row(path, "x", None, Outcome.MISSING, page_no=page_no, bbox=bbox, referral=referral)


def load(folder: Path, truth: object, words: object = None, name: str = "one.") -> Truth:
    (folder / "one.tif").write_bytes(b"II*\0")
    (folder / f"{name}truth.json").write_text(json.dumps(truth), encoding="utf-8")
    if words is not None:
        (folder / "one.words.json").write_text(json.dumps(words), encoding="utf-8")
    (loaded,) = load_truths(folder)
    return loaded


def test_a_row_knows_its_page_its_tier_and_its_pen(tmp_path: Path) -> None:
    truth = {
        "document": {"pages": [{"page_no": 1, "type": "cover_sheet"}, {"page_no": 2, "type": "order"}]},
        "referrals": [{"patient": {"first_name": "Ana"}}],
        "boxes": {"patient.first_name": [PLACE, {**PLACE, "page_no": 3}]},
        "legible": {"patient.first_name": False},
        "blank": ["patient.email"],
    }
    pages = [{"page_no": 1, "tier": "fine_fax", "words": []}, {"page_no": 2, "tier": "degraded", "words": [HAND]}]
    loaded = load(tmp_path, truth, {"pages": pages})
    assert loaded.name == "one.tif"
    name, mrn = row("patient.first_name", 1), row("patient.mrn", 1)
    assert (loaded.page_of(name), loaded.pen_of(name), loaded.is_legible(name)) == (2, "handwritten", False)
    assert (loaded.page_of(mrn), loaded.pen_of(mrn), loaded.is_legible(mrn)) == (1, "typed", True)
    assert loaded.tiers == {1: "fine_fax", 2: "degraded"}
    assert loaded.types == {1: "cover_sheet", 2: "order"}
    assert loaded.marks_of(mrn).blank == {"patient.email"}
    # A value that the truth does not place has the pen of where it was read.
    assert loaded.pen_of(row("patient.mrn", 2, BBox(0, 0, 20, 20))) == "handwritten"


def test_the_next_referrals_have_marks_of_their_own(tmp_path: Path) -> None:
    truth = {"referrals": [{}, {}], "boxes": {}, "others": [{"boxes": {"patient.mrn": [PLACE]}, "legible": {}}]}
    loaded = load(tmp_path, truth)
    assert loaded.places_of(row("patient.mrn")) == ()
    assert [place.page_no for place in loaded.places_of(row("patient.mrn", referral=1))] == [2]
    assert loaded.places_of(row("patient.mrn", referral=2)) == ()


@pytest.mark.parametrize("name", ["one.", ""])
def test_a_truth_of_values_alone_is_enough(tmp_path: Path, name: str) -> None:
    loaded = load(tmp_path, {"referrals": [{"patient": {"first_name": "Ana", "weight_kg": 71.5}}]}, name=name)
    assert loaded.fax.name == "one.tif"
    assert (loaded.tiers, loaded.types, loaded.words) == ({}, {}, ())
    assert loaded.pen_of(row("patient.first_name")) == "unknown"


def test_a_folder_without_truth_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileUnavailable):
        load_truths(tmp_path)


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        ([], "list of referrals"),
        ({"referrals": {}}, "list of referrals"),
        ({"referrals": [{"patient": {"first": "Ana"}}]}, "referrals[0].patient has a key"),
        ({"referrals": [{"patient": {"first_name": {"value": "Ana"}}}]}, "referrals[0].patient.first_name"),
        ({"referrals": [{"orders": {"drug": "x"}}]}, "referrals[0].orders has to be a list"),
        ({"referrals": [{"patient": "Ana"}]}, "referrals[0].patient has to be an object"),
        ({"referrals": [{"labs": [{"test": "ALT", "units": "U/L"}]}]}, "referrals[0].labs[0] has a key"),
        ({"referrals": [], "boxes": {"a": [{"page_no": 1}]}}, "KeyError"),
        ({"referrals": [], "blank": "Ana"}, "blank is a list"),
    ],
)
def test_a_misshapen_truth_is_named_without_its_text(tmp_path: Path, truth: object, said: str) -> None:
    with pytest.raises(RecordError) as caught:
        load(tmp_path, truth)
    assert said in caught.value.message
    assert "Ana" not in caught.value.message


def test_a_truth_needs_its_one_fax(tmp_path: Path) -> None:
    load(tmp_path, {"referrals": []})
    (tmp_path / "one.pdf").write_bytes(b"%PDF-")
    with pytest.raises(RecordError):
        load_truths(tmp_path)

"""Each way to be wrong lands in its own column."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractor.errors import FileUnavailable, RecordError
from extractor.evaluate.fields import score_document, score_fields
from extractor.evaluate.score import Outcome, Row, summarise
from extractor.evaluate.truth import load_truths
from models.record import (
    Count,
    Diagnosis,
    Document,
    Extraction,
    FaxHeader,
    Flag,
    Lists,
    Number,
    Order,
    Page,
    PageType,
    Patient,
    Prescriber,
    Referral,
    ReferralKind,
    Software,
    State,
    Status,
    Text,
)


def text(value: str | None, state: State = State.FOUND) -> Text:
    return Text(value=value, confidence=None if value is None else 0.9, state=state)


def referral(**parts: object) -> Referral:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    return Referral(referral_id="r", created_at=now, kind=ReferralKind.REFERRAL, pages=(1,)).model_copy(update=parts)


def record(*referrals: Referral) -> Extraction:
    return Extraction(
        document=Document(sha256=None, filename="fax.tif", media_type=None),
        status=Status.COMPLETE,
        software=Software(version="0"),
        referrals=referrals,
    )


def truth_of(*referrals: dict[str, object]) -> dict[str, object]:
    return {"referrals": [{"kind": "referral", "pages": [1], **one} for one in referrals]}


def by_path(rows: tuple[Row, ...]) -> dict[str, Row]:
    assert len({row.path for row in rows}) == len(rows)
    return {row.path: row for row in rows}


PATIENT = {"first_name": "Ana", "last_name": "Bell", "weight_kg": 71.7, "allergies": ["NKDA"]}
WHOLE = truth_of(
    {
        "patient": PATIENT,
        "orders": [
            {"drug": "ocrelizumab", "dose": "600 mg", "premedications": ["a", "b"]},
            {"drug": "x", "dose": None},
        ],
        "diagnoses": [{"code": "G35.A", "description": None}],
        "prescriber": {"signature_present": True},
        "lists": {"orders": 2, "labs": None},
    }
)
PERFECT = referral(
    patient=Patient(
        first_name=text("ANA"),
        last_name=text("Bell"),
        weight_kg=Number(value=71.7, confidence=1, state=State.FOUND),
        allergies=(text("NKDA"),),
    ),
    # The record lists the two orders, and the premedications, the other way round.
    orders=(
        Order(drug=text("X")),
        Order(drug=text("ocrelizumab"), dose=text("600 mg"), premedications=(text("b"), text("a"))),
    ),
    diagnoses=(Diagnosis(code=text("G35.A")),),
    prescriber=Prescriber(signature_present=Flag(value=True, confidence=1, state=State.FOUND)),
    lists=Lists(orders=Count(value=2, confidence=1, state=State.FOUND)),
)


def test_the_truth_fed_back_is_perfect() -> None:
    total = summarise(score_fields(WHOLE, record(PERFECT)))
    assert (total.wrong, total.missing, total.spurious, total.silent, total.denied) == (0, 0, 0, 0, 0)
    assert total.correct == total.truths == 12
    assert total.precision == total.recall == total.f1 == 1.0


def test_an_empty_record_has_no_recall() -> None:
    for empty in (record(), record(referral())):
        total = summarise(score_fields(WHOLE, empty))
        assert (total.recall, total.precision, total.f1) == (0.0, None, 0.0)
        assert total.missing == 12


@pytest.mark.parametrize(
    ("field", "outcome", "silent", "denied", "asks"),
    [
        (text("Ana"), Outcome.CORRECT, False, False, False),
        (text("Ana", State.NEEDS_REVIEW), Outcome.CORRECT, False, False, True),
        (text("Anna"), Outcome.WRONG, True, False, False),
        (text("Anna", State.NEEDS_REVIEW), Outcome.WRONG, False, False, True),
        (text("Anna", State.CONFLICTING), Outcome.WRONG, False, False, True),
        (text(None, State.BLANK), Outcome.MISSING, False, True, False),
        (text(None, State.NOT_ON_FORM), Outcome.MISSING, False, True, False),
        (text(None, State.ILLEGIBLE), Outcome.MISSING, False, False, True),
    ],
)
def test_a_field_with_a_true_value(field: Text, outcome: Outcome, silent: bool, denied: bool, asks: bool) -> None:
    rows = by_path(score_fields(truth_of({"patient": PATIENT}), record(referral(patient=Patient(first_name=field)))))
    row = rows["patient.first_name"]
    assert (row.outcome, row.is_silent, row.is_denied, row.asks) == (outcome, silent, denied, asks)


@pytest.mark.parametrize(
    ("field", "outcome", "silent"),
    [
        (text("Q"), Outcome.SPURIOUS, True),
        (text("Q", State.NEEDS_REVIEW), Outcome.SPURIOUS, False),
        (text(None, State.BLANK), Outcome.ABSENT, False),
    ],
)
def test_a_field_that_the_fax_does_not_say(field: Text, outcome: Outcome, silent: bool) -> None:
    truth = truth_of({"patient": {"middle_name": None}})
    row = by_path(score_fields(truth, record(referral(patient=Patient(middle_name=field)))))["patient.middle_name"]
    assert (row.outcome, row.is_silent) == (outcome, silent)


def test_columns_add_up() -> None:
    patient = Patient(
        first_name=text("Ana"),
        last_name=text("Ball"),
        middle_name=text("Q", State.NEEDS_REVIEW),
        mrn=text("7"),
        email=text(None, State.BLANK),
    )
    truth = truth_of({"patient": {"first_name": "Ana", "last_name": "Bell", "sex": "female", "email": "a@example.org"}})
    total = summarise(score_fields(truth, record(referral(patient=patient))))
    assert (total.correct, total.wrong, total.missing, total.spurious) == (1, 1, 2, 2)
    assert (total.silent, total.denied, total.asked, total.given_out) == (2, 2, 1, 3)
    assert total.truths == 4
    assert total.precision == pytest.approx(1 / 4)
    assert total.recall == pytest.approx(1 / 4)
    assert total.f1 == pytest.approx(2 / 8)
    assert total.asked_share == pytest.approx(1 / 6)
    assert total.silent_share == pytest.approx(2 / 3)


def test_a_wrong_drug_makes_another_order_and_every_leaf_counts() -> None:
    wrong = referral(orders=(Order(drug=text("natalizumab"), dose=text("600 mg")),))
    rows = by_path(score_fields(truth_of({"orders": [{"drug": "ocrelizumab", "dose": "600 mg"}]}), record(wrong)))
    found = {path: row.outcome for path, row in rows.items() if row.outcome is not Outcome.ABSENT}
    assert found == {
        "orders[0].drug": Outcome.MISSING,
        "orders[0].dose": Outcome.MISSING,
        "orders[1].drug": Outcome.SPURIOUS,
        "orders[1].dose": Outcome.SPURIOUS,
    }


def test_a_list_count_that_is_too_small_is_wrong_out_loud() -> None:
    short = referral(lists=Lists(allergies=Count(value=0, confidence=0.9, state=State.FOUND)))
    truth = truth_of({"patient": {"allergies": ["penicillin"]}, "lists": {"allergies": 1}})
    rows = by_path(score_fields(truth, record(short)))
    assert rows["patient.allergies[0]"].outcome is Outcome.MISSING
    assert rows["lists.allergies"].is_silent


def test_two_patients_are_paired_by_what_they_share_and_a_third_is_spurious() -> None:
    truth = truth_of({"patient": {"first_name": "Ana", "mrn": "1"}}, {"patient": {"first_name": "Bea", "mrn": "2"}})
    read = [
        referral(patient=Patient(first_name=text(name), mrn=text(mrn))) for name, mrn in (("Bea", "2"), ("Ana", "1"))
    ]
    total = summarise(score_fields(truth, record(*read, referral(patient=Patient(first_name=text("Cleo"))))))
    assert (total.correct, total.wrong, total.missing, total.spurious) == (4, 0, 0, 1)


def test_only_the_fields_asked_for() -> None:
    rows = score_fields(WHOLE, record(PERFECT), ["orders[].drug"])
    assert {row.path for row in rows} == {"orders[0].drug", "orders[1].drug"}
    assert {row.key for row in rows} == {"orders[].drug"}


def test_facts_of_the_document() -> None:
    truth = {
        "kind": "referral",
        "pages": [
            {"page_no": 1, "type": "order", "quality": "fine_fax", "rotation": 90},
            {"page_no": 2, "type": "order", "quality": "fine_fax", "rotation": 0},
        ],
        "fax_header": {"sender": "A", "sent_at": "2026-10-29T11:18", "page_total": 2, "sender_number": None},
    }
    document = Document(
        sha256=None,
        filename="f",
        media_type=None,
        pages=(Page(page_no=1, type=PageType.ORDER, rotation=90),),
        fax_header=FaxHeader(sender="a", sent_at=datetime(2026, 10, 29, 11, 18), page_total=3),
    )
    outcomes = {row.path: row.outcome for row in score_document(truth, document)}
    assert outcomes["document.kind"] is Outcome.WRONG
    assert outcomes["document.pages[0].type"] is outcomes["document.pages[0].rotation"] is Outcome.CORRECT
    assert outcomes["document.pages[0].quality"] is outcomes["document.pages[1].type"] is Outcome.MISSING
    assert outcomes["document.fax_header.sender"] is outcomes["document.fax_header.sent_at"] is Outcome.CORRECT
    assert outcomes["document.fax_header.page_total"] is Outcome.WRONG
    assert outcomes["document.fax_header.sender_number"] is Outcome.ABSENT


def write(folder: Path, truth: object, words: object) -> None:
    (folder / "one.tif").write_bytes(b"II*\0")
    (folder / "one.truth.json").write_text(json.dumps(truth), encoding="utf-8")
    (folder / "one.words.json").write_text(json.dumps(words), encoding="utf-8")


def test_a_row_knows_its_tier_and_its_pen(tmp_path: Path) -> None:
    place = {"page_no": 2, "bbox": [10, 10, 50, 20]}
    truth = {
        **truth_of({"patient": {"first_name": "Ana"}}),
        "boxes": {"patient.first_name": [place]},
        "legible": {"patient.first_name": False},
    }
    hand = {"text": "Ana", "bbox": [12, 9, 48, 22], "is_handwritten": True}
    words = {
        "pages": [{"page_no": 1, "tier": "fine_fax", "words": []}, {"page_no": 2, "tier": "degraded", "words": [hand]}]
    }
    write(tmp_path, truth, words)
    (loaded,) = load_truths(tmp_path)
    assert loaded.fax.name == "one.tif"
    rows = by_path(score_fields(loaded.record, record(referral(patient=Patient(mrn=text("7"))))))
    name, mrn = rows["patient.first_name"], rows["patient.mrn"]
    assert (loaded.tier_of(name), loaded.is_handwritten(name), loaded.is_legible(name)) == ("degraded", True, False)
    assert (loaded.tier_of(mrn), loaded.is_handwritten(mrn), loaded.is_legible(mrn)) == ("fine_fax", False, True)


def test_a_folder_without_truth_and_a_misshapen_truth_say_so(tmp_path: Path) -> None:
    with pytest.raises(FileUnavailable):
        load_truths(tmp_path)
    write(tmp_path, {"boxes": {"a": [{"page_no": 1}]}}, {"pages": []})
    with pytest.raises(RecordError):
        list(load_truths(tmp_path))
    (tmp_path / "one.tif").unlink()
    with pytest.raises(RecordError):
        list(load_truths(tmp_path))

"""Each way to be wrong lands in its own column."""

from datetime import UTC, datetime

import pytest

from extractor.evaluate.fields import score_document, score_fields
from extractor.evaluate.score import Outcome, Pairing, Row, summarise
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
    assert (total.wrong, total.missing, total.omitted, total.spurious, total.silent, total.denied) == (0,) * 6
    assert total.correct == total.truths == 12
    assert total.precision == total.recall == total.f1 == 1.0


def test_an_empty_record_has_no_recall() -> None:
    for empty in (record(), record(referral())):
        total = summarise(score_fields(WHOLE, empty))
        assert (total.recall, total.precision, total.f1) == (0.0, None, 0.0)
        # Six fields of three list items and two items of the order's list are not there because their items are not.
        assert (total.missing, total.omitted) == (5, 7)


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
        "orders[0].drug": Outcome.OMITTED,
        "orders[0].dose": Outcome.OMITTED,
        "orders[1].drug": Outcome.SPURIOUS,
        "orders[1].dose": Outcome.SPURIOUS,
    }


def test_a_list_count_that_is_too_small_is_wrong_out_loud() -> None:
    short = referral(lists=Lists(allergies=Count(value=0, confidence=0.9, state=State.FOUND)))
    truth = truth_of({"patient": {"allergies": ["penicillin"]}, "lists": {"allergies": 1}})
    rows = by_path(score_fields(truth, record(short)))
    assert rows["patient.allergies[0]"].outcome is Outcome.OMITTED
    assert rows["patient.allergies[0]"].is_denied
    assert rows["lists.allergies"].is_silent


def test_an_omitted_item_of_a_list_that_asks_is_asked_for_and_not_denied() -> None:
    doubtful = referral(lists=Lists(allergies=Count(value=None, state=State.NEEDS_REVIEW)))
    rows = by_path(score_fields(truth_of({"patient": {"allergies": ["penicillin"]}}), record(doubtful)))
    row = rows["patient.allergies[0]"]
    assert (row.outcome, row.item, row.is_denied, row.asks) == (Outcome.OMITTED, Pairing.OMITTED, False, True)


def test_a_part_that_the_truth_leaves_out_is_not_scored() -> None:
    read = referral(patient=Patient(first_name=text("Ana")), diagnoses=(Diagnosis(code=text("G35.A")),))
    rows = score_fields(truth_of({"patient": {"first_name": "Ana"}}), record(read))
    assert summarise(rows).spurious == 0
    assert {row.path.partition(".")[0] for row in rows} == {"patient"}
    assert summarise(score_fields(truth_of({"diagnoses": []}), record(read))).spurious == 1


def test_two_patients_are_paired_by_what_they_share_and_a_third_is_spurious() -> None:
    truth = truth_of({"patient": {"first_name": "Ana", "mrn": "1"}}, {"patient": {"first_name": "Bea", "mrn": "2"}})
    read = [
        referral(patient=Patient(first_name=text(name), mrn=text(mrn))) for name, mrn in (("Bea", "2"), ("Ana", "1"))
    ]
    total = summarise(score_fields(truth, record(*read, referral(patient=Patient(first_name=text("Cleo"))))))
    assert (total.correct, total.wrong, total.missing, total.spurious) == (4, 0, 0, 1)


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

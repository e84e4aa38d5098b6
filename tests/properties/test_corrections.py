"""People's answers on a referral: nothing else changes, nothing impossible gets in, undoing gives back what was."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import InvalidEntry
from extractor.resolve.correcting import (
    answer_fields,
    apply_corrections,
    as_text,
    check_correction,
    original_paths,
)
from extractor.resolve.entries import read_entry
from models.record import (
    STAFF,
    Count,
    Diagnosis,
    Flag,
    Lists,
    Order,
    Patient,
    Prescriber,
    Referral,
    ReferralKind,
    State,
    Text,
)
from models.record.field import Alternative
from models.record.paths import walk_fields
from models.record.review import Answer, Change, Correction, standing, to_redo, to_undo

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def text(value: str, *others: str) -> Text:
    return Text(
        value=value,
        confidence=0.8,
        state=State.NEEDS_REVIEW,
        raw=value,
        page_no=1,
        bbox=(1.0, 2.0, 3.0, 4.0),
        source="ocr:null",
        alternatives=tuple(Alternative(value=other, confidence=0.1) for other in others),
    )


REFERRAL = Referral(
    referral_id="r1",
    created_at=NOW,
    kind=ReferralKind.REFERRAL,
    pages=(1,),
    patient=Patient(
        first_name=text("Ingrid", "Astrid"),
        date_of_birth=text("1951-02-21", "1957-02-21"),
        allergies=(text("Sulfa"), text("Latex")),
    ),
    orders=(Order(drug=text("vedolizumab"), dose=text("300 mg"), premedications=(text("famotidine 20 mg IV"),)),),
    diagnoses=(Diagnosis(code=text("K50.10")), Diagnosis(code=text("I10"))),
    prescriber=Prescriber(npi=text("1272397105"), signature_present=Flag(value=True, confidence=0.9, state="found")),
    lists=Lists(allergies=Count(value=2, confidence=0.8, state=State.NEEDS_REVIEW)),
)
FIELDS = dict(walk_fields(REFERRAL))


def say(path: str, action: Answer, value: object = None, actor: str = "ada") -> Correction:
    return Correction(referral_id="r1", revision=1, path=path, action=action, value=value, actor=actor, at=NOW)


ABSENCES = st.sampled_from([Answer.BLANK, Answer.ILLEGIBLE, Answer.NOT_ON_FORM])
PLAIN = sorted(path for path in FIELDS if not path.startswith("lists."))
ANSWERS = st.one_of(
    st.builds(say, st.sampled_from(PLAIN), ABSENCES),
    st.sampled_from(
        [
            say("patient.first_name", Answer.CONFIRM, "Ingrid"),
            say("patient.first_name", Answer.ALTERNATIVE, "Astrid"),
            say("patient.last_name", Answer.CORRECT, "Holloway"),
            say("prescriber.npi", Answer.CORRECT, "1272397104"),
            say("patient.allergies[0]", Answer.CORRECT, "Codeine"),
            say("diagnoses[0].code", Answer.CORRECT, "G35.A"),
        ]
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ANSWERS, max_size=6))
def test_fields_that_nobody_answered_stay_as_they_are_to_the_byte(answers: list[Correction]) -> None:
    after = dict(walk_fields(apply_corrections(REFERRAL, answers)))
    assert set(after) == set(FIELDS)
    answered = {answer.path for answer in answers}
    for path, field in FIELDS.items():
        if path not in answered:
            assert after[path].model_dump_json() == field.model_dump_json()
        else:
            assert after[path].source == STAFF
            assert not after[path].needs_person


@settings(max_examples=60, deadline=None)
@given(st.lists(ANSWERS, min_size=1, max_size=6), st.data())
def test_undoing_everything_gives_the_record_before_and_redoing_the_record_after(
    answers: list[Correction], data: st.DataObject
) -> None:
    changes = [Change(number=n, correction=one, actor="ada", at=NOW) for n, one in enumerate(answers, start=1)]
    depth = data.draw(st.integers(1, len(answers)))
    history = list(changes)
    for _ in range(depth):
        undone = to_undo(history, "ada")
        assert undone is not None
        history.append(Change(number=len(history) + 1, withdraws=undone.number, actor="ada", at=NOW))
    left = [change.correction for change in standing(history)]
    assert left == answers[: len(answers) - depth]
    for _ in range(depth):
        redone = to_redo(history, "ada")
        assert redone is not None
        history.append(Change(number=len(history) + 1, withdraws=redone.number, actor="ada", at=NOW))
    assert [change.correction for change in standing(history)] == answers
    assert to_redo(history, "ada") is None
    assert to_undo(history, "bob") is None


def test_no_answer_gives_the_record_itself() -> None:
    assert apply_corrections(REFERRAL, []).model_dump_json() == REFERRAL.model_dump_json()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("prescriber.npi", "1272397105"),
        ("prescriber.npi", "127239710"),
        ("patient.date_of_birth", "2026-11-24"),
        ("patient.date_of_birth", "1951-02-30"),
        ("patient.date_of_birth", "02/21/1951"),
        ("orders[0].date", "1826-01-01"),
        ("diagnoses[0].code", "G35.Z9"),
        ("orders[0].drug", "vedolizumob"),
        ("orders[0].drug", "Entyvio"),
        ("orders[0].dose", "301"),
        ("orders[0].route", "left arm"),
        ("prescriber.fax", "555-0199"),
        ("prescriber.fax", "+1303555014"),
        ("patient.sex", "yes"),
        ("patient.last_name", "a\x00b"),
        ("patient.last_name", "x" * 201),
        ("prescriber.signature_present", "perhaps"),
        ("lists.allergies", -1),
    ],
)
def test_what_cannot_be_the_value_is_refused_without_repeating_it(path: str, value: object) -> None:
    with pytest.raises(InvalidEntry) as refused:
        check_correction(REFERRAL, [], say(path, Answer.CORRECT, value), TODAY)
    assert str(value) not in refused.value.message


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("prescriber.npi", "127 239 7104", "1272397104"),
        ("patient.date_of_birth", "2/21/1951", "1951-02-21"),
        ("orders[0].drug", "Entyvio", "vedolizumab"),
        ("orders[0].dose", "300mg", "300 mg"),
        ("orders[0].frequency", "q8w", "every 8 weeks"),
        ("prescriber.fax", "(303) 555-0147", "+13035550147"),
        ("diagnoses[0].code", "k5010", "K50.10"),
        ("patient.height_cm", "5 ft 7 in", 170.2),
        ("patient.weight_kg", "70", 70.0),
        ("prescriber.signature_present", "no", False),
        ("patient.sex", "f", "female"),
        ("lists.labs", "0", 0),
        ("labs[0].result", "< 0.35", "<0.35"),
    ],
)
def test_what_is_typed_is_read_into_the_records_format(path: str, typed: str, value: object) -> None:
    read = read_entry(path, typed, TODAY)
    assert read == value
    assert type(read) is type(value)
    assert read_entry(path, as_text(read), TODAY) == read


def test_confirming_needs_the_value_that_stands_there() -> None:
    with pytest.raises(InvalidEntry):
        check_correction(REFERRAL, [], say("patient.first_name", Answer.CONFIRM, "Astrid"), TODAY)
    with pytest.raises(InvalidEntry):
        check_correction(REFERRAL, [], say("patient.first_name", Answer.ALTERNATIVE, "Olga"), TODAY)
    with pytest.raises(InvalidEntry):  # a wrong check digit does not become right by looking at it
        check_correction(REFERRAL, [], say("prescriber.npi", Answer.CONFIRM, "1272397105"), TODAY)


def test_a_missed_allergy_is_added_and_the_count_asks_again() -> None:
    confirmed = say("lists.allergies", Answer.CONFIRM, 2)
    added = say("patient.allergies[2]", Answer.CORRECT, "Codeine")
    after = apply_corrections(REFERRAL, [confirmed, added])
    assert [one.value for one in after.patient.allergies] == ["Sulfa", "Latex", "Codeine"]
    assert (after.lists.allergies.value, after.lists.allergies.state) == (3, State.NEEDS_REVIEW)
    done = apply_corrections(REFERRAL, [added, say("lists.allergies", Answer.CORRECT, 3)])
    assert (done.lists.allergies.value, done.lists.allergies.source) == (3, STAFF)


def test_an_added_order_asks_for_all_its_fields() -> None:
    after = apply_corrections(REFERRAL, [say("orders[1].drug", Answer.CORRECT, "ocrelizumab")])
    assert after.orders[1].drug.state is State.CORRECTED
    assert after.orders[1].dose.state is State.NEEDS_REVIEW
    assert after.lists.orders.state is State.NEEDS_REVIEW


def test_removed_items_go_last_and_paths_are_told_back() -> None:
    answers = [say("diagnoses[0]", Answer.REMOVE), say("diagnoses[1].code", Answer.CORRECT, "G35.A")]
    after = apply_corrections(REFERRAL, answers)
    assert [one.code.value for one in after.diagnoses] == ["G35.A"]
    assert (after.lists.diagnoses.value, after.lists.diagnoses.state) == (1, State.NEEDS_REVIEW)
    told = original_paths(answer_fields(REFERRAL, answers))
    assert told["diagnoses[0].code"] == "diagnoses[1].code"
    assert told["orders[0].premedications[0]"] == "orders[0].premedications[0]"


def test_a_count_that_is_not_the_number_of_items_is_refused() -> None:
    with pytest.raises(InvalidEntry):
        check_correction(REFERRAL, [], say("lists.allergies", Answer.CORRECT, 3), TODAY)
    check_correction(REFERRAL, [], say("lists.allergies", Answer.CONFIRM, 2), TODAY)


@pytest.mark.parametrize(
    "path",
    ["patient.allergies[4]", "patient.allergies[99999]", "patient.shoe_size", "patient", "orders[-1].drug", "labs"],
)
def test_a_path_that_is_not_there_is_refused(path: str) -> None:
    with pytest.raises(InvalidEntry):
        check_correction(REFERRAL, [], say(path, Answer.CORRECT, "Codeine"), TODAY)


def test_a_gap_that_undoing_leaves_is_no_item() -> None:
    after = apply_corrections(REFERRAL, [say("patient.allergies[3]", Answer.CORRECT, "Codeine")])
    assert [one.value for one in after.patient.allergies] == ["Sulfa", "Latex", "Codeine"]


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("patient.weight_kg", "80?"),
        ("patient.weight_kg", "80 or 90"),
        ("patient.weight_kg", "8250"),
        ("patient.weight_kg", "82.5 kg 90 kg"),
        ("patient.weight_kg", "-80"),
        ("patient.height_cm", "1.70"),
        ("patient.height_cm", "17"),
        ("patient.height_cm", "67"),
        ("patient.height_cm", "5'13"),
        ("orders[0].frequency", "every 4 weeks until march"),
        ("orders[0].frequency", "every 8 weeks, hold if ANC low"),
        ("orders[0].frequency", "every 8 weeks hold if ANC low over 3 days"),
        ("orders[0].frequency", "not every 8 weeks"),
        ("orders[0].frequency", "every 8 weeks?"),
        ("orders[0].frequency", "every 4 weeks for 12 months"),
        ("orders[0].route", "not IV"),
        ("orders[0].route", "IV or SC"),
        ("orders[0].duration", "through 12 weeks"),
        ("orders[0].duration", "about twelve months"),
        ("patient.date_of_birth", "02/21/1951 or 1957"),
        ("patient.date_of_birth", "02/21/1951?"),
    ],
)
def test_a_doubt_or_a_condition_is_refused_and_not_left_out(path: str, typed: str) -> None:
    with pytest.raises(InvalidEntry):
        read_entry(path, typed, TODAY)


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("patient.weight_kg", "82,5", 82.5),
        ("patient.weight_kg", "180 lb 6 oz", 81.8),
        ("patient.height_cm", "1.70 m", 170.0),
        ("patient.height_cm", "5 ft 7 in.", 170.2),
        ("orders[0].frequency", "at weeks 0, 2 and 6, then every 8 weeks", "weeks 0, 2, 6 then every 8 weeks"),
        ("orders[0].frequency", "every four (4) weeks x 6 doses", "every 4 weeks x 6 doses"),
        ("orders[0].frequency", "day 1 and day 15 then every 6 months", "day 1 and day 15 then every 6 months"),
        ("orders[0].route", "IV infusion", "IV"),
        ("orders[0].duration", "twelve (12) months", "12 months"),
        ("patient.date_of_birth", "Feb 21, 1951", "1951-02-21"),
    ],
)
def test_the_ways_that_people_write_are_read(path: str, typed: str, value: object) -> None:
    assert read_entry(path, typed, TODAY) == value


def test_what_a_person_corrected_can_be_confirmed_by_another() -> None:
    corrected = say("patient.last_name", Answer.CORRECT, "Holloway")
    confirmed = say("patient.last_name", Answer.CONFIRM, "Holloway", "bob")
    check_correction(REFERRAL, [corrected], confirmed, TODAY)
    after = apply_corrections(REFERRAL, [corrected, confirmed])
    assert (after.patient.last_name.value, after.patient.last_name.state) == ("Holloway", State.CORRECTED)
    replaced = say("patient.first_name", Answer.CORRECT, "Inga")
    with pytest.raises(InvalidEntry):  # what the machine read does not stand there any more
        check_correction(REFERRAL, [replaced], say("patient.first_name", Answer.CONFIRM, "Ingrid"), TODAY)


def test_an_answer_to_a_field_of_a_removed_item_is_refused() -> None:
    removed = say("orders[0]", Answer.REMOVE)
    for path, value in (("orders[0].drug", "natalizumab"), ("orders[0].premedications[0]", "Codeine")):
        with pytest.raises(InvalidEntry, match="removed"):
            check_correction(REFERRAL, [removed], say(path, Answer.CORRECT, value), TODAY)
    kept = check_correction(REFERRAL, [removed], say("orders[1].drug", Answer.CORRECT, "natalizumab"), TODAY)
    assert kept.removed == {"orders[0]"}


def test_an_answer_that_a_newer_table_does_not_know_stands() -> None:
    retired = say("diagnoses[0].code", Answer.CORRECT, "G35.Z9")
    with pytest.raises(InvalidEntry):
        check_correction(REFERRAL, [], retired, TODAY)
    check_correction(REFERRAL, [retired], say("patient.last_name", Answer.CORRECT, "Holloway"), TODAY)
    assert apply_corrections(REFERRAL, [retired]).diagnoses[0].code.value == "G35.Z9"


@pytest.mark.parametrize("kind", [ReferralKind.SUPPLEMENT, ReferralKind.STRAY])
def test_an_order_that_a_person_enters_makes_it_a_referral(kind: ReferralKind) -> None:
    mistaken = REFERRAL.model_copy(update={"kind": kind, "orders": ()})
    assert apply_corrections(mistaken, [say("patient.last_name", Answer.CORRECT, "Holloway")]).kind is kind
    ordered = apply_corrections(mistaken, [say("orders[0].drug", Answer.CORRECT, "natalizumab")])
    assert ordered.kind is ReferralKind.REFERRAL
    absent = apply_corrections(mistaken, [say("orders[0].drug", Answer.ILLEGIBLE)])
    assert absent.kind is kind


def test_an_error_never_quotes_what_was_given() -> None:
    with pytest.raises(ValueError, match="state") as refused:
        Text.model_validate({"state": "Holloway"})
    assert "Holloway" not in str(refused.value)

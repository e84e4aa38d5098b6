"""What people entered, after the same pages were read again: it stands, also where the program now reads otherwise."""

from datetime import UTC, datetime

from extractor.resolve.carrying import carry_answers
from extractor.resolve.correcting import answer_fields
from models.record import Lab, Order, Patient, Referral, ReferralKind, State, Text
from models.record.paths import walk_fields
from models.record.review import Answer, Correction

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def read(value: str, page_no: int = 1, top: float = 10) -> Text:
    return Text(
        value=value,
        confidence=0.9,
        state=State.NEEDS_REVIEW,
        raw=value,
        page_no=page_no,
        bbox=(10, top, 50, top + 10),
        source="ocr:null",
    )


def made(pages: tuple[int, ...] = (1, 2), revision: int = 1, **parts: object) -> Referral:
    told = {"referral_id": "r", "created_at": NOW, "kind": ReferralKind.REFERRAL, "pages": pages, "revision": revision}
    return Referral.model_validate({**told, **parts})


def said(path: str, action: Answer, value: str | None = None) -> Correction:
    return Correction(referral_id="r", revision=1, path=path, action=action, value=value, actor="ada", at=NOW)


def carried(before: Referral, after: Referral, *answers: Correction) -> dict[str, object]:
    """Each field with staff's answers on it: its value, or its state where it has none."""
    stand = carry_answers(before, after, answers)
    assert {one.revision for one in stand} <= {after.revision}
    fields = dict(walk_fields(answer_fields(after, stand).referral))
    return {one.path: fields[one.path].value or fields[one.path].state for one in stand}


def test_a_value_stands_where_the_program_reads_another_one_now() -> None:
    before = made(patient=Patient(first_name=read("lngrid"), last_name=read("Hollow", top=30)))
    after = made(revision=2, patient=Patient(first_name=read("1ngrid", top=500), last_name=read("Holloway", top=530)))
    answers = (
        said("patient.first_name", Answer.CORRECT, "Ingrid"),
        said("patient.last_name", Answer.CONFIRM, "Hollow"),
    )
    assert carried(before, after, *answers) == {"patient.first_name": "Ingrid", "patient.last_name": "Hollow"}
    moved = after.model_copy(update={"pages": (1,)})  # other pages may be another person's
    assert carried(before, moved, *answers) == {}


def test_an_absence_is_asked_again_where_something_is_read_now() -> None:
    before = made(patient=Patient(first_name=read("x"), last_name=read("y", top=30)))
    after = made(revision=2, patient=Patient(last_name=read("Holloway", top=500)))
    answers = (said("patient.first_name", Answer.ILLEGIBLE), said("patient.last_name", Answer.ILLEGIBLE))
    assert carried(before, after, *answers) == {"patient.first_name": State.ILLEGIBLE}
    assert carried(before, after, said("lists.labs", Answer.BLANK)) == {}


def test_a_value_goes_with_its_item_and_never_over_another_one() -> None:
    one = Lab(test=read("Creatinine", 2), result=read("0.9", 2, 30))
    other = Lab(test=read("Potassium", 2, 50), result=read("4.1", 2, 70))
    before = made(labs=(one, other))
    answers = (said("labs[1].result", Answer.CORRECT, "4.7"), said("labs[0].result", Answer.CORRECT, "0.8"))
    # A row that was not seen before stands first now; of the other two one is where it was, one is not.
    after = made(revision=2, labs=(Lab(test=read("Sodium", 1)), Lab(test=read("Creat", 1, 500)), other))
    now = carried(before, after, *answers, said("labs[2].test", Answer.CORRECT, "Calcium"))
    assert now == {"labs[2].result": "4.7", "labs[4].result": "0.8", "labs[3].test": "Calcium"}


def test_the_only_item_stays_the_only_one() -> None:
    before = made(orders=(Order(drug=read("Ocrevu"), dose=read("30 mg", top=30)),))
    after = made(revision=2, orders=(Order(drug=read("Ocrevus", top=500), dose=read("300 mg", top=530)),))
    assert carried(before, after, said("orders[0].drug", Answer.CORRECT, "ocrelizumab")) == {
        "orders[0].drug": "ocrelizumab"
    }

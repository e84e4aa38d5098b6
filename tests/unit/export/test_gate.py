"""What keeps a referral from leaving, with the critical fields of the policy."""

import pytest

from extractor.export.gate import BlockCode, GateRules, Override, find_blocks
from extractor.resolve.policy import load_policy
from models.record import Field, Order, Patient, Referral, ReferralKind, State
from models.record.paths import walk_fields
from samples.hostile_record import REFERRAL, absent, said

RULES = GateRules(critical=load_policy().critical, is_shadow=load_policy().is_shadow)
CLEAR = Referral(
    referral_id="r",
    created_at=REFERRAL.created_at,
    kind=ReferralKind.REFERRAL,
    pages=(1,),
    patient=Patient(first_name=said("Ada"), last_name=said("Voss"), date_of_birth=said("1980-01-02")),
    orders=(Order(drug=said("rituximab"), dose=said("1000 mg")),),
)


def codes(referral: Referral, **given: object) -> list[BlockCode]:
    return [block.code for block in find_blocks(referral, RULES, **given)]


def with_drug(drug: Field[str]) -> Referral:
    return CLEAR.model_copy(update={"orders": (Order(drug=drug),)})


def test_shadow_needs_an_approval_and_no_override_replaces_it() -> None:
    assert codes(CLEAR) == [BlockCode.NOT_APPROVED]
    assert codes(CLEAR, approved_by="nurse-1") == []
    assert codes(CLEAR, override=Override(actor="lead", reason="urgent")) == [BlockCode.NOT_APPROVED]
    awake = RULES.model_copy(update={"is_shadow": False})
    assert find_blocks(CLEAR, awake) == ()


@pytest.mark.parametrize("state", [State.NEEDS_REVIEW, State.ILLEGIBLE, State.CONFLICTING])
def test_a_critical_field_that_waits_for_a_person_blocks(state: State) -> None:
    (block,) = find_blocks(with_drug(absent(state)), RULES, approved_by="nurse-1")
    assert (block.code, block.path) == (BlockCode.NEEDS_HUMAN, "orders[0].drug")


def test_an_override_needs_a_reason() -> None:
    doubted = with_drug(absent(State.ILLEGIBLE))
    assert codes(doubted, approved_by="n", override=Override(actor="lead", reason="  ")) == [BlockCode.NEEDS_HUMAN]
    assert codes(doubted, approved_by="n", override=Override(actor="lead", reason="Called the clinic.")) == []


def test_a_person_who_says_illegible_has_looked() -> None:
    answered = absent(State.ILLEGIBLE).model_copy(update={"source": "staff"})
    assert codes(with_drug(answered), approved_by="nurse-1") == []


def test_a_field_that_is_not_critical_does_not_block() -> None:
    doubted = CLEAR.patient.model_copy(update={"email": absent(State.ILLEGIBLE)})
    assert codes(CLEAR.model_copy(update={"patient": doubted}), approved_by="nurse-1") == []


@pytest.mark.parametrize("kind", [ReferralKind.SUPPLEMENT, ReferralKind.STRAY])
def test_only_a_referral_leaves(kind: ReferralKind) -> None:
    other = CLEAR.model_copy(update={"kind": kind})
    override = Override(actor="lead", reason="please")
    assert codes(other, approved_by="nurse-1", override=override) == [BlockCode.NOT_A_REFERRAL]


def test_without_order_or_identity_it_stays() -> None:
    nobody = CLEAR.model_copy(update={"patient": Patient(), "orders": ()})
    found = find_blocks(nobody, RULES, approved_by="nurse-1")
    assert [(block.code, block.path) for block in found] == [
        (BlockCode.NO_ORDER, "orders"),
        (BlockCode.NO_IDENTITY, "patient.last_name"),
        (BlockCode.NO_IDENTITY, "patient.date_of_birth"),
    ]


def test_blocks_hold_no_values() -> None:
    values = [str(field.value) for _, field in walk_fields(REFERRAL) if isinstance(field.value, str)]
    for block in find_blocks(REFERRAL, RULES):
        assert not any(value in block.text for value in values if len(value) > 3)

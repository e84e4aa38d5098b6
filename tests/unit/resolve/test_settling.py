"""What policy makes of a draft: found only where calibration shows it may be, and why not in words."""

from datetime import UTC, datetime

import pytest
from oracle_pages import order_page

from extractor import confidence, fields
from extractor.packet import assemble
from extractor.resolve import draft_referrals, gather_evidence, settle
from extractor.resolve.policy import load_policy
from extractor.resolve.settling import replace_fields, with_confidence
from models.record import Alternative, Quality, Referral, State, Text
from models.record.paths import walk_fields
from models.stages.candidate import Packet, Scored
from models.stages.options import Options

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def _draft(quality: Quality = Quality.DIGITAL) -> tuple[Referral, Packet, tuple[Scored, ...]]:
    packet, failures = assemble("c" * 64, [order_page(quality=quality).build()], 1)
    scored = confidence.score(fields.propose(packet, Options().site, NOW.date()), packet)
    return draft_referrals(packet, scored, failures, NOW)[0], packet, scored


@pytest.mark.parametrize("quality", list(Quality))
def test_found_is_what_reaches_its_threshold_and_nothing_else_changes(quality: Quality) -> None:
    draft, packet, scored = _draft(quality)
    settled = dict(walk_fields(settle(draft, packet, scored)))
    for path, before in walk_fields(draft):
        after = settled[path]
        assert (after.value, after.bbox, after.raw) == (before.value, before.bbox, before.raw)
        if after.state is State.FOUND:
            threshold = load_policy().threshold(path, str(quality))
            assert before.state is State.FOUND
            assert threshold is not None
            assert after.confidence is not None
            assert after.confidence >= threshold
        elif before.state is State.FOUND:
            assert after.state is State.NEEDS_REVIEW
            assert after.reasons[-1].code in {"low_confidence", "too_few_known", "item_unsure"}
        else:
            assert after.state is before.state


def test_a_value_of_an_item_that_is_not_found_is_not_found() -> None:
    draft, packet, scored = _draft()
    order = draft.orders[0]
    doubted = order.drug.model_copy(update={"state": State.NEEDS_REVIEW})
    draft = replace_fields(draft, {"orders[0].drug": doubted})
    settled = settle(draft, packet, scored).orders[0]
    values = [field for field in (settled.dose, settled.route, settled.frequency) if field.value is not None]
    assert values
    assert {field.state for field in values} == {State.NEEDS_REVIEW}


def test_a_lower_tier_is_never_surer() -> None:
    def sure(quality: Quality) -> float:
        draft, packet, scored = _draft(quality)
        return settle(draft, packet, scored).patient.date_of_birth.confidence or 0.0

    assert sure(Quality.DEGRADED) <= sure(Quality.DIGITAL)


def test_every_value_has_evidence_and_only_values_have() -> None:
    draft, packet, scored = _draft()
    evidence = gather_evidence(draft, packet, scored)
    assert set(evidence) == {path for path, field in walk_fields(draft) if field.value is not None}
    assert all(one.tier == "digital" for path, one in evidence.items() if not path.startswith("lists."))
    assert evidence["patient.last_name"].features["read"] == 1.0


def test_alternatives_share_what_the_value_leaves() -> None:
    field = Text(
        value="Lopez", confidence=0.6, state=State.FOUND, alternatives=(Alternative(value="Lopes", confidence=0.55),)
    )
    assert with_confidence(field, 0.9).alternatives[0].confidence == pytest.approx(0.1)


def test_a_doubt_is_told_in_words() -> None:
    draft, packet, scored = _draft(Quality.DEGRADED)
    told = [field.reasons[-1] for _, field in walk_fields(settle(draft, packet, scored)) if field.reasons]
    doubts = [reason.text for reason in told if reason.code == "low_confidence"]
    assert doubts
    assert all("is asked of such a field" in text for text in doubts)

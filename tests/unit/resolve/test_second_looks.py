"""What a second look changes of a record: who is asked, never a value."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from oracle_pages import order_page

sys.path.insert(0, str(Path(__file__).parents[1] / "decode"))

from pictures import steps_for

from extractor import confidence, fields
from extractor.packet import assemble
from extractor.resolve import assemble_referrals, draft_referrals, find_doubts, load_policy, settle
from extractor.resolve.doubts import join_looks, may_change
from models.record import Quality, Referral, State
from models.record.paths import walk_fields
from models.stages.candidate import Packet, Scored
from models.stages.look import Look, Reader, Spot
from models.stages.options import Options

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def _draft() -> tuple[Referral, Packet, tuple[Scored, ...]]:
    packet, failures = assemble("c" * 64, [order_page(quality=Quality.CLEAN_SCAN).build()], 1)
    scored = confidence.score(fields.propose(packet, Options().site, NOW.date()), packet)
    return draft_referrals(packet, scored, failures, NOW)[0], packet, scored


def _agree(spot: Spot) -> Look:
    return Look(spot=spot, steps=steps_for(spot.text), second=spot.text)


def _differ(spot: Spot) -> Look:
    """As if the first reading had taken one letter or digit for another."""
    other = "".join("4" if one == "7" else "7" if one.isdigit() else "e" if one == "o" else "o" for one in spot.text)
    return Look(spot=spot, steps=steps_for(other), second=other)


def test_only_critical_values_read_from_pixels_that_no_rule_disputes_are_looked_at() -> None:
    draft, packet, _ = _draft()
    doubts = find_doubts(draft, packet, load_policy())
    found = dict(walk_fields(draft))
    assert "patient.date_of_birth" in doubts
    for path, spots in doubts.items():
        assert load_policy().is_critical(path)
        assert found[path].state is State.FOUND
        assert " ".join(spot.text for spot in spots) == found[path].raw


def test_a_look_changes_no_value_and_one_that_differs_leaves_nothing_accepted() -> None:
    draft, packet, scored = _draft()
    doubts = find_doubts(draft, packet, load_policy())
    spots = {spot for places in doubts.values() for spot in places}
    plain = dict(walk_fields(settle(draft, packet, scored)))
    agreed = dict(walk_fields(settle(draft, packet, scored, {spot: _agree(spot) for spot in spots})))
    differed = dict(walk_fields(settle(draft, packet, scored, {spot: _differ(spot) for spot in spots})))
    for path, before in plain.items():
        assert agreed[path].value == differed[path].value == before.value
        assert (differed[path].confidence or 0.0) <= (agreed[path].confidence or 0.0)
    assert all(differed[path].state is not State.FOUND for path in doubts)
    assert {reason.code for path in doubts for reason in differed[path].reasons} >= {"reads_otherwise"}
    assert all("readers_agree" in {reason.code for reason in agreed[path].reasons} for path in doubts)


def test_other_values_that_the_pixels_allow_are_alternatives() -> None:
    draft, packet, scored = _draft()
    (spot,) = find_doubts(draft, packet, load_policy())["patient.date_of_birth"]
    place = max(place for place, one in enumerate(spot.text) if one.isdigit())
    other = "3" if spot.text[place] != "3" else "5"
    look = Look(spot=spot, steps=steps_for(spot.text, {place: {other: 0.4}}))
    field = settle(draft, packet, scored, {spot: look}).patient.date_of_birth
    before = draft.patient.date_of_birth
    assert field.value == before.value
    assert field.state is State.NEEDS_REVIEW
    assert {one.value for one in field.alternatives} - {one.value for one in before.alternatives}


def test_each_reader_is_asked_only_where_it_may_decide_and_a_file_without_pixels_still_has_a_record() -> None:
    _, packet, scored = _draft()
    asked: list[tuple[Reader, tuple[Spot, ...]]] = []

    def look(spots: Sequence[Spot], reader: Reader) -> dict[Spot, Look]:
        asked.append((reader, tuple(spots)))
        return {spot: _agree(spot) for spot in spots}

    with_pixels = assemble_referrals(packet, scored, (), Options(), NOW, look_again=look)
    without = assemble_referrals(packet, scored, (), Options(), NOW)
    assert len(with_pixels) == len(without) == 1
    assert all(spots for _, spots in asked)
    assert [reader for reader, _ in asked] == sorted({reader for reader, _ in asked})


def test_what_is_hopeless_or_of_an_unknown_tier_is_not_looked_at() -> None:
    evidence = confidence.Evidence(
        path="orders[].dose", tier="unknown", page_type="order", features={"rank": 0.9}, reasons=frozenset()
    )
    hopeless = evidence.model_copy(update={"tier": "clean_scan", "features": {"rank": 0.0}})
    for one in (evidence, hopeless):
        assert not any(may_change("orders[0].dose", one, load_policy(), reader) for reader in Reader)


def test_the_second_readers_text_joins_the_recognisers_steps() -> None:
    draft, packet, _ = _draft()
    spot = next(iter(find_doubts(draft, packet, load_policy()).values()))[0]
    first, second = Look(spot=spot, steps=steps_for("x")), Look(spot=spot, second="y")
    assert join_looks({spot: first}, {spot: second}) == {spot: Look(spot=spot, steps=first.steps, second="y")}
    assert join_looks({}, {spot: second}) == {spot: second}

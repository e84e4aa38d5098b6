"""What must hold of confidence whatever the evidence: no order matters, and better reading never makes less sure."""

import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "packet"))

from oracle_pages import order_page

from extractor import confidence, fields
from extractor.confidence.calibrated import load_calibration
from extractor.packet import assemble
from extractor.resolve import assemble_referrals
from models.record import BBox, Quality, Referral, State, Text
from models.stages.candidate import Candidate, Packet
from models.stages.options import Options

NOW = datetime(2026, 11, 22, tzinfo=UTC)
EXAMPLES = 60
SHARE = st.floats(0.0, 1.0)
FEATURES = st.fixed_dictionaries(
    dict.fromkeys(("reading_min", "reading_mean", "label", "relation", "role", "page", "valid", "anchor"), SHARE)
)
SURNAMES = ("Lopez", "Lopes", "Ridgewell")


@cache
def packet() -> Packet:
    return assemble("0" * 64, [order_page(1, quality=Quality.FINE_FAX).build(), order_page(2).build()], 2)[0]


@cache
def read() -> tuple[Candidate, ...]:
    return tuple(fields.propose(packet(), Options().site, NOW.date()))


@st.composite
def surname(draw: st.DrawFn) -> Candidate:
    top = draw(st.sampled_from((50.0, 100.0, 150.0)))
    value = draw(st.sampled_from(SURNAMES))
    return Candidate(
        path="patient.last_name",
        value=value,
        raw=value,
        page_no=draw(st.sampled_from((1, 2))),
        bbox=BBox(10, top, 60, top + 10),
        source="ocr:oracle",
        features=draw(FEATURES),
    )


def _settle(candidates: list[Candidate]) -> Referral:
    return assemble_referrals(packet(), confidence.score(candidates, packet()), (), Options(), NOW)[0]


def _last_name(candidates: list[Candidate]) -> Text:
    return _settle(candidates).patient.last_name


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_candidates_never_changes_the_record(random: object) -> None:
    shuffled = list(read())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert _settle(shuffled) == _settle(list(read()))


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(surname(), min_size=1, max_size=5, unique_by=lambda one: (one.page_no, one.bbox)), st.data())
def test_the_order_of_rivals_never_changes_the_choice(candidates: list[Candidate], data: st.DataObject) -> None:
    assert _last_name(data.draw(st.permutations(candidates))) == _last_name(candidates)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(surname(), min_size=1, max_size=4, unique_by=lambda one: (one.page_no, one.bbox)),
    st.sampled_from(("reading_min", "reading_mean")),
    SHARE,
)
def test_a_better_reading_of_the_chosen_value_never_lowers_its_confidence(
    candidates: list[Candidate], feature: str, share: float
) -> None:
    before = _last_name(candidates)
    place = next(n for n, one in enumerate(candidates) if (one.page_no, one.bbox) == (before.page_no, before.bbox))
    chosen = candidates[place]
    better = chosen.features[feature] + share * (1.0 - chosen.features[feature])
    raised = chosen.model_copy(update={"features": {**chosen.features, feature: better}})
    after = _last_name([*candidates[:place], raised, *candidates[place + 1 :]])
    assert after.value == before.value
    assert (after.confidence or 0.0) >= (before.confidence or 0.0)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(surname(), min_size=1, max_size=4, unique_by=lambda one: (one.page_no, one.bbox)))
def test_found_is_only_what_reaches_its_threshold(candidates: list[Candidate]) -> None:
    field = _last_name(candidates)
    known = load_calibration().accepted_at("critical", 0.005)
    least = min((one.threshold for one in known.values() if one.threshold is not None), default=2.0)
    assert field.state is not State.FOUND or (field.confidence or 0.0) >= least


@given(st.floats(-40, 40), st.floats(-40, 40), st.sampled_from([*Quality, "unknown"]))
def test_calibration_keeps_the_order(first: float, second: float, tier: str) -> None:
    low, high = sorted((first, second))
    assert load_calibration().of(low, tier) <= load_calibration().of(high, tier)

import itertools
import random

import pytest
from oracle_pages import PageMaker, order_page

from extractor.confidence import score
from extractor.confidence.model import load_model
from extractor.packet import assemble
from models.record import BBox, Quality
from models.stages.candidate import Candidate, Packet

BOX = BBox(10, 10, 60, 22)


def _packet(pages: int = 1, quality: Quality = Quality.FINE_FAX) -> Packet:
    makers = [order_page(number, quality=quality) for number in range(1, pages + 1)]
    return assemble("0" * 64, [maker.build() for maker in makers], pages)[0]


def _candidate(value: str = "1981-03-14", page_no: int = 1, *, is_valid: bool = True, **features: float) -> Candidate:
    full = {"label": 1.0, "relation": 1.0, "role": 1.0, "page": 1.0, "valid": 1.0, "reading_mean": 0.95, **features}
    return Candidate(
        path="patient.date_of_birth",
        value=value,
        raw=value,
        page_no=page_no,
        bbox=BOX,
        source="ocr:oracle",
        is_valid=is_valid,
        features=full,
    )


def _one(candidate: Candidate, packet: Packet | None = None) -> float:
    return score([candidate], packet or _packet())[0].probability


def test_good_evidence_is_near_certain_and_bad_is_not() -> None:
    assert _one(_candidate()) > 0.93
    assert _one(_candidate(role=0.0, label=0.5, relation=0.55)) < 0.5


@pytest.mark.parametrize("feature", sorted(load_model().weights))
def test_more_evidence_never_lowers_the_probability(feature: str) -> None:
    values = [_one(_candidate(**{feature: step / 10})) for step in range(11)]
    assert all(low <= high for low, high in itertools.pairwise(values))
    assert values[0] < values[-1]


def test_worse_pages_bound_it() -> None:
    caps = [_one(_candidate(), _packet(quality=quality)) for quality in (Quality.DIGITAL, Quality.DEGRADED)]
    assert caps[1] <= 0.85 < caps[0]


def test_what_failed_its_check_or_has_an_unclear_mark_is_at_best_even() -> None:
    assert _one(_candidate(is_valid=False)) <= 0.5
    assert _one(_candidate(checked=0.2)) <= 0.5


def test_a_doubtful_character_bounds_it() -> None:
    assert _one(_candidate(reading_min=0.3)) <= 0.7


def test_agreement_of_pages_raises_and_contradiction_lowers() -> None:
    packet = _packet(2)
    weak = _candidate(role=0.5)
    alone = score([weak], packet)[0].probability
    agreed = score([weak, _candidate(page_no=2)], packet)[0].probability
    denied = score([weak, _candidate("1950-01-01", page_no=2)], packet)[0].probability
    assert denied < alone < agreed


def test_another_persons_page_says_nothing() -> None:
    other = PageMaker(page_no=2).row(("Patient Name", "Wanda Xu"), ("DOB", "12/30/1950"))
    packet = assemble("0" * 64, [order_page(1).build(), other.build()], 2)[0]
    assert len(packet.people) == 2
    weak = _candidate(role=0.5)
    assert score([weak, _candidate("1950-12-30", page_no=2)], packet)[0].probability == _one(weak, packet)


def test_the_order_of_candidates_does_not_matter() -> None:
    packet = _packet(2)
    candidates = [
        _candidate(role=0.6),
        _candidate(page_no=2),
        _candidate("1950-01-01", page_no=2, role=0.5),
        _candidate("1950-01-01", role=0.4),
    ]
    expected = {id(one.candidate): one.probability for one in score(candidates, packet)}
    for seed in range(5):
        shuffled = random.Random(seed).sample(candidates, len(candidates))
        assert {id(one.candidate): one.probability for one in score(shuffled, packet)} == expected

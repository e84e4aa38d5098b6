"""A site's own calibration: refused with too little, and shown by the site's values alone."""

import random
from datetime import UTC, datetime

import pytest

from extractor.confidence import Evidence, load_calibration
from extractor.errors import UsageError
from extractor.evaluate.samples import Sample
from extractor.evaluate.site import FEWEST_FAXES, FEWEST_IN_TIER, refit_site
from extractor.resolve import load_policy

NOW = datetime(2026, 11, 22, tzinfo=UTC)
GOOD = {name: rise.knots[-1] for name, rise in load_calibration().rises.items()}


def _samples(count: int, faxes: int, wrong: float, tier: str = "clean_scan") -> list[Sample]:
    """Values of ``faxes`` faxes, a share ``wrong`` of them wrong, and these with weaker evidence."""
    chance = random.Random(7)
    samples = []
    for number in range(count):
        is_right = chance.random() >= wrong
        rank = chance.uniform(0.9, 0.99) if is_right else chance.uniform(0.1, 0.5)
        evidence = Evidence(
            path="orders[].dose",
            tier=tier,
            page_type="order",
            features={**GOOD, "rank": rank, "read": 1.0},
            reasons=frozenset(),
        )
        name = f"fax{number % faxes}"
        samples.append(Sample(evidence=evidence, is_right=is_right, fax=name, form=name, group="critical"))
    return samples


@pytest.mark.parametrize(("count", "faxes"), [(1300, FEWEST_FAXES - 1), (1000, FEWEST_FAXES)])
def test_too_few_confirmed_referrals_are_refused_with_what_it_takes(count: int, faxes: int) -> None:
    with pytest.raises(UsageError, match=f"{FEWEST_FAXES} faxes"):
        refit_site(_samples(count, faxes, 0.0), load_calibration(), load_policy(), NOW)


def test_thresholds_are_those_that_the_sites_values_show() -> None:
    refit = refit_site(_samples(1300, 60, 0.02), load_calibration(), load_policy(), NOW)
    found = refit.calibration.accepted_at("critical", 0.005)
    assert found["clean_scan"].threshold is not None
    assert found["clean_scan"].bound <= 0.005
    assert {found[tier].threshold for tier in ("digital", "fine_fax", "standard_fax", "degraded")} == {None}
    assert refit.calibration.version.startswith(load_calibration().version)


def test_where_evidence_tells_nothing_at_this_site_nothing_is_accepted() -> None:
    samples = _samples(1300, 60, 0.0)
    chance = random.Random(3)
    spoilt = [one.model_copy(update={"is_right": chance.random() >= 0.05}) for one in samples]
    refit = refit_site(spoilt, load_calibration(), load_policy(), NOW)
    assert all(one.threshold is None for one in refit.calibration.accepted_at("critical", 0.005).values())


def test_a_tier_with_few_values_accepts_nothing() -> None:
    few = _samples(FEWEST_IN_TIER - 1, 60, 0.0, "fine_fax")
    refit = refit_site([*_samples(1300, 60, 0.0), *few], load_calibration(), load_policy(), NOW)
    assert refit.calibration.accepted_at("critical", 0.005)["fine_fax"].threshold is None


def test_the_refit_is_the_same_twice_and_keeps_the_order_of_values() -> None:
    samples = _samples(1300, 60, 0.02)
    first, second = (refit_site(samples, load_calibration(), load_policy(), NOW) for _ in range(2))
    assert first.calibration == second.calibration
    weak, strong = (
        first.calibration.probability(samples[0].evidence.model_copy(update={"features": {**GOOD, "rank": rank}}))
        for rank in (0.3, 0.98)
    )
    assert weak <= strong

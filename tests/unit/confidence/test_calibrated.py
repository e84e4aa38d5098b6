import json
from importlib import resources

import pytest
from pydantic import ValidationError

from extractor.confidence.calibrated import Calibration, Line, Rise, load_calibration
from extractor.confidence.evidence import Evidence
from extractor.resolve.policy import load_policy
from models.record import Quality


def _evidence(tier: str = "fine_fax", path: str = "patient.date_of_birth", **features: float) -> Evidence:
    good = {name: rise.knots[-1] for name, rise in load_calibration().rises.items()}
    good |= {"read": 1.0, "few": 1.0, "filled": 1.0}
    return Evidence(path=path, tier=tier, page_type="order", features={**good, **features}, reasons=frozenset())


def test_the_packaged_model_is_of_this_format_and_small() -> None:
    text = resources.files("extractor.confidence").joinpath("calibration.json").read_text(encoding="utf-8")
    assert len(text) < 1_000_000
    card = Calibration.model_validate_json(text).card
    assert {"what", "how", "command", "own", "others", "limits", "date"} <= set(card)


def test_a_model_of_another_format_is_refused() -> None:
    text = resources.files("extractor.confidence").joinpath("calibration.json").read_text(encoding="utf-8")
    with pytest.raises(ValidationError, match="fit it again"):
        Calibration.model_validate(json.loads(text) | {"format": 0})


@pytest.mark.parametrize(
    ("knots", "weights"), [((0.0, 1.0), (-0.1,)), ((0.0, 0.5, 1.0), (1.0,)), ((1.0, 0.0), (1.0,)), ((0.0, 0.0), (1.0,))]
)
def test_a_rise_that_could_fall_is_refused(knots: tuple[float, ...], weights: tuple[float, ...]) -> None:
    with pytest.raises(ValidationError):
        Rise(default=0.0, knots=knots, weights=weights)


def test_a_line_does_not_turn_the_order_round() -> None:
    with pytest.raises(ValidationError):
        Line(slope=-0.1, shift=0.0)


@pytest.mark.parametrize("feature", sorted(load_calibration().rises))
@pytest.mark.parametrize("tier", [quality.value for quality in Quality])
def test_better_evidence_never_lowers_the_probability(feature: str, tier: str) -> None:
    model = load_calibration()
    steps = [step / 50 for step in range(51)]
    found = [model.probability(_evidence(tier, **{feature: step})) for step in steps]
    assert found == sorted(found)


def test_bad_evidence_is_told_from_good() -> None:
    model = load_calibration()
    worst = {name: rise.knots[0] for name, rise in model.rises.items()}
    assert model.probability(_evidence()) > 0.9
    assert model.probability(_evidence(**worst)) < 0.5


def test_nothing_is_certain() -> None:
    assert load_calibration().of(1e6, "digital") < 1.0
    assert load_calibration().of(-1e6, "digital") >= 0.0


def test_transfer_only_lowers() -> None:
    model = load_calibration()
    plain = model.model_copy(update={"transfer": {}})
    for log_odds in (-6.0, -2.0, 0.0, 1.0, 4.0, 9.0):
        assert all(model.of(log_odds, tier) <= plain.of(log_odds, tier) for tier in model.transfer)


def test_every_group_of_the_policy_has_a_threshold_or_none_in_every_tier() -> None:
    policy, accepted = load_policy(), load_calibration().accepted
    assert set(accepted) == set(policy.allowed_error) == set(policy.least)
    for group, levels in accepted.items():
        assert load_calibration().accepted_at(group, policy.allowed_error[group])
        for allowed, tiers in levels.items():
            assert set(tiers) == {quality.value for quality in Quality}
            for known in tiers.values():
                if known.threshold is not None:
                    assert known.bound <= float(allowed)
                    assert known.n > 0


def test_an_error_that_nothing_was_shown_for_accepts_nothing() -> None:
    assert load_calibration().accepted_at("critical", 1e-9) == {}


def test_what_no_tier_is_known_of_is_never_accepted() -> None:
    assert load_policy().threshold("patient.first_name", "unknown") is None

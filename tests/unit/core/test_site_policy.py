"""What a site may ask of the policy: more than the packaged one, never less."""

from pathlib import Path

import pytest

from extractor.confidence import load_calibration
from extractor.errors import UsageError
from extractor.evaluate.calibrate import pack_calibration
from extractor.resolve import load_policy, name_policy
from extractor.settings import load_settings
from models.record.paths import record_paths
from models.stages.options import PolicyOptions


def test_a_site_adds_critical_fields_and_takes_none_off() -> None:
    packaged, site = load_policy(), load_policy(PolicyOptions(critical=("patient.address.postal_code", "labs[2].flag")))
    assert site.critical == packaged.critical | {"patient.address.postal_code", "labs[].flag"}
    assert site.group("patient.address.postal_code") == "critical"
    assert packaged.critical <= record_paths()


def test_a_critical_field_that_no_record_has_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"patient\.shoe_size"):
        load_policy(PolicyOptions(critical=("patient.shoe_size",)))


def test_a_stricter_site_never_asks_for_less() -> None:
    packaged = load_policy()
    for allowed in (0.004, 0.002, 0.0001):
        site = load_policy(PolicyOptions(allowed_error=allowed))
        for tier in ("digital", "clean_scan", "fine_fax", "standard_fax", "degraded"):
            known, asked = packaged.threshold("orders[].dose", tier), site.threshold("orders[].dose", tier)
            assert asked is None or (known is not None and asked >= known)


def test_the_name_of_a_policy_says_that_a_site_changed_it() -> None:
    assert name_policy(load_policy()).endswith("(shadow)")
    assert "(site)" in name_policy(load_policy(PolicyOptions(allowed_error=0.002)))


def test_shadow_ends_only_with_the_sites_own_calibration(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="extractor calibrate"):
        load_policy(PolicyOptions(is_shadow=False))
    file = tmp_path / "site.json"
    file.write_text(pack_calibration(load_calibration()), encoding="utf-8")
    policy = load_policy(PolicyOptions(is_shadow=False, calibration=str(file)))
    assert not policy.is_shadow
    assert policy.load_calibration() == load_calibration()


@pytest.mark.parametrize("text", ["", "{}", '{"format": 1}'])
def test_a_file_that_is_no_calibration_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "site.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"site\.json"):
        load_policy(PolicyOptions(calibration=str(file)))


def test_settings_hold_the_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXTRACTOR_POLICY__ALLOWED_ERROR", "0.002")
    monkeypatch.setenv("EXTRACTOR_POLICY__CRITICAL", '["labs[].flag"]')
    policy = load_settings().options().policy
    assert policy == PolicyOptions(allowed_error=0.002, critical=("labs[].flag",))

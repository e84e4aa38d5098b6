"""Names of practices, payers and plans in text without a label."""

import pytest

from extractor.knowledge.organisations import is_known_payer, is_payer_name, is_plan_name, is_practice_name


@pytest.mark.parametrize("name", ["Aetna", "Summit Valley Health Plan", "Great Basin Mutual", "BlueCross BlueShield"])
def test_payers(name: str) -> None:
    assert is_payer_name(name)


@pytest.mark.parametrize("name", ["Northgate Hematology", "Larkspur Neurological Associates", "Cobalt Ridge Clinic"])
def test_practices(name: str) -> None:
    assert is_practice_name(name)
    assert not is_payer_name(name)


def test_a_word_inside_another_is_none() -> None:
    assert not is_payer_name("Bluebird Avenue")
    assert not is_practice_name("Main Street 12")
    assert is_known_payer("Cigna HealthCare of Ohio")
    assert not is_known_payer("Member of Cigna")


def test_plans() -> None:
    assert is_plan_name("Gold HMO")
    assert is_plan_name("Part B")
    assert not is_plan_name("Ana Bell")

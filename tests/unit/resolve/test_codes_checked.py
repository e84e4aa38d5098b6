"""A HCPCS code of another product doubts the drug beside it; an unsure drug doubts what is said of it."""

import pytest

from extractor.resolve.checks import check_code, check_therapy
from models.record import Order, PriorTherapy, State, Text


def _order(drug: str, code: str) -> Order:
    found = {
        name: Text(value=value, confidence=0.99, state=State.FOUND) for name, value in (("drug", drug), ("hcpcs", code))
    }
    return Order(**found)


@pytest.mark.parametrize(
    ("drug", "code", "state"),
    [
        ("rituximab", "J9312", State.FOUND),
        ("rituximab", "Q5115", State.NEEDS_REVIEW),
        ("infliximab-dyyb", "J1745", State.NEEDS_REVIEW),
        ("infliximab-dyyb", "Q5103", State.FOUND),
        ("infliximab", "J3590", State.FOUND),
    ],
)
def test_a_code_of_another_product_asks_for_both(drug: str, code: str, state: State) -> None:
    order = check_code(_order(drug, code))
    assert (order.drug.state, order.hcpcs.state) == (state, state)
    assert (order.drug.value, order.hcpcs.value) == (drug, code)


@pytest.mark.parametrize("state", [State.FOUND, State.NEEDS_REVIEW])
def test_when_a_therapy_of_an_unsure_drug_ended_asks(state: State) -> None:
    drug = Text(value="abatacept", confidence=0.99, state=state)
    stop = Text(value="2024", confidence=0.99, state=State.FOUND)
    therapy = check_therapy(PriorTherapy(drug=drug, stop=stop))
    assert (therapy.stop.state, therapy.stop.value) == (state, "2024")

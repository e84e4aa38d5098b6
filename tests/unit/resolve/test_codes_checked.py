"""A HCPCS code of another product doubts the drug beside it."""

import pytest

from extractor.resolve.checks import check_code
from models.record import Order, State, Text


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

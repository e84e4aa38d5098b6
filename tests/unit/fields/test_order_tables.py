"""Tables of orders: where they stand tells whether they order."""

from oracle_pages import PageMaker
from proposed import at, propose_all


def _table(heading: str) -> PageMaker:
    maker = PageMaker().line("Infusion Referral").section("Access").line("PICC, placed 11/17/2026")
    maker.line(heading)
    return maker.table(("Drug", "Dose", "Route", "Interval"), ("ceftriaxone", "2 g", "IV", "every 24 hours"))


def test_a_heading_that_speaks_of_orders_counts_more_than_the_section_above_it() -> None:
    assert "ceftriaxone" in [value for path, value in _drugs(_table("Anti-infective orders"))]
    assert _drugs(_table("Line care")) == []


def _drugs(maker: PageMaker) -> list[tuple[str, object]]:
    found = propose_all(maker)
    return [("drug", value) for number in range(3) for value in at(found, f"orders[{number}].drug")]

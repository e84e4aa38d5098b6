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


def test_the_row_of_an_unticked_box_gives_no_dose_where_another_of_its_column_is_ticked() -> None:
    maker = PageMaker().line("Complement Inhibitor Order").row(("Medication", "Ultomiris"))
    for band, dose, is_ticked in (
        ("40 to <60 kg", "2400 mg IV once", False),
        ("60 to <100 kg", "2700 mg IV once", True),
        ("100 kg and over", "3000 mg IV once", False),
    ):
        y = maker.y
        maker.box(band, is_ticked)
        maker.y = y
        maker.line(dose, x0=260.0)
    found = propose_all(maker)
    assert at(found, "orders[0].dose") == ["2700 mg"]

"""The head of a practice's paper in one line or several, with and without labels for its numbers."""

import pytest
from oracle_pages import PageMaker
from proposed import at, propose_all


def _order(*head: str) -> PageMaker:
    maker = PageMaker().line("Rheumatology Biologic Order Set")
    for line in head:
        maker.line(line)
    return maker.section("Patient Information").row(("Patient Name", "Ana Ruiz"), ("DOB", "01/02/1980"))


@pytest.mark.parametrize(
    "head",
    [
        ("Cardinal Valley Arthritis Center \u00b7 4415 Prospect Ave, Ste 200, Cleveland, OH 44103",),
        ("Cardinal Valley Arthritis Center, 4415 Prospect Ave, Ste 200, Cleveland, OH 44103",),
        ("Cardinal Valley Arthritis Center", "4415 Prospect Ave, Ste 200 | Cleveland, OH 44103"),
    ],
)
def test_name_and_address_are_told_apart_in_one_line(head: tuple[str, ...]) -> None:
    found = propose_all(_order(*head))
    assert at(found, "prescriber.practice") == ["Cardinal Valley Arthritis Center"]
    parts = {part: at(found, f"prescriber.address.{part}") for part in ("line1", "city", "state")}
    assert parts == {"line1": ["4415 Prospect Ave"], "city": ["Cleveland"], "state": ["OH"]}


def test_one_letter_before_a_number_is_a_label_in_a_letterhead() -> None:
    found = propose_all(_order("Cardinal Valley Arthritis Center \u00b7 p 216.555.0133 \u00b7 f 216.555.0139"))
    assert at(found, "prescriber.phone") == ["+12165550133"]
    assert at(found, "prescriber.fax") == ["+12165550139"]


def test_the_receiving_centers_paper_is_not_the_practices() -> None:
    found = propose_all(
        _order("Lakeshore Infusion \u00b7 4415 Prospect Ave, Cleveland, OH 44103 \u00b7 f 216.555.0139")
    )
    assert at(found, "prescriber.practice") == at(found, "prescriber.fax") == []

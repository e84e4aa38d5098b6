import pytest
from oracle_pages import PageMaker, order_page

from extractor.packet import assemble
from models.record import DocumentKind, FaxHeader

SHA = "a" * 64


def _cover(pages: str) -> PageMaker:
    maker = PageMaker(page_no=1).line("FAX COVER SHEET").row(("To", "Stillwater Suites"), ("From", "Redstone Clinic"))
    return maker.row(("Pages (including cover)", pages)).line("Confidentiality notice")


def _codes(pages: list[PageMaker], count: int) -> list[str]:
    return [failure.code for failure in assemble(SHA, [maker.build() for maker in pages], count)[1]]


def test_a_cover_that_announces_more_pages_than_came() -> None:
    assert _codes([_cover("5"), order_page(2)], 2) == ["pages_missing"]
    assert _codes([_cover("2"), order_page(2)], 2) == []
    assert _codes([_cover("1 + cover"), order_page(2)], 2) == []
    assert _codes([_cover("two"), order_page(2)], 3) == []


def test_a_transmit_header_that_announces_more_pages_than_came() -> None:
    maker = order_page()
    maker.header = FaxHeader(page_total=3)
    assert _codes([maker], 1) == ["pages_missing"]


def test_a_page_that_failed_to_be_read_is_not_missing() -> None:
    assert _codes([_cover("2")], 2) == []


def test_a_page_sent_twice_is_named() -> None:
    _packet, failures = assemble(SHA, [order_page(1).build(), order_page(2).build()], 2)
    assert [(failure.code, failure.page_no) for failure in failures] == [("pages_repeated", 2)]


def test_the_same_form_for_somebody_else_is_no_repetition() -> None:
    other = order_page(2)
    other.lines = [
        line.model_copy(
            update={
                "words": tuple(
                    word.model_copy(update={"text": "".join("7" if c.isdigit() else c for c in word.text)})
                    for word in line.words
                )
            }
        )
        for line in other.lines
    ]
    assert _codes([order_page(1), other], 2) == []


def test_pages_of_two_patients_are_two_people() -> None:
    lab = PageMaker(page_no=3).line("Laboratory Report").row(("Patient Name", "Wanda Xu"), ("DOB", "12/30/1950"))
    plain = PageMaker(page_no=2).line("the quick brown fox jumps over the lazy dog")
    packet, _ = assemble(SHA, [order_page(1).build(), plain.build(), lab.build()], 3)
    assert [person.pages for person in packet.people] == [(1, 2), (3,)]


def test_a_slip_in_the_date_of_birth_or_in_the_spelling_is_the_same_person() -> None:
    typo = PageMaker(page_no=2).row(("Patient Name", "Maria Lopez-0rtiz"), ("DOB", "03/14/1981"))
    slip = PageMaker(page_no=3).row(("Patient Name", "Maria Lopez-Ortiz"), ("DOB", "03/14/1918"))
    packet, _ = assemble(SHA, [order_page(1).build(), typo.build(), slip.build()], 3)
    assert [person.pages for person in packet.people] == [(1, 2, 3)]


@pytest.mark.parametrize(
    ("name", "birth", "pages"),
    [
        ("Maria Lopez-Ortiz", "08/29/1950", [(1,), (2,)]),
        ("Carlos Lopez-Ortiz", "03/14/1981", [(1,), (2,)]),
        ("Lopez-Ortiz, Carlos", "03/14/1981", [(1,), (2,)]),
        ("Mary Lopez-Ortiz", "03/14/1981", [(1, 2)]),
        ("M Lopez-Ortiz", "03/14/1981", [(1, 2)]),
        ("Lopez-Ortiz, Maria Elena", "03/14/1981", [(1, 2)]),
    ],
)
def test_twins_and_namesakes_are_two_people(name: str, birth: str, pages: list[tuple[int, ...]]) -> None:
    other = PageMaker(page_no=2).line("Laboratory Report").row(("Patient Name", name), ("DOB", birth))
    packet, _ = assemble(SHA, [order_page(1).build(), other.build()], 2)
    assert [person.pages for person in packet.people] == pages


def test_what_was_hardly_read_makes_no_second_person() -> None:
    other = (
        PageMaker(page_no=2)
        .line("Laboratory Report")
        .row(("Patient Name", "Carlos Lopez-Ortiz"), ("DOB", "03/14/1981"))
    )
    page = other.build()
    pairs = tuple(
        pair.model_copy(update={"value": tuple(w.model_copy(update={"confidence": 0.6}) for w in pair.value)})
        for pair in page.layout.key_values
    )
    page = page.model_copy(update={"layout": page.layout.model_copy(update={"key_values": pairs})})
    packet, _ = assemble(SHA, [order_page(1).build(), page], 2)
    assert [person.pages for person in packet.people] == [(1, 2)]


def test_the_kind_of_the_file() -> None:
    assert assemble(SHA, [order_page().build()], 1)[0].kind is DocumentKind.REFERRAL
    lab = (
        PageMaker()
        .line("Laboratory Report")
        .row(("Specimen", "1"), ("Collected", "11/02/2026"))
        .line("Reference Range")
    )
    assert assemble(SHA, [lab.build()], 1)[0].kind is DocumentKind.SUPPLEMENT

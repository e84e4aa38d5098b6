import pytest
from oracle_pages import PageMaker, order_page

from extractor.packet import read_answers
from extractor.packet.page_type import classify_page
from models.record import PageType


def _kind(maker: PageMaker) -> PageType:
    page = maker.build()
    return classify_page(page, read_answers(page))


def _cover() -> PageMaker:
    maker = PageMaker().line("FAX COVER SHEET").row(("To", "Stillwater Infusion Suites"), ("From", "Redstone Clinic"))
    return maker.row(("Pages (including cover)", "3")).line("Confidentiality notice: intended only for the addressee")


def _lab() -> PageMaker:
    maker = PageMaker().line("Laboratory Report").row(("Name", "Maria Lopez"), ("DOB", "03/14/1981"))
    maker.row(("Collected", "11/02/2026"), ("Specimen", "W123"))
    return maker.table(
        ("Test", "Result", "Flag", "Units", "Reference Range"), ("WBC", "6.1", "", "10*3/uL", "4.0-11.0")
    )


def _note() -> PageMaker:
    maker = PageMaker().line("Progress Note").line("Chief Complaint: follow up of multiple sclerosis")
    maker.line("History of Present Illness: 45 year old presents for follow up")
    return maker.line("Assessment and Plan: start ocrelizumab")


@pytest.mark.parametrize(
    ("maker", "kind"),
    [
        (_cover(), PageType.COVER_SHEET),
        (order_page(), PageType.ORDER),
        (_lab(), PageType.LAB_REPORT),
        (_note(), PageType.CLINICAL_NOTE),
        (PageMaker().line("x"), PageType.BLANK),
        (PageMaker().line("the quick brown fox jumps over the lazy dog twice"), PageType.OTHER),
    ],
    ids=["cover", "order", "lab", "note", "blank", "other"],
)
def test_a_page_is_what_its_words_say(maker: PageMaker, kind: PageType) -> None:
    assert _kind(maker) is kind


def _table(*rows: tuple[str, ...]) -> PageMaker:
    return PageMaker().line("Zzqk Dlegn").table(("Aale", "Vzl", "Rnfer"), *rows)


def test_rows_of_results_make_a_report_whose_title_and_heads_were_not_read() -> None:
    rows = (("Sodium", "139", "134-144"), ("Potasslum", "4.1", "3.5-5.2"), ("ALT", "22", "0-32"))
    assert _kind(_table(*rows)) is PageType.LAB_REPORT
    assert _kind(_table(*rows[:1])) is PageType.OTHER


def test_supplements_by_the_name_of_a_test_make_no_report() -> None:
    rows = (("Calcium", "500 mg", "daily"), ("Iron", "325 mg", "daily"), ("Vitamin D", "1000 units", "daily"))
    assert _kind(_table(*rows)) is not PageType.LAB_REPORT


def test_lost_spaces_do_not_change_the_type() -> None:
    maker = PageMaker().line("FAXCOVERSHEET").row(("To", "Suites"), ("From", "Redstone"))
    assert _kind(maker.line("Pagesincludingcover 3")) is PageType.COVER_SHEET

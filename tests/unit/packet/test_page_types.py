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


def _asking(title: str) -> PageMaker:
    maker = PageMaker().line(title).row(("Patient name", "Maria Lopez"), ("DOB", "03/14/1981"))
    maker.row(("Drug", "ocrelizumab"), ("Dose", "300 mg")).row(("Frequency", "every 6 months"), ("NPI", "1234567893"))
    return maker.line("Prescriber signature")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Infusion Order Form", PageType.ORDER),
        ("Patient Start Form", PageType.ENROLLMENT_FORM),
        ("Medical Drug Prior Authorization Request", PageType.PRIOR_AUTHORIZATION),
    ],
)
def test_forms_that_ask_alike_are_what_their_title_says(title: str, kind: PageType) -> None:
    assert _kind(_asking(title)) is kind


def _told(*lines: str) -> PageMaker:
    maker = PageMaker().line("Redstone Clinic").line("Maria Lopez, born 03/14/1981")
    for line in lines:
        maker.line(line)
    return maker


def test_sentences_about_somebody_make_a_note_under_any_title() -> None:
    told = ("She has had two attacks since the spring and was kept overnight", "She is well today and has no fever")
    assert _kind(_told(*told, "Blood pressure 116/70")) is PageType.CLINICAL_NOTE
    assert _kind(_told("Prices of the cafeteria for the week are on the board", "The lift is out of order")) is (
        PageType.OTHER
    )


def test_an_mri_that_a_note_speaks_of_makes_no_imaging_report() -> None:
    maker = (
        PageMaker()
        .line("Sign-off")
        .line("A woman of 56 with an ulcer, in whom the MRI showed osteomyelitis of the foot")
    )
    assert _kind(maker.line("Cultures are pending")) is not PageType.IMAGING_REPORT

"""Whose page is whose: split, agreed, contested, or only guessed."""

import pytest
from oracle_pages import PageMaker, order_page

from extractor.packet import assemble
from models.stages.candidate import Person

SHA = "a" * 64
NAME, BIRTH = "Maria Elena Lopez-Ortiz", "03/14/1981"


def _lab(page_no: int = 2, confidence: float = 0.98, **stated: str) -> PageMaker:
    maker = PageMaker(page_no=page_no).line("Laboratory Report").line("Reference Range")
    labels = {"name": "Patient Name", "birth": "DOB", "mrn": "MRN", "first": "First Name", "last": "Last Name"}
    if stated:
        maker.row(*((labels[key], value) for key, value in stated.items()), confidence=confidence)
    return maker.row(("Hemoglobin", "13.1"), ("Collected", "11/02/2026"))


def _people(*makers: PageMaker) -> tuple[Person, ...]:
    return assemble(SHA, [maker.build() for maker in makers], len(makers))[0].people


def _verdict(other: PageMaker, first: PageMaker | None = None) -> str:
    people = _people(first or order_page(1), other)
    if len(people) > 1:
        return "split"
    return "contested" if 2 in people[0].contested else "guessed" if 2 in people[0].guessed else "agrees"


@pytest.mark.parametrize(
    ("name", "birth"),
    [
        (NAME, BIRTH),
        ("LOPEZ-ORTIZ, MARIA E", "3/14/81"),
        ("Lopez Ortiz Maria Elena", "14-Mar-1981"),
        ("Mar1a Lopez-0rtiz", BIRTH),
        ("Mana Elena Lopcz-Ortiz", BIRTH),
        ("Maria Lopcz-Ortiz", "03/14/1961"),
        ("MariaElena LopezOrtiz", BIRTH),
        ("Lopez-Ortiz, M", BIRTH),
    ],
)
def test_a_damaged_name_still_agrees(name: str, birth: str) -> None:
    assert _verdict(_lab(name=name, birth=birth, confidence=0.9)) != "split"
    assert _verdict(_lab(name=name, birth=birth, confidence=0.8)) == "agrees"


def test_twins_are_two() -> None:
    assert _verdict(_lab(name="Carlos Lopez-Ortiz", birth=BIRTH)) == "split"
    assert _verdict(_lab(name="Carlos Lopez-Ortiz", birth=BIRTH, confidence=0.7)) == "contested"
    assert _verdict(_lab(name="Carlos Lopez-Ortiz")) == "contested"


def test_a_twin_whose_given_name_is_the_others_middle_name_is_another_and_one_called_by_it_is_asked_about() -> None:
    first = _lab(page_no=1, name="Gustavo Bertrand Nguyen", birth=BIRTH)
    assert _verdict(_lab(name="Bertrand Lamar Nguyen", birth=BIRTH), first) == "split"
    assert _verdict(_lab(name="Bertrand Lamar Nguyen", birth=BIRTH, confidence=0.7), first) == "contested"
    assert _verdict(_lab(name="Bertrand Nguyen", birth=BIRTH), first) != "split"


def test_twins_whose_names_differ_by_a_letter_are_asked_about_where_both_are_read_surely() -> None:
    first = _lab(page_no=1, name="Jayden Whitlock", birth=BIRTH, confidence=0.99)
    assert _verdict(_lab(name="Jaylen Whitlock", birth=BIRTH, confidence=0.99), first) == "contested"
    assert _verdict(_lab(name="Jaylen Whitlock", birth=BIRTH, confidence=0.88), first) == "agrees"


@pytest.mark.parametrize(
    ("name", "birth", "verdict"),
    [
        ("Robert Hale Sr", "02/18/1951", "split"),
        ("Robert Hale", "02/18/1951", "split"),
        ("Robert Hale Sr", "", "contested"),
        ("Robert Hale", "", "contested"),
        ("Robert Hale", "06/01/1979", "agrees"),
        ("Robert Hale Jr", "06/07/1979", "contested"),
        ("Hale Jr, Robert", "", "agrees"),
    ],
)
def test_father_and_son_are_told_apart_by_more_than_the_name(name: str, birth: str, verdict: str) -> None:
    first = _lab(page_no=1, name="Robert Hale Jr", birth="06/01/1979")
    stated = {"name": name, "birth": birth} if birth else {"name": name}
    assert _verdict(_lab(**stated), first) == verdict


def test_a_namesake_whose_date_of_birth_cannot_be_read_is_asked_about() -> None:
    assert _verdict(_lab(name=NAME)) == "agrees"
    assert _verdict(_lab(name=NAME, birth="O3/1?")) == "contested"


def test_a_namesake_of_another_age_or_sex_is_asked_about() -> None:
    for said in ("Seen today: a 72-year-old woman with fatigue.", "A 45 year old man with fatigue."):
        assert _verdict(_lab(name=NAME).line(f"11/02/2026 {said}"), order_page(1).row(("Sex", "Female"))) == "contested"
    said = "11/02/2026 This 45-year-old woman has fatigue."
    assert _verdict(_lab(name=NAME).line(said), order_page(1).row(("Sex", "Female"))) == "agrees"


def test_a_date_of_birth_alone_agrees_only_with_the_name_somewhere() -> None:
    assert _verdict(_lab(birth=BIRTH)) == "contested"
    assert _verdict(_lab(birth=BIRTH).line("RE: LOPEZ-ORTIZ, Maria")) == "agrees"
    assert _verdict(_lab(birth=BIRTH).line("Maria: see the note")) == "agrees"
    assert _verdict(_lab(birth="08/29/1950")) == "split"
    assert _verdict(_lab(birth="08/29/1950", confidence=0.6)) == "contested"


def test_another_name_surely_read_is_another_patient() -> None:
    assert _verdict(_lab(name="Wanda Xu")) == "split"
    assert _verdict(_lab(name="Wanda Xu", confidence=0.6)) == "contested"


def test_a_record_number_agrees_where_the_name_was_not_read() -> None:
    first = _lab(page_no=1, name=NAME, birth=BIRTH, mrn="8841207")
    assert _verdict(_lab(mrn="8841207"), first) == "agrees"
    assert _verdict(_lab(mrn="8841207", name="Wanda Xu"), first) != "agrees"
    account = PageMaker(page_no=2).line("Laboratory Report").row(("Account Number", "8841207"))
    assert _verdict(account, first) == "guessed"


def test_a_page_that_says_nothing_is_guessed_and_never_silently_the_patients() -> None:
    assert _verdict(_lab()) == "guessed"
    assert _verdict(PageMaker(page_no=2).line("the quick brown fox jumps over the lazy dog")) == "guessed"


@pytest.mark.parametrize(
    "said",
    [
        "RE: Maria Lopez-Ortiz",
        "RE: Mafia Lopez-Ortis",
        "Dear Dr. Reed, I saw Maria E. Lopez-Ortiz today",
        "LOPEZ-ORTIZ,MARIA 03/14/1981 pg",
    ],
)
def test_the_patients_name_in_running_text_agrees(said: str) -> None:
    assert _verdict(_lab().line(said)) == "agrees"


def test_a_name_that_is_only_somebody_elses_next_of_kin_does_not_agree() -> None:
    other = _lab().row(("Emergency Contact", "Maria Lopez-Ortiz"))
    assert _verdict(other) == "guessed"


def test_a_name_before_a_date_of_birth_needs_no_label() -> None:
    memo = PageMaker(page_no=1).line("MEMORANDUM").line("Re Whitlock, Dana Noor born 1959-12-08 chart 2807466")
    same = PageMaker(page_no=2).line("Medicines on record").line("Whitlock, Dana Noor, born 1959-12-08")
    other = PageMaker(page_no=2).line("Medicines on record").line("Okafor, Mei, born 1971-02-03")
    assert _verdict(same, memo) == "agrees"
    assert _verdict(other, memo) == "split"


def _card(name: str = "Pedro Lopez", number: str = "KDE820655129") -> PageMaker:
    card = PageMaker(page_no=2).line("Prairie States Insurance").line("Member ID card")
    return card.row(("Member", name)).row(("ID number", number)).row(("RxBIN", "610044"), ("RxPCN", "PSI5"))


def test_a_spouses_card_is_no_foreign_patient() -> None:
    first = order_page(1).row(("Member ID", "KDE820655129"))
    assert _verdict(_card(), first) == "agrees"
    assert _verdict(_card("Maria Lopez-Ortiz"), first) == "agrees"
    assert _verdict(_card(number="QQA111222333"), first) == "guessed"
    assert _verdict(_card("Maria Lopez-Ortiz", "QQA111222333"), first) == "agrees"


def test_the_back_of_a_card_goes_with_its_front() -> None:
    first = order_page(1).row(("Member ID", "KDE820655129"))
    back = PageMaker(page_no=3).line("Insurance card").line("Customer service 800-555-0170")
    front = _card()
    assert _people(first, front, back) == (Person(pages=(1, 2, 3)),)
    assert _people(first, _card(number="QQA111222333"), back)[0].guessed == (2, 3)


def _numbered(page_no: int, count: str, head: str) -> PageMaker:
    return PageMaker(page_no=page_no).line(f"{head} page {count}").row(("Hemoglobin", "13.1"))


def test_the_next_page_of_a_report_goes_with_it() -> None:
    first = _numbered(2, "1 of 2", "Stillwater Clinical Laboratories").row(("Patient Name", NAME), ("DOB", BIRTH))
    same = _numbered(3, "2 of 2", "Stillwater Clinical Laboratories")
    assert _people(order_page(1), first, same) == (Person(pages=(1, 2, 3)),)
    for other in (
        _numbered(3, "2 of 2", "Harborlight Imaging Center"),
        _numbered(3, "2 of 3", "Stillwater Clinical Laboratories"),
        _numbered(3, "1 of 2", "Stillwater Clinical Laboratories"),
    ):
        assert _people(order_page(1), first, other)[0].guessed == (3,)


def test_page_numbers_of_the_transmission_say_nothing() -> None:
    makers = [_numbered(number, f"{number} of 3", "Redstone Clinic fax service") for number in (1, 2, 3)]
    makers[0].row(("Patient Name", NAME), ("DOB", BIRTH))
    assert _people(*makers)[0].guessed == (2, 3)


def test_one_number_of_a_report_joins_its_pages() -> None:
    first = _lab(name=NAME, birth=BIRTH).line("Accession No: K26-118842")
    assert _people(order_page(1), first, _lab(3).line("Accession # K26-118842"))[0].guessed == ()
    assert _people(order_page(1), first, _lab(3).line("Accession # K26-118843"))[0].guessed == (3,)


def _cover() -> PageMaker:
    maker = PageMaker(page_no=1).line("FAX COVER SHEET").row(("To", "Stillwater Suites"), ("From", "Redstone Clinic"))
    return maker.line("Confidentiality notice")


def test_a_cover_sheet_that_names_nobody_is_of_the_whole_file() -> None:
    assert _people(_cover(), order_page(2)) == (Person(pages=(1, 2)),)
    assert _people(_cover().row(("DOB", "08/29/1950")), order_page(2))[0].guessed in {(), (1,)}
    people = _people(_cover(), _lab(2, name="Wanda Xu", birth="12/30/1950"), order_page(3))
    assert [(person.pages, person.guessed) for person in people] == [((1, 3), (1,)), ((2,), ())]


def test_pages_that_all_name_nobody_are_all_asked_about() -> None:
    assert _people(_lab(1), _lab(2)) == (Person(pages=(1, 2), guessed=(1, 2)),)
    assert _people(_lab(1)) == (Person(pages=(1,)),)


def test_the_surest_page_decides_and_not_the_first() -> None:
    hardly_read = _lab(1, name="Mxria Quintana", birth="08/29/1950", confidence=0.5)
    people = _people(hardly_read, _lab(2, name=NAME, birth=BIRTH), _lab(3, name=NAME, birth=BIRTH))
    assert people[0].contested == (1,) or people[0].pages == (1,)
    assert all(page not in person.contested for person in people for page in (2, 3))


def test_no_page_is_lost_and_none_is_given_twice() -> None:
    makers = [order_page(1), _lab(2), _lab(3, name="Wanda Xu", birth="12/30/1950"), _lab(4), _lab(5, name=NAME)]
    pages = sorted(page for person in _people(*makers) for page in person.pages)
    assert pages == [1, 2, 3, 4, 5]

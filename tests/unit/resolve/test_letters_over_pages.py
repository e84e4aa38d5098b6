"""Letters that begin on one page and are signed on the next, the drug here and its dose there."""

from datetime import UTC, datetime

from oracle_pages import PageMaker

from extractor import confidence, fields
from extractor.packet import assemble, find_letter, sentences
from extractor.resolve import draft_referrals
from models.record import PageType, Referral, State
from models.stages.options import Options

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def _first(page_no: int = 1) -> PageMaker:
    maker = PageMaker(page_no=page_no).line("Redstone Gastroenterology").line("Nov 14, 2026")
    maker.line("Re: Maria Lopez, date of birth 03/14/1981").line("Service: infliximab-dyyb (Inflectra)")
    maker.line("To the medical director:").line("I write on behalf of my patient, who has had colitis since the")
    return maker.line("winter. From 2021 until 2022 we used mesalamine, which ended in lost response.")


def _second(*, is_signed: bool = True) -> PageMaker:
    maker = PageMaker(page_no=2).line("Maria Lopez, page 2")
    maker.line("My order, which stands until revoked, is this. Give 5 mg/kg intravenous")
    maker.line("weeks 0, 2, 6 then every 8 weeks over 12 months, refills: 11. The first")
    maker.line("infusion is planned for Dec 3, 2026. She has been told of what may")
    maker.line("happen and she agrees to be treated in your center for as long as it helps.")
    return maker.line("Thank you for your help. Sincerely,") if is_signed else maker


def _resolve(*makers: PageMaker) -> tuple[tuple[PageType, ...], Referral]:
    packet, found = assemble("b" * 64, [maker.build() for maker in makers], len(makers))
    candidates = fields.propose(packet, Options().site, NOW.date())
    referrals = draft_referrals(packet, confidence.score(candidates, packet), found, NOW)
    return tuple(page.page.type for page in packet.pages), referrals[0]


def test_both_pages_of_a_letter_that_orders_are_orders() -> None:
    types, _ = _resolve(_first(), _second())
    assert types == (PageType.ORDER, PageType.ORDER)
    assert _resolve(_first(), _second(is_signed=False))[0][0] is not PageType.ORDER


def test_the_dose_of_the_second_page_goes_to_the_drug_of_the_first_and_asks() -> None:
    (order,) = _resolve(_first(), _second())[1].orders
    assert (order.drug.value, order.dose.value, order.route.value) == ("infliximab-dyyb", "5 mg/kg", "IV")
    assert order.frequency.value == "weeks 0, 2, 6 then every 8 weeks"
    assert (order.duration.value, order.refills.value, order.start_date.value) == ("12 months", "11", "2026-12-03")
    assert order.dose.state is State.NEEDS_REVIEW


def test_what_the_head_of_a_letter_names_was_not_tried() -> None:
    therapies = _resolve(_first(), _second())[1].prior_therapies
    assert "infliximab-dyyb" not in [one.drug.value for one in therapies]


def test_a_sentence_goes_over_lines_and_not_over_paragraphs() -> None:
    maker = PageMaker().line("Dear colleagues,").line("Please give 5 mg/kg every 8").line("weeks. She knows")
    maker.y += 30
    maker.line("of it and agrees")
    letter = find_letter(maker.build().layout)
    assert letter is not None
    told = [" ".join(word.text for word in words) for words in sentences(letter)]
    assert told == ["Please give 5 mg/kg every 8 weeks.", "She knows", "of it and agrees"]

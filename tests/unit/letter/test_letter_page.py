"""The letter, judged by the text of its PDF: what it asks, what it keeps to itself, and that it is one page."""

import io
import re

import pdfplumber
import pytest
from lettered import REQUEST, WRITTEN, crop, read_text, referral, rule, text, unread

from extractor.errors import RecordError, UsageError
from extractor.knowledge.protocols import load_protocols
from extractor.letter import find_places, make_request, write_letter
from extractor.readiness import assess_readiness
from models.record import BBox, Order, Patient, Prescriber, ReferralKind, RuleOutcome, Severity, State, Text
from models.stages.options import SiteOptions

UNREADABLE = rule("Prescriber's NPI", RuleOutcome.UNREADABLE, "the NPI cannot be read.", paths=("prescriber.npi",))


def pictures(content: bytes) -> int:
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages[0].images)


def test_it_says_who_what_where_and_when() -> None:
    letter = write_letter(referral(rule("HIV test")), REQUEST, {})
    said = read_text(letter.content)
    assert "HIV test: The result did not come with the referral; please send it." in said
    for needed in (
        "Alpine Infusion Center",
        "Reply by fax to (303) 555-0150",
        "Ada Brennick",
        "(303) 555-0147",
        "Marisol Quintero, born 03/12/1984",
        "Lemtrada (alemtuzumab)",
        "11/23/2026",
        "LQJN JRHE",
        "6RHM PBYU",
    ):
        assert needed in said, needed
    assert (letter.asked, letter.left_out, letter.fax) == (1, 0, "+13035550147")


def test_required_comes_first_and_advice_apart() -> None:
    advice = rule("Vaccination", severity=Severity.ADVISORY)
    said = read_text(write_letter(referral(advice, rule("HIV test")), REQUEST, {}).content)
    assert said.index("HIV test") < said.index("Also helpful") < said.index("Vaccination")


@pytest.mark.parametrize(
    "result", [RuleOutcome.MET, RuleOutcome.NOT_APPLICABLE, RuleOutcome.NEEDS_REVIEW, RuleOutcome.ABNORMAL]
)
def test_what_the_office_cannot_help_with_is_not_asked(result: RuleOutcome) -> None:
    letter = write_letter(referral(rule("HIV test", result, "the result is reactive.")), REQUEST, {})
    said = read_text(letter.content)
    assert "HIV" not in said
    assert "nothing that we ask you to send today" in said
    assert letter.asked == 0


@pytest.mark.parametrize("result", [RuleOutcome.MISSING, RuleOutcome.EXPIRED, RuleOutcome.PENDING])
def test_what_the_office_can_send_is_asked(result: RuleOutcome) -> None:
    said = read_text(write_letter(referral(rule("TB test", result, "it is of 2025-06-02.")), REQUEST, {}).content)
    assert "TB test: It is of 06/02/2025." in said


def test_the_real_rules_give_a_letter_without_words_for_staff() -> None:
    """A referral without anything, judged by the packaged protocols."""
    bare = referral(patient=Patient(), prescriber=Prescriber(npi=Text(state=State.BLANK)))
    verdict = assess_readiness(bare, REQUEST.written_on, load_protocols(None))
    letter = write_letter(bare.model_copy(update={"readiness": verdict}), REQUEST, {})
    assert any("not verified" in one.message and one.result is RuleOutcome.MISSING for one in verdict.rules)
    said = read_text(letter.content)
    assert "Prescriber's NPI: The NPI is missing; please send." in said
    assert "not verified" not in said
    assert "ask the prescriber" not in said


@pytest.mark.parametrize("count", [0, 3, 40, 400])
@pytest.mark.parametrize("said", ["please send it.", "please send it " * 200, "W" * 5000])
def test_it_is_one_page_however_much_is_missing(count: int, said: str) -> None:
    half = [rule(f"Test {n} {said[:50] * (n % 7)}", said=said) for n in range(count)]
    rest = [rule(f"Advice {n}", said=said, severity=Severity.ADVISORY) for n in range(count // 2)]
    letter = write_letter(referral(*half, UNREADABLE, *rest), REQUEST, {})
    shown = read_text(letter.content)
    assert letter.asked == count + count // 2 + 1
    assert "Put this page on top of your reply" in shown
    assert "Prescriber's NPI: the NPI on page 1 of your fax" in shown
    if count == 3:
        assert letter.left_out == 0
    if letter.left_out:
        counts = [int(n) for n in re.findall(r"(\d+) (?:more )?(?:needed|helpful|place)", shown)]
        assert sum(counts) == letter.left_out
    with pdfplumber.open(io.BytesIO(letter.content)) as pdf:
        words = pdf.pages[0].extract_words()
        foot = min(word["top"] for word in words if word["text"] == "Put")
        assert sum(word["top"] >= foot for word in words) < 70, "the lists run into the foot"
        assert all(word["x0"] > 0 and word["x1"] <= 612 - 40 for word in words)


def test_very_long_names_stay_in_their_place() -> None:
    long = text("Wolfeschlegelsteinhausen " * 300)
    patient = Patient(first_name=long, last_name=long, date_of_birth=text("1984-03-12"))
    said = read_text(write_letter(referral(rule("HIV test"), patient=patient), REQUEST, {}).content)
    assert "HIV test: The result did not come" in said


def test_what_cannot_be_read_is_shown_with_its_crop() -> None:
    whole = referral(UNREADABLE)
    (place,) = find_places(whole)
    letter = write_letter(whole, REQUEST, {place: crop()})
    assert "We could not read this" in read_text(letter.content)
    assert pictures(letter.content) == 1
    assert letter.asked == 1
    assert place.bbox.x0 < WRITTEN.x0
    assert place.bbox.x1 > WRITTEN.x1


def test_no_page_of_another_patient_is_shown() -> None:
    """Neither where the field says so, nor where two referrals claim the page, nor when a crop is given anyway."""
    whole = referral(UNREADABLE)
    (place,) = find_places(whole)
    foreign = referral(UNREADABLE, pages=(2,))
    assert find_places(foreign) == ()
    assert find_places(whole, frozenset({1})) == ()
    letter = write_letter(foreign, REQUEST, {place: crop()})
    assert pictures(letter.content) == 0
    assert "Prescriber's NPI" in read_text(letter.content)


def test_neighbours_share_a_crop_and_each_field_is_asked_once() -> None:
    patient = Patient(first_name=unread(), last_name=unread(bbox=BBox(330, 300, 400, 316)), date_of_birth=unread(2))
    paths = ("patient.first_name", "patient.last_name", "patient.date_of_birth")
    rules = (
        rule("Patient's name", RuleOutcome.UNREADABLE, paths=paths[:2]),
        rule("Name on the order", RuleOutcome.UNREADABLE, paths=paths),
    )
    whole = referral(*rules, patient=patient)
    assert [place.page_no for place in find_places(whole)] == [1, 2]
    said = read_text(write_letter(whole, REQUEST, {}).content)
    assert said.count("first name and last name on page 1 of your fax") == 1
    assert "Name on the order: the date of birth on page 2 of your fax" in said


def test_many_crops_stay_on_one_page() -> None:
    boxes = [BBox(100, 20 + 100 * n, 500, 90 + 100 * n) for n in range(30)]
    orders = tuple(Order(drug=unread(bbox=box)) for box in boxes)
    rules = [rule(f"Drug {n}", RuleOutcome.UNREADABLE, paths=(f"orders[{n}].drug",)) for n in range(30)]
    whole = referral(*rules, orders=orders)
    images = {place: crop(n) for n, place in enumerate(find_places(whole))}
    assert len(images) == 30
    letter = write_letter(whole, REQUEST, images)
    assert 1 <= pictures(letter.content) < 30
    assert f"and {letter.left_out} more places that we could not read" in read_text(letter.content)


@pytest.mark.parametrize("state", [State.FOUND, State.NEEDS_REVIEW])
def test_a_fax_number_that_nobody_confirmed_is_not_printed(state: State) -> None:
    prescriber = Prescriber(last_name=text("Brennick"), fax=text("+13035550147", state))
    letter = write_letter(referral(rule("HIV test"), prescriber=prescriber), REQUEST, {})
    said = read_text(letter.content)
    assert letter.fax is None
    assert "555-0147" not in said
    assert "nobody has confirmed a number" in said


def test_the_centers_own_number_is_never_the_offices() -> None:
    prescriber = Prescriber(fax=text(REQUEST.return_fax, State.CONFIRMED))
    assert write_letter(referral(rule("HIV test"), prescriber=prescriber), REQUEST, {}).fax is None


def test_doubtful_names_say_so_and_conflicting_ones_are_left_blank() -> None:
    patient = Patient(
        first_name=text("Marisol", State.NEEDS_REVIEW),
        last_name=text("Quintero"),
        date_of_birth=text("1984-03-12", State.CONFLICTING),
    )
    said = read_text(write_letter(referral(rule("HIV test"), patient=patient), REQUEST, {}).content)
    assert "Marisol Quintero (as we read it, please check), born ____" in said
    assert "1984" not in said


def test_markup_and_control_characters_are_data() -> None:
    hostile = "<b>&amp;</b> <img src='file:///etc/passwd'/> %s {0} \\n (x) Tj\x00\u202e"
    patient = Patient(first_name=text(hostile), last_name=text("O'Ne\u0301il"), date_of_birth=text("1984-03-12"))
    said = read_text(write_letter(referral(rule(hostile), patient=patient), REQUEST, {}).content)
    assert said.count("<b>&amp;</b> <img src='file:///etc/passwd'/> %s {0} \\n (x) Tj") == 2


def test_an_item_for_one_of_two_orders_names_its_drug() -> None:
    orders = (Order(drug=text("alemtuzumab")), Order(drug=text("ocrelizumab")))
    rules = (rule("HIV test", order_index=1), rule("TB test", order_index=0), rule("TB test", order_index=1))
    letter = write_letter(referral(*rules, orders=orders), REQUEST, {})
    said = read_text(letter.content)
    assert "HIV test (for ocrelizumab):" in said
    assert said.count("TB test:") == 1
    assert letter.asked == 2


def test_what_cannot_be_written_about_is_a_typed_error() -> None:
    with pytest.raises(RecordError, match="no order"):
        write_letter(referral(kind=ReferralKind.SUPPLEMENT), REQUEST, {})
    with pytest.raises(RecordError, match="no verdict"):
        write_letter(referral(readiness=None), REQUEST, {})
    whole = referral(UNREADABLE)
    with pytest.raises(RecordError, match="no picture"):
        write_letter(whole, REQUEST, {find_places(whole)[0]: b"not a picture"})


def test_a_request_needs_a_fax_for_replies_and_has_a_random_id() -> None:
    for fax in (None, "555-0150", "somewhere"):
        with pytest.raises(UsageError, match=r"site\.fax"):
            make_request(SiteOptions(fax=fax), REQUEST.written_on)
    site = SiteOptions(fax="+13035550150", names=("Alpine Infusion Center",))
    ids = {make_request(site, REQUEST.written_on).letter_id for _ in range(50)}
    assert len(ids) == 50
    assert all(re.fullmatch("L[A-Z2-7]{15}", one) for one in ids)


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = (write_letter(referral(UNREADABLE, rule("HIV test")), REQUEST, {}) for _ in range(2))
    assert first == second
    assert first.filename == "LQJNJRHE6RHMPBYU.pdf"

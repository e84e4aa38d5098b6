from datetime import date, datetime

import numpy as np
import pytest
from drawn_pages import add_header, draw_form, fax, quarter_turned

from extractor.image import find_header, parse_header, prepare_page
from extractor.image.header_text import read_header
from models.record import BBox
from models.stages.options import ImageOptions
from models.stages.text import Word, Words

TODAY = date(2026, 11, 22)
LINE = "11/20/2026 14:22 FROM: ALDER RHEUMATOLOGY 303-555-0147 TO: 3035550199 P.002/005"


@pytest.mark.parametrize(
    ("text", "sender", "number", "sent_at", "page", "total"),
    [
        (LINE, "ALDER RHEUMATOLOGY", "+13035550147", "2026-11-20T14:22", 2, 5),
        ("01-31-2005 10:00 FROM: ALDER +1-714-555-0100 T-123 P.001/003 F-030", "ALDER", "+17145550100",
         "2005-01-31T10:00", 1, 3),
        ("4/22/2020 3:42 PM FROM:+13035550119 Alder Inc. TO:13035550155 Pag.2/3", "Alder Inc", "+13035550119",
         "2020-04-22T15:42", 2, 3),
        ("12/15/04, 3:42 PM Remote ID: 303 555 0147 page 2 of 5", None, "+13035550147", "2004-12-15T15:42", 2, 5),
        ("JAN 11 '99 16:29 FR 8220          TO 3212#128557#002# P.01", None, None, "1999-01-11T16:29", 1, None),
        ("12/09/99 11:00 FAX   ALDER & FERN   @001", "ALDER & FERN", None, "1999-12-09T11:00", 1, None),
        ("07-11-87 17:12 T-ALDER TECH 0310 #556 P01", "T-ALDER TECH", None, "1987-07-11T17:12", 1, None),
        ("Fri Nov 20 14:22:01 2026 From: ALDER (303) 555-0147 Page 1 of 4", "ALDER", "+13035550147",
         "2026-11-20T14:22", 1, 4),
        ("11/20/2026 FRI 14:22 FAX 303 555 0147 ALDER CLINIC -> FERN CENTER @001/003", "ALDER CLINIC",
         "+13035550147", "2026-11-20T14:22", 1, 3),
        ("2026-11-20 14:22 3035550147 >> 3035550199 P 2/5", None, "+13035550147", "2026-11-20T14:22", 2, 5),
        ("11/2O/2026 14:22 FR0M ALDER CLINIC P.OO1/OO3", "ALDER CLINIC", None, "2026-11-20T14:22", 1, 3),
        ("11/20/202614:22 FROM ALDER CLINIC P.01", "ALDER CLINIC", None, "2026-11-20T14:22", 1, None),
        ("20-NOV-2026 09:15 From:ALDER ID:3035550147 Page:002/006 R=94%", "ALDER", "+13035550147",
         "2026-11-20T09:15", 2, 6),
    ],
)  # fmt: skip
def test_header_lines_of_many_makers(text, sender, number, sent_at, page, total):
    found = read_header(text, today=TODAY)
    assert found is not None
    assert (found.header.sender, found.header.sender_number) == (sender, number)
    assert found.header.sent_at == datetime.fromisoformat(sent_at)
    assert (found.page, found.header.page_total) == (page, total)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "INFUSION REFERRAL FORM Page 1 of 2",
        "Phone: (303) 555-0147 Fax: (303) 555-0148",
        "Printed 11/20/2026 14:22 Page 1 of 3",
        "Patient: Jane Doe DOB 01/02/1970 MRN 12345 11/20/2026 14:22",
        "Alder Rheumatology 123 Main St Denver CO 80202 Fax 303-555-0147",
        "FAX COVER SHEET Date: 11/20/2026 Time: 2:22 PM Pages: 3",
        "Order date 11/20/2026 Page 1/2",
        "Date: 11/20/2026 To: Infusion Center From: Alder Rheum",
        "Lab Report Collected 11/20/2026 08:10 Reported 11/21/2026 14:00",
        "FROM: Alder Rheumatology FAX: 303-555-0147 PAGES: 4",
        "Rev. 11/2026 Page 1 of 2",
        "Appointment 11/20/2026 at 2:30 PM with Alder 303-555-0147",
        "x" * 400,
    ],
)
def test_titles_and_letterheads_are_no_header(text):
    assert parse_header(text, today=TODAY) is None


@pytest.mark.parametrize("day", ["26/11/20", "13/13/2026", "02/30/2026"])
def test_uncertain_or_impossible_date_is_left_out(day):
    found = parse_header(f"{day} 14:22 FROM: ALDER CLINIC 303-555-0147 P.1/2", today=TODAY)
    assert found is None or found.sent_at is None


def test_two_numbers_without_direction_give_none():
    found = parse_header("11/20/2026 14:22 303-555-0147 303-555-0199 P.1/2", today=TODAY)
    assert found is not None
    assert found.sender_number is None


def make_words(*lines: tuple[float, str], confidence: float = 0.99) -> Words:
    words = []
    for top, text in lines:
        for number, part in enumerate(text.split()):
            box = BBox(20 + 60 * number, top, 70 + 60 * number, top + 8)
            words.append(Word(text=part, bbox=box, confidence=confidence, source="ocr:test"))
    return Words(page_no=1, words=tuple(words), engine="test", version="1")


PAGE = prepare_page(fax(draw_form()), ImageOptions())


def test_header_is_found_among_words_and_only_it_is_in_the_box():
    words = make_words((6, LINE), (60, "INFUSION REFERRAL"), (90, "Patient Name"))
    found = find_header(words, PAGE, today=TODAY)
    assert found is not None
    assert found.page == 2
    assert " ".join(word.text for word in found.words) == LINE
    assert found.bbox.bottom < 60


def test_headers_of_two_machines_go_together_and_the_outer_one_speaks():
    inner = "11/19/2026 09:00 FROM: FERN CLINIC 303-555-0199 P.01/03"
    found = find_header(make_words((4, LINE), (16, inner), (60, "REFERRAL")), PAGE, today=TODAY)
    assert found is not None
    assert found.header.sender == "ALDER RHEUMATOLOGY"
    assert found.bbox.bottom >= 24


def test_same_text_in_the_body_is_no_header():
    assert find_header(make_words((60, "REFERRAL"), (300, LINE)), PAGE, today=TODAY) is None


@pytest.mark.parametrize(("quarters", "is_at_foot"), [(0, True), (2, False), (1, False), (3, False)])
def test_header_at_another_edge_is_read_by_its_strip(quarters, is_at_foot):
    sheet = np.ascontiguousarray(np.rot90(draw_form(), -quarters))
    page = prepare_page(fax(add_header(sheet, LINE, is_at_foot=is_at_foot)), ImageOptions())
    assert page.rotation == -90 * quarters % 360
    strips = []

    def read_line(crop):
        strips.append(crop)
        return LINE

    found = find_header(make_words((100, "nothing at the edge")), page, read_line, today=TODAY)
    assert found is not None
    assert strips[0].shape[1] > 20 * strips[0].shape[0]
    ink = page.crop(found.bbox) < 128
    assert ink.mean() > 0.03
    edge = min(found.bbox.x0, page.width - found.bbox.x1, found.bbox.top, page.height - found.bbox.bottom)
    assert edge < 15


def test_well_read_foot_is_not_read_again():
    page = prepare_page(fax(add_header(draw_form(), LINE, is_at_foot=True)), ImageOptions())

    def refuse(crop):
        raise AssertionError("asked")

    foot = make_words((780, "Form 12 revised page 1 of 2 and so on"))
    assert find_header(foot, page, refuse, today=TODAY) is None


def test_direction_of_a_turned_page_does_not_hide_the_header():
    assert prepare_page(quarter_turned(fax(add_header(draw_form(), LINE)), 2), ImageOptions()).rotation == 180


@pytest.mark.parametrize(
    "text",
    [
        "20/11/2026 08.01 +1-303-555-0108 ALDER ARTHRITIS CENTER >> +1-813-555-0141 01/04",
        "TX/RX N0 461 11 15.26 08:30 +1-303-555-0116 (001)",
        "20-N0V-2026 16:55 ALDER HEM 303-555-0162 002/003",
        "11-20-'26 14:22 FROM-ALDER CLINIC 303-555-0147 T-123 P0003/0005 F-456",
    ],
)
def test_a_header_whose_clock_date_or_letters_were_worn_is_still_one(text):
    assert parse_header(text, today=TODAY) is not None

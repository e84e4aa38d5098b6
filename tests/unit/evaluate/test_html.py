"""The page stands alone, escapes what stands on the faxes, and shows the worst first."""

import base64
import re
from html.parser import HTMLParser
from pathlib import Path

from answers import BOX, Tree, leaf, record_of, referral_of, truth_of

from extractor.evaluate.crops import View, view_around
from extractor.evaluate.html import Gallery, make_page, views_of
from extractor.evaluate.judge import judge_fax
from extractor.evaluate.misses import Miss, find_misses
from extractor.evaluate.scorecard import make_scorecard
from extractor.evaluate.tables import make_tables
from extractor.evaluate.truth import Place, Truth
from models.record import BBox, Referral

EVIL = '<script>alert("1")</script>'
TREE: Tree = {
    "pages": [1],
    "patient": {"first_name": "Ana", "last_name": EVIL, "mrn": "12", "allergies": ["latex"], "email": None},
    "orders": [{"drug": "ocrelizumab", "dose": "600 mg"}],
    "lists": {"allergies": 1, "orders": 1},
}
TRUTH = truth_of(TREE, places={"patient.mrn": (Place(1, BOX),), "patient.allergies[0]": (Place(2, BOX),)})
PNG = b"\x89PNG not really"


def read() -> Referral:
    tree = referral_of(TREE).model_dump(mode="json")
    elsewhere = BBox(300, 300, 350, 312)
    tree["patient"]["first_name"] = leaf("Anna", "needs_review")
    tree["patient"]["last_name"] = leaf(EVIL[:-1])
    tree["patient"]["mrn"] = leaf("13", bbox=elsewhere)
    tree["patient"]["email"] = leaf("a@example.org", "needs_review")
    tree["patient"]["allergies"] = []
    return Referral.model_validate(tree)


def made() -> tuple[list[Miss], str]:
    judged = judge_fax(0, TRUTH, record_of(read()))
    misses = find_misses([judged], [TRUTH])
    card = make_scorecard("this <version>", [judged])
    pictures = {view: PNG for miss in misses for _, view in views_of(miss, TRUTH)}
    return misses, make_page("A & B", card, (), Gallery(misses, 9, [TRUTH], pictures))


class Checker(HTMLParser):
    """Every element that is opened is closed, and what it loads."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loaded: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loaded += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_loads_nothing() -> None:
    _, page = made()
    checker = Checker()
    checker.feed(page)
    assert checker.open == []
    assert {"table", "svg", "img"} <= checker.tags
    assert not {"script", "link", "iframe"} & checker.tags
    assert all(address.startswith("data:image/png;base64,") for address in checker.loaded)
    assert base64.b64decode(checker.loaded[0].partition(",")[2]) == PNG
    assert "default-src 'none'" in page
    assert "patient data" in page
    assert "url(" not in page


def test_what_stands_on_a_fax_cannot_run() -> None:
    _, page = made()
    assert EVIL not in page
    assert "&lt;script&gt;" in page


def test_the_worst_come_first_and_an_omitted_item_is_one_miss() -> None:
    misses, page = made()
    assert [(miss.kind, miss.path) for miss in misses] == [
        ("SILENT, wrong", "patient.last_name"),
        ("SILENT, wrong", "patient.mrn"),
        ("DENIED, omitted", "patient.allergies[0]"),
        ("wrong", "patient.first_name"),
        ("spurious", "patient.email"),
    ]
    places = [page.index(f"<code>{miss.path}</code>") for miss in misses]
    assert places == sorted(places)
    assert "(5 of 9)" in page


def test_an_omitted_order_shows_all_its_fields_at_once() -> None:
    nothing = judge_fax(0, TRUTH, record_of())
    (order,) = (miss for miss in find_misses([nothing], [TRUTH]) if miss.path == "orders[0]")
    assert order.truth == "drug = ocrelizumab; dose = 600 mg"


def test_a_miss_shows_where_the_value_stands_and_where_it_was_read() -> None:
    misses, _ = made()
    by_path = {miss.path: miss for miss in misses}
    shown = [(name, view.page_no) for name, view in views_of(by_path["patient.mrn"], TRUTH)]
    assert shown == [("where it stands, page 1", 1), ("where it was read, page 1", 1)]
    assert [name for name, _ in views_of(by_path["patient.first_name"], TRUTH)] == ["where it was read, page 1"]
    assert views_of(by_path["patient.allergies[0]"], TRUTH)[0][1].page_no == 2


def test_a_view_holds_the_place_and_stays_on_the_page() -> None:
    view = view_around(Path("one.tif"), 1, BBox(10, 5, 60, 15))
    assert view == View(Path("one.tif"), 1, BBox(0, 0, 100, 27))


def test_tables_are_even_and_their_titles_differ() -> None:
    empty: Truth = truth_of()
    for faxes in ([judge_fax(0, TRUTH, record_of(read()))], [judge_fax(0, empty, record_of())], []):
        tables = list(make_tables(make_scorecard("test", faxes)))
        assert len({table.title for table in tables}) == len(tables)
        for table in tables:
            assert {len(row) for row in table.rows} <= {len(table.headings)}, table.title
            assert all(not re.search(r"None|nan", cell) for row in table.rows for cell in row), table.title

"""Earlier therapies and premedications in places and words that no form here has."""

import pytest
from oracle_pages import PageMaker, words_at
from proposed import at, by_item, propose_all

from models.record import bounding_box
from models.stages.layout import Line

Item = dict[str, object]
PREMEDICATIONS = "orders[*].premedications[]"


def _put(maker: PageMaker, *pieces: tuple[str, float]) -> PageMaker:
    """Pieces of print on one height."""
    for text, x0 in pieces:
        words = words_at(text, x0, maker.y)
        maker.lines.append(Line(words=words, bbox=bounding_box([word.bbox for word in words])))
    maker.y += 14.0
    return maker


def _form() -> PageMaker:
    return PageMaker().line("Infusion Order Form").row(("Medication", "Ocrevus 600 mg IV every 6 months"))


def _therapies(maker: PageMaker) -> list[Item]:
    return by_item(propose_all(maker), "prior_therapies")


def _drugs(maker: PageMaker) -> list[object]:
    return [therapy["drug"] for therapy in _therapies(maker)]


def _wrapped() -> PageMaker:
    maker = _form()
    _put(maker, ("Infused here since 2025. Prior therapy: glatiramer acetate 2016 to 2019, injection-site", 40.0))
    _put(maker, ("reactions; dimethyl fumarate 2019 to 2025, new T2 lesions on MRI. Ofatumumab was discussed", 40.0))
    return _put(maker, ("and declined. Observe for an hour.", 40.0))


def test_an_answer_goes_on_where_its_line_was_wrapped_and_ends_with_its_sentence() -> None:
    first, second = _therapies(_wrapped())
    assert (first["drug"], first["outcome"]) == ("glatiramer acetate", "injection-site reactions")
    assert (second["start"], second["stop"]) == ("2019", "2025")
    assert second["outcome"] == "new T2 lesions on MRI"


def test_a_short_line_is_not_wrapped() -> None:
    maker = _form().line("A line of the form that is much longer than the answer and shows how wide its column is")
    maker.row(("Prior therapy", "glatiramer acetate 2016 to 2019, relapses"))
    assert [t["outcome"] for t in _therapies(maker.line("and other words that stand by themselves"))] == ["relapses"]


def test_what_stands_right_of_a_title_in_the_margin() -> None:
    maker = _put(_form(), ("Past bone treatment", 40.0), ("alendronate 2012-2017, esophagitis", 200.0))
    assert [(t["drug"], t["outcome"]) for t in _therapies(maker)] == [("alendronate", "esophagitis")]


def test_two_therapies_on_one_row_below_a_title() -> None:
    maker = _put(_form(), ("EARLIER TREATMENT", 40.0))
    _put(
        maker, ("febuxostat, 2016 to 2022, tophi progressed", 40.0), ("probenecid, 2022 to 2023, kidney stones", 300.0)
    )
    assert _drugs(maker) == ["febuxostat", "probenecid"]


def test_a_table_that_is_not_ruled_is_read_and_orders_nothing() -> None:
    maker = _put(_form(), ("DRUG", 40.0), ("FROM", 200.0), ("TO", 300.0), ("WHY STOPPED", 400.0))
    _put(maker, ("leflunomide", 40.0), ("2015", 200.0), ("2018", 300.0), ("alopecia", 400.0))
    found = propose_all(maker)
    expected = {"drug": "leflunomide", "start": "2015", "stop": "2018", "outcome": "alopecia"}
    assert by_item(found, "prior_therapies") == [expected]
    assert [order["drug"] for order in by_item(found, "orders")] == ["ocrelizumab"]


def test_a_head_that_asks_for_earlier_therapies_names_the_drugs() -> None:
    maker = _form().table(("Failed therapy", "Start", "Stop", "Reason"), ("mesalamine", "2020", "2023", "rash"))
    assert _therapies(maker) == [{"drug": "mesalamine", "start": "2020", "stop": "2023", "outcome": "rash"}]


def test_a_drug_with_its_end_told_is_past_and_one_before_another_is_not() -> None:
    maker = _form().line("Active colitis. Mesalamine 2019 - 2021: inadequate response. Father had gout.")
    assert _drugs(maker.line("Cetirizine 10 mg PO once, 30 minutes prior to vedolizumab.")) == ["mesalamine"]


def test_dates_above_a_drug_are_another_drugs() -> None:
    maker = _put(_form(), ("Drug: mepolizumab", 40.0))
    maker.y -= 40.0
    _put(maker, ("from 2018 to 2022, no benefit", 300.0))
    assert all("start" not in therapy for therapy in _therapies(maker))


@pytest.mark.parametrize(
    "said",
    [
        "Premedicate with cetirizine 10 mg PO before each infusion. Call with questions.",
        "Ahead of each infusion please give cetirizine 10 mg by mouth. Call with questions.",
    ],
)
def test_premedications_in_a_sentence(said: str) -> None:
    assert at(propose_all(_form().line(said)), PREMEDICATIONS) == ["cetirizine 10 mg PO"]


def test_a_sentence_that_says_that_none_is_given() -> None:
    found = propose_all(_form().line("She needs no premedication. She takes calcium."))
    assert at(found, "lists.premedications") == [0.0]


def test_what_is_given_for_a_reaction_is_no_premedication() -> None:
    said = "If hives come before the infusion ends, give diphenhydramine 50 mg IV. Call us."
    assert at(propose_all(_form().line(said)), PREMEDICATIONS) == []


def test_boxes_in_rows_below_a_title_in_other_words() -> None:
    maker = _form().line("4. PREMEDICATION PROTOCOL").box("Cetirizine 10 mg PO", True).box("Famotidine 20 mg IV", False)
    assert at(propose_all(maker), PREMEDICATIONS) == ["Cetirizine 10 mg PO"]


def test_typed_marks_tell_which_entries_are_meant() -> None:
    maker = _put(_form(), ("Premeds", 40.0), ("X cetirizine 10 mg PO", 150.0), ("famotidine 20 mg PO", 370.0))
    assert at(propose_all(maker), PREMEDICATIONS) == ["cetirizine 10 mg PO"]


def test_entries_of_an_unticked_box_are_not_read_again_from_their_row() -> None:
    maker = _form().row(("Premedication", "30 minutes"))
    maker.y -= 14.0
    maker.box("hydrocortisone 100 mg IV", False, "Premedication")
    assert at(propose_all(maker), PREMEDICATIONS) == []


def test_the_list_goes_on_below_a_line_that_says_when() -> None:
    maker = _put(_form().row(("Premedication", "acetaminophen 650 mg PO")), ("Once, 30 minutes before", 120.0))
    found = at(propose_all(_put(maker, ("cetirizine 10 mg PO", 120.0))), PREMEDICATIONS)
    assert "acetaminophen 650 mg PO" in found


def test_none_counts_where_another_sentence_follows_it() -> None:
    found = propose_all(_form().row(("Premedication", "none. Repeat CBC after the dose")))
    assert at(found, "lists.premedications") == [0.0]


def test_a_choice_that_no_title_heads_is_asked_about() -> None:
    maker = _form().box("acetaminophen 650 mg PO", True).box("loratadine 10 mg PO", False)
    maker.box("famotidine 20 mg IV", True).box("none", False)
    found = [one for one in propose_all(maker) if one.path == PREMEDICATIONS]
    assert [(one.value, one.is_valid) for one in found] == [
        ("acetaminophen 650 mg PO", False),
        ("famotidine 20 mg IV", False),
    ]


def test_boxes_below_a_title_about_earlier_treatments() -> None:
    maker = _form().line("Prior / current treatments").box("prednisone", True).box("azathioprine", False)
    assert _drugs(maker) == ["prednisone"]

"""What a second look says: the picture decides between values, and a grammar only says which values there are."""

from datetime import date

import pytest
from pictures import look_for

from extractor.decode import weigh
from extractor.decode.grammars import find_grammar
from extractor.knowledge.npi import check_digit

TODAY = date(2026, 11, 22)
NPI = "123456789" + check_digit("123456789")


def test_a_check_digit_makes_a_doubtful_digit_sure_where_only_one_value_passes() -> None:
    free = weigh("patient.last_name", [look_for(NPI, {4: {"6": 0.4}})], TODAY)
    typed = weigh("prescriber.npi", [look_for(NPI, {4: {"6": 0.4}})], TODAY)
    assert free is not None
    assert typed is not None
    assert free.posterior < 0.7 < 0.99 < typed.posterior
    assert typed.mass == pytest.approx(free.mass, abs=0.01)


def test_printed_digits_that_fail_their_check_keep_no_share_and_repairs_are_only_other_values() -> None:
    printed = NPI[:4] + "6" + NPI[5:]
    weighed = weigh("prescriber.npi", [look_for(printed, {4: {"5": 0.1}})], TODAY)
    assert weighed is not None
    assert (weighed.mass, weighed.posterior, weighed.margin) == (0.0, 0.0, 0.0)
    assert weighed.others == ((NPI, 1.0),)


def test_a_repair_that_the_picture_does_not_show_is_not_named() -> None:
    printed = NPI[:4] + "6" + NPI[5:]
    weighed = weigh("prescriber.npi", [look_for(printed)], TODAY)
    assert weighed is not None
    assert weighed.others == ()


@pytest.mark.parametrize(
    ("path", "text", "place", "instead", "other"),
    [
        ("patient.date_of_birth", "03/20/1987", 9, "1", "1981-03-20"),
        ("prescriber.fax", "(303) 555-0147", 13, "1", "+13035550141"),
        ("diagnoses[0].code", "M05.79", 5, "8", None),
        ("coverages[0].member_id", "1EG4TE5MK73", 10, "8", "1EG4TE5MK78"),
    ],
)
def test_other_values_are_in_the_records_format(
    path: str, text: str, place: int, instead: str, other: str | None
) -> None:
    weighed = weigh(path, [look_for(text, {place: {instead: 0.3}})], TODAY)
    assert weighed is not None
    if other is None:  # there is no M05.78
        assert weighed.posterior > 0.9
        assert "M05.78" not in dict(weighed.others)
    else:
        assert weighed.others[0][0] == other
        assert weighed.posterior == pytest.approx(0.69, abs=0.03)


def test_a_misreading_that_means_the_same_takes_nothing_away() -> None:
    weighed = weigh("labs[0].test", [look_for("Hematocrit", {8: {"l": 0.4}})], TODAY)
    assert weighed is not None
    assert weighed.posterior > 0.95


def test_a_medicare_number_outweighs_one_that_only_looks_like_it() -> None:
    weighed = weigh("coverages[0].member_id", [look_for("GEG4TE5MK73", {0: {"9": 0.2}})], TODAY)
    assert weighed is not None
    assert weighed.posterior < 0.2
    assert weighed.others[0][0] == "9EG4TE5MK73"


@pytest.mark.parametrize(
    ("second", "says"),
    [("03-20-1987", 1.0), ("03/20/1981", 0.0), ("Ol/ZO", 0.5), (None, 0.5), ("", 0.5)],
)
def test_the_second_reader_agrees_differs_or_cannot_tell(second: str | None, says: float) -> None:
    weighed = weigh("patient.date_of_birth", [look_for("03/20/1987", second=second)], TODAY)
    assert weighed is not None
    assert weighed.second == says
    assert weighed.code == {1.0: "readers_agree", 0.0: "readers_differ"}.get(says)


def test_the_worst_line_of_a_value_counts() -> None:
    lines = [look_for("Rituxan", second="Rituxan"), look_for("infusion", {0: {"l": 0.5}}, second="lnfusion")]
    both = weigh("orders[0].frequency", lines, TODAY)
    alone = weigh("orders[0].frequency", lines[1:], TODAY)
    assert both is not None
    assert alone is not None
    assert both.second == alone.second == 0.0
    assert both.margin == alone.margin
    assert both.posterior <= alone.posterior


def test_without_a_look_nothing_is_said() -> None:
    assert weigh("patient.last_name", [], TODAY) is None
    assert weigh("patient.last_name", [look_for("")], TODAY) is None


def test_a_text_around_the_value_is_read_without_a_grammar() -> None:
    assert not find_grammar("prescriber.fax", "Fax: 303 555 0147 ext 12", TODAY).is_typed
    assert not find_grammar("patient.date_of_birth", "unknown", TODAY).is_typed
    assert find_grammar("patient.date_of_birth", "3/20/87", TODAY).is_typed

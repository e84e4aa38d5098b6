"""Earlier therapies in text: each drug with its own dates and outcome."""

import pytest

from extractor.knowledge.therapies import normalise_partial, read_therapies

Told = tuple[str, str | None, str | None, str | None]


def _told(text: str, *, is_listed: bool = False) -> list[Told]:
    return [
        (
            one.drug.generic,
            one.start.value if one.start else None,
            one.stop.value if one.stop else None,
            one.outcome.value if one.outcome else None,
        )
        for one in read_therapies(text, is_listed=is_listed)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("probenecid 2020 - 2021 , lost response", ("probenecid", "2020", "2021", "lost response")),
        ("Tecfidera 2019-2021 inadequate response", ("dimethyl fumarate", "2019", "2021", "inadequate response")),
        ("Copaxone '14-'16 rash", ("glatiramer acetate", "2014", "2016", "rash")),
        ("Tysabri 2017-present", ("natalizumab", "2017", None, None)),
        ("Prednisone", ("prednisone", None, None, None)),
        ("Zorblamine 2019-2020, nausea", ("zorblamine", "2019", "2020", "nausea")),
    ],
)
def test_entries_of_a_list(text: str, expected: Told) -> None:
    assert _told(text, is_listed=True) == [expected]


def test_prose_with_two_therapies() -> None:
    text = "She took probenecid from 2020 to 2021, ended for lost response, then Humira since March 2021. Feels well."
    assert _told(text) == [("probenecid", "2020", "2021", "lost response"), ("adalimumab", "2021-03", None, None)]


def test_a_cause_is_the_outcome() -> None:
    text = "She tried Avonex from 2016 to 2018 and stopped because of flu-like symptoms."
    assert _told(text) == [("interferon beta-1a", "2016", "2018", "flu-like symptoms")]


def test_an_outcome_may_lead() -> None:
    told = _told("inadequate response to Humira, intolerance to Copaxone")
    assert told == [
        ("adalimumab", None, None, "inadequate response"),
        ("glatiramer acetate", None, None, "intolerance"),
    ]


def test_drugs_that_share_what_follows_are_less_sure() -> None:
    first, second = read_therapies("Humira and Enbrel 2018-2019, loss of efficacy")
    assert first.outcome is not None and second.outcome is not None
    assert first.outcome.value == second.outcome.value == "loss of efficacy"
    assert first.outcome.score < 1.0


def test_a_misread_outcome_is_mended_and_marked() -> None:
    (one,) = read_therapies("probenecid 2020 - 2021, advorse reoction", is_listed=True)
    assert one.outcome is not None
    assert (one.outcome.value, one.outcome.read) == ("adverse reaction", "advorse reoction")
    assert one.outcome.score < 0.6


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("03/2015", "2015-03"),
        ("3/4/2015", "2015-03-04"),
        ("Mar 2015", "2015-03"),
        ("2015", "2015"),
        ("'16", "2016"),
        ("13/2015", None),
        ("soon", None),
    ],
)
def test_partial_dates(text: str, value: str | None) -> None:
    assert normalise_partial(text) == value


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("rituximab 2020-2021, no remission", "no remission"),
        ("CellCept, 03/2023 to 10/2026, persistent proteinuria", "persistent proteinuria"),
        ("Avonex (2012 - 2015) - intolerance (flu-like symptoms)", "intolerance (flu-like symptoms)"),
    ],
)
def test_an_outcome_keeps_the_words_that_turn_it(text: str, outcome: str) -> None:
    (found,) = read_therapies(text, is_listed=True)
    assert found.outcome is not None and found.outcome.value == outcome


def test_prose_that_denies_an_outcome_is_no_good_outcome() -> None:
    (found,) = read_therapies("He tried Avonex but had no remission")
    assert found.outcome is not None and found.outcome.value == "no remission"


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Aricept 2025-04 to 2025-05, syncope", ("2025-04", "2025-05")),
        ("prednisone 2010-12, weight gain", ("2010", "2012")),
        ("Copaxone 03/2019 06/2021 relapse", ("2019-03", "2021-06")),
    ],
)
def test_months_and_columns_of_dates(text: str, period: tuple[str, str]) -> None:
    (found,) = read_therapies(text, is_listed=True)
    assert found.start is not None and found.stop is not None
    assert (found.start.value, found.stop.value) == period

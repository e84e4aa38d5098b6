"""Earlier therapies in words that no rule lists, and codes and descriptions that the trained model judges."""

import pytest
from oracle_pages import PageMaker
from proposed import at, by_item, propose_all

from extractor.fields.told_therapies import complete
from models.record import BBox
from models.stages.candidate import Candidate

Item = dict[str, object]


def _note(*lines: str) -> PageMaker:
    maker = PageMaker().line("Progress Note").line("History of Present Illness")
    for line in lines:
        maker.line(line)
    return maker


def _therapies(*lines: str) -> list[Item]:
    return by_item(propose_all(_note(*lines)), "prior_therapies")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "Was on Copaxone 2019-2021 until hives made her stop.",
            [{"drug": "glatiramer acetate", "start": "2019", "stop": "2021", "outcome": "hives"}],
        ),
        ("Failed HCQ x6mo 2/2 GI upset.", [{"drug": "hydroxychloroquine", "outcome": "GI upset"}]),
        (
            "s/p Humira, d/c'd 3/2020 2/2 rash.",
            [{"drug": "adalimumab", "stop": "2020-03", "outcome": "rash"}],
        ),
    ],
)
def test_words_that_no_rule_lists(said: str, expected: list[Item]) -> None:
    assert _therapies(said) == expected


@pytest.mark.parametrize(
    "said",
    [
        "Naive to Humira.",
        "Her sister was treated with Humira.",
        "Could consider Humira in the future.",
        "Continue Humira 40 mg every 2 weeks.",
    ],
)
def test_what_was_never_given_or_is_still_given_is_none(said: str) -> None:
    assert _therapies(said) == []


def test_what_the_model_tells_comes_with_less_evidence_than_a_label() -> None:
    told = propose_all(_note("Failed HCQ x6mo 2/2 GI upset."))
    labelled = propose_all(PageMaker().line("Infusion Order Form").row(("Failed therapies", "Humira 2019, rash")))
    ends = [
        next(c for c in found if c.path.startswith("prior_therapies") and c.path.endswith(".outcome"))
        for found in (told, labelled)
    ]
    assert 0.0 < ends[0].features["learned"] <= 1.0
    assert ends[0].features["role"] < ends[1].features["role"]
    assert ends[0].features["anchor"] < ends[1].features["anchor"]


def test_on_a_form_the_model_is_not_asked() -> None:
    form = PageMaker().line("Infusion Order Form").section("Order").line("Failed HCQ x6mo 2/2 GI upset.")
    assert by_item(propose_all(form), "prior_therapies") == []


def test_a_relatives_code_is_no_diagnosis_though_a_drug_stands_between() -> None:
    found = propose_all(
        _note("Assessment: Crohn's disease (K50.90), active.", "Her brother is on Humira for psoriasis (L40.0).")
    )
    assert at(found, "diagnoses[0].code") == ["K50.90"]
    assert [c.value for c in found if c.path.endswith(".code")] == ["K50.90"]


def _candidate(leaf: str, value: str, x0: float) -> Candidate:
    box = BBox(x0, 0.0, x0 + 10.0, 10.0)
    path = f"prior_therapies[].{leaf}"
    return Candidate(path=path, value=value, raw=value, page_no=1, bbox=box, source="test")


def test_rules_fill_gaps_and_finish_phrases_but_take_no_words_of_others() -> None:
    told = [_candidate("drug", "adalimumab", 0), _candidate("outcome", "weight gain", 50)]
    ruled = [
        _candidate("drug", "etanercept", 0),
        _candidate("outcome", "weight gain and rash", 50),
        _candidate("start", "2019", 20),
        _candidate("stop", "2020", 100),
    ]
    taken = [BBox(100.0, 0.0, 110.0, 10.0)]
    values = {c.path.rsplit(".", 1)[1]: c.value for c in complete(told, ruled, taken)}
    assert values == {"drug": "adalimumab", "outcome": "weight gain and rash", "start": "2019"}

"""When two values are the same, and which items belong together."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.record.normalise import Scalar, best_assignment, canonical, is_same, pair_items, plain_text, same_text


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("O\u2019Brien\u2013Lee", "obrien-lee"),
        ("  St.  James ", "ST JAMES"),
        ("M.D.", "md"),
        ("Every 8 Weeks.", "every 8 weeks"),
        ("weeks 0,2,6 then every 8 weeks", "weeks 0, 2, 6 then every 8 weeks"),
        ("\uff28\uff29", "hi"),
        ("Stra\u00dfe", "STRASSE"),
        ("non-reactive", "nonreactive"),
        (None, None),
    ],
)
def test_same(first: str | None, second: str | None) -> None:
    assert same_text(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("0.4 g/kg", "04 g/kg"),
        ("weeks 0,2", "weeks 02"),
        ("Smith", "Smyth"),
        ("", None),
        ("<5", "5"),
        ("10-15", "1015"),
    ],
)
def test_not_same(first: str | None, second: str | None) -> None:
    assert not same_text(first, second)


@pytest.mark.parametrize(
    ("path", "first", "second", "same"),
    [
        ("patient.height_cm", 180.34, 180.3, True),
        ("patient.weight_kg", "93.4", 93.4, True),
        ("patient.weight_kg", 93.4, 93.5, False),
        ("prescriber.signature_present", True, True, True),
        ("prescriber.signature_present", None, False, False),
        ("patient.home_phone", "(303) 555-0147", "+13035550147", True),
        ("prescriber.phone", "+13035550147;ext=12", "+13035550147", False),
        ("orders[0].dose", "12mg", "12 mg", True),
        ("orders[0].dose", "375 mg/m\u00b2", "375 mg/m2", True),
        ("orders[0].dose", "5 mg", "5 mg/kg", False),
        ("diagnoses[0].code", "G35.A", "g35a", True),
        ("diagnoses[0].code", "G35", "G35.A", False),
        ("coverages[0].member_id", "XYZ 123-45", "XYZ12345", True),
        ("labs[0].result", "<0.35", "0.35", False),
        ("labs[0].result", "6.10", "6.1", False),
        ("labs[0].result", "Negative", "negative", True),
        ("labs[0].reference_range", "3.4 - 10.8", "3.4-10.8", True),
        ("labs[0].unit", "10*3/uL", "10*3/ul", True),
        ("patient.last_name", "SMITH", "Smith", True),
        ("patient.allergies[0]", "NKDA", "nkda", True),
    ],
)
def test_leaves(path: str, first: Scalar, second: Scalar, same: bool) -> None:
    assert is_same(path, first, second) is same


LEAVES = ["last_name", "home_phone", "dose", "result", "code", "npi", "frequency", "height_cm", "date"]


@given(st.sampled_from(LEAVES), st.text(max_size=30) | st.floats(0, 500) | st.booleans() | st.none())
def test_canonical_is_idempotent(leaf: str, value: Scalar) -> None:
    once = canonical(f"x.{leaf}", value)
    assert canonical(f"x.{leaf}", once) == once
    assert is_same(f"x.{leaf}", value, value)


@given(st.text(max_size=60))
def test_plain_text_is_idempotent(text: str) -> None:
    assert plain_text(plain_text(text)) == plain_text(text)


@given(
    st.integers(0, 5).flatmap(
        lambda n: st.lists(st.lists(st.sampled_from([0.0, 1.0, 1.1, 1.001, 2.5]), min_size=n, max_size=n), max_size=5)
    )
)
def test_the_assignment_is_the_best_one(scores: list[list[float]]) -> None:
    chosen = best_assignment(scores)
    columns = [column for column in chosen if column is not None]
    assert len(columns) == len(set(columns))
    total = sum(scores[row][column] for row, column in enumerate(chosen) if column is not None)
    rows, width = len(scores), len(scores[0]) if scores else 0
    size = max(rows, width)
    best = max(
        sum(scores[row][order[row]] for row in range(rows) if order[row] < width) for order in permutations(range(size))
    )
    assert total == pytest.approx(best)


def test_orders_pair_by_drug_then_dose() -> None:
    truth = [{"drug": "ocrelizumab", "dose": "300 mg"}, {"drug": "ocrelizumab", "dose": "600 mg"}]
    record = [
        {"drug": "Ocrelizumab", "dose": "600 mg"},
        {"drug": "rituximab", "dose": "300 mg"},
        {"drug": "ocrelizumab", "dose": "30 mg"},
    ]
    assert pair_items("orders", truth, record) == ((0, 2), (1, 0), (None, 1))


def test_labs_pair_by_loinc_or_test_then_collected() -> None:
    truth = [
        {"test": "WBC", "loinc": "6690-2", "collected": "2026-11-02"},
        {"test": "WBC", "loinc": "6690-2", "collected": "2026-05-02"},
    ]
    record = [
        {"test": "White Blood Cells", "loinc": "6690-2", "collected": "2026-05-02"},
        {"test": "wbc", "loinc": None, "collected": "2026-11-02"},
    ]
    assert pair_items("labs", truth, record) == ((0, 1), (1, 0))


def test_the_json_of_a_field_counts_as_its_value() -> None:
    record = [{"rank": {"value": "primary", "confidence": 0.9}, "payer": {"value": None}}]
    assert pair_items("coverages", [{"rank": "primary", "payer": "Acme"}], record) == ((0, 0),)


def test_absent_keys_make_no_pair() -> None:
    assert pair_items("diagnoses", [{"code": None}], [{"code": None}]) == ((0, None), (None, 0))
    assert pair_items("allergies", ["NKDA", "latex"], ["Latex"]) == ((1, 0), (0, None))
    assert pair_items("premedications", [], []) == ()

"""What must hold of a second look whatever was seen."""

import sys
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "decode"))

from pictures import look_for

from extractor.confidence import Evidence, load_calibration
from extractor.decode import weigh
from extractor.knowledge.npi import is_valid_npi
from models.record import Quality

TODAY = date(2026, 11, 22)
EXAMPLES = 60
DIGITS = st.text("0123456789", min_size=10, max_size=10)
SHARE = st.floats(0.0, 1.0)


@settings(max_examples=EXAMPLES, deadline=None)
@given(DIGITS, st.integers(0, 9), st.sampled_from("0123456789"), st.floats(0.01, 0.45))
def test_only_numbers_that_pass_are_offered_and_printed_ones_that_fail_have_no_share(
    digits: str, place: int, other: str, share: float
) -> None:
    weighed = weigh("prescriber.npi", [look_for(digits, {place: {other: share}})], TODAY)
    assert weighed is not None
    assert all(is_valid_npi(value) for value, _ in weighed.others)
    assert is_valid_npi(digits) or weighed.posterior == weighed.mass == 0.0


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(("patient.last_name", "patient.date_of_birth", "labs[0].result")), SHARE, SHARE)
def test_the_surer_the_picture_is_of_the_value_the_surer_the_look(path: str, first: float, second: float) -> None:
    text = {"patient.last_name": "Lopez", "patient.date_of_birth": "03/20/1987"}.get(path, "13.5")
    place, other = len(text) - 1, "7" if text[-1] != "z" else "s"
    if path == "patient.date_of_birth":
        other = "1"
    low, high = sorted((first * 0.9, second * 0.9))
    more, less = (weigh(path, [look_for(text, {place: {other: share}})], TODAY) for share in (low, high))
    assert more is not None
    assert less is not None
    assert more.mass >= less.mass
    assert more.posterior >= less.posterior
    assert more.margin >= less.margin


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.tuples(SHARE, SHARE), min_size=4, max_size=4), st.sampled_from([*Quality]))
def test_more_of_the_picture_and_of_the_second_reader_never_makes_less_sure(
    pairs: list[tuple[float, float]], tier: Quality
) -> None:
    names = ("mass", "posterior", "margin", "second")

    def sure(place: int) -> float:
        features = {"rank": 0.9, "read": 1.0} | {
            name: sorted(pair)[place] for name, pair in zip(names, pairs, strict=True)
        }
        evidence = Evidence(
            path="patient.last_name", tier=str(tier), page_type="order", features=features, reasons=frozenset()
        )
        return load_calibration().probability(evidence)

    assert sure(0) <= sure(1)

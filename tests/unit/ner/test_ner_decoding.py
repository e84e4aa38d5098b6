"""The best well-formed labelling."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from extractor.ner.decoding import best_spans

LABELS = ("O", "B-X", "I-X", "L-X", "U-X", "B-Y", "I-Y", "L-Y", "U-Y")


def rows(*labels: str, sure: float = 0.9) -> list[list[float]]:
    """Probabilities that put ``sure`` on one label of each token."""
    rest = (1 - sure) / (len(LABELS) - 1)
    return [[sure if label == wanted else rest for label in LABELS] for wanted in labels]


def test_spans_of_one_and_of_many_words() -> None:
    spans = best_spans(rows("U-X", "O", "B-Y", "I-Y", "L-Y"), LABELS)
    assert [span[:3] for span in spans] == [("X", 0, 0), ("Y", 2, 4)]
    assert all(abs(span.score - 0.9) < 1e-9 for span in spans)


def test_a_span_is_as_sure_as_its_least_word() -> None:
    table = [*rows("B-X"), *rows("L-X", sure=0.6)]
    ((kind, first, last, score),) = best_spans(table, LABELS)
    assert (kind, first, last) == ("X", 0, 1)
    assert abs(score - 0.6) < 1e-9


def test_what_no_beginning_leads_to_is_no_span() -> None:
    assert best_spans(rows("O", "L-X", "O"), LABELS) == ()


def test_nothing_is_nothing() -> None:
    assert best_spans([], LABELS) == ()


def is_well_formed(labels: tuple[str, ...]) -> bool:
    """By the definition: I and L only behind B or I of their kind, and every B is followed by I or L."""
    before = "O"
    for label in (*labels, "O"):
        is_open = before[0] in "BI"
        if is_open != (label[0] in "IL") or (is_open and label[2:] != before[2:]):
            return False
        before = label
    return True


@given(st.lists(st.lists(st.integers(1, 50), min_size=5, max_size=5), min_size=1, max_size=4))
def test_no_well_formed_labelling_is_likelier(weights: list[list[int]]) -> None:
    labels = LABELS[:5]
    table = [[weight / sum(row) for weight in row] for row in weights]

    def likelihood(choice: tuple[str, ...]) -> float:
        total = 1.0
        for row, label in zip(table, choice, strict=True):
            total *= row[labels.index(label)]
        return total

    best = max((c for c in product(labels, repeat=len(table)) if is_well_formed(c)), key=likelihood)
    chosen = ["O"] * len(table)
    for _, first, last, _ in best_spans(table, labels):
        chosen[first : last + 1] = ["B-X", *["I-X"] * (last - first - 1), "L-X"] if last > first else ["U-X"]
    assert abs(likelihood(tuple(chosen)) - likelihood(best)) < 1e-12

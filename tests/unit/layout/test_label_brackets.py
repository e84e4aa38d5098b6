import pytest

from extractor.knowledge.labels import match_label


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Phone (home)", "patient.home_phone"),
        ("Telephone (work):", "patient.work_phone"),
        ("Tel. (Cell)", "patient.mobile_phone"),
        ("Phone (preferred)", "phone"),
    ],
)
def test_what_stands_in_brackets_tells_telephones_apart(label: str, key: str) -> None:
    found = match_label(label)
    assert found is not None
    assert found[0] == key

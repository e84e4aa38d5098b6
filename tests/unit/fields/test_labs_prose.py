"""Results that letters and notes name in sentences, and sentences that name tests without giving results."""

import pytest
from lab_sheets import items, sheet, values

from models.record import PageType

LEAVES = ("test", "result", "unit", "collected")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Her TSH was 2.1 mIU/L on 10/08/2026.", [("TSH", "2.1", "m[IU]/L", "2026-10-08")]),
        ("On 10/08/2026 her CRP was 14.2 mg/L.", [("CRP", "14.2", "mg/L", "2026-10-08")]),
        ("HBsAg was negative and HCV Ab was non-reactive (09/30/2026).",
         [("HBsAg", "negative", None, None), ("HCV Ab", "non-reactive", None, "2026-09-30")]),
        ("QuantiFERON negative on 09/12/2026.", [("QuantiFERON", "negative", None, "2026-09-12")]),
        ("Labs 10/02/2026: WBC 6.2 K/uL, Hemoglobin 12.1 g/dL, ALT 31 U/L.",
         [("WBC", "6.2", "10*3/uL", "2026-10-02"), ("Hemoglobin", "12.1", "g/dL", "2026-10-02"),
          ("ALT", "31", "U/L", "2026-10-02")]),
        ("JCV antibody index of 0.18 in the last sample.", [("JCV antibody index", "0.18", None, None)]),
        ("Free T4 was 1.2 ng/dL.", [("Free T4", "1.2", "ng/dL", None)]),
    ],
)  # fmt: skip
def test_results_in_sentences(text: str, expected: list[tuple[str | None, ...]]) -> None:
    page = sheet([(40, text)], kind=PageType.CLINICAL_NOTE)
    assert values(page, *LEAVES) == expected
    assert all(candidate.features["anchor"] == 0 for row in items(page) for candidate in row.values())


@pytest.mark.parametrize(
    "text",
    [
        "Check CBC and CMP every 3 months; hold infusion if ANC < 1.0.",
        "TSH should be below 4.5 mIU/L before each course.",
        "HBsAg must be negative before the first infusion.",
        "Infliximab 5 mg/kg IV at weeks 0, 2 and 6.",
        "Vitamin D 2000 IU daily, calcium 600 mg twice daily, iron 325 mg.",
        "Draw HBsAg, HCV Ab, HIV Ag/Ab.",
        "Her mother had a TSH of 9.1 mIU/L.",
        "BP 128/76, pulse 72, PT evaluation 3 times weekly.",
        "ANA and RF pending review by rheumatology in 2 weeks.",
    ],
)
def test_sentences_without_results(text: str) -> None:
    rows = items(sheet([(40, text)], kind=PageType.CLINICAL_NOTE))
    assert [(row["test"].value, row["result"].value) for row in rows if row["result"].value is not None] == []


def test_an_order_names_results_only_with_a_verb_of_the_past() -> None:
    told = sheet([(40, "Her TSH was 2.1 mIU/L on 10/08/2026.")], kind=PageType.ORDER)
    listed = sheet([(40, "HBsAg negative  HCV Ab non-reactive  TSH: 2.1 mIU/L")], kind=PageType.ORDER)
    assert values(told, "test", "result") == [("TSH", "2.1")]
    assert values(listed, "test", "result") == []

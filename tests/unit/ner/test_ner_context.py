"""How a sentence speaks of a drug."""

import pytest

from extractor.ner import find_entities
from models.stages.entities import EntityLabel


def contexts(text: str) -> list[tuple[str, str]]:
    return [(e.text, e.context.value) for e in find_entities(text) if e.label is EntityLabel.DRUG]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Start Ocrevus 300 mg IV.", [("Ocrevus", "current")]),
        (
            "Patient tried and failed Avonex, Copaxone and Tecfidera.",
            [("Avonex", "prior"), ("Copaxone", "prior"), ("Tecfidera", "prior")],
        ),
        ("Failed Humira but doing well on Entyvio.", [("Humira", "prior"), ("Entyvio", "current")]),
        ("Switched from Humira to Entyvio.", [("Humira", "prior"), ("Entyvio", "current")]),
        ("Remicade was discontinued due to loss of response.", [("Remicade", "prior")]),
        ("Methotrexate 2019 - 2020, ineffective", [("Methotrexate", "prior")]),
        (
            "Inadequate response to methotrexate; requesting Orencia",
            [("methotrexate", "prior"), ("Orencia", "current")],
        ),
        (
            "Previously on natalizumab. Currently on ocrelizumab.",
            [("natalizumab", "prior"), ("ocrelizumab", "current")],
        ),
        ("Allergies: penicillin, codeine", [("penicillin", "allergy"), ("codeine", "allergy")]),
        ("She is allergic to infliximab.", [("infliximab", "allergy")]),
        ("Denies use of natalizumab.", [("natalizumab", "negated")]),
        ("Not a candidate for rituximab.", [("rituximab", "negated")]),
        ("No prior rituximab.", [("rituximab", "negated")]),
        ("Methotrexate is contraindicated.", [("Methotrexate", "negated")]),
        (
            "Premedicate with Benadryl 25 mg PO and Tylenol 650 mg PO.",
            [("Benadryl", "premedication"), ("Tylenol", "premedication")],
        ),
        ("Methylprednisolone 125 mg IV prior to each infusion.", [("Methylprednisolone", "premedication")]),
        ("Mother has used Lemtrada.", [("Lemtrada", "family")]),
        (
            "Premedications:\nacetaminophen 650 mg PO\ndiphenhydramine 50 mg IV",
            [("acetaminophen", "premedication"), ("diphenhydramine", "premedication")],
        ),
        (
            "Prior therapies:\nmethotrexate 2019\nOrencia\nORDER INFORMATION\nActemra 8 mg/kg",
            [("methotrexate", "prior"), ("Orencia", "prior"), ("Actemra", "current")],
        ),
        ("Allergies:\nCodeine\nMedication: Ocrevus", [("Codeine", "allergy"), ("Ocrevus", "current")]),
        ("tried and failed Avonex,\nCopaxone", [("Avonex", "prior"), ("Copaxone", "prior")]),
        ("Denies pain\nOcrevus 600 mg", [("Ocrevus", "current")]),
        ("History of Humira use.", [("Humira", "prior")]),
        ("If symptoms recur, consider rituximab.", [("rituximab", "hypothetical")]),
    ],
)
def test_context(text: str, expected: list[tuple[str, str]]) -> None:
    assert contexts(text) == expected


def test_a_code_of_the_past_is_historical() -> None:
    codes = [e.context.value for e in find_entities("History of pneumonia (J18.9).") if e.label is EntityLabel.ICD10]
    assert codes == ["historical"]

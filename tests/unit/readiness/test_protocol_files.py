"""Every packaged protocol keeps the promises of its schema, and speaks the record's language."""

import pytest
from lemtrada_case import complete

from extractor.knowledge.doses import parse_doses
from extractor.knowledge.drug_classes import allergy_family, class_names, class_of, is_inadequate, shared_class
from extractor.knowledge.drugs import products
from extractor.knowledge.frequencies import find_frequencies
from extractor.knowledge.icd10cm import load as load_codes
from extractor.knowledge.protocols import Protocol, load_protocols
from extractor.knowledge.protocols import rules as kinds
from extractor.readiness.amounts import read_amount
from extractor.readiness.assess import _CHECKS
from models.record import Severity

BOOK = load_protocols()
RULES = [(protocol, rule) for protocol in BOOK.protocols for rule in protocol.rules]


def test_there_are_protocols_for_many_drugs_and_each_rule_says_where_it_comes_from() -> None:
    verified = [p for p in BOOK.protocols if p.drugs and any(rule.verified for rule in p.rules)]
    assert len(verified) >= 25
    assert len(RULES) > 200
    for protocol, rule in RULES:
        source = protocol.source_of(rule)
        assert protocol.sources[rule.source].title in source
        assert rule.checked.isoformat() in source
        assert rule.verify
        if rule.verified:
            read = protocol.sources[rule.source]
            assert read.url or read.edition[:2] == "20", f"{protocol.protocol}: verified, and nobody can look it up"
        else:
            assert rule.weight is Severity.ADVISORY
            assert "not verified" in source


@pytest.mark.parametrize("protocol", [p for p in BOOK.protocols if p.drugs], ids=lambda p: p.protocol)
def test_a_protocol_is_found_by_its_drugs_and_brands(protocol: Protocol) -> None:
    for drug in protocol.drugs:
        assert products(drug), f"{drug} is no drug of the formulary"
        sold = {brand for product in products(drug) for brand in product.brands} | {
            brand for p in BOOK.protocols for brand in p.brands
        }
        for brand in protocol.brands:
            assert brand in sold
            named = products(brand)
            assert named, f"{brand} is no brand of the formulary"
            assert BOOK.find(named[0].generic, brand) == (protocol,)
        found = BOOK.find(drug, None)
        assert protocol in found
        assert len(found) == 1 or all(one.brands for one in found), "two protocols for one drug are told by brand"


def test_a_biosimilar_goes_with_its_originator_and_another_product_does_not() -> None:
    assert [p.protocol for p in BOOK.find("rituximab-abbs", "Truxima")] == ["rituximab"]
    assert [p.protocol for p in BOOK.find("infliximab-dyyb", "Inflectra")] == ["infliximab"]
    assert BOOK.find("infliximab-dyyb", "Zymfentra") == ()
    assert {p.protocol for p in BOOK.find("zoledronic acid", None)} == {
        "zoledronic_acid_reclast",
        "zoledronic_acid_zometa",
    }
    assert BOOK.find("aspirin", None) == ()


@pytest.mark.parametrize(
    ("protocol", "rule"),
    [(p, r) for p, r in RULES if isinstance(r, kinds.RegimenRule)],
    ids=lambda one: getattr(one, "protocol", "regimen"),
)
def test_regimens_are_written_as_the_record_writes_them(protocol: Protocol, rule: kinds.RegimenRule) -> None:
    for regimen in rule.regimens:
        for dose in regimen.doses:
            assert [reading.value for reading in parse_doses(dose)] == [dose]
            assert read_amount(dose) is not None
        for frequency in regimen.frequencies:
            readings = find_frequencies(frequency)
            if readings and not readings[0].is_ambiguous:
                assert readings[0].value == frequency, f"{protocol.protocol}: the record writes {readings[0].value}"


def test_every_code_exists() -> None:
    codes = load_codes()
    named = {code for _, r in RULES if isinstance(r, kinds.DiagnosisRule) for code in (*r.codes, *r.unclear)}
    named |= {code for _, r in RULES if r.when is not None for code in r.when.codes}
    assert len(named) > 10
    for code in named:
        assert any(True for _ in codes.below(code.replace(".", ""))), code


def test_every_kind_of_rule_is_judged_and_used() -> None:
    assert {type(rule) for _, rule in RULES} == set(_CHECKS)


def test_classes_hold_known_drugs() -> None:
    for name in class_names():
        for drug in class_of(name).drugs:
            assert products(drug), f"{drug} of {name} is no drug of the formulary"
    assert shared_class("infliximab-dyyb", "adalimumab") is not None
    assert shared_class("infliximab-dyyb", "infliximab") is None, "one substance is no second drug"
    assert shared_class("infliximab", "ferumoxytol") is None
    assert {"iron sucrose", "ferumoxytol"} <= allergy_family("Venofer")
    assert allergy_family("cats") == frozenset()


@pytest.mark.parametrize(
    ("outcome", "failed"),
    [
        ("inadequate response", True),
        ("lost response", True),
        ("disease progression", True),
        ("continued relapses", True),
        ("new MRI lesions", True),
        ("no response", True),
        ("failed", True),
        ("no relapses", False),
        ("relapse-free", False),
        ("without disease progression", False),
        ("free of disease activity", False),
        ("no evidence of disease activity", False),
        ("intolerance", False),
        ("inadequate response or intolerance", False),
        ("adverse reaction", False),
        ("good response", False),
        ("completed", False),
        ("", False),
    ],
)
def test_what_counts_as_a_failed_therapy(outcome: str, failed: bool) -> None:
    assert is_inadequate(outcome) is failed


def test_the_reference_case_needs_no_rule_that_is_not_verified() -> None:
    lemtrada = BOOK.get("Lemtrada")
    assert lemtrada is not None and lemtrada is BOOK.get("alemtuzumab")
    assert complete().orders[0].drug.value in lemtrada.drugs
    required = {rule.id for rule in lemtrada.rules if rule.weight is Severity.REQUIRED}
    laboratory = {"tb", "hiv", "hepatitis_c", "cbc", "creatinine", "urinalysis", "thyroid"}
    assert required == {"relapsing_ms", "two_ms_drugs", *laboratory, "regimen"}

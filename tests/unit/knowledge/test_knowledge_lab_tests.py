"""Names of laboratory tests: each finds its own test, and none that a misread letter would turn into another."""

import re

import pytest

from extractor.knowledge.lab_tests import (
    EXACT,
    LOOKALIKE,
    all_tests,
    choose_test,
    match_test,
    plausible_span,
    read_yaml,
    units_of,
)


def keys(name: str) -> set[str]:
    match = match_test(name)
    return {test.key for test in match.tests} if match else set()


def check_digit(code: str) -> bool:
    """LOINC codes end in a Mod 10 check digit."""
    number, _, digit = code.partition("-")
    total = sum(sum(divmod(2 * int(c), 10)) if place % 2 == 0 else int(c) for place, c in enumerate(reversed(number)))
    return (10 - total % 10) % 10 == int(digit)


def test_there_are_enough_tests_with_codes() -> None:
    coded = [test for test in all_tests().values() if test.loinc]
    assert len(coded) >= 160


@pytest.mark.parametrize("test", [test for test in all_tests().values() if test.loinc], ids=lambda test: test.key)
def test_every_code_has_its_check_digit(test: object) -> None:
    loinc = getattr(test, "loinc", "")
    assert re.fullmatch(r"\d{3,6}-\d", loinc)
    assert check_digit(loinc)


def test_no_two_tests_share_a_code() -> None:
    codes = [test.loinc for test in all_tests().values() if test.loinc]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("test", list(all_tests().values()), ids=lambda test: test.key)
def test_every_name_finds_its_test_in_any_case(test: object) -> None:
    for name in getattr(test, "names", ()):
        for spelled in (name, name.upper(), name.lower()):
            match = match_test(spelled)
            assert match is not None and match.score == EXACT, spelled
            assert getattr(test, "key", "") in {each.key for each in match.tests}, spelled


def test_spans_run_upwards_and_units_are_known() -> None:
    known = set(read_yaml("lab_units.yaml")["units"]) | {""}
    for test in all_tests().values():
        assert test.units or test.words or not test.loinc, test.key
        for unit, (low, high) in test.units.items():
            assert low < high
            assert unit in known, (test.key, unit)


ALIKE = [
    ("HBsAg", "HBsAb"), ("Hep B Surface Ag", "Hep B Surface Ab"), ("Hep B Core Ab, IgM", "Hep B Core Ab, Tot"),
    ("anti-HBc", "anti-HBs"), ("T3", "T4"), ("Free T4", "T4"), ("Free T3", "Free T4"), ("Na", "NIL"),
    ("TB1-Nil", "TB2-Nil"), ("Mitogen-Nil", "Nil"), ("MCH", "MCHC"), ("AST", "ALT"), ("IgG", "IgA"), ("IgA", "IgM"),
    ("IgG1", "IgG2"), ("Immunoglobulin G, Qn, Serum", "Immunoglobulin A, Qn, Serum"), ("C3", "C4"), ("CD19", "CD20"),
    ("Bilirubin, Direct", "Bilirubin, Indirect"), ("HDL Cholesterol", "LDL Cholesterol"), ("VLDL", "LDL"),
    ("TIBC", "UIBC"), ("Neutrophils %", "Neutrophils (Absolute)"), ("HCV Ab", "HCV RNA"),
    ("Iron", "Iron Saturation"), ("RDW", "RDW-SD"), ("Creatinine", "Creatinine Clearance"), ("TSH", "TSI"),
    ("JCV Antibody", "JCV Antibody Index"), ("Infliximab Level", "Infliximab Antibody"), ("PT", "PTT"), ("RBC", "NRBC"),
    ("HIV-1 RNA Quant", "HIV Ag/Ab"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_names_that_look_alike_are_never_confused(one: str, other: str) -> None:
    assert keys(one) and keys(other)
    assert not keys(one) & keys(other)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_no_single_misread_letter_makes_the_one_the_other(one: str, other: str) -> None:
    """Every letter of the one exchanged for another: never the other test, unless that is how it is spelled."""
    for place in range(len(one)):
        for letter in "abcdefghijklmnopqrstuvwxyz0123456789":
            damaged = one[:place] + letter + one[place + 1 :]
            match = match_test(damaged)
            if match is not None and match.score < EXACT:
                assert not {test.key for test in match.tests} & (keys(other) - keys(one)), damaged


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("hleutrophils (Absolute)", "neutrophils_abs"),
        ("Hep B Core Ab, lgM", "hbcab_igm"),
        ("lmmunoglobulin G, Qn, Serum", "igg"),
        ("Hepatitis B Surface Antigcn", "hbsag"),
        ("N1L", "qft_nil"),
        ("lron", "iron"),
        ("lgG", "igg"),
        ("Lymphs( Absolute)", "lymphocytes_abs"),
        ("QuantiFERONNil Value", "qft_nil"),
        ("Bilirubin, Drect", "bilirubin_direct"),
        ("Sodium 01", "sodium"),
        ("WBC Count A, 01", "wbc"),
        ("TSH w/Reflex to Free T4", "tsh"),
        ("T4, Free", "free_t4"),
    ],
)
def test_damaged_names(printed: str, key: str) -> None:
    assert key in keys(printed)


@pytest.mark.parametrize(
    "printed",
    [
        "HBsA9",
        "HBsA",
        "TB-",
        "Immunoglobulin C",
        "Bilirubin ndirect",
        "T",
        "T5",
        "lgC",
        "A5T",
        "anti-HBx",
        "12",
        "CD2O1",
    ],
)
def test_names_that_prove_no_test(printed: str) -> None:
    assert keys(printed) == set()


@pytest.mark.parametrize(
    ("name", "unit", "specimen", "is_number", "key"),
    [
        ("Neutrophils", "%", None, True, "neutrophils_pct"),
        ("Neutrophils", "{cells}/uL", None, True, "neutrophils_abs"),
        ("WBC", None, None, True, "wbc"),
        ("WBC", None, "urine", True, "ua_wbc"),
        ("WBC", "/[HPF]", None, True, "ua_wbc"),
        ("Glucose, Urine", None, None, False, "ua_glucose"),
        ("Hep B Surface Ab", None, None, False, "hbsab"),
        ("Hep B Surface Ab", "m[IU]/mL", None, True, "hbsab_quant"),
        ("Neutrophils", None, None, True, None),
        ("Glucose", "mg/dL", "csf", True, None),
    ],
)
def test_the_unit_and_the_specimen_choose_among_tests_of_one_name(
    name: str, unit: str | None, specimen: str | None, is_number: bool, key: str | None
) -> None:
    match = match_test(name)
    assert match is not None
    chosen = choose_test(match, unit=unit, specimen=specimen, is_number=is_number)
    assert (chosen.key if chosen else None) == key


def test_a_span_is_told_in_units_of_the_same_measure() -> None:
    neutrophils = all_tests()["neutrophils_abs"]
    low, high = neutrophils.units["10*3/uL"]
    assert plausible_span(neutrophils, "{cells}/uL") == (1000 * low, 1000 * high)
    assert plausible_span(neutrophils, "mg/dL") is None
    assert "/mm3" in units_of(neutrophils)


def test_look_alike_letters_score_less_than_the_name_as_spelled() -> None:
    match = match_test("N1L")
    assert match is not None and match.score == LOOKALIKE and match.name == "Nil"

"""Drugs and finding them."""

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from extractor.knowledge import formulary
from extractor.knowledge.doses import parse_doses
from extractor.knowledge.drugs import DOUBTFUL, find_drugs, is_infused, products, products_by_hcpcs
from extractor.knowledge.icd10cm import is_code

BOOK = formulary.load()
DATA = Path(formulary.__file__).parent / "data" / formulary.DATA_FILE
FUNSD = Path(__file__).parents[4] / "shared" / "data" / "funsd_training" / "annotations"


def test_the_file_says_where_it_is_from() -> None:
    head = DATA.read_text(encoding="utf-8")[:1500]
    assert all(f"# {word}:" in head for word in ("source", "licence", "date"))
    assert "for plausibility only" in head


def test_enough_products() -> None:
    assert len({drug.generic for drug in BOOK.drugs if drug.infused}) >= 60
    assert len({drug.generic for drug in BOOK.drugs if not drug.infused}) >= 80


def test_facts_are_well_formed() -> None:
    for drug in BOOK.drugs:
        assert drug.generic == drug.generic.lower() or drug.generic in {"C1 esterase inhibitor", "onabotulinumtoxinA"}
        assert all(re.fullmatch(r"[JQ]\d{4}", code) for code in drug.hcpcs), drug
        assert set(drug.routes) <= {"IV", "SC", "IM", "PO"}, drug
        assert all(is_code(prefix) for prefix in drug.icd10), drug
        for dose in drug.doses:
            assert [(r.value, r.kind) for r in parse_doses(dose)] == [(dose, "dose")], (drug.generic, dose)


def test_no_brand_belongs_to_two_generics() -> None:
    owners: dict[str, set[str]] = {}
    for drug in BOOK.drugs:
        for brand in drug.brands:
            owners.setdefault(brand.casefold(), set()).add(drug.generic)
    assert {brand: names for brand, names in owners.items() if len(names) > 1} == {}


def test_every_printed_name_is_found_as_itself() -> None:
    for drug in BOOK.drugs:
        for name in (drug.generic, *drug.brands):
            (mention,) = find_drugs(name)
            assert mention.score == 1.0, name
            assert mention.generic in {found.generic for found in products(name)}, name
            assert mention.brand == (name if name in drug.brands else None), name


@pytest.mark.parametrize(
    ("text", "generic", "brand"),
    [
        ("Ocrevus (Ocrelizumab, each vial 300mg/10ml)", "ocrelizumab", "Ocrevus"),
        ("Lemtrada® (alemtuzumab)", "alemtuzumab", "Lemtrada"),
        ("alemtuzumab (Lemtrada)", "alemtuzumab", "Lemtrada"),
        ("infliximab (Inflectra)", "infliximab-dyyb", "Inflectra"),
        ("Inflectra infliximab-dyyb", "infliximab-dyyb", "Inflectra"),
        ("rituximab-abbs", "rituximab-abbs", None),
        ("rituximab", "rituximab", None),
        ("SOLUMEDROL 250mg", "methylprednisolone", "Solu-Medrol"),
        ("diphenhydramine25mg", "diphenhydramine", None),
        ("IVIG 0.4 g/kg", "immune globulin", None),
        ("0crevus", "ocrelizumab", "Ocrevus"),
        ("alemtuzurnab", "alemtuzumab", None),
        ("lnflectra", "infliximab-dyyb", "Inflectra"),
        ("Vyvgart Hytrulo", "efgartigimod alfa and hyaluronidase", "Vyvgart Hytrulo"),
        ("Cos\u00e9ntyx 300 mg", "secukinumab", "Cosentyx"),
        ("Avonex", "interferon beta-1a", "Avonex"),
        ("Copaxone", "glatiramer acetate", "Copaxone"),
    ],
)
def test_find(text: str, generic: str, brand: str | None) -> None:
    (mention,) = find_drugs(text)
    assert (mention.generic, mention.brand) == (generic, brand)
    assert mention.score > DOUBTFUL


@pytest.mark.parametrize(
    ("text", "first", "other"),
    [
        ("rituximab-abhs", "rituximab-abbs", "rituximab"),
        ("ustekinumab-xxxx", "ustekinumab-aekn", "ustekinumab-ttwe"),
        ("tocilizumab-orioh", "tocilizumab", "tocilizumab-anoh"),
    ],
)
def test_an_unread_biosimilar_suffix_names_the_sisters(text: str, first: str, other: str) -> None:
    (mention,) = find_drugs(text)
    assert mention.score <= DOUBTFUL
    assert {first, other} <= {mention.generic, *mention.alternatives}


def test_a_longer_product_is_not_taken_for_the_shorter() -> None:
    for text, brand in (("Ocrevus Zunove", "Ocrevus Zunovo"), ("Vyvgart Hvtrulo", "Vyvgart Hytrulo")):
        (mention,) = find_drugs(text)
        assert mention.brand == brand
        assert mention.score < 1.0


def test_look_alikes_stay_apart() -> None:
    found = [
        (m.generic, m.score) for m in find_drugs("Orencia, Ocrevus, prednisone, prednisolone, hydralazine, hydroxyzine")
    ]
    assert found == [
        (name, 1.0) for name in ("abatacept", "ocrelizumab", "prednisone", "prednisolone", "hydralazine", "hydroxyzine")
    ]
    assert all(mention.score <= DOUBTFUL for mention in find_drugs("Orencus", is_named=True))


def test_a_brand_and_another_drugs_generic_stay_two() -> None:
    assert [m.generic for m in find_drugs("Orencia (ocrelizumab)")] == ["abatacept", "ocrelizumab"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the patient should program a neural plate",
        "singular vista of an octagon",
        "confidence interval",
        "12345",
        "IV",
    ],
)
def test_ordinary_words_are_no_drugs(text: str) -> None:
    assert find_drugs(text) == ()


def test_far_misreadings_only_where_a_drug_is_asked_for() -> None:
    assert find_drugs("Lerntrcdo") == ()
    (mention,) = find_drugs("Lerntrcdo", is_named=True)
    assert mention.generic == "alemtuzumab"
    assert mention.score <= DOUBTFUL


def test_look_ups() -> None:
    assert {drug.generic for drug in products_by_hcpcs("j2350")} == {"ocrelizumab"}
    assert is_infused("ocrelizumab")
    assert not is_infused("interferon beta-1a")
    assert [drug.infused for drug in products("Simponi Aria")] == [True]
    assert [drug.infused for drug in products("Simponi")] == [False]
    assert products("nothing") == ()


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["Ocrevus", "rituximab", "-abbs", "(", ")", "300mg", "Simponi", "Aria", " "])).map(
        " ".join
    )
)
def test_any_text_is_answered(text: str) -> None:
    end = 0
    for mention in find_drugs(text, is_named=True):
        assert mention.start >= end
        end = mention.end
        assert mention.text == text[mention.start : mention.end]
        assert 0 < mention.score <= 1


@given(st.sampled_from([drug for drug in BOOK.drugs if drug.infused]), st.data())
def test_one_look_alike_glyph_never_gives_another_drug(drug: formulary.Drug, data: st.DataObject) -> None:
    swaps = {
        "o": "0",
        "l": "1",
        "i": "l",
        "e": "c",
        "c": "e",
        "a": "o",
        "s": "5",
        "b": "8",
        "m": "rn",
        "n": "u",
        "u": "v",
        "t": "f",
    }
    name = data.draw(st.sampled_from([drug.generic, *drug.brands]))
    places = [place for place, letter in enumerate(name) if letter in swaps]
    assume(places)
    place = data.draw(st.sampled_from(places))
    misread = name[:place] + swaps[name[place]] + name[place + 1 :]
    allowed = {found.generic for found in products(name)} | {drug.generic, drug.base}
    for mention in find_drugs(misread):
        assert mention.generic in allowed or mention.score <= DOUBTFUL, (name, misread, mention)


@pytest.mark.skipif(not FUNSD.is_dir(), reason="the scans are not beside the project")
def test_scanned_business_forms_name_no_drug_for_sure() -> None:
    texts = [entity["text"] for file in sorted(FUNSD.glob("*.json")) for entity in json.loads(file.read_text())["form"]]
    sure = [mention.text for text in texts for mention in find_drugs(text) if mention.score > 0.7]
    assert sum(len(text.split()) for text in texts) > 5000
    assert sure == []


def test_yaml_has_no_surprises() -> None:
    raw = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    assert raw.keys() == {"infused", "not_infused", "not_drugs"}
    assert all(isinstance(word, str) for word in raw["not_drugs"])


@pytest.mark.parametrize(("text", "drug"), [("5-ASA", "mesalamine"), ("5 ASA", "mesalamine"), ("ASA 81 mg", "aspirin")])
def test_a_number_before_an_alias_may_make_it_another_drug(text: str, drug: str) -> None:
    assert [mention.generic for mention in find_drugs(text)] == [drug]

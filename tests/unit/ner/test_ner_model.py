"""The trained model: what it tells in words nobody listed, its file, its card, and how it is trained."""

import hashlib
import random
import re
import subprocess
import sys
from datetime import date
from importlib import resources

import pytest

from extractor.ner import find_entities
from extractor.ner.model import FILE, Kind, Mention, find_mentions
from extractor.ner.short_names import read_short_name
from extractor.ner.tokens import DRUG_FORM, RELATIVE
from extractor.ner.training import Settings, TrainingText, train, view_text
from models.stages.entities import Entity, EntityContext, EntityLabel, EntityRole

TODAY = date(2026, 11, 22)


def told(text: str) -> list[dict[str, object]]:
    """Each earlier therapy as label or role to value."""
    groups: dict[int, dict[str, object]] = {}
    for entity in find_entities(text, today=TODAY):
        for number in entity.therapies:
            leaf = entity.role or entity.label
            groups.setdefault(number, {})[str(leaf).lower()] = entity.value
    return [groups[number] for number in sorted(groups)]


def one(text: str, label: EntityLabel) -> Entity:
    (entity,) = [entity for entity in find_entities(text, today=TODAY) if entity.label is label]
    return entity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "s/p Copaxone 2019-2021, d/c'd for breakthrough relapse.",
            [{"drug": "glatiramer acetate", "start": "2019", "stop": "2021", "outcome": "breakthrough relapse"}],
        ),
        ("Failed MTX x6mo 2/2 GI upset.", [{"drug": "methotrexate", "outcome": "GI upset"}]),
        (
            "Prior therapies:\n- Humira 3/2018 - 6/2019, hives\n- Enbrel (2019-2020): loss of response",
            [
                {"drug": "adalimumab", "start": "2018-03", "stop": "2019-06", "outcome": "hives"},
                {"drug": "etanercept", "start": "2019", "stop": "2020", "outcome": "loss of response"},
            ],
        ),
        ("She has never taken Humira.", []),
        ("Her mother takes Humira for Crohn's disease.", []),
    ],
)
def test_earlier_therapies(text: str, expected: list[dict[str, object]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("No evidence of tuberculosis.", EntityContext.NEGATED),
        ("Mother has multiple sclerosis.", EntityContext.FAMILY),
        ("History of pneumonia in 2015, resolved.", EntityContext.HISTORICAL),
        ("Assessment: rheumatoid arthritis, active.", EntityContext.CURRENT),
    ],
)
def test_diagnoses_in_words(text: str, context: EntityContext) -> None:
    assert one(text, EntityLabel.DIAGNOSIS).told is context


def test_a_short_name_is_a_drug_where_the_text_speaks_of_one() -> None:
    drug = one("Failed HCQ due to rash.", EntityLabel.DRUG)
    assert (drug.value, drug.is_by_rule) == ("hydroxychloroquine", False)
    assert read_short_name("hcq") == "hydroxychloroquine"
    assert read_short_name("IS") is None


def test_people_have_roles() -> None:
    text = "Patient: Karen Alvarez DOB: 03/04/1971\nElectronically signed by: Peter Novak, MD on 11/02/2026"
    people = {e.value: e.role for e in find_entities(text, today=TODAY) if e.label is EntityLabel.PERSON}
    assert people == {"Karen Alvarez": EntityRole.PATIENT, "Peter Novak": EntityRole.PRESCRIBER}
    assert one(text.split("\n", maxsplit=1)[0], EntityLabel.DATE).role is EntityRole.BIRTH


def test_rules_alone_leave_no_trace_of_the_model() -> None:
    text = "Failed Humira 2019-2020 due to rash. Mother has MS (G35)."
    assert all(e.learned is None and e.therapies == () for e in find_entities(text, today=TODAY, is_learned=False))
    assert any(e.learned is not None for e in find_entities(text, today=TODAY))


def test_rules_alone_do_not_load_the_model() -> None:
    code = (
        "from extractor.ner import find_entities, model; find_entities('Failed Humira.', is_learned=False); "
        "raise SystemExit(model._load.cache_info().currsize)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_model_does_not_see_which_drug_it_is() -> None:
    views = [view_text(f"Failed {drug} in 2019", TODAY) for drug in ("Humira", "Enbrel")]
    assert [view.form for view in views[0]] == [view.form for view in views[1]] == ["failed", DRUG_FORM, "in", "0000"]


def test_views_know_headings_relatives_and_cues() -> None:
    views = {v.form: v for v in view_text("FAMILY HISTORY\nmother: asthma.\nno cancer", TODAY)}
    assert (views["mother"].kind, views["asthma"].heading) == (RELATIVE, "family")
    assert views["cancer"].cue == "negated_forward"


def test_the_file_is_small_and_its_card_is_of_it() -> None:
    folder = resources.files("extractor.ner")
    packed = folder.joinpath(FILE).read_bytes()
    assert len(packed) < 5_000_000
    card = folder.joinpath("data/entities.md").read_text(encoding="utf-8")
    assert hashlib.sha256(packed).hexdigest() in card
    assert "python -m samples.prose.train" in card
    assert re.search(r"seed +\d+", card)


def _texts() -> list[TrainingText]:
    texts = []
    for drug in ("Humira", "Enbrel", "Avonex", "Rebif"):
        text = f"Failed {drug} due to rash. Takes aspirin."
        start = text.index(drug)
        outcome = text.index("rash")
        taken = text.index("aspirin")
        marks = (
            Mention(Kind.PRIOR, start, start + len(drug)),
            Mention(Kind.OUTCOME, outcome, outcome + 4),
            Mention(Kind.TAKEN, taken, taken + 7),
        )
        texts.append(TrainingText(text, marks))
    return texts


def test_the_same_texts_and_seed_train_the_same_model() -> None:
    losses: list[float] = []
    settings = Settings(seed=3, epochs=4)
    first = train(_texts(), settings, TODAY, lambda _, loss: losses.append(loss))
    random.seed(99)
    assert train(_texts(), settings, TODAY) == first
    assert losses[-1] < losses[0]


def test_nothing_is_found_in_nothing() -> None:
    assert find_mentions((), "") == ()
    assert find_entities("") == ()

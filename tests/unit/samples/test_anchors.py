"""The check that a tier is as hard as its aim: readings are put into the cache, so that nothing is read here."""

import hashlib
import json
from pathlib import Path

import pytest

from samples.generator import anchors, kept_anchors
from samples.generator.__main__ import write
from samples.generator.packet import Spec, build

READERS = ("tesseract", "ppocr")


@pytest.fixture(scope="module")
def faxes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faxes")
    for tier in ("standard_fax", "degraded"):
        write(build(Spec(tier, 5, "train", tier, "g4", (("boxed_grid", "typed"),), font="vera")), folder)
    return folder


def pretend(folder: Path, cache: Path, shares: dict[str, float]) -> None:
    """Readings of which the given share of fields, by tier, is right."""
    cache.mkdir()
    for page in anchors.pages(sorted(folder.glob("*.truth.json"))):
        right = page.fields[: round(len(page.fields) * shares[page.tier])]
        for name in READERS:
            key = hashlib.sha256(page.picture.tobytes()).hexdigest()
            (cache / f"{key}.{name}.json").write_text(json.dumps([(text, box) for _, text, box in right]))


@pytest.mark.parametrize(("coarse", "degraded", "code"), [(0.1, 0.05, 0), (0.1, 0.3, 1), (0.9, 0.05, 1), (0.0, 0.0, 0)])
def test_a_tier_easier_than_its_aim_fails(
    faxes: Path, tmp_path: Path, coarse: float, degraded: float, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = tmp_path / "cache"
    pretend(faxes, cache, {"standard_fax": coarse, "degraded": degraded})
    assert anchors.main([str(faxes), "--check", "--cache", str(cache)]) == code
    assert ("easier" in capsys.readouterr().out) == bool(code)
    assert anchors.main([str(faxes), "--cache", str(cache)]) == 0


def test_fields_hold_what_stands_in_their_box(faxes: Path) -> None:
    found = {page.tier: page for page in anchors.pages(sorted(faxes.glob("*.truth.json")))}
    truth = json.loads((faxes / "standard_fax.truth.json").read_text(encoding="utf-8"))
    texts = [text for _, text, _ in found["standard_fax"].fields]
    assert truth["referrals"][0]["prescriber"]["npi"] in texts
    assert not any(is_hand for is_hand, _, _ in found["standard_fax"].fields)
    assert found["standard_fax"].picture.width == 1728
    assert 2230 < found["standard_fax"].picture.height < 2260


def test_normal_text_ignores_case_marks_and_spaces() -> None:
    assert anchors.normal("  O\u2019Rourke,  MD ") == anchors.normal("O'ROURKE MD")
    assert anchors.normal("5 mg/kg") != anchors.normal("5 mg")


def test_the_kept_figures_are_of_this_generator_and_no_tier_is_easier_than_its_aim() -> None:
    kept = json.loads(kept_anchors.FILE.read_text(encoding="utf-8"))
    assert kept_anchors.find_problems(kept, kept_anchors.digest(), anchors.FEWEST) == []
    measured = {(row["tier"], row["ink"], row["reader"]) for row in kept["rows"] if row["split"] == "test"}
    assert set(anchors.AIMS) <= measured


def test_an_easier_tier_and_changed_code_are_problems(tmp_path: Path) -> None:
    row = {"split": "test", "tier": "fine_fax", "ink": "typed", "reader": "ppocr", "fields": 300, "aim": (0.5, 0.8)}
    assert kept_anchors.find_problems({"code": "a", "rows": [{**row, "exact": 0.84}]}, "a", 30) == []
    assert "easier" in kept_anchors.find_problems({"code": "a", "rows": [{**row, "exact": 0.95}]}, "a", 30)[0]
    assert kept_anchors.find_problems({"code": "a", "rows": [{**row, "exact": 0.95, "fields": 9}]}, "a", 30) == []
    assert "another way" in kept_anchors.find_problems({"code": "a", "rows": []}, "b", 30)[0]
    source = tmp_path / "fonts.py"
    source.write_text('"""Fonts."""\nSIZE = 3\n')
    before = kept_anchors.digest(tmp_path)
    source.write_text('"""Other words."""\n# why\nSIZE = 3\n')
    assert kept_anchors.digest(tmp_path) == before
    source.write_text("SIZE = 4\n")
    assert kept_anchors.digest(tmp_path) != before

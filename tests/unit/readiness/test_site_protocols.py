"""A site changes and adds protocols with files of its own; what is wrong in them is named."""

from pathlib import Path

import pytest
from lemtrada_case import complete, judge, put, rule
from typer.testing import CliRunner

from extractor.cli import app
from extractor.errors import FileUnavailable, UsageError
from extractor.knowledge.protocols import ProtocolBook, load_protocols
from extractor.settings import load_settings
from models.record import RuleOutcome, Severity, State, Text, Verdict

OWN_RULE = """
- id: weight
  kind: field
  title: Patient's weight
  paths: [patient.weight_kg]
  source: pharmacy
  checked: 2026-11-22
  verify: pharmacist
  verified: true
"""
SOURCES = "sources: {pharmacy: {title: Our policy 12, edition: '2026-10'}}\n"


def book(folder: Path, text: str) -> ProtocolBook:
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return load_protocols(str(folder))


def test_a_site_changes_adds_and_drops_rules(tmp_path: Path) -> None:
    text = f"protocol: alemtuzumab\n{SOURCES}without: [skin_exam]\nrules:\n- {{id: hiv, within_days: 5}}{OWN_RULE}"
    own = book(tmp_path, text)
    packaged = load_protocols().get("Lemtrada")
    changed = own.get("Lemtrada")
    assert packaged is not None and changed is not None
    assert {r.id for r in changed.rules} == {r.id for r in packaged.rules} - {"skin_exam"} | {"weight"}
    assert changed.drugs == packaged.drugs
    readiness = judge(complete(), book=own)
    assert rule(readiness, "hiv").result is RuleOutcome.EXPIRED
    assert rule(readiness, "tb").result is RuleOutcome.MET
    assert rule(readiness, "weight").result is RuleOutcome.MET
    assert rule(readiness, "weight").source.startswith("Our policy 12 (edition 2026-10; checked 2026-11-22)")
    assert judge(complete()).verdict is Verdict.READY, "the packaged ones are as they were"
    assert len(own.protocols) == len(load_protocols().protocols)


def test_a_site_tightens_the_phones(tmp_path: Path) -> None:
    own = book(tmp_path, "protocol: common\nrules:\n- {id: both_phones, severity: required}\n")
    one_phone = put(complete(), "patient.home_phone", Text(state=State.BLANK))
    assert judge(one_phone).verdict is Verdict.READY
    assert judge(one_phone, book=own).verdict is Verdict.INCOMPLETE


def test_a_rule_that_a_site_verified_counts_in_full(tmp_path: Path) -> None:
    own = book(tmp_path, "protocol: alemtuzumab\nrules:\n- {id: varicella, severity: required, verified: true}\n")
    result = rule(judge(complete(), book=own), "varicella")
    assert (result.severity, "not verified" in result.message) == (Severity.REQUIRED, False)
    unverified = book(tmp_path, "protocol: alemtuzumab\nrules:\n- {id: hiv, verified: false}\n")
    without = put(complete(), "labs[0]", None)
    readiness = judge(without, book=unverified)
    hiv = rule(readiness, "hiv")
    assert (hiv.result, hiv.severity) == (RuleOutcome.MISSING, Severity.ADVISORY)
    assert "not verified" in hiv.message and "not verified" in hiv.source
    assert readiness.verdict is Verdict.READY


def test_a_site_adds_a_drug_and_replaces_a_protocol(tmp_path: Path) -> None:
    text = f"protocol: aspirin_study\ntitle: Aspirin\ndrugs: [aspirin]\n{SOURCES}rules:{OWN_RULE}"
    own = book(tmp_path, text)
    assert [p.protocol for p in own.find("aspirin", None)] == ["aspirin_study"]
    text = f"protocol: alemtuzumab\nreplaces: true\ntitle: Ours\ndrugs: [alemtuzumab]\n{SOURCES}rules:{OWN_RULE}"
    replaced = book(tmp_path, text).get("alemtuzumab")
    assert replaced is not None and [r.id for r in replaced.rules] == ["weight"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("protocol: [", "no YAML mapping"),
        ("- a list", "no YAML mapping"),
        ("protocol: alemtuzumab\nrules: [{id: hiv, within_days: soon}]", r"rule hiv, .*within_days"),
        ("protocol: alemtuzumab\nrules: [{id: hiv, colour: red}]", r"rule hiv, .*colour"),
        ("protocol: alemtuzumab\nrules: [{id: hiv, tests: [[hiv_test]]}]", "hiv_test is no key of lab_tests.yaml"),
        ("protocol: alemtuzumab\nrules: [{id: two_ms_drugs, drug_class: vitamins}]", "vitamins is no class"),
        ("protocol: common\nrules: [{id: patient_name, paths: [patient.nickname]}]", "patient.nickname is no field"),
        ("protocol: alemtuzumab\nrules: [{id: hiv, source: hearsay}]", "hearsay is none of the sources"),
        ("protocol: alemtuzumab\nrules: [{id: hiv, result: range}]", "range goes with unit"),
        ("protocol: alemtuzumab\nrules: [{title: no id}]", "each rule has an id"),
        ("protocol: alemtuzumab\nrules: [{id: hiv, per: referral}]", "the rules of a drug are per order"),
        ("protocol: common\nrules: [{id: usual_dose, per: referral}]", "needs per: order"),
        ("protocol: common\nrules: [{id: patient_name, paths: [order.dose]}]", "needs per: order"),
        ("protocol: alemtuzumab\nwithout: [nothing]\nrules: []", "nothing, and there is no such rule"),
        ("protocol: alemtuzumab\ndefaults: {title: x}\nrules: []", "defaults may hold"),
        (f"protocol: new_one\n{SOURCES}rules:{OWN_RULE}", "title"),
        (f"protocol: new_one\ntitle: T\ndrugs: [aspirin]\n{SOURCES}rules:{OWN_RULE}{OWN_RULE}", "there 2 times"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_rule(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        book(tmp_path, text)
    assert "own.yaml" in caught.value.message


def test_a_folder_without_protocols_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.yaml"):
        with pytest.raises(FileUnavailable):
            load_protocols(str(path))


def test_the_setting_is_checked_before_any_fax_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.yaml").write_text("protocol: alemtuzumab\nrules: [{id: hiv, colour: red}]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EXTRACTOR_SITE__PROTOCOLS", str(tmp_path))
    with pytest.raises(UsageError, match="colour"):
        load_settings().options()


def test_the_command_lists_shows_and_checks(tmp_path: Path) -> None:
    run = CliRunner().invoke
    listed = run(app, ["protocols"])
    assert listed.exit_code == 0
    lines = listed.stdout.splitlines()
    assert lines[0].split() == ["protocol", "for", "rules", "required", "verified", "on", "source"]
    assert len(lines) == len(load_protocols().protocols) + 1
    shown = run(app, ["protocols", "lemtrada"])
    assert shown.exit_code == 0
    for text in (
        "HIV test, within 365 days",
        "Lemtrada prescribing information, section 4",
        "NOT VERIFIED",
        "pharmacist",
    ):
        assert text in shown.stdout
    (tmp_path / "own.yaml").write_text("protocol: alemtuzumab\nrules: [{id: hiv, within_days: 7}]\n", encoding="utf-8")
    assert "HIV test, within 7 days" in run(app, ["protocols", "Lemtrada", "--check", str(tmp_path)]).stdout
    assert run(app, ["protocols", "placebo"]).exit_code == 2
    (tmp_path / "own.yaml").write_text("rules: 7\n", encoding="utf-8")
    assert run(app, ["protocols", "--check", str(tmp_path)]).exit_code == 2
    assert run(app, ["protocols", "--check", str(tmp_path / "none")]).exit_code == 15

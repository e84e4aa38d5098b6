"""What the compose file says is what the program knows: commands, settings, and that nothing secret lies in it."""

import re

import pytest
import yaml
from typer.main import get_command

from extractor.cli import app
from extractor.settings import load_settings
from tests.durability.processes import ROOT

COMPOSE = yaml.safe_load((ROOT / ".deploy" / "compose.yaml").read_text(encoding="utf-8"))
PARTS = [name for name in COMPOSE["services"] if name != "postgres"]


@pytest.mark.parametrize("name", PARTS)
def test_a_part_runs_a_command_with_settings_that_exist(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    part = COMPOSE["services"][name]
    command, *options = part["command"]
    known = get_command(app).commands[command]  # type: ignore[attr-defined]
    flags = {flag for parameter in known.params for flag in parameter.opts}
    assert {option for option in options if option.startswith("-")} <= flags
    for variable, value in part["environment"].items():
        assert isinstance(value, str), variable
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("EXTRACTOR_STORE__DATABASE_URL", "postgresql://extractor:x@postgres/extractor")
    settings = load_settings()
    assert settings.store_options().jobs_url == settings.store_options().database_url
    assert settings.web.is_secure


def test_no_secret_lies_in_the_file_and_files_are_shared() -> None:
    text = (ROOT / ".deploy" / "compose.yaml").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^\s*\w*(?:PASSWORD|SECRETS__)\w*:", text) == []
    shared = [volume.split(":")[0] for name in PARTS for volume in COMPOSE["services"][name]["volumes"]]
    assert shared.count("store") == len(PARTS)
    for name in PARTS:
        assert COMPOSE["services"][name]["ulimits"] == {"core": 0}

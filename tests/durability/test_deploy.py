"""What the compose file and the image say is there: commands, settings and files; and nothing secret lies in them."""

import json
import re
import tomllib

import pytest
import yaml
from typer.main import get_command

from extractor.cli import app
from extractor.settings import load_settings
from tests.durability.processes import ROOT

COMPOSE = yaml.safe_load((ROOT / ".deploy" / "compose.yaml").read_text(encoding="utf-8"))
PATHS = ("STORE__FOLDER", "WEB__TLS_CERT", "WEB__TLS_KEY")
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


def test_all_that_the_file_names_is_there() -> None:
    services, folder = COMPOSE["services"], ROOT / ".deploy"
    assert set(COMPOSE) == {"name", "x-extractor", "services", "volumes"}
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        for volume in service["volumes"]:
            source, place, *how = volume.split(":")
            assert source in COMPOSE["volumes"] or source.startswith("./secrets/"), volume
            assert place.startswith("/") and how in ([], ["ro"]), volume
    for name in PARTS:
        build = services[name]["build"]
        assert (folder / build["context"]).resolve() == ROOT
        assert (ROOT / build["dockerfile"]).is_file()
    serve = services["serve"]
    (published,) = serve["ports"]
    assert published.endswith(f":{serve['environment']['EXTRACTOR_WEB__PORT']}")
    places = [volume.split(":")[1] for volume in serve["volumes"]]
    used = [serve["command"][-1], *(serve["environment"][f"EXTRACTOR_{one}"] for one in PATHS)]
    assert all(any(path.startswith(place) for place in places) for path in used)


def test_the_image_is_built_of_what_is_there_and_starts_the_program() -> None:
    told = (ROOT / ".deploy" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split() for line in told.splitlines() if line and not line.startswith("#")]
    steps = {name: [line[1:] for line in lines if line[0] == name] for name in {line[0] for line in lines}}
    assert set(steps) == {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENTRYPOINT"}
    copied = [source for step in steps["COPY"] for source in step[:-1]]
    assert [source for source in copied if not (ROOT / source).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {project["readme"], *project["license-files"], "pyproject.toml"} <= set(copied)
    assert json.loads(" ".join(steps["ENTRYPOINT"][0])) == list(project["scripts"])
    # Neither root nor a registry's address; the packages are those that are locked.
    assert steps["USER"] == [["reader"]]
    assert "--require-hashes" in told and "http" not in told

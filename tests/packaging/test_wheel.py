"""The built wheel, in a fresh environment that holds the locked packages and no others, used from another folder.

The locked packages are linked from the environment that runs the tests instead of being downloaded a second time; that
they install from the lock is what ``make`` does before any test runs.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("extractor", "models")
BESIDE = ("pyproject.toml", "README.md", "LICENSE", "NOTICE")
# Stands in site-packages of the fresh environment: whatever reaches for the network there is written down and fails.
GUARD = """
import os, sys
def guard(event, arguments):
    # A tuple is an internet address; text is a socket file on this machine.
    is_remote = event == "socket.getaddrinfo" or (event == "socket.connect" and isinstance(arguments[1], tuple))
    if is_remote:
        with open(os.environ["NETWORK_LOG"], "a") as log:
            log.write(f"{event} {arguments[-1] if event == 'socket.connect' else arguments[0]}\\n")
        raise OSError("the network is not to be used")
if "NETWORK_LOG" in os.environ:
    sys.addaudithook(guard)
"""


def run(*command: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command with an environment that does not point back at the project."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "EXTRACTOR_"))}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**clean, **variables},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in BESIDE:
        shutil.copy(ROOT / name, source / name)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet")
    done = run(*pip, "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", target, source, cwd=target)
    assert done.returncode == 0, done.stderr
    (built,) = target.glob("*.whl")
    return built


def make_environment(folder: Path, wheel: Path, packages: set[str]) -> Path:
    """A new virtual environment with the wheel and links to these packages; returns its ``bin``."""
    made = run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    assert made.returncode == 0, made.stderr
    (site,) = folder.glob("lib/python*/site-packages")
    for package in packages:
        try:
            found = distribution(package)
        except PackageNotFoundError:
            continue  # another platform's
        for name in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            if not (site / name).exists():
                (site / name).symlink_to(Path(str(found.locate_file(name))))
    (site / "network_guard.py").write_text(GUARD, encoding="utf-8")
    (site / "network_guard.pth").write_text("import network_guard\n", encoding="utf-8")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", folder / "bin" / "python")
    done = run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder.parent)
    assert done.returncode == 0, done.stderr
    return folder / "bin"


def locked() -> set[str]:
    """The names of the packages the program runs on."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE)) - {"setuptools"}


@pytest.fixture(scope="session")
def full(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_environment(tmp_path_factory.mktemp("full") / "env", wheel, locked())


def test_one_wheel_holds_both_packages_and_all_their_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    info = next(name.split("/")[0] for name in names if ".dist-info/" in name)
    assert {name.split("/")[0] for name in names} == {*PACKAGES, info}
    assert {f"{info}/licenses/LICENSE", f"{info}/licenses/NOTICE"} <= names
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    expected = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    assert expected - names == set(), "these files of the packages are not in the wheel: see package-data"


def test_no_file_is_large_and_what_is_trained_stands_beside_its_card(wheel: Path) -> None:
    sizes = {file.filename: file.file_size for file in zipfile.ZipFile(wheel).infolist()}
    assert max(sizes.values()) < 10_000_000
    trained = "extractor/ner/data/entities"
    assert {f"{trained}.gz", f"{trained}.md"} <= set(sizes)


def test_reading_a_record_loads_no_ocr_and_needs_only_pydantic(wheel: Path, tmp_path: Path) -> None:
    needed = {"pydantic", "pydantic-core", "annotated-types", "typing-extensions", "typing-inspection"}
    bin_folder = make_environment(tmp_path / "env", wheel, needed)
    code = (
        "import sys; before = set(sys.modules); import models.record; "
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names))"
    )
    done = run(bin_folder / "python", "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {"models", "pydantic"} <= set(done.stdout.split())
    loaded = {name for name in done.stdout.split() if not name.startswith("_sysconfigdata")}  # the build's own, stdlib
    assert loaded <= {"models", *(name.replace("-", "_") for name in needed)}


def test_the_command_explains_itself_from_another_folder(full: Path, tmp_path: Path) -> None:
    shown = run(full / "extractor", "--help", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "extract" in shown.stdout
    assert "doctor" in shown.stdout
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert run(full / "extractor", "--version", cwd=tmp_path).stdout.strip() == declared


def test_the_installed_command_reads_a_fax_without_the_network(full: Path, tmp_path: Path) -> None:
    fax = min((ROOT / "samples" / "faxes").glob("*.tif"), key=lambda path: path.stat().st_size)
    log = tmp_path / "network.log"
    done = run(
        full / "extractor", "extract", fax, cwd=tmp_path, NETWORK_LOG=str(log), XDG_CACHE_HOME=str(tmp_path / "cache")
    )
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["status"] in {"complete", "partial"}
    assert record["document"]["page_count"] == len(record["document"]["pages"]) > 0
    assert not log.exists(), log.read_text()


def test_the_guard_notices_the_network(full: Path, tmp_path: Path) -> None:
    log = tmp_path / "network.log"
    code = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)"
    assert run(full / "python", "-c", code, cwd=tmp_path, NETWORK_LOG=str(log)).returncode != 0
    assert "127.0.0.1" in log.read_text()

"""What no file of the project may hold, and how long one may be."""

import re

from tree import ROOT, project_files, python_files

TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".json", ".lock", ".sh", ".txt", ".cfg", ".ini", ""}
LONGEST = 400
# Files over the limit, each with its reason. New debt is named here or paid.
LONG_BY_NAME: dict[str, str] = {}
VAGUE = {"utils", "util", "helpers", "helper", "misc", "common", "tools", "stuff"}

# Spelled in pieces so that this file does not hold what it looks for.
REGISTRIES = re.compile(
    "|".join(
        (
            "pypi" + r"\.org",
            "python" + "hosted",
            "npm" + r"js\.(org|com)",
            r"deb\." + "debian",
            "registry" + r"\.[a-z]+\.",
        )
    )
    + r"|--(extra-)?index"
    + r"-url\s+\S+:|--find"
    + r"-links",
    re.IGNORECASE,
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(" + "work|home|root|Users|opt" + r")/\w")


# Passes the options that keep the addresses out.
NAMES_OPTIONS = {".ci/setup/lock.py"}


def _texts() -> dict[str, str]:
    names = [path.as_posix() for path in project_files() if path.suffix in TEXT]
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in names}


def test_no_file_names_a_registry() -> None:
    texts = _texts()
    assert {"requirements.lock", "pyproject.toml", "Makefile"} <= set(texts)
    assert [name for name, text in texts.items() if name not in NAMES_OPTIONS and REGISTRIES.search(text)] == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert [name for name, text in _texts().items() if MACHINE_PATHS.search(text)] == []


def test_the_patterns_find_what_they_look_for() -> None:
    assert REGISTRIES.search("https://" + "pypi" + ".org/simple")
    assert REGISTRIES.search("--index" + "-url https://example")
    assert MACHINE_PATHS.search("see /" + "home/somebody/file")
    assert not MACHINE_PATHS.search("models/work/done")


def test_python_files_are_short() -> None:
    lengths = {path.as_posix(): (ROOT / path).read_text(encoding="utf-8").count("\n") for path in python_files()}
    assert len(lengths) > 20
    assert {name for name, length in lengths.items() if length > LONGEST} == set(LONG_BY_NAME)


def test_modules_are_named_for_what_they_hold() -> None:
    assert [path.as_posix() for path in python_files() if path.stem in VAGUE] == []

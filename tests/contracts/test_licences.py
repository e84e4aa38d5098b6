"""What the program runs on may be given on with it: nothing under the GPL or AGPL, and NOTICE lists all of it."""

import re
from importlib.metadata import metadata

from tree import ROOT

FORBIDDEN = re.compile(r"\bA?GPL|\b(Affero )?General Public Licen[cs]e", re.IGNORECASE)
LESSER = re.compile(r"\bLGPL[\w.+-]*|\b(GNU )?Lesser General Public Licen[cs]e", re.IGNORECASE)
ELSEWHERE = {"colorama"}  # only installed on Windows


def locked(name: str) -> set[str]:
    """The names of the packages in a lock file."""
    return set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))


def licence_of(package: str) -> str:
    """All that the package's metadata says of its licence; where that is the full text, its first line."""
    data = metadata(package)
    named = [data.get("License-Expression"), (data.get("License") or "").partition("\n")[0]]
    classifiers = [text for text in data.get_all("Classifier") or [] if text.startswith("License ::")]
    return "; ".join(filter(None, [*named, *classifiers]))


def test_no_locked_package_is_under_the_gpl() -> None:
    licences = {package: licence_of(package) for package in sorted(locked("requirements.lock") - ELSEWHERE)}
    assert [package for package, licence in licences.items() if not licence] == []
    assert {p: text for p, text in licences.items() if FORBIDDEN.search(LESSER.sub("", text))} == {}


def test_the_pattern_finds_the_gpl_and_spares_the_lgpl() -> None:
    for name in ("GPL-3.0-only", "License :: OSI Approved :: GNU General Public License v3 (GPLv3)", "AGPL-3.0"):
        assert FORBIDDEN.search(LESSER.sub("", name)), name
    for name in (
        "LGPL-2.1-or-later",
        "License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)",
        "MIT",
    ):
        assert not FORBIDDEN.search(LESSER.sub("", name)), name


def test_notice_lists_what_is_locked() -> None:
    listed = re.findall(r"^\| ([a-z0-9._-]+) \| \S", (ROOT / "NOTICE").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(listed) - {"package"} == locked("requirements.lock")


def test_the_developer_lock_holds_the_runtime_lock() -> None:
    lines = {
        name: set(
            re.findall(r"^[a-z0-9._-]+==\S+(?: ; [^\\\n]+)?", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        )
        for name in ("requirements.lock", "tests/requirements.lock")
    }
    assert lines["requirements.lock"] <= lines["tests/requirements.lock"]


def test_nothing_that_reports_to_a_server_is_locked() -> None:
    assert "openvino-telemetry" not in locked("requirements.lock") | locked("tests/requirements.lock")

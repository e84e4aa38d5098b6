"""Who may import whom."""

import subprocess
import sys

from tree import ROOT, imports, python_files


def test_every_import_contract_is_kept() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


def test_models_import_only_the_standard_library_and_pydantic() -> None:
    allowed = {*sys.stdlib_module_names, "pydantic", "models"}
    strangers = {
        f"{p}: {name}" for p in python_files("models") for name in imports(p) if name.split(".")[0] not in allowed
    }
    assert strangers == set()


def test_the_program_imports_no_test_or_sample_code() -> None:
    ours = {"tests", "samples"}
    found = {f"{p}: {n}" for p in python_files("extractor", "models") for n in imports(p) if n.split(".")[0] in ours}
    assert found == set()

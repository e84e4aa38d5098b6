"""Writes requirements.lock (what runs) and tests/requirements.lock (that and the checks) from pyproject.toml.

Both hold every package with its hashes for all platforms and for Python 3.11 to 3.13, and no address of a registry.
"""

import subprocess
import sys
from pathlib import Path

NOTE = "# Made from pyproject.toml by `make lock`; not to be edited.\n"
ROOT = Path(__file__).resolve().parents[2]
COMPILE = (sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11")
PLAIN = ("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate")
# `import openvino` reports to a statistics server through this package, and does without where it is not installed.
LEFT_OUT = ("--no-emit-package", "openvino-telemetry")
# fhirpathpy, which only the FHIR validator of the tests needs, asks for an older dateutil than DBOS; it runs on both.
OVERRIDES = "python-dateutil==4.0.0\n"


def resolve(name: str, *arguments: str) -> None:
    """Resolve pyproject.toml into the file ``name`` in the project's folder; ``--upgrade`` takes newer versions."""
    asked = [*arguments, *sys.argv[1:], "--output-file", name, "pyproject.toml"]
    command = [*COMPILE, *PLAIN, *LEFT_OUT, "--override", "-", *asked]
    subprocess.run(  # noqa: S603 - no outside input
        command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, input=OVERRIDES, text=True
    )
    lock = ROOT / name
    lock.write_text(NOTE + lock.read_text(encoding="utf-8").removeprefix(NOTE), encoding="utf-8")


if __name__ == "__main__":
    # setuptools, from the extra `build`, installs the project itself with no further download.
    resolve("requirements.lock", "--extra", "build")
    resolve("tests/requirements.lock", "--extra", "build", "--extra", "dev", "--constraints", "requirements.lock")

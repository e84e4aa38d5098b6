"""The project's own files, for the tests that hold a rule over all of them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("extractor", "models")
SKIPPED = {
    ".git",
    ".venv",
    "__pycache__",
    "build",
    "dist",
    "out",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
}


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is or may be committed, relative to the root: what git knows and does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        # An unpacked archive has no git: take everything but what make and the tools leave behind.
        listed = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if not SKIPPED & set(path.parts)]
    return tuple(Path(name) for name in sorted(listed) if (ROOT / name).is_file())


def python_files(*folders: str) -> tuple[Path, ...]:
    """The Python files under these folders of the root, relative to it; all of them where none is named."""
    return tuple(f for f in project_files() if f.suffix == ".py" and (not folders or f.parts[0] in folders))


@cache
def syntax(path: Path) -> ast.Module:
    """The syntax tree of a file given relative to the root."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def module_name(path: Path) -> str:
    """``extractor/export/json.py`` to ``extractor.export.json``."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Every absolute module name that a file imports, at its top or inside a function."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module

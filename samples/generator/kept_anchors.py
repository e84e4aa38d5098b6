"""The figures of ``anchors`` that are kept, and whether they still hold for the generator as it is.

Reading hundreds of pages with two readers takes too long for every build. So the figures are kept in ``anchors.json``
with a digest of the code that decides how hard a page is; ``find_problems`` says what a build has to fail for: a tier
easier than its aim by more than chance, or code that changed since it was measured.
"""

import ast
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

HERE = Path(__file__).parent
FILE = HERE / "anchors.json"
# Ink, pens, fonts, damage, and which values count as legible; forms and wording matter little for single values.
DECIDING = ("damage/*.py", "fonts.py", "hand.py", "ink.py", "legibility.py", "picture.py", "sheet.py")
TOGETHER = 10
AGAIN = "python -m samples.generator.anchors DIR --check --keep, with faxes of each tier and split in DIR"


class Row(TypedDict):
    """One line of the table; ``aim`` is the lowest and highest share wanted."""

    split: str
    tier: str
    ink: str
    reader: str
    fields: int
    exact: float
    aim: tuple[float, float]


def digest(folder: Path = HERE) -> str:
    """Sixteen hex digits of what the deciding files do: comments, docstrings and layout do not count."""
    found = hashlib.sha256()
    for path in sorted(path for pattern in DECIDING for path in folder.glob(pattern)):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list) and body and _is_text(body[0]):
                del body[0]
        found.update(f"{path.relative_to(folder)}\n{ast.dump(tree)}\n".encode())
    return found.hexdigest()[:16]


def keep(rows: Sequence[Row], file: Path = FILE) -> None:
    """Write the figures with the digest of the code that they are of."""
    file.write_text(json.dumps({"code": digest(), "rows": rows}, indent=1) + "\n", encoding="utf-8")


def find_problems(kept: Mapping[str, object], code: str, fewest: int) -> list[str]:
    """What is wrong with kept figures for a generator whose digest is ``code``; empty where nothing is."""
    rows = kept["rows"]
    assert isinstance(rows, list)
    found = [
        f"{row['split']} {row['tier']} {row['ink']}: {row['reader']} reads {row['exact']:.2f}, easier than {row['aim']}"
        for row in rows
        if row["fields"] >= fewest and row["exact"] > row["aim"][1] + _noise(row["exact"], row["fields"])
    ]
    if kept["code"] != code:
        found.append(f"the generator draws or damages pages in another way since it was measured; run {AGAIN}")
    return found


def _noise(share: float, fields: int) -> float:
    """Two standard errors of a share; values of one page stand or fall together, so ten count as one."""
    return 2 * float((share * (1 - share) * TOGETHER / fields) ** 0.5)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)

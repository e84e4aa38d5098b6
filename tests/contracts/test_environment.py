"""Settings are read in one place."""

import ast

from tree import PACKAGES, python_files, syntax

READERS = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}


def test_only_settings_reads_the_environment() -> None:
    found = set()
    for path in python_files(*PACKAGES):
        for node in ast.walk(syntax(path)):
            is_attribute = (
                isinstance(node, ast.Attribute)
                and node.attr in READERS
                and isinstance(node.value, ast.Name)
                and node.value.id == "os"
            )
            is_import = (
                isinstance(node, ast.ImportFrom) and node.module == "os" and READERS & {a.name for a in node.names}
            )
            if is_attribute or is_import:
                found.add(path.as_posix())
    assert found == {"extractor/settings.py"}

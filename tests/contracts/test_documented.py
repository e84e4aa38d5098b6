"""What is undocumented fails: public names have docstrings that end as a sentence, commands and options their help."""

import ast
from collections.abc import Iterator

import typer
from tree import PACKAGES, module_name, python_files, syntax

from extractor.cli import app

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _public(node: ast.AST, name: str) -> Iterator[tuple[str, Documented]]:
    if isinstance(node, Documented):
        yield name, node
        if isinstance(node, ast.Module | ast.ClassDef):
            for child in node.body:
                if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and child.name[0] != "_":
                    yield from _public(child, f"{name}.{child.name}")


def test_every_public_name_is_documented() -> None:
    found = [found for path in python_files(*PACKAGES) for found in _public(syntax(path), module_name(path))]
    texts = {name: ast.get_docstring(node) or "" for name, node in found}
    assert len(texts) > 100
    assert [name for name, text in texts.items() if not text.strip()] == []
    summaries = {name: text.split("\n\n")[0].rstrip() for name, text in texts.items()}
    assert [name for name, text in summaries.items() if not text.endswith((".", ":"))] == []


def test_every_command_and_option_has_help() -> None:
    group = typer.main.get_command(app)
    commands = group.commands  # type: ignore[attr-defined]
    assert {"extract", "doctor"} <= set(commands)
    for name, command in commands.items():
        assert command.help, f"extractor {name} has no help"
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"extractor {name} {parameter.name} has no help"


def test_every_error_is_in_the_drawn_tree_with_its_code() -> None:
    from extractor import errors

    drawn = errors.__doc__ or ""
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.ExtractorError)
    ]
    for kind in kinds:
        line = next(
            (line for line in drawn.splitlines() if kind.__name__ in line.split() or f" {kind.__name__} " in line), ""
        )
        assert str(kind.exit_code) in line, f"{kind.__name__}: exit code {kind.exit_code} is not in the tree"
        assert ("retryable" in line) == kind.retryable, kind.__name__
    codes = [(kind.code, kind.exit_code) for kind in kinds]
    assert len({code for code, _ in codes}) == len({number for _, number in codes}) == len(codes)

"""Tests that a page names, and those that exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NAME = re.compile(r"`(tests/[\w/]+\.py(?:::\w+)+)`")


def named(page: str) -> list[str]:
    """The tests a page speaks of, each once."""
    return sorted(set(_NAME.findall(page)))


def exists(name: str) -> bool:
    path, _, test = name.partition("::")
    return test in set(_tests_of(ROOT / path))


def _tests_of(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield from (
                f"{node.name}::{inner.name}"
                for inner in node.body
                if isinstance(inner, ast.FunctionDef)
            )

"""The mistakes that are made on purpose."""

import ast
from pathlib import Path

from tests.mutation.measured import MEASURED, files_of, source_of
from tests.mutation.mutants import mutants

SOURCE = """
def f(a, b):
    if 0 <= a < 1 and not b:
        close(a)
    a += 5 if b else 7 << (a & b)
    return max(a, b + 2)
"""


def test_each_mistake_is_one_small_change_that_still_parses() -> None:
    made = list(mutants(SOURCE))
    assert {what for _, what, _ in made} == {
        "LtE to Lt",
        "Lt to LtE",
        "condition turned",
        "and to or, or back",
        "not dropped",
        "0 to 1",
        "1 to 2",
        "2 to 3",
        "5 to 6",
        "7 to 8",
        "Add to Sub",
        "LShift to RShift",
        "BitAnd to BitOr",
        "max to min",
        "a call left out",
    }
    texts = {text for _, _, text in made}
    assert len(texts) == len(made)
    assert ast.unparse(ast.parse(SOURCE)) not in texts


def test_a_mistake_is_told_by_its_line() -> None:
    assert {what: line for line, what, _ in mutants(SOURCE)}["Lt to LtE"] == 3


def test_how_a_dataclass_is_made_is_left_alone() -> None:
    source = "@dataclass(frozen=True)\nclass A:\n    wet: bool = True\n"
    assert [(line, what) for line, what, _ in mutants(source)] == [(3, "True to False")]


def test_every_measured_module_and_its_tests_are_there() -> None:
    for module in MEASURED:
        assert source_of(module).is_file()
        assert all(Path(test).is_file() for test in files_of(module))

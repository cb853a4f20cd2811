"""The limits that keep the house liveable; `script/check` prints the same figures as a table."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import shape
from tests.architecture.shape import Function, Module

SOURCE = shape.read(shape.PACKAGES)
TESTS = shape.read(shape.TESTS)
EVERYTHING = SOURCE + TESTS

# One guard per loop: it shuts the valves or keeps the worker alive, and says what happened.
MAY_CATCH_EVERYTHING = {
    "cloud/daily.py",
    "edge/agent.py",
    "edge/bus_reader.py",
    "edge/runtime.py",
    "edge/uplink.py",
    "edge/valves.py",
    "edge/alloff.py",
    "cloud/db.py",
    "cloud/telemetry/ingest.py",
}
MAY_COMMIT = ("cloud/db.py", "cloud/telemetry/ingest.py", "cloud/seed.py")


def too_much(
    modules: tuple[Module, ...], measure: Callable[[Function], int], limit: int
) -> list[str]:
    return [
        f"{module.place(function)} {function.name}: {measure(function)}"
        for module in modules
        for function in module.functions
        if measure(function) > limit
    ]


def places(modules: tuple[Module, ...], find: Callable[[Module], list[str]]) -> list[str]:
    return [place for module in modules for place in find(module)]


def test_files_have_at_most_400_lines() -> None:
    assert [(m.path, m.lines) for m in EVERYTHING if m.lines > 400] == []


@pytest.mark.parametrize(
    ("measure", "limit"),
    [
        pytest.param(shape.function_lines, 40, id="lines"),
        pytest.param(shape.complexity, 8, id="complexity"),
        pytest.param(shape.nesting, 3, id="nesting"),
    ],
)
def test_functions_stay_small(measure: Callable[[Function], int], limit: int) -> None:
    assert too_much(EVERYTHING, measure, limit) == []


def test_functions_take_at_most_six_arguments() -> None:
    assert too_much(SOURCE, shape.arguments, 6) == []


def test_every_function_is_annotated() -> None:
    bare = [
        f"{module.place(function)} {function.name}"
        for module in EVERYTHING
        for function in module.functions
        if shape.unannotated(function)
    ]
    assert bare == []


def test_every_source_module_says_what_it_owns() -> None:
    assert [m.path for m in SOURCE if not ast.get_docstring(m.tree)] == []


def test_no_bare_except() -> None:
    assert places(EVERYTHING, shape.bare_excepts) == []


def test_only_the_guard_of_a_loop_catches_everything() -> None:
    found = places(SOURCE, shape.broad_excepts)
    assert [place for place in found if place.split(":")[0] not in MAY_CATCH_EVERYTHING] == []


def test_no_import_hides_inside_a_function() -> None:
    assert places(EVERYTHING, shape.late_imports) == []


def test_every_exemption_names_its_code_and_its_reason() -> None:
    unargued = [
        place for module in EVERYTHING for place, argued in shape.exemptions(module) if not argued
    ]
    assert unargued == []


def test_exemptions_are_rare() -> None:
    exempt = sum(len(shape.exemptions(m)) for m in EVERYTHING)
    lines = sum(m.lines for m in EVERYTHING)
    assert exempt <= max(1, 0.5 * lines / 1000)


def test_nothing_is_patched() -> None:
    patched = [m.path for m in EVERYTHING if "unittest.mock" in shape.imports(m)]
    assert patched == []


def test_services_never_commit() -> None:
    commits = places(tuple(m for m in SOURCE if m.path.startswith("cloud/")), commit_calls)
    assert [place for place in commits if not place.startswith(MAY_COMMIT)] == []


def commit_calls(module: Module) -> list[str]:
    return shape.calls(module, "commit")


def test_nothing_is_left_for_later() -> None:
    marks = ("TO" + "DO", "FIX" + "ME")
    assert [m.path for m in EVERYTHING if any(mark in m.text for mark in marks)] == []


def test_the_measures_see_what_they_count() -> None:
    module = Module(
        "sample.py",
        "def f(a, b: int) -> int:\n"
        "    import os\n"
        "    for x in a:\n"
        "        if x:\n"
        "            while b:\n"
        "                try:\n"
        "                    session.commit()\n"
        "                except Exception:\n"
        "                    pass  # noqa: S110\n"
        "        elif b:\n"
        "            pass\n"
        "    return 1\n",
    )
    function = module.functions[0]
    assert shape.function_lines(function) == 12
    assert shape.complexity(function) == 6
    assert shape.nesting(function) == 4
    assert shape.unannotated(function)
    assert shape.late_imports(module) == ["sample.py:2"]
    assert shape.broad_excepts(module) == ["sample.py:8"]
    assert shape.calls(module, "commit") == ["sample.py:7"]
    assert shape.exemptions(module) == [("sample.py:9", False)]


def test_the_table_covers_source_and_tests(tmp_path: Path) -> None:
    for folder in (*shape.PACKAGES, *shape.TESTS):
        (tmp_path / folder).mkdir()
    (tmp_path / "wire" / "a.py").write_text('"""Doc."""\n\n\ndef f() -> None:\n    return\n')
    rows = {name: (source, tests) for name, source, tests in shape.table(tmp_path)}
    assert rows["files"] == ("1", "0")
    assert rows["annotated functions"] == ("100.0 %", "100.0 %")

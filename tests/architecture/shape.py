"""The shape of the code, measured over its syntax trees.

Run as a program it prints the table of `script/check`; `test_shape.py` holds the bounds.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("cloud", "edge", "firmware_sim", "traceability", "vuonso", "wire")
TESTS = ("bench", "tests")
GENERATED = ("cloud/migrations/versions/",)

Function = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith, ast.Match)
BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case)
EXEMPTION = re.compile(
    r"^#\s*(?:type:\s*ignore|noqa)(?P<code>\[[\w-]+\]|:\s*[A-Z]+\d+)?(?P<why>.*)"
)


@dataclass(frozen=True)
class Module:
    """One parsed file."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Walked once: each rule looks at all of them."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def lines(self) -> int:
        return self.text.count("\n")

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        return tuple(node for node in self.nodes if isinstance(node, Function))

    def place(self, node: ast.stmt | ast.expr | ast.excepthandler) -> str:
        return f"{self.path}:{node.lineno}"


def read(folders: tuple[str, ...], root: Path = ROOT) -> tuple[Module, ...]:
    """Parse every Python file below the folders, generated ones left out."""
    paths = (path for folder in folders for path in sorted((root / folder).rglob("*.py")))
    named = ((path.relative_to(root).as_posix(), path) for path in paths)
    return tuple(
        Module(name, path.read_text("utf-8"))
        for name, path in named
        if not name.startswith(GENERATED)
    )


def function_lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def complexity(function: Function) -> int:
    """McCabe's number, counted as flake8 does: one plus the branches."""
    return 1 + sum(isinstance(node, BRANCHES) for node in own_nodes(function))


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """Walk the function without the functions defined inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function):
            waiting.extend(ast.iter_child_nodes(node))


def nesting(node: ast.AST) -> int:
    return max((_depth(child) for child in ast.iter_child_nodes(node)), default=0)


def _depth(node: ast.AST) -> int:
    if isinstance(node, Function):
        return 0
    below = nesting(node)
    if not isinstance(node, BLOCKS):
        return below
    if isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        # `elif` is one more arm of the same question, not a level deeper
        arms = (nesting(ast.Module(node.body, [])) + 1, _depth(node.orelse[0]))
        return max(arms)
    return below + 1


def arguments(function: Function) -> int:
    args = function.args
    named = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    return sum(arg.arg not in {"self", "cls"} for arg in named)


def unannotated(function: Function) -> bool:
    args = function.args
    named = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    given = [*named, *(arg for arg in (args.vararg, args.kwarg) if arg)]
    bare = any(arg.annotation is None for arg in given if arg.arg not in {"self", "cls"})
    return bare or function.returns is None


def bare_excepts(module: Module) -> list[str]:
    return [
        module.place(node)
        for node in module.nodes
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]


def broad_excepts(module: Module) -> list[str]:
    return [
        module.place(node)
        for node in module.nodes
        if isinstance(node, ast.ExceptHandler)
        and isinstance(node.type, ast.Name)
        and node.type.id in {"Exception", "BaseException"}
    ]


def late_imports(module: Module) -> list[str]:
    return [
        module.place(node)
        for function in module.functions
        for node in own_nodes(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]


def exemptions(module: Module) -> list[tuple[str, bool]]:
    """Every `noqa` and `type: ignore`, and whether it names its code and its reason."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        match = EXEMPTION.match(token.string) if token.type == tokenize.COMMENT else None
        if match:
            argued = bool(match["code"]) and len(match["why"].strip(" #-–:,")) >= 8
            found.append((f"{module.path}:{token.start[0]}", argued))
    return found


def calls(module: Module, method: str) -> list[str]:
    return [
        module.place(node)
        for node in module.nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
    ]


def imports(module: Module) -> set[str]:
    names: set[str] = set()
    for node in module.nodes:
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
            names.add(node.module or "")
    return names


def fan_out(module: Module) -> int:
    """How many first-party modules this one knows."""
    return len(
        {
            node.module
            for node in module.nodes
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES
        }
    )


def spread(values: list[int]) -> str:
    """Return median / 90th percentile / maximum."""
    if len(values) < 2:
        return str(values)
    return f"{median(values):g} / {quantiles(values, n=10)[-1]:.0f} / {max(values)}"


def worst(modules: tuple[Module, ...], measure: Callable[[Function], int]) -> int:
    return max((measure(f) for module in modules for f in module.functions), default=0)


def table(root: Path = ROOT) -> list[tuple[str, str, str]]:
    """Rows of (metric, source, tests)."""
    both = (read(PACKAGES, root), read(TESTS, root))
    return [(name, measure(both[0]), measure(both[1])) for name, measure in METRICS]


def _lines(modules: tuple[Module, ...]) -> int:
    return sum(module.lines for module in modules)


def _annotated(modules: tuple[Module, ...]) -> str:
    functions = [f for module in modules for f in module.functions]
    return f"{100 * (1 - sum(map(unannotated, functions)) / max(1, len(functions))):.1f} %"


def _documented(modules: tuple[Module, ...]) -> str:
    return f"{sum(bool(ast.get_docstring(m.tree)) for m in modules)} of {len(modules)}"


def _per_kloc(modules: tuple[Module, ...]) -> str:
    return f"{1000 * sum(len(exemptions(m)) for m in modules) / max(1, _lines(modules)):.2f}"


METRICS: tuple[tuple[str, Callable[[tuple[Module, ...]], str]], ...] = (
    ("files", lambda modules: str(len(modules))),
    ("lines", lambda modules: str(_lines(modules))),
    ("file lines: median / p90 / max", lambda modules: spread([m.lines for m in modules])),
    (
        "function lines: median / p90 / max",
        lambda modules: spread([function_lines(f) for m in modules for f in m.functions]),
    ),
    ("complexity, max", lambda modules: str(worst(modules, complexity))),
    ("nesting, max", lambda modules: str(worst(modules, nesting))),
    ("arguments, max", lambda modules: str(worst(modules, arguments))),
    ("annotated functions", _annotated),
    ("module docstrings", _documented),
    ("noqa and type: ignore per 1,000 lines", _per_kloc),
    ("broad excepts", lambda modules: str(sum(len(broad_excepts(m)) for m in modules))),
    ("late imports", lambda modules: str(sum(len(late_imports(m)) for m in modules))),
    (
        "first-party imports: median / p90 / max",
        lambda modules: spread([fan_out(m) for m in modules]),
    ),
)


def main() -> int:
    rows = table()
    width = max(len(name) for name, _, _ in rows)
    sys.stdout.write(f"{'':{width}}  {'source':>16}  {'tests':>16}\n")
    for name, source, tests in rows:
        sys.stdout.write(f"{name:{width}}  {source:>16}  {tests:>16}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

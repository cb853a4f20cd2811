"""Small mistakes made on purpose in a module's syntax tree, one at a time."""

import ast
import copy
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

_COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_COUNTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
}
"""Not `|`: it joins types too, where any other sign fails at once and would be no mistake."""
_CHOSEN: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
_ASKED_PLAINLY: Final = (ast.Name, ast.Attribute, ast.Call)
"""Conditions without an operator of their own that could be changed."""

Change = Callable[[], None]


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """The line, what was changed, and the whole mutated source."""
    count = len(list(_changes(ast.parse(source))))
    for number in range(count):
        tree = copy.deepcopy(ast.parse(source))
        line, what, change = list(_changes(tree))[number]
        change()
        yield line, what, ast.unparse(ast.fix_missing_locations(tree))


def _changes(tree: ast.AST) -> Iterator[tuple[int, str, Change]]:
    """How a dataclass is made (frozen, slots) changes no decision, so it is left alone."""
    making = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        for inner in ast.walk(decorator)
    }
    for node in ast.walk(tree):
        if id(node) in making:
            continue
        for what, change in _of(node):
            yield getattr(node, "lineno", 0), what, change


def _of(node: ast.AST) -> Iterator[tuple[str, Change]]:
    yield from _of_operators(node)
    yield from _of_values(node)


def _of_operators(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.Compare(ops=ops):
            yield from _of_comparison(node, ops)
        case ast.BinOp(op=sign) | ast.AugAssign(op=sign) if type(sign) in _COUNTED:
            opposite = _COUNTED[type(sign)]
            told = f"{type(sign).__name__} to {opposite.__name__}"
            yield told, lambda: _set(node, "op", opposite())
        case ast.BoolOp(op=joint):
            swapped = ast.Or() if isinstance(joint, ast.And) else ast.And()
            yield "and to or, or back", lambda: _set(node, "op", swapped)
        case ast.UnaryOp(op=ast.Not()):
            yield "not dropped", lambda: _set(node, "op", ast.UAdd())
        case _:
            return


def _of_comparison(node: ast.Compare, ops: list[ast.cmpop]) -> Iterator[tuple[str, Change]]:
    for place, op in enumerate(ops):
        other = _COMPARED[type(op)]
        changed = [*ops[:place], other(), *ops[place + 1 :]]
        told = f"{type(op).__name__} to {other.__name__}"
        yield told, partial(_set, node, "ops", changed)


def _of_values(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.Constant(value=bool(value)):
            yield f"{value} to {not value}", lambda: _set(node, "value", not value)
        case ast.Constant(value=int(value) | float(value)):
            yield f"{value} to {value + 1}", lambda: _set(node, "value", value + 1)
        case ast.Call(func=ast.Name(id=name)) if name in _CHOSEN:
            yield f"{name} to {_CHOSEN[name]}", lambda: _set(node.func, "id", _CHOSEN[name])
        case ast.If(test=asked) | ast.IfExp(test=asked) if isinstance(asked, _ASKED_PLAINLY):
            yield "condition turned", lambda: _set(node, "test", ast.UnaryOp(ast.Not(), asked))
        case ast.Expr(value=ast.Call()):
            yield "a call left out", lambda: _set(node, "value", ast.Constant(None))
        case _:
            return


def _set(node: ast.AST, name: str, value: object) -> None:
    setattr(node, name, value)

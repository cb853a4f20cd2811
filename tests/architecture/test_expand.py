"""A migration only adds, so that the version before works on beside it: expand, then contract.

What takes away says in `CONTRACT` which version stopped using it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

VERSIONS = Path(__file__).resolve().parents[2] / "cloud" / "migrations" / "versions"
MIGRATIONS = sorted(VERSIONS.glob("[0-9]*.py"))
BEFORE_THE_FIRST_RELEASE = {"0006_ways_in", "0011_privacy", "0014_days"}

TAKES_AWAY = {"drop_column", "drop_table", "rename_table", "drop_constraint"}
NARROWS = {"new_column_name", "type_"}


def harms(tree: ast.Module) -> Iterator[str]:
    """What in `upgrade` breaks a version that still runs."""
    upgrade = next(
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    )
    for call in (node for node in ast.walk(upgrade) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        words = {word.arg: word.value for word in call.keywords}
        if name in TAKES_AWAY:
            yield f"line {call.lineno}: {name}"
        if name == "alter_column" and (NARROWS & set(words) or _is_false(words.get("nullable"))):
            yield f"line {call.lineno}: alter_column"
        if name == "add_column" and any(_demands(column) for column in call.args):
            yield f"line {call.lineno}: a column that must be filled and has no server_default"


def _demands(column: ast.expr) -> bool:
    if not isinstance(column, ast.Call):
        return False
    words = {word.arg: word.value for word in column.keywords}
    return _is_false(words.get("nullable")) and "server_default" not in words


def _is_false(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is False


def contracts(tree: ast.Module) -> bool:
    """Whether it says, in a sentence, why nobody needs what it takes away."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CONTRACT":
            reason = node.value
            return isinstance(reason, ast.Constant) and len(str(reason.value).split()) > 3
    return False


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_a_migration_only_adds_unless_it_says_why_not(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    if path.stem not in BEFORE_THE_FIRST_RELEASE and not contracts(tree):
        assert list(harms(tree)) == []


@pytest.mark.parametrize(
    "line",
    [
        'op.drop_column("account", "name")',
        'op.drop_table("account")',
        'op.rename_table("account", "person")',
        'op.alter_column("account", "name", new_column_name="title")',
        'op.alter_column("account", "name", nullable=False)',
        'op.alter_column("account", "name", type_=sa.Integer())',
        'op.add_column("account", sa.Column("age", sa.Integer(), nullable=False))',
        'batch.drop_constraint("uq_account_phone")',
    ],
)
def test_what_breaks_the_version_before_is_found(line: str) -> None:
    text = f"def upgrade():\n    with op.batch_alter_table('account') as batch:\n        {line}\n"
    assert list(harms(ast.parse(text)))
    assert not contracts(ast.parse(text))
    assert contracts(ast.parse(f'CONTRACT = "unused since version 0.2 of last month"\n{text}'))


def test_what_only_adds_passes() -> None:
    text = """
def upgrade():
    op.add_column("a", sa.Column("b", sa.Integer(), nullable=True))
    op.add_column("a", sa.Column("c", sa.Integer(), nullable=False, server_default="0"))
    op.create_table("d", sa.Column("e", sa.Integer(), nullable=False))

def downgrade():
    op.drop_table("d")
"""
    assert list(harms(ast.parse(text))) == []

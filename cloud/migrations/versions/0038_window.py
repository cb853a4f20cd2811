"""The shop window: what is on sale by kind, province and stall, counted, and its words."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "showing",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=True),
        sa.Column("province", sa.String(2), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _reference("product_id", "product"),
        _reference("cooperative_id", "cooperative"),
        _reference("shop_id", "shop"),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_showing")),
    )
    for column in ("cooperative_id", "shop_id", "kind", "province"):
        op.create_index(op.f(f"ix_showing_{column}"), "showing", [column])
    op.create_table(
        "showing_count",
        sa.Column("facet", sa.String(16), nullable=False),
        sa.Column("value", sa.String(32), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("facet", "value", "simulated", name=op.f("pk_showing_count")),
    )
    op.create_table(
        "showing_term",
        sa.Column("word", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_showing_term")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE showing_words USING fts5(exact, folded, body,"
            " tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3')"
        )
        return
    op.execute(
        "CREATE TABLE showing_words (product_id integer PRIMARY KEY"
        " REFERENCES showing (product_id) ON DELETE CASCADE, words tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX ix_showing_words ON showing_words USING gin (words)")


def _reference(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_showing_{column}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name)

"""Packs are counted by lot too; the night carries over what was counted before."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lot_stock",
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("reserved >= 0", name="ck_lot_stock_reserved"),
        sa.CheckConstraint("reserved <= on_hand", name="ck_lot_stock_on_hand"),
        _reference("variant"),
        _reference("lot"),
        _reference("cooperative"),
        sa.PrimaryKeyConstraint("variant_id", "lot_id", name=op.f("pk_lot_stock")),
    )
    op.create_index(op.f("ix_lot_stock_lot_id"), "lot_stock", ["lot_id"])
    for table in ("stock_move", "hold"):
        with op.batch_alter_table(table, schema=None) as batch:
            batch.add_column(sa.Column("lot_id", sa.Integer(), nullable=True))
            batch.create_foreign_key(op.f(f"fk_{table}_lot_id"), "lot", ["lot_id"], ["id"])


def _reference(other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_lot_stock_{other}_id")
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name)

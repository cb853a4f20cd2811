"""Complaints of buyers, and the log of what was taken down."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("answer", sa.String(), nullable=False, server_default=""),
        sa.Column("answered_at", _MOMENT, nullable=True),
        _reference("complaint", "cooperative"),
        _reference("complaint", "product"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("public_id", name=op.f("uq_complaint_public_id")),
    )
    op.create_index(op.f("ix_complaint_cooperative_id"), "complaint", ["cooperative_id"])
    op.create_index(op.f("ix_complaint_product_id"), "complaint", ["product_id"])
    op.create_table(
        "take_down",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        _reference("take_down", "cooperative"),
        _reference("take_down", "product"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_take_down")),
        sa.UniqueConstraint("public_id", name=op.f("uq_take_down_public_id")),
        sa.UniqueConstraint("product_id", name=op.f("uq_take_down_product_id")),
    )
    op.create_index(op.f("ix_take_down_cooperative_id"), "take_down", ["cooperative_id"])


def _reference(table: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{other}_id")
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name)

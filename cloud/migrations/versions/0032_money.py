"""Transactions on the account, which payments they are for, and who tells of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "bank_txn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(32), nullable=False),
        sa.Column("provider_txn_id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("incoming", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("taken_at", _MOMENT, nullable=False),
        sa.Column("ignored_at", _MOMENT, nullable=True),
        sa.Column("ignored_reason", sa.String(), nullable=False),
        sa.CheckConstraint("amount > 0", name="ck_bank_txn_amount"),
        _cooperative("bank_txn"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_txn")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bank_txn_public_id")),
        sa.UniqueConstraint(
            "cooperative_id",
            "provider",
            "provider_txn_id",
            name=op.f("uq_bank_txn_cooperative_id_provider_provider_txn_id"),
        ),
    )
    op.create_index(op.f("ix_bank_txn_cooperative_id"), "bank_txn", ["cooperative_id"])
    _feeds()
    with op.batch_alter_table("payment", schema=None) as batch:
        batch.add_column(sa.Column("closed_at", _MOMENT, nullable=True))
    op.execute(
        "UPDATE payment SET closed_at = created_at WHERE order_id IN"
        " (SELECT id FROM orders WHERE fulfilment IN ('cancelled', 'returned'))"
    )
    with op.batch_alter_table("allocation", schema=None) as batch:
        batch.add_column(
            sa.Column("kind", sa.String(32), nullable=False, server_default="received")
        )
        batch.add_column(sa.Column("bank_txn_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("note", sa.String(), nullable=False, server_default=""))
        batch.alter_column("account_id", nullable=True, existing_type=sa.Integer())
        batch.create_foreign_key(
            op.f("fk_allocation_bank_txn_id"), "bank_txn", ["bank_txn_id"], ["id"]
        )
    op.create_index(op.f("ix_allocation_bank_txn_id"), "allocation", ["bank_txn_id"])


def _feeds() -> None:
    op.create_table(
        "bank_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(32), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("heard_at", _MOMENT, nullable=True),
        _cooperative("bank_feed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_feed")),
        sa.UniqueConstraint("cooperative_id", name=op.f("uq_bank_feed_cooperative_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bank_feed_public_id")),
    )
    op.create_table(
        "statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("found", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        _cooperative("statement"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_statement_public_id")),
    )
    op.create_index(op.f("ix_statement_cooperative_id"), "statement", ["cooperative_id"])


def _cooperative(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_cooperative_id")
    return sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=name)

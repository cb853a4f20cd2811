"""What buyers and shops are told of orders, and buyers' addresses and numbers sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("order_buyer", schema=None) as batch:
        batch.add_column(sa.Column("phone_key", sa.String(), nullable=True))
        batch.add_column(sa.Column("email", sa.String(), nullable=False, server_default=""))
    op.create_index(op.f("ix_order_buyer_phone_key"), "order_buyer", ["phone_key"])
    op.create_table(
        "order_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(32), nullable=False),
        sa.Column("reader", sa.String(32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("over_at", _MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        _points_to("order_letter", "cooperative_id", "cooperative"),
        _points_to("order_letter", "order_id", "orders"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_letter")),
    )
    op.create_index(op.f("ix_order_letter_cooperative_id"), "order_letter", ["cooperative_id"])
    op.create_index(op.f("ix_order_letter_order_id"), "order_letter", ["order_id"])
    waits = sa.text("over_at IS NULL")
    op.create_index(
        "ix_order_letter_due",
        "order_letter",
        ["due_at"],
        sqlite_where=waits,
        postgresql_where=waits,
    )


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))

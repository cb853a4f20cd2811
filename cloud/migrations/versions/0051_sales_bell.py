"""Members who want to hear of orders."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sales_bell",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("letter_upto", sa.Integer(), nullable=False),
        sa.Column("complaint_upto", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        _reference("account"),
        _reference("cooperative"),
        sa.PrimaryKeyConstraint("account_id", "cooperative_id", name=op.f("pk_sales_bell")),
    )
    op.create_index(op.f("ix_sales_bell_cooperative_id"), "sales_bell", ["cooperative_id"])


def _reference(other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_sales_bell_{other}_id")
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name)

"""The cooperative's list of fertilisers and pesticides, and files that wait to be taken."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "supply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("folded", sa.String(160), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("registration", sa.String(40), nullable=False),
        sa.Column("ingredient", sa.String(120), nullable=False),
        sa.Column("dose", sa.String(60), nullable=False),
        sa.Column("phi_days", sa.Integer(), nullable=True),
        sa.Column("gone_at", _MOMENT, nullable=True),
        _cooperative("supply"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supply")),
        sa.UniqueConstraint("public_id", name=op.f("uq_supply_public_id")),
        sa.UniqueConstraint(
            "cooperative_id", "folded", name=op.f("uq_supply_cooperative_id_folded")
        ),
    )
    op.create_table(
        "supply_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("found", _JSON, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("taken_at", _MOMENT, nullable=True),
        _cooperative("supply_list"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supply_list")),
        sa.UniqueConstraint("public_id", name=op.f("uq_supply_list_public_id")),
    )
    op.create_index(op.f("ix_supply_list_cooperative_id"), "supply_list", ["cooperative_id"])


def _cooperative(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_cooperative_id")
    return sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=name)

"""What the way to the buyer costs, where goods can be fetched, and paying at the door."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "shipping_tariff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("base_g", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("free_from", sa.BigInteger(), nullable=True),
        sa.Column("cod", sa.Boolean(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.CheckConstraint("base >= 0 AND step >= 0", name="ck_shipping_tariff_fee"),
        sa.CheckConstraint("base_g >= 0", name="ck_shipping_tariff_mass"),
        _cooperative("shipping_tariff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_tariff")),
        sa.UniqueConstraint("cooperative_id", name=op.f("uq_shipping_tariff_cooperative_id")),
    )
    op.create_table(
        "pickup_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("hours", sa.String(), nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        _cooperative("pickup_point"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_point")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pickup_point_public_id")),
    )
    op.create_index(op.f("ix_pickup_point_cooperative_id"), "pickup_point", ["cooperative_id"])
    with op.batch_alter_table("orders", schema=None) as batch:
        batch.add_column(sa.Column("fee", sa.BigInteger(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("pickup_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_orders_pickup_id"), "pickup_point", ["pickup_id"], ["id"]
        )
    with op.batch_alter_table("payment", schema=None) as batch:
        batch.add_column(
            sa.Column("cod", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def _cooperative(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_cooperative_id")
    return sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=name)

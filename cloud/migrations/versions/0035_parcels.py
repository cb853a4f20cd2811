"""Parcels, and the ledger of what carriers took at the door and handed on."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "shipment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.String(32), nullable=False),
        sa.Column("tracking", sa.String(), nullable=False),
        sa.Column("mass_g", sa.BigInteger(), nullable=False),
        sa.Column("cod", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", _MOMENT, nullable=False),
        sa.CheckConstraint("mass_g > 0", name="ck_shipment_mass"),
        sa.CheckConstraint("cod >= 0", name="ck_shipment_cod"),
        _points_to("shipment", "cooperative_id", "cooperative"),
        _points_to("shipment", "order_id", "orders"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("order_id", name=op.f("uq_shipment_order_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_shipment_public_id")),
    )
    op.create_index(op.f("ix_shipment_cooperative_id"), "shipment", ["cooperative_id"])
    op.create_table(
        "cod_remittance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("carrier", sa.String(32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.CheckConstraint("amount >= 0", name="ck_cod_remittance_amount"),
        _points_to("cod_remittance", "cooperative_id", "cooperative"),
        _points_to("cod_remittance", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cod_remittance")),
        sa.UniqueConstraint("public_id", name=op.f("uq_cod_remittance_public_id")),
        sa.UniqueConstraint(
            "cooperative_id", "key", name=op.f("uq_cod_remittance_cooperative_id_key")
        ),
    )
    op.create_index(
        op.f("ix_cod_remittance_cooperative_id"), "cod_remittance", ["cooperative_id"]
    )
    with op.batch_alter_table("allocation", schema=None) as batch:
        batch.add_column(sa.Column("remittance_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_allocation_remittance_id"), "cod_remittance", ["remittance_id"], ["id"]
        )
    op.create_index(op.f("ix_allocation_remittance_id"), "allocation", ["remittance_id"])


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))

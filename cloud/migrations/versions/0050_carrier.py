"""Contracts with carriers, parcels that they are told of, and where those are."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_CODE = sa.String(32)


def upgrade() -> None:
    with op.batch_alter_table("shipment") as batch:
        batch.add_column(sa.Column("whereabouts", _CODE, nullable=True))
        batch.add_column(sa.Column("ask_at", _MOMENT, nullable=True))
        batch.add_column(sa.Column("asks", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(op.f("ix_shipment_ask_at"), "shipment", ["ask_at"])
    op.create_table(
        "carrier_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("carrier", _CODE, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        _reference("carrier_account", "cooperative_id", "cooperative"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_account")),
        sa.UniqueConstraint("public_id", name=op.f("uq_carrier_account_public_id")),
        sa.UniqueConstraint(
            "cooperative_id", "carrier", name=op.f("uq_carrier_account_cooperative_id_carrier")
        ),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("carrier", _CODE, nullable=False),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("mass_g", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("length", "width", "height")),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        _reference("handover", "cooperative_id", "cooperative"),
        _reference("handover", "order_id", "orders"),
        _reference("handover", "account_id", "account"),
        sa.CheckConstraint("mass_g > 0", name="ck_handover_mass"),
        sa.CheckConstraint("length > 0 AND width > 0 AND height > 0", name="ck_handover_box"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint("order_id", name=op.f("uq_handover_order_id")),
    )
    op.create_index(op.f("ix_handover_cooperative_id"), "handover", ["cooperative_id"])
    op.create_index(op.f("ix_handover_due_at"), "handover", ["due_at"])


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)

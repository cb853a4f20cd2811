"""Packs are sold before their harvest: a window has places, and a line of an order may wait."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sale_window", schema=None) as batch:
        batch.add_column(sa.Column("variant_id", sa.Integer(), nullable=True))
        for name in ("ahead", "taken"):
            batch.add_column(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
        batch.add_column(
            sa.Column("taking", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.create_foreign_key(
            op.f("fk_sale_window_variant_id"), "variant", ["variant_id"], ["id"]
        )
        batch.create_check_constraint(
            op.f("ck_sale_window_taken"), "taken >= 0 AND taken <= ahead"
        )
        batch.create_check_constraint(
            op.f("ck_sale_window_ahead"),
            "ahead = 0 OR (variant_id IS NOT NULL AND harvest_on IS NOT NULL)",
        )
        batch.create_index(op.f("ix_sale_window_variant_id"), ["variant_id"])
    with op.batch_alter_table("stock", schema=None) as batch:
        batch.add_column(sa.Column("waiting", sa.BigInteger(), nullable=False, server_default="0"))
        batch.create_check_constraint(op.f("ck_stock_waiting"), "waiting >= 0")
    with op.batch_alter_table("hold", schema=None) as batch:
        batch.add_column(sa.Column("window_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_hold_window_id"), "sale_window", ["window_id"], ["id"])
        batch.create_index(op.f("ix_hold_window_id"), ["window_id"])
    with op.batch_alter_table("order_line", schema=None) as batch:
        batch.alter_column("lot_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("harvest_on", sa.Date(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_order_line_lot"), "lot_id IS NOT NULL OR harvest_on IS NOT NULL"
        )

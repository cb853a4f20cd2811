"""Kinds, labels, packs with tiers, pictures, days of sale and the history of products."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_NAMES = ("webp_1280", "webp_640", "webp_320", "jpeg_1280", "jpeg_640", "jpeg_320")
_TEXTS = ("rejected_reason", "ingredients", "storage", "instructions", "warnings")


def upgrade() -> None:
    _old_tables()
    op.create_table(
        "price_tier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("min_quantity", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("min_quantity > 1", name="ck_price_tier_quantity"),
        sa.CheckConstraint("price > 0", name="ck_price_tier_price"),
        _to("price_tier", "cooperative"),
        _to("price_tier", "variant"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_tier")),
        sa.UniqueConstraint(
            "variant_id", "min_quantity", name=op.f("uq_price_tier_variant_id_min_quantity")
        ),
    )
    _pictures()
    op.create_table(
        "sale_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("harvest_on", sa.Date(), nullable=True),
        sa.CheckConstraint("closes_on >= opens_on", name="ck_sale_window_days"),
        _to("sale_window", "cooperative"),
        _to("sale_window", "product"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_window")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sale_window_public_id")),
    )
    op.create_index(op.f("ix_sale_window_product_id"), "sale_window", ["product_id"])
    op.create_table(
        "product_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("detail", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        _to("product_event", "cooperative"),
        _to("product_event", "product"),
        _to("product_event", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_event")),
    )
    op.create_index(op.f("ix_product_event_product_id"), "product_event", ["product_id"])


def _old_tables() -> None:
    with op.batch_alter_table("product", schema=None) as batch:
        batch.add_column(sa.Column("kind", sa.String(32), nullable=True))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        for name in _TEXTS:
            batch.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("paused_for", sa.String(32), nullable=True))
        batch.add_column(sa.Column("shelf_life_days", sa.Integer(), nullable=True))
    op.execute("UPDATE product SET kind = 'other'")
    op.execute("UPDATE product SET paused_for = 'person' WHERE state = 'paused'")
    with op.batch_alter_table("variant", schema=None) as batch:
        batch.add_column(sa.Column("retired_at", _MOMENT, nullable=True))
    with op.batch_alter_table("stock_move", schema=None) as batch:
        batch.add_column(sa.Column("note", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("account_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_stock_move_account_id"), "account", ["account_id"], ["id"]
        )


def _pictures() -> None:
    op.create_table(
        "picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        *(sa.Column(name, sa.String(64), nullable=False) for name in _NAMES),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        _to("picture", "cooperative"),
        _to("picture", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
    )
    op.create_index(op.f("ix_picture_cooperative_id"), "picture", ["cooperative_id"])
    op.create_index(op.f("ix_picture_digest"), "picture", ["digest"])
    op.create_table(
        "product_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _to("product_photo", "cooperative"),
        _to("product_photo", "product"),
        _to("product_photo", "picture"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_photo")),
        sa.UniqueConstraint("public_id", name=op.f("uq_product_photo_public_id")),
    )
    op.create_index(op.f("ix_product_photo_product_id"), "product_photo", ["product_id"])
    op.create_index(op.f("ix_product_photo_picture_id"), "product_photo", ["picture_id"])


def _to(table: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{other}_id")
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name)

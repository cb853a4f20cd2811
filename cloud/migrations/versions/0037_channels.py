"""Sales channels: how a shop uses them, what each shows, and what is still to be carried over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    _shops()
    _links()
    _listings()
    op.create_table(
        "channel_outbox",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=True),
        sa.Column("carrier", sa.String(10), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        _to("channel_outbox", "cooperative"),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["channel_listing.id"], name=op.f("fk_channel_outbox_listing_id")
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_channel_outbox")),
    )
    op.create_index(op.f("ix_channel_outbox_due_at"), "channel_outbox", ["due_at"])


def _shops() -> None:
    op.create_table(
        "channel_shop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("feed_token", sa.String(43), nullable=False),
        sa.Column("keep_packs", sa.Integer(), nullable=False),
        sa.Column("keep_percent", sa.Integer(), nullable=False),
        sa.Column("stopped_at", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.CheckConstraint("keep_packs >= 0", name="ck_channel_shop_packs"),
        sa.CheckConstraint("keep_percent BETWEEN 0 AND 100", name="ck_channel_shop_percent"),
        _to("channel_shop", "cooperative"),
        _to("channel_shop", "shop"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_shop")),
        sa.UniqueConstraint("cooperative_id", name=op.f("uq_channel_shop_cooperative_id")),
        sa.UniqueConstraint("shop_id", name=op.f("uq_channel_shop_shop_id")),
        sa.UniqueConstraint("feed_token", name=op.f("uq_channel_shop_feed_token")),
    )


def _links() -> None:
    op.create_table(
        "channel_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("auth_lost_at", _MOMENT, nullable=True),
        sa.Column("rest_until", _MOMENT, nullable=True),
        sa.Column("fetched_at", _MOMENT, nullable=True),
        sa.Column("purse_milli", sa.BigInteger(), nullable=True),
        sa.Column("purse_at", _MOMENT, nullable=True),
        sa.Column("purse_day", sa.Date(), nullable=True),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        _to("channel_link", "cooperative"),
        _to("channel_link", "shop"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_link")),
        sa.UniqueConstraint(
            "shop_id", "channel", name=op.f("uq_channel_link_shop_id_channel")
        ),
    )
    op.create_index(op.f("ix_channel_link_cooperative_id"), "channel_link", ["cooperative_id"])


def _listings() -> None:
    table = "channel_listing"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("desired", _JSON, nullable=False),
        sa.Column("desired_hash", sa.String(64), nullable=False),
        sa.Column("synced", _JSON, nullable=False),
        sa.Column("synced_hash", sa.String(64), nullable=False),
        sa.Column("promised", sa.BigInteger(), nullable=False),
        sa.Column("remote_id", sa.String(200), nullable=True),
        sa.Column("mark", sa.String(32), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("fault", sa.String(32), nullable=True),
        sa.Column("fault_field", sa.String(80), nullable=False),
        sa.Column("fault_raw", sa.String(500), nullable=False),
        sa.Column("tried_at", _MOMENT, nullable=True),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.CheckConstraint("promised >= 0", name="ck_channel_listing_promised"),
        _to(table, "cooperative"),
        _to(table, "shop"),
        _to(table, "variant"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_listing")),
        sa.UniqueConstraint("public_id", name=op.f("uq_channel_listing_public_id")),
        sa.UniqueConstraint(
            "variant_id", "channel", name=op.f("uq_channel_listing_variant_id_channel")
        ),
    )
    op.create_index(op.f("ix_channel_listing_cooperative_id"), table, ["cooperative_id"])
    op.create_index(op.f("ix_channel_listing_shop_id"), table, ["shop_id"])


def _to(table: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{other}_id")
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name)

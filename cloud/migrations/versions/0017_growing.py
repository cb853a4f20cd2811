"""Settings: what people wish for zones, what devices were sent and what they said of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "zone_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("doc", _JSON, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("on_behalf_of_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_zone_wish_cooperative_id")
        ),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_zone_wish_zone_id")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_zone_wish_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_id"], ["account.id"], name=op.f("fk_zone_wish_on_behalf_of_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone_wish")),
        sa.UniqueConstraint("zone_id", "number", name=op.f("uq_zone_wish_zone_id_number")),
    )
    op.create_table(
        "desired_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("doc", _JSON, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_desired_settings_device_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desired_settings")),
        sa.UniqueConstraint(
            "device_id", "version", name=op.f("uq_desired_settings_device_id_version")
        ),
    )
    op.create_index(
        op.f("ix_desired_settings_published_at"), "desired_settings", ["published_at"]
    )
    op.create_table(
        "reported_settings",
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("stored", sa.String(), nullable=True),
        sa.Column("taken_version", sa.BigInteger(), nullable=True),
        sa.Column("applied_version", sa.BigInteger(), nullable=True),
        sa.Column("refused_version", sa.BigInteger(), nullable=True),
        sa.Column("refused", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_reported_settings_device_id")
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_reported_settings")),
    )

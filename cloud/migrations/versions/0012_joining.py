"""Devices on their way in, and the end of those that were struck off."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joining",
        sa.Column("device_id", sa.String(16), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("broker_hash", sa.String(), nullable=False),
        sa.Column("sealed_command_key", sa.String(), nullable=False),
        sa.Column("zones", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=True),
        sa.Column("greenhouse_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("on_behalf_of_id", sa.Integer(), nullable=True),
        sa.Column("digits", sa.String(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_joining_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["greenhouse_id"], ["greenhouse.id"], name=op.f("fk_joining_greenhouse_id")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_joining_account_id")),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_id"], ["account.id"], name=op.f("fk_joining_on_behalf_of_id")
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_joining")),
        sa.UniqueConstraint("public_id", name=op.f("uq_joining_public_id")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_joining_code_hash")),
    )
    op.create_index(op.f("ix_joining_cooperative_id"), "joining", ["cooperative_id"])
    with op.batch_alter_table("device", schema=None) as batch:
        batch.add_column(
            sa.Column("code_hash", sa.String(), nullable=False, server_default="")
        )
        batch.add_column(sa.Column("struck_off_at", sa.DateTime(timezone=True), nullable=True))

"""What people write into the diary, and the photos in it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "diary_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("work", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("struck", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_diary_entry_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_diary_entry_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["diary_entry.id"], name=op.f("fk_diary_entry_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["account.id"], name=op.f("fk_diary_entry_written_by_id")
        ),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_diary_entry_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary_entry")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_diary_entry_account_id_key")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_diary_entry_corrects_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_diary_entry_public_id")),
    )
    op.create_index("ix_diary_entry_day", "diary_entry", ["cooperative_id", "day"], unique=False)
    op.create_index(op.f("ix_diary_entry_zone_id"), "diary_entry", ["zone_id"], unique=False)
    op.create_table(
        "diary_photo",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["diary_entry.id"], name=op.f("fk_diary_photo_entry_id")
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_diary_photo_photo_id")),
        sa.PrimaryKeyConstraint("entry_id", "position", name=op.f("pk_diary_photo")),
    )
    op.create_index(op.f("ix_diary_photo_photo_id"), "diary_photo", ["photo_id"], unique=False)

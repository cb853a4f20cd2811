"""What was said to entries of the diary."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_OWNERS = ("cooperative", "zone", "account")


def upgrade() -> None:
    op.create_table(
        "recording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        *(sa.Column(f"{owner}_id", sa.Integer(), nullable=False) for owner in _OWNERS),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{owner}_id"], [f"{owner}.id"], name=op.f(f"fk_recording_{owner}_id")
            )
            for owner in _OWNERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("public_id", name=op.f("uq_recording_public_id")),
    )
    for owner in _OWNERS:
        op.create_index(op.f(f"ix_recording_{owner}_id"), "recording", [f"{owner}_id"])
    op.create_table(
        "diary_voice",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["diary_entry.id"], name=op.f("fk_diary_voice_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_diary_voice_recording_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_diary_voice")),
    )
    op.create_index(op.f("ix_diary_voice_recording_id"), "diary_voice", ["recording_id"])

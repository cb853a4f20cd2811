"""Numbers of print runs that no backup brings back, and when each chore of the night was done."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issuance_counter",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuance_counter")),
    )
    op.execute("INSERT INTO issuance_counter SELECT 1, COALESCE(MAX(id), 0) FROM issuance")
    op.create_table(
        "chore",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chore")),
    )

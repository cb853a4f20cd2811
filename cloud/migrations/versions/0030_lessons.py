"""Which lesson a learner chose, and how lessons go: added up, of nobody by name."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("practice_stand") as batch:
        batch.add_column(sa.Column("lesson", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=True))
        for name in ("wrong", "calls"):
            batch.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "training_total",
        sa.Column("cooperative_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lesson", sa.String(length=32), nullable=False),
        sa.Column("finished", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_training_total_cooperative_id")
        ),
        sa.PrimaryKeyConstraint("cooperative_id", "lesson", name=op.f("pk_training_total")),
    )

"""Practice greenhouses, who is on one, and who has learnt what there."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "practice_stand",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("greenhouse_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.String(length=16), nullable=True),
        sa.Column("learner_id", sa.Integer(), nullable=True),
        sa.Column("home_id", sa.Integer(), nullable=True),
        sa.Column("helper_id", sa.Integer(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=op.f(f"fk_practice_stand_{column}")
            )
            for column, target in (
                ("cooperative_id", "cooperative.id"),
                ("greenhouse_id", "greenhouse.id"),
                ("device_id", "device.id"),
                ("learner_id", "account.id"),
                ("home_id", "cooperative.id"),
                ("helper_id", "account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_stand")),
        sa.UniqueConstraint("cooperative_id", name=op.f("uq_practice_stand_cooperative_id")),
        sa.UniqueConstraint("learner_id", name=op.f("uq_practice_stand_learner_id")),
    )
    op.create_table(
        "training",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("helper_id", sa.Integer(), nullable=True),
        sa.Column("lesson", sa.String(length=32), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_training_{column}"))
            for column, target in (
                ("cooperative_id", "cooperative.id"),
                ("account_id", "account.id"),
                ("helper_id", "account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
    )
    for column in ("cooperative_id", "account_id", "helper_id"):
        op.create_index(op.f(f"ix_training_{column}"), "training", [column], unique=False)
    with op.batch_alter_table("login_session") as table:
        table.add_column(sa.Column("stand_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_login_session_stand_id"), "practice_stand", ["stand_id"], ["id"]
        )

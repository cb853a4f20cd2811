"""People who let a helper act for them, and the codes by which they do."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _grants()
    _codes()
    with op.batch_alter_table("login_session", schema=None) as batch:
        batch.add_column(sa.Column("grant_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("helping_until", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(
            batch.f("fk_login_session_grant_id"), "help_grant", ["grant_id"], ["id"]
        )
        batch.create_index(batch.f("ix_login_session_grant_id"), ["grant_id"])


def _grants() -> None:
    op.create_table(
        "help_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.Column("farm_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_help_grant_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_help_grant_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["helper_id"], ["account.id"], name=op.f("fk_help_grant_helper_id")
        ),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.id"], name=op.f("fk_help_grant_farm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_grant")),
        sa.UniqueConstraint("public_id", name=op.f("uq_help_grant_public_id")),
    )
    for name in ("cooperative_id", "account_id", "helper_id"):
        op.create_index(op.f(f"ix_help_grant_{name}"), "help_grant", [name])


def _codes() -> None:
    op.create_table(
        "help_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("farm_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("lasts", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_help_code_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_help_code_account_id")
        ),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.id"], name=op.f("fk_help_code_farm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_code")),
        sa.UniqueConstraint(
            "cooperative_id", "code", name=op.f("uq_help_code_cooperative_id_code")
        ),
    )
    for name in ("cooperative_id", "account_id"):
        op.create_index(op.f(f"ix_help_code_{name}"), "help_code", [name])

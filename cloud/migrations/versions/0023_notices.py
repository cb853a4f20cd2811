"""Addresses at which people are told of alerts, and what is to be told to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("alert", schema=None) as batch:
        batch.add_column(sa.Column("told_at", _MOMENT, nullable=True))
        batch.add_column(sa.Column("escalated_at", _MOMENT, nullable=True))
    op.create_table(
        "alert_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_due_at", _MOMENT, nullable=True),
        sa.Column("code_until", _MOMENT, nullable=False),
        sa.Column("confirmed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_alert_contact_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_alert_contact_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_contact")),
        sa.UniqueConstraint(
            "account_id",
            "cooperative_id",
            "channel",
            name=op.f("uq_alert_contact_account_id_cooperative_id_channel"),
        ),
    )
    op.create_index(op.f("ix_alert_contact_cooperative_id"), "alert_contact", ["cooperative_id"])
    op.create_table(
        "alert_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("over_at", _MOMENT, nullable=True),
        sa.Column("reason", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_alert_notice_alert_id")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["alert_contact.id"], name=op.f("fk_alert_notice_contact_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_notice")),
    )
    op.create_index(op.f("ix_alert_notice_alert_id"), "alert_notice", ["alert_id"])
    op.create_index(op.f("ix_alert_notice_contact_id"), "alert_notice", ["contact_id"])
    op.create_index(op.f("ix_alert_notice_due_at"), "alert_notice", ["due_at"])

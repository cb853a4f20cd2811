"""Cards, known browsers, buckets of tries, and what a session tells its owner."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("farm_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_entry_card_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_entry_card_account_id")
        ),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.id"], name=op.f("fk_entry_card_farm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_card")),
        sa.UniqueConstraint("public_id", name=op.f("uq_entry_card_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_entry_card_token_hash")),
    )
    op.create_index(op.f("ix_entry_card_cooperative_id"), "entry_card", ["cooperative_id"])
    op.create_index(op.f("ix_entry_card_account_id"), "entry_card", ["account_id"])
    op.create_table(
        "known_browser",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_known_browser_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_browser")),
        sa.UniqueConstraint(
            "token_hash", "account_id", name=op.f("uq_known_browser_token_hash_account_id")
        ),
    )
    op.create_index(op.f("ix_known_browser_account_id"), "known_browser", ["account_id"])
    op.create_table(
        "tries",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tries")),
    )
    op.create_index(op.f("ix_tries_full_at"), "tries", ["full_at"])
    _widen_sessions()


def _widen_sessions() -> None:
    # A session begun before cannot tell where it is used: everybody logs in once more.
    op.execute("DELETE FROM login_session")
    with op.batch_alter_table("login_session", schema=None) as batch:
        batch.add_column(sa.Column("public_id", sa.String(), nullable=False))
        batch.add_column(sa.Column("card_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("farm_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("browser", sa.String(), nullable=False))
        batch.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False))
        batch.create_unique_constraint(batch.f("uq_login_session_public_id"), ["public_id"])
        batch.create_foreign_key(
            batch.f("fk_login_session_card_id"), "entry_card", ["card_id"], ["id"]
        )
        batch.create_foreign_key(batch.f("fk_login_session_farm_id"), "farm", ["farm_id"], ["id"])
        batch.create_index(batch.f("ix_login_session_card_id"), ["card_id"])

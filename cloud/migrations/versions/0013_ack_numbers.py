"""Acks carry a number, so that those of several workers can be told apart."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("epoch_state", schema=None) as batch:
        batch.add_column(sa.Column("told", sa.BigInteger(), nullable=False, server_default="0"))

"""A bank account counts once it is verified: the one that waits stands beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_COLUMNS = ("next_bin", "next_bank", "next_account", "next_holder")


def upgrade() -> None:
    with op.batch_alter_table("shop") as batch:
        for name in _COLUMNS:
            batch.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))

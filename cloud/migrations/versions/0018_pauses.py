"""Commands that let automation rest for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("command", schema=None) as batch:
        batch.add_column(sa.Column("for_s", sa.Float(), nullable=True))

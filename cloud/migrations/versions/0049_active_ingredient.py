"""What works in a product that was put on the plants."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    told = sa.Column("ingredient", sa.String(length=120), nullable=False, server_default="")
    op.add_column("diary_input", told)

"""Which keys of zones a device has used, so that it cannot invent them without end."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("device", schema=None) as batch:
        batch.add_column(sa.Column("zone_keys", _JSON, nullable=False, server_default="[]"))

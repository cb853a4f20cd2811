"""The digests of the audit record that were published, day by day; they can be added to only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SQLITE = """
CREATE TRIGGER audit_root_{verb} BEFORE {verb} ON audit_root
BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END
"""

POSTGRESQL = """
CREATE TRIGGER audit_root_refuse BEFORE UPDATE OR DELETE ON audit_root
FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()
"""


def upgrade() -> None:
    op.create_table(
        "audit_root",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("ends", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_audit_root")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL)
    else:
        for verb in ("update", "delete"):
            op.execute(SQLITE.format(verb=verb))

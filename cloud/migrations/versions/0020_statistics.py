"""What SQLite's planner has to know of the large tables: how many rows share a column.

Without figures it takes ten rows for all that a device ever sent, and reads through all of them
for every chart. These are the orders of magnitude of a cooperative: devices, days of 14, zones of
four, a row a minute; an index that is right for them is right for all.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# Rows of the table, then rows that agree in the first column, in the first two, and so on
# (https://www.sqlite.org/fileformat2.html#stat1tab); the primary key has the table's own name.
_FIGURES = (
    ("sample", "sample", "1000000 100000 100000 1 1"),
    ("sample", "ix_sample_zone_time", "1000000 100000 7200 1440 1"),
    ("event", "event", "100000 5000 5000 1"),
    ("event", "ix_event_device_time", "100000 5000 300 1"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return  # PostgreSQL counts for itself
    op.execute("ANALYZE sqlite_schema")  # makes the table, if nobody has asked for it yet
    op.execute("DELETE FROM sqlite_stat1 WHERE tbl IN ('sample', 'event')")
    table = sa.table("sqlite_stat1", sa.column("tbl"), sa.column("idx"), sa.column("stat"))
    op.bulk_insert(
        table, [dict(zip(("tbl", "idx", "stat"), row, strict=True)) for row in _FIGURES]
    )

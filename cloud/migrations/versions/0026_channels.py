"""More channels for alerts: several browsers of one person, and the farms somebody hears of."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_NOTICE = sa.table(
    "alert_notice",
    *(sa.column(name) for name in ("id", "alert_id", "contact_id", "due_at")),
    *(sa.column(name) for name in ("tries", "over_at", "reason")),
)


def upgrade() -> None:
    _let_one_person_have_several_contacts()
    _index("ux_alert_contact_browser", "alert_contact", ["address"], "channel = 'push'", True)
    _index(
        "ux_alert_contact_person",
        "alert_contact",
        ["account_id", "cooperative_id", "channel"],
        "channel <> 'push'",
        True,
    )
    unheeded = "resolved_at IS NULL AND acknowledged_at IS NULL"
    _index("ix_alert_unheeded", "alert", ["cooperative_id"], unheeded, False)
    op.create_table(
        "alert_farm",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("farm_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_alert_farm_account_id")
        ),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.id"], name=op.f("fk_alert_farm_farm_id")),
        sa.PrimaryKeyConstraint("account_id", "farm_id", name=op.f("pk_alert_farm")),
    )
    op.create_index(op.f("ix_alert_farm_farm_id"), "alert_farm", ["farm_id"])


def _let_one_person_have_several_contacts() -> None:
    """SQLite writes the table anew for that, which what names its rows must not see."""
    bind = op.get_bind()
    aside = []
    if bind.dialect.name == "sqlite":
        aside = [dict(row) for row in bind.execute(sa.select(_NOTICE)).mappings()]
        bind.execute(sa.delete(_NOTICE))
    with op.batch_alter_table("alert_contact", schema=None) as batch:
        batch.drop_constraint(
            op.f("uq_alert_contact_account_id_cooperative_id_channel"), type_="unique"
        )
    if aside:
        bind.execute(sa.insert(_NOTICE), aside)


def _index(name: str, table: str, columns: list[str], where: str, unique: bool) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )

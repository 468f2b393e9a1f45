"""Version 5: what a run has one of becomes columns of its row, and the tables for it go.

No table is copied: a store may be gigabytes.
"""

import sqlalchemy as sa
from alembic import op

revision = "5"
down_revision = "4"

COLUMNS = (
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("tags", sa.Text, nullable=False, server_default="[]"),
    sa.Column("starred", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("deleted", sa.Float),
    sa.Column("own_correct", sa.Integer),
    sa.Column("own_total", sa.Integer),
    sa.Column("fingerprint", sa.Text, nullable=False, server_default=""),
    sa.Column("traceback", sa.Text, nullable=False, server_default=""),
)
# By table: the new name of each column.
FOLDED = {
    "notes": {"note": "note", "tags": "tags", "starred": "starred"},
    "deleted": {"at": "deleted"},
    "own_scores": {"correct": "own_correct", "total": "own_total"},
    "trained_on": {"fingerprint": "fingerprint"},
    "tracebacks": {"text": "traceback"},
}


def upgrade() -> None:
    """Add the columns, fill them and drop the tables."""
    for column in COLUMNS:
        op.add_column("runs", column)
    for name, renamed in FOLDED.items():
        old = sa.table(name, sa.column("run"), *map(sa.column, renamed))
        runs = sa.table("runs", sa.column("id"), *map(sa.column, renamed.values()))
        of_run = old.c.run == runs.c.id
        values = {
            new: sa.select(old.c[column]).where(of_run).scalar_subquery()
            for column, new in renamed.items()
        }
        change = runs.update().where(runs.c.id.in_(sa.select(old.c.run)))
        op.execute(change.values(values))
        op.drop_table(name)

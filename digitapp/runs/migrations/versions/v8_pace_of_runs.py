"""Version 8: the pace of a run, batches asked for one by one, and the experiment it belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "8"
down_revision = "7"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("runs", sa.Column("pace", sa.Float))
    op.add_column("runs", sa.Column("steps", sa.Integer, nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("experiment", sa.Text, nullable=False, server_default=""))
    slow = sa.Column("slow", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("points", slow)

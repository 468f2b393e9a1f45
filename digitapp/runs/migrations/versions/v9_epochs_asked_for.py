"""Version 9: several epochs can be asked for, after which the run pauses."""

import sqlalchemy as sa
from alembic import op

revision = "9"
down_revision = "8"


def upgrade() -> None:
    """Add the column."""
    after = sa.Column("pause_after", sa.Integer, nullable=False, server_default="0")
    op.add_column("runs", after)

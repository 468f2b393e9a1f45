"""Version 7: a run says what its process is doing. Epoch 0 needs no change of the tables."""

import sqlalchemy as sa
from alembic import op

revision = "7"
down_revision = "6"


def upgrade() -> None:
    """Add the column."""
    op.add_column("runs", sa.Column("phase", sa.Text, nullable=False, server_default=""))

"""Version 6: corrected drawings may have their strokes. Those that are there have none."""

import sqlalchemy as sa
from alembic import op

revision = "6"
down_revision = "5"


def upgrade() -> None:
    """Add the column."""
    op.add_column("handwriting", sa.Column("strokes", sa.LargeBinary))

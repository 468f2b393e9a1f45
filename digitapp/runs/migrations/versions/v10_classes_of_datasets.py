"""Version 10: datasets have classes of their own, and can be made example by example."""

import sqlalchemy as sa
from alembic import op

revision = "10"
down_revision = "9"


def upgrade() -> None:
    """Add the column and the tables; what older versions imported has no facts."""
    op.add_column("runs", sa.Column("preparation", sa.Text, nullable=False, server_default=""))
    of_dataset = sa.ForeignKey("datasets.name", ondelete="CASCADE")
    op.create_table(
        "dataset_facts",
        sa.Column("dataset", sa.Text, of_dataset, primary_key=True),
        sa.Column("classes", sa.Text, nullable=False),
        sa.Column("preparation", sa.Text, nullable=False),
        sa.Column("made", sa.Boolean, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_table(
        "examples",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "dataset",
            sa.Text,
            sa.ForeignKey("datasets.name", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("class_id", sa.Integer, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("image", sa.LargeBinary, nullable=False),
        sa.Column("strokes", sa.LargeBinary),
        sqlite_autoincrement=True,
    )

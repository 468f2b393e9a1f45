"""Version 11: runs, drawings and datasets belong to people, who meet in rooms."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "11"
down_revision = "10"


def upgrade() -> None:
    """Add columns and tables; everything that is there already is the house's."""
    _add_columns()
    _create_tables_of_people()
    _create_tables_of_rooms()


def _add_columns() -> None:
    for table in ("runs", "handwriting", "examples"):
        op.add_column(table, sa.Column("person", sa.Text, nullable=False, server_default=""))
    op.add_column("runs", sa.Column("room", sa.Text, nullable=False, server_default=""))
    shown = sa.Column("shown", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("runs", shown)
    op.add_column("runs", sa.Column("leaving", sa.Float))
    for table, column in (("runs", "person"), ("runs", "room"), ("handwriting", "person")):
        op.create_index(f"ix_{table}_{column}", table, [column])


def _create_tables_of_people() -> None:
    of_dataset = sa.ForeignKey("datasets.name", ondelete="CASCADE")
    op.create_table(
        "dataset_people",
        sa.Column("dataset", sa.Text, of_dataset, primary_key=True),
        sa.Column("person", sa.Text, nullable=False, index=True),
        sa.Column("room", sa.Text, nullable=False, index=True),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
        sa.Column("house", sa.Boolean, nullable=False),
    )
    op.create_table(
        "secrets",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "usage",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("minute", sa.Integer, primary_key=True),
        sa.Column("amount", sa.Float, nullable=False),
    )


def _create_tables_of_rooms() -> None:
    op.create_table(
        "classrooms",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("teacher", sa.Text, nullable=False),
        sa.Column("link_key", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("ended", sa.Float),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("leading", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_table(
        "members",
        _of_room(primary_key=True),
        sa.Column("person", sa.Text, primary_key=True, index=True),
        sa.Column("nickname", sa.Text, nullable=False),
        sa.Column("teacher", sa.Boolean, nullable=False),
        sa.Column("joined", sa.Float, nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
        sa.Column("hidden", sa.Boolean, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "screens",
        _of_room(primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("updated", sa.Float, nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("run", sa.Integer),
        *_drawing(image_needed=False),
    )
    op.create_table(
        "sent_drawings",
        sa.Column("id", sa.Integer, primary_key=True),
        _of_room(nullable=False, index=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        *_drawing(image_needed=True),
        sa.Column("meant", sa.Text, nullable=False),
        sa.Column("hidden", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )


def _of_room(**more: Any) -> sa.Column[str]:
    room = sa.ForeignKey("classrooms.code", ondelete="CASCADE")
    return sa.Column("room", sa.Text, room, **more)


def _drawing(image_needed: bool) -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("image", sa.LargeBinary, nullable=not image_needed),
        sa.Column("strokes", sa.LargeBinary),
        sa.Column("guess", sa.Text, nullable=False),
        sa.Column("sure", sa.Float, nullable=False),
    )

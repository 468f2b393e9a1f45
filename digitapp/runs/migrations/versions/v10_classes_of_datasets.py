"""Version 10: datasets have classes of their own, and can be made example by example."""

import json

import sqlalchemy as sa
from alembic import op

revision = "10"
down_revision = "9"

NEWLY_BUILT_IN = ("kmnist", "emnist_letters", "emnist_balanced")  # since this version
OWN = "{} (own)"


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
    for name in NEWLY_BUILT_IN:
        _make_room_for(op.get_bind(), name)


def _make_room_for(connection: sa.Connection, name: str) -> None:
    """Rename a user's dataset that is called as a built-in one is from now on, also in runs."""
    new = OWN.format(name)
    datasets = sa.table("datasets", *map(sa.column, ("name", "origin", "images", "data")))
    fingerprints = sa.table("fingerprints", sa.column("dataset"))
    runs = sa.table("runs", sa.column("id"), sa.column("spec"))
    row = sa.select(sa.literal(new), *list(datasets.c)[1:]).where(datasets.c.name == name)
    added = sa.insert(datasets).from_select([each.name for each in datasets.c], row)
    if not connection.execute(added).rowcount:
        return
    connection.execute(
        sa.update(fingerprints).where(fingerprints.c.dataset == name).values(dataset=new)
    )
    connection.execute(sa.delete(datasets).where(datasets.c.name == name))
    for run, text in connection.execute(sa.select(runs.c.id, runs.c.spec)).all():
        spec = _parsed(text)
        if spec.get("dataset") == name:
            spec["dataset"] = new
            connection.execute(
                sa.update(runs).where(runs.c.id == run).values(spec=json.dumps(spec))
            )


def _parsed(text: object) -> dict[str, object]:
    """Return a run's settings; empty when they are damaged, which stays as it is."""
    try:
        found = json.loads(str(text))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

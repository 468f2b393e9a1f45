"""Version 4, the last before Alembic: stores of versions 1 to 3 differ only by missing tables."""

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision = None


def upgrade() -> None:
    """Create the missing tables."""

    def add(name: str, *columns: sa.Column, **options: bool) -> None:
        op.create_table(name, *columns, if_not_exists=True, **options)

    def of_run() -> sa.Column:
        key = sa.ForeignKey("runs.id", ondelete="CASCADE")
        return sa.Column("run", sa.Integer, key, primary_key=True)

    def needed(name: str, kind: type[sa.types.TypeEngine]) -> sa.Column:
        return sa.Column(name, kind, nullable=False)

    add(
        "handwriting",
        sa.Column("id", sa.Integer, primary_key=True),
        needed("created", sa.Float),
        needed("label", sa.Integer),
        needed("guess", sa.Text),
        needed("model", sa.Text),
        needed("aside", sa.Boolean),
        needed("image", sa.LargeBinary),
        sqlite_autoincrement=True,
    )
    add(
        "scores",
        of_run(),
        sa.Column("data", sa.Text, primary_key=True),
        sa.Column("before_right", sa.Integer),
        needed("after_right", sa.Integer),
        needed("total", sa.Integer),
    )
    add(
        "notes",
        of_run(),
        needed("note", sa.Text),
        needed("tags", sa.Text),
        needed("starred", sa.Boolean),
    )
    add("deleted", of_run(), needed("at", sa.Float))
    add("own_scores", of_run(), needed("correct", sa.Integer), needed("total", sa.Integer))
    add("tracebacks", of_run(), needed("text", sa.Text))
    add("trained_on", of_run(), needed("fingerprint", sa.Text))
    dataset = sa.ForeignKey("datasets.name", ondelete="CASCADE")
    add(
        "fingerprints",
        sa.Column("dataset", sa.Text, dataset, primary_key=True),
        needed("fingerprint", sa.Text),
    )

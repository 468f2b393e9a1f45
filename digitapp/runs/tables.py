"""The store's tables. Times are seconds since 1970, accuracies and probabilities 0 to 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

VERSION = 4
OLDER = (1, 2, 3)  # versions to which only tables are missing

metadata = sa.MetaData()


class Bytes(sa.LargeBinary):
    """Bytes; what is none, as only a damaged SQLite file has, is read as no bytes at all.

    Whoever unpacks them then says that they are damaged, and no other row is lost with them.
    """

    cache_ok = True

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], bytes | None]:
        """What is made of a column's value when it is read."""
        return lambda value: value if value is None else _bytes(value)


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else b""


def _of_run() -> sa.Column[int]:
    return sa.Column(
        "run", sa.Integer, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
    )


# One row: the version of these tables, and a counter whose update lets one process in at a time.
store = sa.Table(
    "store",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("turn", sa.Integer, nullable=False),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("preset", sa.Text, nullable=False),
    sa.Column("spec", sa.Text, nullable=False),  # JSON
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("queued", sa.Float, nullable=False),
    # The process that trains it; the host is known before there is one.
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("heartbeat", sa.Float, nullable=False),
    # What it is asked to do.
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("learning_rate", sa.Float),
    sa.Column("watched", Bytes),  # float32 (28, 28)
    # What came of it.
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("images", sa.Integer, nullable=False),
    sa.Column("batches", sa.Integer, nullable=False),
    sa.Column("parameters", sa.Integer, nullable=False),
    sa.Column("test_loss", sa.Float),
    sa.Column("test_accuracy", sa.Float),
    sqlite_autoincrement=True,  # a deleted run's number is not used again
)

epochs = sa.Table(
    "epochs",
    metadata,
    _of_run(),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("loss", sa.Float, nullable=False),
    sa.Column("accuracy", sa.Float, nullable=False),
    sa.Column("val_loss", sa.Float),
    sa.Column("val_accuracy", sa.Float),
    sa.Column("learning_rate", sa.Float, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("watched", sa.Text),  # JSON
)

points = sa.Table(
    "points",
    metadata,
    _of_run(),
    sa.Column("epoch", sa.Integer, primary_key=True),
    sa.Column("batch", sa.Integer, primary_key=True),
    sa.Column("loss", sa.Float, nullable=False),
    sa.Column("accuracy", sa.Float, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
)

# Arrays as `checkpoints.pack` makes them: the last checkpoint, the model, what it said of the
# test images, and the first layer's weights after each epoch.
blobs = sa.Table(
    "blobs",
    metadata,
    _of_run(),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("epoch", sa.Integer, primary_key=True),
    sa.Column("data", Bytes, nullable=False),
)

# Datasets that users brought.
datasets = sa.Table(
    "datasets",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("images", sa.Integer, nullable=False),
    sa.Column("data", Bytes, nullable=False),  # an .npz archive
)

# What users said a drawing was, image by image as the network read it.
handwriting = sa.Table(
    "handwriting",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("label", sa.Integer, nullable=False),
    sa.Column("guess", sa.Text, nullable=False),  # the name of the class that was read
    sa.Column("model", sa.Text, nullable=False),  # that read it
    sa.Column("aside", sa.Boolean, nullable=False),  # for the test: never learned from
    sa.Column("image", Bytes, nullable=False),  # uint8 (28, 28)
    sqlite_autoincrement=True,
)

# How many images were read right by the network that a run began with, and by its own.
scores = sa.Table(
    "scores",
    metadata,
    _of_run(),
    sa.Column("data", sa.Text, primary_key=True),  # the dataset whose test part it is
    sa.Column("before_right", sa.Integer),
    sa.Column("after_right", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
)

# What people note about a run.
notes = sa.Table(
    "notes",
    metadata,
    _of_run(),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("tags", sa.Text, nullable=False),  # a JSON list
    sa.Column("starred", sa.Boolean, nullable=False),
)

# Runs that were deleted and can still be brought back.
deleted = sa.Table(
    "deleted",
    metadata,
    _of_run(),
    sa.Column("at", sa.Float, nullable=False),
)

# How many of the drawings that are put aside of My handwriting a run's network reads right.
own_scores = sa.Table(
    "own_scores",
    metadata,
    _of_run(),
    sa.Column("correct", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
)

# What Python, or the process itself, said when a run broke: for those who look for the reason.
tracebacks = sa.Table(
    "tracebacks",
    metadata,
    _of_run(),
    sa.Column("text", sa.Text, nullable=False),
)

# What a run has learned from, told from any other dataset of the same name.
trained_on = sa.Table(
    "trained_on",
    metadata,
    _of_run(),
    sa.Column("fingerprint", sa.Text, nullable=False),
)

# The same of each dataset that users brought; those of older versions have none.
fingerprints = sa.Table(
    "fingerprints",
    metadata,
    sa.Column(
        "dataset", sa.Text, sa.ForeignKey("datasets.name", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("fingerprint", sa.Text, nullable=False),
)

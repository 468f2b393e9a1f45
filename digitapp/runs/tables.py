"""The store's SQL tables. Times are seconds since 1970, accuracies and probabilities 0 to 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

VERSION = 11  # raised with each migration: older programs, which compare it, then reject the store

metadata = sa.MetaData()


class Bytes(sa.LargeBinary):
    """Binary column that reads non-binary values, found only in damaged SQLite files, as `b""`.

    Unpacking `b""` then reports the damage, and the other rows stay readable.
    """

    cache_ok = True

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], bytes | None]:
        """Return the function that converts a stored value."""

        def read(value: Any) -> bytes | None:
            if value is None:
                return None
            return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else b""

        return read


def _of_run() -> sa.Column[int]:
    return sa.Column(
        "run", sa.Integer, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
    )


# One row: the version of these tables, and a counter whose update serialises processes.
store = sa.Table(
    "store",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("turn", sa.Integer, nullable=False),
)

# One row: Alembic's own record of the version. Other programs beside ours may use Alembic's usual
# name for it.
store_revision = sa.Table(
    "store_revision",
    metadata,
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="store_revision_pkc"),
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
    # The process that trains it; the host is known before the process exists.
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("heartbeat", sa.Float, nullable=False),
    # Orders to the training process.
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("learning_rate", sa.Float),
    sa.Column("watched", Bytes),  # float32 (28, 28)
    # Results.
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("images", sa.Integer, nullable=False),
    sa.Column("batches", sa.Integer, nullable=False),
    sa.Column("parameters", sa.Integer, nullable=False),
    sa.Column("test_loss", sa.Float),
    sa.Column("test_accuracy", sa.Float),
    # Users' notes.
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("tags", sa.Text, nullable=False, server_default="[]"),  # a JSON list
    sa.Column("starred", sa.Boolean, nullable=False, server_default=sa.false()),
    # When it was deleted; 0 while it is being purged. Until then it can be restored.
    sa.Column("deleted", sa.Float),
    # Number of held-out drawings of My handwriting that its network reads correctly, and of all.
    sa.Column("own_correct", sa.Integer),
    sa.Column("own_total", sa.Integer),
    # Of the dataset that it was trained on: another dataset may have the same name.
    sa.Column("fingerprint", sa.Text, nullable=False, server_default=""),
    # Python's traceback, or the process's error output, if it failed: for debugging. SQLite reads a
    # row's columns in order, so what may be long comes late.
    sa.Column("traceback", sa.Text, nullable=False, server_default=""),
    # What its process is doing, one of `training.phases`; empty when it has none.
    sa.Column("phase", sa.Text, nullable=False, server_default=""),
    # More orders: batches a second, none for as fast as it can; and batches to take in a pause.
    sa.Column("pace", sa.Float),
    sa.Column("steps", sa.Integer, nullable=False, server_default="0"),
    # "<name>/<id of its first run>" of the experiment that it is a part of; empty for none.
    sa.Column("experiment", sa.Text, nullable=False, server_default=""),
    # One more order: the epoch after which it pauses, if it was asked to train whole epochs.
    sa.Column("pause_after", sa.Integer, nullable=False, server_default="0"),
    # How its dataset's images were made, an entry of `PREPARATIONS`; empty before it begins.
    sa.Column("preparation", sa.Text, nullable=False, server_default=""),
    # Whose it is: an entry of `people`, or empty for the house.
    sa.Column("person", sa.Text, nullable=False, server_default="", index=True),
    # The room in which it was created; empty for none.
    sa.Column("room", sa.Text, nullable=False, server_default="", index=True),
    # Whether everybody in that room may read it.
    sa.Column("shown", sa.Boolean, nullable=False, server_default=sa.false()),
    # When it will be deleted because the server is short of space.
    sa.Column("leaving", sa.Float),
    sqlite_autoincrement=True,  # a deleted run's id is never reused
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
    sa.Column("slow", sa.Boolean, nullable=False, server_default=sa.false()),
)

# Arrays packed by `checkpoints.pack`: the last checkpoint, the model, the same as an ONNX file, its
# answers to the test images, the class names; after each epoch, its answers to a few of the test
# images; after some epochs, the first layer's weights, and all weights; and while it trains, what
# its last batch did and its first layer as it is now, both kept under the number of batches so far.
blobs = sa.Table(
    "blobs",
    metadata,
    _of_run(),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("epoch", sa.Integer, primary_key=True),
    sa.Column("data", Bytes, nullable=False),
)

# Datasets that users imported or made; those that are made have their images in `examples`.
datasets = sa.Table(
    "datasets",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("images", sa.Integer, nullable=False),
    sa.Column("data", Bytes, nullable=False),  # an .npz archive
)

# Drawings that users corrected: the images that the network read, and how the pen moved.
handwriting = sa.Table(
    "handwriting",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("label", sa.Integer, nullable=False),
    sa.Column("guess", sa.Text, nullable=False),  # the name of the predicted class
    sa.Column("model", sa.Text, nullable=False),  # the model that predicted it
    sa.Column("aside", sa.Boolean, nullable=False),  # held out for testing, never trained on
    sa.Column("image", Bytes, nullable=False),  # uint8 (28, 28)
    # Packed by `packed_strokes`; none of a picture, or of what an older version kept.
    sa.Column("strokes", Bytes),
    sa.Column("person", sa.Text, nullable=False, server_default="", index=True),  # as of `runs`
    sqlite_autoincrement=True,
)

# Number of images read correctly by the network that a run began with, and by its own.
scores = sa.Table(
    "scores",
    metadata,
    _of_run(),
    sa.Column("data", sa.Text, primary_key=True),  # the dataset whose test part was read
    sa.Column("before_right", sa.Integer),
    sa.Column("after_right", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
)

# Fingerprint of each imported dataset; those imported by older versions have none. A table of its
# own, because SQLite would read a column behind `datasets.data` through all its megabytes.
fingerprints = sa.Table(
    "fingerprints",
    metadata,
    sa.Column(
        "dataset", sa.Text, sa.ForeignKey("datasets.name", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("fingerprint", sa.Text, nullable=False),
)

# What a dataset is, in a table of its own for the same reason; those imported by versions before 10
# have the ten digits, prepared as MNIST was.
dataset_facts = sa.Table(
    "dataset_facts",
    metadata,
    sa.Column(
        "dataset", sa.Text, sa.ForeignKey("datasets.name", ondelete="CASCADE"), primary_key=True
    ),
    # A JSON list of [id, name] in the order of the labels: an id stays when a class is renamed.
    sa.Column("classes", sa.Text, nullable=False),
    sa.Column("preparation", sa.Text, nullable=False),
    sa.Column("made", sa.Boolean, nullable=False),  # example by example, in the page
    sa.Column("told", sa.Text, nullable=False),  # a JSON list: what was converted and mended
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),  # raised with each change of its examples
)

# The examples of datasets made in the page: the image that a network gets, and how the pen moved.
examples = sa.Table(
    "examples",
    metadata,
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
    sa.Column("image", Bytes, nullable=False),  # uint8 (28, 28)
    sa.Column("strokes", Bytes),  # packed by `packed_strokes`; none of a picture
    sa.Column("person", sa.Text, nullable=False, server_default=""),  # who drew it
    sqlite_autoincrement=True,
)

# Whose dataset it is; one without a row is the house's. With a room, everybody in it may read it.
dataset_people = sa.Table(
    "dataset_people",
    metadata,
    sa.Column(
        "dataset", sa.Text, sa.ForeignKey("datasets.name", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("room", sa.Text, nullable=False, index=True),
)

# The browsers that use a shared server. Nothing else is known about anybody.
people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("seen", sa.Float, nullable=False),
    sa.Column("house", sa.Boolean, nullable=False),  # has opened the server's own link
)

# Keys with which this store's servers sign.
secrets = sa.Table(
    "secrets",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", Bytes, nullable=False),
)

# Rooms of people who work together: a class.
classrooms = sa.Table(
    "classrooms",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("teacher", sa.Text, nullable=False),  # the person who made it
    sa.Column("link_key", sa.Text, nullable=False),  # of the teacher's link, hashed
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("ended", sa.Float),
    sa.Column("settings", sa.Text, nullable=False),  # JSON
    # What the teacher leads to, as JSON; empty while everybody is free.
    sa.Column("leading", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),  # raised with each change of `leading`
)


def _of_room(**more: Any) -> sa.Column[str]:
    return sa.Column("room", sa.Text, sa.ForeignKey("classrooms.code", ondelete="CASCADE"), **more)


members = sa.Table(
    "members",
    metadata,
    _of_room(primary_key=True),
    sa.Column("person", sa.Text, primary_key=True, index=True),
    sa.Column("nickname", sa.Text, nullable=False),
    sa.Column("teacher", sa.Boolean, nullable=False),
    sa.Column("joined", sa.Float, nullable=False),
    sa.Column("seen", sa.Float, nullable=False),
    sa.Column("hidden", sa.Boolean, nullable=False),  # the nickname, from the class
    sa.Column("removed", sa.Boolean, nullable=False),
)

# What each member does right now.
screens = sa.Table(
    "screens",
    metadata,
    _of_room(primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("updated", sa.Float, nullable=False),
    sa.Column("page", sa.Text, nullable=False),
    sa.Column("run", sa.Integer),
    sa.Column("image", Bytes),  # uint8 (28, 28)
    sa.Column("strokes", Bytes),  # packed by `packed_strokes`
    sa.Column("guess", sa.Text, nullable=False),
    sa.Column("sure", sa.Float, nullable=False),
)

# Drawings that members sent to the class wall.
sent_drawings = sa.Table(
    "sent_drawings",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of_room(nullable=False, index=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("image", Bytes, nullable=False),  # uint8 (28, 28)
    sa.Column("strokes", Bytes),  # packed by `packed_strokes`; none of a picture
    sa.Column("guess", sa.Text, nullable=False),
    sa.Column("sure", sa.Float, nullable=False),
    # The name of the class that its author says it is; empty when that was not said.
    sa.Column("meant", sa.Text, nullable=False),
    sa.Column("hidden", sa.Boolean, nullable=False),
    sqlite_autoincrement=True,
)

# What people used of the server, minute by minute (of Unix time): an amount of each kind.
usage = sa.Table(
    "usage",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("minute", sa.Integer, primary_key=True),
    sa.Column("amount", sa.Float, nullable=False),
)

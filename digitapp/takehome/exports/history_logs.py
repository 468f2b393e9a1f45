"""The history of a run: as a table for spreadsheets, and as the logs that TensorBoard reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from digitapp import backend
from digitapp.errors import ExportProblem
from digitapp.library import models
from digitapp.runs import Run, RunStore
from digitapp.takehome.exports.zipped_folders import new_folder, zipped
from digitapp.training.history import Epoch

COLUMNS = {
    "epoch": "number",
    "training loss": "loss",
    "training accuracy": "accuracy",
    "validation loss": "val_loss",
    "validation accuracy": "val_accuracy",
    "learning rate": "learning_rate",
    "seconds": "seconds",
}
# As Keras's TensorBoard callback names them, in a folder for each part.
TAGS = {
    "train": {
        "epoch_accuracy": "accuracy",
        "epoch_loss": "loss",
        "epoch_learning_rate": "learning_rate",
    },
    "validation": {"epoch_accuracy": "val_accuracy", "epoch_loss": "val_loss"},
}
FILE_VERSION = "brain.Event:2"  # how every file of events begins


class _Scalar(NamedTuple):
    """A value of an epoch; the time is seconds since 1970, when the epoch ended."""

    step: int
    time: float
    tag: str
    value: float


def history(store: RunStore, run: Run) -> bytes:
    """The epochs as CSV (RFC 4180), a row each; accuracies 0 to 1, empty cells for no value."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(COLUMNS)
    for epoch in store.epochs(run.id):
        table.writerow([_cell(getattr(epoch, field)) for field in COLUMNS.values()])
    return file.getvalue().encode()


def _cell(value: float | None) -> str:
    """A number with as many digits as float32 has; empty when there is none."""
    return "" if value is None else f"{value:.7g}"


def tensorboard(store: RunStore, run: Run) -> bytes:
    """Files of events for TensorBoard, zipped: `run-12/train` and `run-12/validation`.

    Steps count from 0, as Keras's callback has them. The times are those of a training without
    pauses that began when the run was asked for: others are not noted.

    Raises:
        ExportProblem: when no epoch is done yet.
    """
    epochs = store.epochs(run.id)
    if not epochs:
        raise ExportProblem(f"Run {run.id} has no finished epoch yet that could be shown.")
    backend.start()
    with new_folder(models.of_run(run.id)) as root:
        for part, tags in TAGS.items():
            if found := list(_values(epochs, run.created, tags)):
                _write(root / part, run.created, found)
        return zipped(root)


def _values(epochs: Sequence[Epoch], began: float, tags: dict[str, str]) -> Iterator[_Scalar]:
    ends = accumulate((epoch.seconds for epoch in epochs), initial=began)
    next(ends)
    for epoch, end in zip(epochs, ends, strict=True):
        for tag, field in tags.items():
            value = getattr(epoch, field)
            if value is not None:
                yield _Scalar(epoch.number - 1, end, tag, value)


def _write(folder: Path, began: float, values: Sequence[_Scalar]) -> None:
    import tensorflow as tf

    folder.mkdir()
    first = tf.compat.v1.Event(wall_time=began, file_version=FILE_VERSION)
    with tf.io.TFRecordWriter(str(folder / f"events.out.tfevents.{began:.0f}.digitapp.v2")) as file:
        for event in (first, *map(_event, values)):
            file.write(event.SerializeToString())


def _event(scalar: _Scalar) -> Any:
    """As `tf.summary.scalar` writes it, which leaves the time to the clock."""
    from tensorflow.compat import v1

    plugin = v1.SummaryMetadata.PluginData(plugin_name="scalars")
    value = v1.Summary.Value(
        tag=scalar.tag,
        tensor=v1.make_tensor_proto(scalar.value, v1.float32),
        metadata=v1.SummaryMetadata(plugin_data=plugin, data_class="DATA_CLASS_SCALAR"),
    )
    summary = v1.Summary(value=[value])
    return v1.Event(wall_time=scalar.time, step=scalar.step, summary=summary)

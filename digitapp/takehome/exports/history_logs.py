"""Export a run's history as CSV or as TensorBoard logs."""

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
# Tags of Keras's TensorBoard callback, by its subfolders.
TAGS = {
    "train": {
        "epoch_accuracy": "accuracy",
        "epoch_loss": "loss",
        "epoch_learning_rate": "learning_rate",
    },
    "validation": {"epoch_accuracy": "val_accuracy", "epoch_loss": "val_loss"},
}
FILE_VERSION = "brain.Event:2"  # in the first record of every event file


class _Scalar(NamedTuple):
    """One metric of one epoch; `time` is when the epoch ended, in seconds since 1970."""

    step: int
    time: float
    tag: str
    value: float


def history(store: RunStore, run: Run) -> bytes:
    """Return CSV (RFC 4180) with a row per epoch; accuracies 0 to 1, missing values empty."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(COLUMNS)
    for epoch in store.epochs(run.id):
        table.writerow([_cell(getattr(epoch, field)) for field in COLUMNS.values()])
    return file.getvalue().encode()


def _cell(value: float | None) -> str:
    """Format a number with float32 precision; return an empty string for None."""
    return "" if value is None else f"{value:.7g}"


def tensorboard(store: RunStore, run: Run) -> bytes:
    """Return zipped TensorBoard event files, in `run-12/train` and `run-12/validation`.

    Steps count from 0, as in Keras's callback. The times assume that training began when the run
    was created and had no pauses, because the real times of epochs are not stored.

    Raises:
        ExportProblem: if no epoch is finished yet.
    """
    epochs = store.epochs(run.id)
    if not epochs:
        raise ExportProblem(f"Run {run.id} has no finished epoch yet that could be exported.")
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
    """Build an event like that of `tf.summary.scalar`, which cannot set the time."""
    from tensorflow.compat import v1

    plugin = v1.SummaryMetadata.PluginData(plugin_name="scalars")
    value = v1.Summary.Value(
        tag=scalar.tag,
        tensor=v1.make_tensor_proto(scalar.value, v1.float32),
        metadata=v1.SummaryMetadata(plugin_data=plugin, data_class="DATA_CLASS_SCALAR"),
    )
    summary = v1.Summary(value=[value])
    return v1.Event(wall_time=scalar.time, step=scalar.step, summary=summary)

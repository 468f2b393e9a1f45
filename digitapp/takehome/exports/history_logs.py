"""Export a run's history as CSV or as TensorBoard logs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from digitapp import backend
from digitapp.errors import ExportProblem
from digitapp.jobs import tensorflow_process
from digitapp.library import models
from digitapp.runs import Run, RunStore
from digitapp.takehome.zipped_folders import new_folder, zipped
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


def history(store: RunStore, run: Run) -> bytes:
    """Return CSV (RFC 4180) with a row per epoch; accuracies 0 to 1, missing values empty."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(COLUMNS)
    for epoch in store.epochs(run.id):
        values = [getattr(epoch, field) for field in COLUMNS.values()]
        # Seven digits are what a float32 holds.
        table.writerow(["" if value is None else f"{value:.7g}" for value in values])
    return file.getvalue().encode()


def tensorboard(store: RunStore, run: Run) -> bytes:
    """Return zipped TensorBoard event files, in `run-12/train` and `run-12/validation`.

    Steps count from 0, as in Keras's callback. The times assume that training began when the run
    was created and had no pauses, because the real times of epochs are not stored.

    Raises:
        ExportProblem: if no epoch is finished yet, or the files cannot be written.
        WorkerProblem, TensorFlowMissing: as `tensorflow_process.call`.
    """
    epochs = store.epochs(run.id)
    if not epochs:
        raise ExportProblem(f"Run {run.id} has no finished epoch yet that could be exported.")
    return tensorflow_process.call(event_files, models.of_run(run.id), run.created, epochs)


def event_files(name: str, created: float, epochs: Sequence[Epoch]) -> bytes:
    """Write what `tensorboard` returns, in the process that has TensorFlow loaded.

    Args:
        name: of the folder.
        created: when the run was created, in seconds since 1970.

    Raises:
        ExportProblem: if the files cannot be written.
    """
    backend.start()
    import tensorflow as tf

    _, *ends = accumulate((epoch.seconds for epoch in epochs), initial=created)
    first = tf.compat.v1.Event(wall_time=created, file_version=FILE_VERSION)
    file_name = f"events.out.tfevents.{created:.0f}.digitapp.v2"
    with new_folder(name) as root:
        for part, tags in TAGS.items():
            events = [
                _event(epoch.number - 1, end, tag, value)
                for epoch, end in zip(epochs, ends, strict=True)
                for tag, field in tags.items()
                if (value := getattr(epoch, field)) is not None
            ]
            if events:
                (root / part).mkdir()
                with tf.io.TFRecordWriter(str(root / part / file_name)) as file:
                    for event in (first, *events):
                        file.write(event.SerializeToString())
        return zipped(root)


def _event(step: int, end: float, tag: str, value: float) -> Any:
    """Build an event like that of `tf.summary.scalar`, which cannot set the time.

    Args:
        step: the number of the epoch, from 0.
        end: when the epoch ended, in seconds since 1970.
    """
    from tensorflow.compat import v1

    plugin = v1.SummaryMetadata.PluginData(plugin_name="scalars")
    scalar = v1.Summary.Value(
        tag=tag,
        tensor=v1.make_tensor_proto(value, v1.float32),
        metadata=v1.SummaryMetadata(plugin_data=plugin, data_class="DATA_CLASS_SCALAR"),
    )
    return v1.Event(wall_time=end, step=step, summary=v1.Summary(value=[scalar]))

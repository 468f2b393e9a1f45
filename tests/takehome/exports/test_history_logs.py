"""The history of a run as a spreadsheet and as TensorBoard logs."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from digitapp.errors import ExportProblem
from digitapp.runs import RunStore
from digitapp.takehome.exports import export
from digitapp.training.history import Epoch
from digitapp.training.spec import TrainingSpec
from tests.takehome.exports.conftest import DENSE, EPOCHS, Kept


def _logs(data: bytes, folder: Path) -> Iterator[tuple[str, EventAccumulator]]:
    """Yield each part's name, such as `run-1/train`, and its events."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    for path in sorted(folder.rglob("*tfevents*")):
        found = EventAccumulator(str(path.parent))
        found.Reload()
        yield path.parent.relative_to(folder).as_posix(), found


def _values(found: EventAccumulator, tag: str) -> list[tuple[int, float]]:
    return [(each.step, _number(each.tensor_proto)) for each in found.Tensors(tag)]


def _number(proto: Any) -> float:
    import tensorflow as tf

    return float(tf.make_ndarray(proto))


def _store_with(*epochs: Epoch) -> tuple[RunStore, int]:
    store = RunStore()
    run = store.add(
        TrainingSpec(validation_split=0),
        name="",
        epochs=epochs,
        model=b"",
        test=None,
        test_loss=None,
        test_accuracy=None,
        images=1,
        batches=1,
        parameters=1,
    )
    return store, run


def test_the_table_has_a_row_for_each_epoch(kept: Kept) -> None:
    text = export(kept.store, kept.run(DENSE), "history").data.decode("ascii")
    names, *rows = csv.reader(io.StringIO(text, newline=""))
    assert names[:3] == ["epoch", "training loss", "training accuracy"]
    assert names[3:] == ["validation loss", "validation accuracy", "learning rate", "seconds"]
    assert rows == [
        ["1", "2.25", "0.5", "2.5", "0.25", "0.01", "3"],
        ["2", "1.125", "0.75", "1.5", "0.625", "0.005", "4.5"],
    ]


def test_the_table_has_numbers_for_pandas_and_gaps_where_nothing_was_measured() -> None:
    store, run = _store_with(*(replace(each, val_loss=None, val_accuracy=None) for each in EPOCHS))
    found = pd.read_csv(io.BytesIO(export(store, store.get(run), "history").data))
    assert found["training loss"].tolist() == [2.25, 1.125]
    assert found["validation loss"].isna().all()
    assert found["epoch"].tolist() == [1, 2]


def test_the_table_keeps_what_float32_knows() -> None:
    store, run = _store_with(replace(EPOCHS[0], loss=float(np.float32(0.1)), seconds=1234.56))
    found = pd.read_csv(io.BytesIO(export(store, store.get(run), "history").data))
    assert np.float32(found["training loss"][0]) == np.float32(0.1)
    assert found["seconds"][0] == 1234.56


def test_tensorboard_shows_the_curves_as_those_of_keras(kept: Kept, tmp_path: Path) -> None:
    run = kept.run(DENSE)
    logs = dict(_logs(export(kept.store, run, "tensorboard").data, tmp_path))
    train, validation = logs[f"run-{run.id}/train"], logs[f"run-{run.id}/validation"]
    assert len(logs) == 2
    assert {*train.Tags()["tensors"]} == {"epoch_accuracy", "epoch_loss", "epoch_learning_rate"}
    assert {*validation.Tags()["tensors"]} == {"epoch_accuracy", "epoch_loss"}
    assert _values(train, "epoch_loss") == [(0, 2.25), (1, 1.125)]
    assert _values(train, "epoch_accuracy") == [(0, 0.5), (1, 0.75)]
    assert _values(validation, "epoch_loss") == [(0, 2.5), (1, 1.5)]
    assert _values(validation, "epoch_accuracy") == [(0, 0.25), (1, 0.625)]
    rates = [value for _, value in _values(train, "epoch_learning_rate")]
    assert rates == pytest.approx([0.01, 0.005])


def test_tensorboard_takes_the_values_for_scalars(kept: Kept, tmp_path: Path) -> None:
    run = kept.run(DENSE)
    for _, found in _logs(export(kept.store, run, "tensorboard").data, tmp_path):
        assert {*found.PluginTagToContent("scalars")} == {*found.Tags()["tensors"]}


def test_tensorboard_is_told_when_the_epochs_ended(kept: Kept, tmp_path: Path) -> None:
    run = kept.run(DENSE)
    for _, found in _logs(export(kept.store, run, "tensorboard").data, tmp_path):
        times = [each.wall_time for each in found.Tensors("epoch_loss")]
        assert times == pytest.approx([run.created + 3, run.created + 7.5], abs=0.001)


def test_without_validation_there_are_logs_of_the_training_alone(tmp_path: Path) -> None:
    store, run = _store_with(replace(EPOCHS[0], val_loss=None, val_accuracy=None))
    found = dict(_logs(export(store, store.get(run), "tensorboard").data, tmp_path))
    assert [*found] == [f"run-{run}/train"]


def test_before_the_first_epoch_there_is_a_sentence_instead_of_logs() -> None:
    store, run = _store_with()
    with pytest.raises(ExportProblem, match=f"Run {run} has no finished epoch yet"):
        export(store, store.get(run), "tensorboard")

"""A run resumes with the images it has learned from so far, or not at all."""

from pathlib import Path

import numpy as np
import pytest

from digitapp.cli import main
from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.errors import DatasetChanged, UnknownName
from digitapp.jobs import resuming, worker
from digitapp.library import catalogue, handwriting_datasets, own_datasets
from digitapp.runs import RunStore, corrected_drawings
from digitapp.runs.records import DONE, FAILED, STOPPED
from digitapp.training.spec import TrainingSpec
from tests import own_data
from tests.tiny_runs import TINY, change, write_mnist

OTHER = "has changed since run 1 began, so the run cannot be resumed"


@pytest.fixture
def store() -> RunStore:
    return RunStore()


def bring(store: RunStore, data: Dataset, folder: Path) -> None:
    """Import a dataset under the name `mine`."""
    parts = {name: getattr(data, name) for name in ("x_train", "y_train", "x_test", "y_test")}
    np.savez(folder / "mine.npz", allow_pickle=False, **parts)
    own_data.kept(store, folder / "mine.npz", "mine")


def another(data: Dataset) -> Dataset:
    """A dataset of the same name and images, with other labels."""
    return Dataset(
        data.name, data.class_names, data.x_train, data.y_train[::-1], data.x_test, data.y_test
    )


def left(store: RunStore, spec: TrainingSpec = TINY) -> int:
    """A run that was stopped after its first epoch."""
    run = store.create(spec)
    found = worker.execute(store, run, interrupted=lambda: store.get(run).epoch == 1)
    assert (found.status, found.epoch) == (STOPPED, 1)
    return run


def test_another_dataset_of_the_same_name_is_refused_and_the_old_one_goes_on(
    store: RunStore, toy: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(store, toy, tmp_path)
    run = left(store, TINY.changed({"dataset": "mine"}))
    before = store.get(run)
    bring(store, another(toy), tmp_path)
    with pytest.raises(DatasetChanged, match=OTHER):
        resuming.resume(store, run)
    assert main(["runs", "resume", str(run)]) == 1
    assert OTHER in capsys.readouterr().err
    own_datasets.remove(store, "mine")
    with pytest.raises(UnknownName, match="Unknown dataset 'mine'"):
        resuming.resume(store, run)
    assert store.get(run) == before
    bring(store, toy, tmp_path)
    assert resuming.resume(store, run) == ""
    assert worker.execute(store, run).status == DONE


def test_the_process_that_trains_looks_at_a_built_in_dataset_and_leaves_what_was_learned(
    store: RunStore, toy: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (tmp_path / name for name in ("first", "second"))
    monkeypatch.setenv(FOLDER_VARIABLE, str(write_mnist(first, toy)))
    run = left(store)
    before = store.get(run)
    monkeypatch.setenv(FOLDER_VARIABLE, str(write_mnist(second, another(toy))))
    resuming.resume(store, run)
    found = worker.execute(store, run)
    assert found.status == FAILED
    assert OTHER in found.error
    assert (found.epoch, found.test_accuracy) == (1, before.test_accuracy)
    monkeypatch.setenv(FOLDER_VARIABLE, str(first))
    resuming.resume(store, run)
    assert worker.execute(store, run).status == DONE


def test_a_run_of_an_older_version_goes_on_as_before(
    store: RunStore, toy: Dataset, tmp_path: Path
) -> None:
    bring(store, toy, tmp_path)
    run = left(store, TINY.changed({"dataset": "mine"}))
    change(store, run, fingerprint="")
    bring(store, another(toy), tmp_path)
    assert resuming.resume(store, run) == ""
    assert worker.execute(store, run).status == DONE
    assert store.get(run).fingerprint == catalogue.version(store, "mine")


def test_a_run_that_has_learned_nothing_yet_takes_what_is_there(
    store: RunStore, toy: Dataset, tmp_path: Path
) -> None:
    bring(store, toy, tmp_path)
    run = store.create(TINY.changed({"dataset": "mine", "epochs": 1}))
    assert worker.execute(store, run, interrupted=lambda: True).epoch == 0
    bring(store, another(toy), tmp_path)
    assert resuming.resume(store, run) == ""
    assert worker.execute(store, run).status == DONE
    assert store.get(run).fingerprint == catalogue.version(store, "mine")


def test_a_lesson_goes_on_with_the_handwriting_of_now_and_says_so(store: RunStore) -> None:
    for number in range(8):
        corrected_drawings.add(store, np.eye(28, dtype=np.float32), number, "9", "recogniser")
    spec = TINY.changed(
        {"dataset": handwriting_datasets.OWN, "validation_split": 0, "batch_size": 2}
    )
    run = left(store, spec)
    resuming.resume(store, run)
    assert worker.execute(store, run, interrupted=lambda: True).status == STOPPED
    corrected_drawings.add(store, np.eye(28, dtype=np.float32), 3, "9", "recogniser")
    told = resuming.resume(store, run)
    assert told.startswith(f"My handwriting has changed since run {run} began; the run continues")
    assert worker.execute(store, run).status == DONE
    assert store.get(run).fingerprint == corrected_drawings.version(store)

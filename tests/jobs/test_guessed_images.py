"""A few test images, guessed before the first step and after each epoch: only shown."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.errors import BadFile, StoreProblem
from digitapp.jobs import guess_recorder, heartbeat, worker
from digitapp.jobs.guess_recorder import asked
from digitapp.library import catalogue
from digitapp.runs import Lease, RunStore
from digitapp.runs import stored_guesses as kept
from digitapp.runs.records import GUESSED_IMAGES, GUESSES, PAUSE, PAUSED, STOP
from digitapp.training.architectures import build
from digitapp.training.spec import TrainingSpec
from tests.tiny_runs import TINY, equal, over, training, until, weights, within_an_epoch
from tests.tiny_runs import write_mnist as write


@pytest.fixture
def store(toy_mnist: Path) -> RunStore:
    return RunStore()


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Iterator[RunStore]:
    """A store with run 1 of three epochs, and run 2, which began with it and trained one more."""
    folder = tmp_path_factory.mktemp("guesses")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, str(write(folder / "datasets", toy)))
        store = RunStore(f"sqlite:///{folder / 'runs.db'}")
        spec = TINY.changed({"epochs": 3, "dropout": 0.2})
        for each in (spec, replace(spec, epochs=1, base="run-1")):
            assert worker.execute(store, store.create(each)).status == "done"
        yield store


@pytest.mark.parametrize(("classes", "count"), [(2, 4), (10, 20), (11, 22), (12, 24), (40, 24)])
def test_each_class_has_two_images_and_none_of_many_has_more_than_another(
    classes: int, count: int
) -> None:
    labels = np.arange(500, dtype=np.uint8) % classes
    chosen = asked(labels, classes)
    assert len(set(chosen)) == len(chosen) == count
    counts = np.bincount(labels[chosen], minlength=classes)
    assert counts.max() - counts.min() <= 1
    np.testing.assert_array_equal(chosen, asked(labels, classes))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_of_few_test_images_all_are_asked_about(count: int) -> None:
    assert sorted(asked(np.zeros(count, np.uint8) + 7, 10)) == [*range(count)]


def test_the_network_is_asked_before_its_first_step_and_after_each_epoch(
    finished: RunStore, toy: Dataset
) -> None:
    assert finished.blob_epochs(1, GUESSES) == [0, 1, 2, 3]
    shown = kept.images(finished, 1)
    assert shown
    chosen = asked(toy.y_test, 10)
    np.testing.assert_array_equal(shown.images, toy.x_test[chosen])
    np.testing.assert_array_equal(shown.labels, toy.y_test[chosen])
    inputs = toy.x_test[chosen].astype(np.float32) / 255
    model = build(finished.get(1).spec)
    np.testing.assert_allclose(kept.answers(finished, 1, 0), model(inputs), atol=1e-6)
    for variable, value in zip(model.variables, weights(finished, 1), strict=True):
        variable.assign(value)
    np.testing.assert_allclose(kept.answers(finished, 1, 3), model(inputs), atol=1e-5)


def test_it_gets_more_of_them_right_as_it_learns(finished: RunStore) -> None:
    shown = kept.images(finished, 1)
    assert shown
    right = [
        (kept.answers(finished, 1, epoch).argmax(axis=1) == shown.labels).sum() for epoch in (0, 3)
    ]
    assert right[0] < 8
    assert right[1] > 12


def test_a_network_that_begins_with_another_guesses_as_well_as_that_one(
    finished: RunStore,
) -> None:
    begun, ended = kept.answers(finished, 2, 0), kept.answers(finished, 1, 3)
    np.testing.assert_allclose(begun, ended, atol=1e-5)


@pytest.mark.parametrize("architecture", ["dense", "simple-cnn"])
def test_asking_changes_nothing_of_the_training(
    architecture: str, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = TINY.changed({"architecture": architecture, "dropout": 0.3})
    asking = store.create(spec)
    worker.execute(store, asking)
    monkeypatch.setattr(guess_recorder.GuessRecorder, "_ask", lambda *_: None)
    silent = store.create(spec)
    worker.execute(store, silent)
    assert (store.blob_epochs(asking, GUESSES), store.blob_epochs(silent, GUESSES)) == (
        [0, 1, 2],
        [],
    )
    assert equal(weights(store, asking), weights(store, silent))


def test_a_dataset_with_three_test_images_and_a_class_for_the_rest(
    store: RunStore, toy: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = (*toy.class_names, "not a digit")
    few = replace(toy, class_names=names, x_test=toy.x_test[:3], y_test=toy.y_test[:3])
    monkeypatch.setattr(catalogue, "dataset", lambda *_: few)
    monkeypatch.setattr(catalogue, "class_names", lambda *_: names)
    run = store.create(TINY.changed({"epochs": 1}))
    assert worker.execute(store, run).status == "done"
    shown = kept.images(store, run)
    assert shown
    assert sorted(shown.labels) == sorted(toy.y_test[:3])
    assert kept.answers(store, run, 1).shape == (3, 11)


def test_an_epoch_that_was_stopped_is_not_asked_about_and_a_resumed_run_goes_on(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "BEATS_EVERY", 0.03)
    run = store.create(TrainingSpec(hidden=(32,), batch_size=1, epochs=40))
    with training(store, run):
        while not within_an_epoch(store, run):
            assert store.get(run).active
        store.ask(run, STOP)
    found = over(store, run)
    assert found.status == "stopped"
    assert store.blob_epochs(run, GUESSES) == [*range(found.epoch + 1)]
    before = [kept.answers(store, run, epoch) for epoch in range(found.epoch + 1)]
    store.resume(run)
    with training(store, run):
        while store.get(run).epoch <= found.epoch:
            assert store.get(run).active
    again = over(store, run)
    assert store.blob_epochs(run, GUESSES) == [*range(again.epoch + 1)]
    for epoch, said in enumerate(before):
        np.testing.assert_allclose(kept.answers(store, run, epoch), said, atol=1e-6)


def test_a_run_that_waits_before_its_first_step_has_guessed(store: RunStore) -> None:
    run = store.create(TINY, request=PAUSE)
    with training(store, run):
        until(lambda: store.get(run).status == PAUSED)
        assert store.blob_epochs(run, GUESSES) == [0]
        store.ask(run, STOP)
    assert over(store, run).status == "stopped"


def test_a_store_that_fails_does_not_end_the_training(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreProblem("The disk is full.")

    monkeypatch.setattr(Lease, "keep_guesses", full)
    run = store.create(TINY)
    assert worker.execute(store, run).status == "done"
    assert kept.images(store, run) is None


def test_damage_is_a_sentence(store: RunStore) -> None:
    run = store.create(TINY)
    lease = Lease(store, run)
    lease.take()
    assert lease.turn(64)
    lease.keep_guesses(0, kept.pack_answers(np.zeros(3, np.float32)), b"nothing")
    with pytest.raises(BadFile, match="damaged"):
        kept.answers(store, run, 0)
    with pytest.raises(BadFile):
        kept.images(store, run)
    assert store.blob_epochs(run, GUESSED_IMAGES) == [0]


def test_they_are_small(finished: RunStore) -> None:
    shown = kept.images(finished, 1)
    assert shown
    assert len(shown.packed()) < 20_000
    assert len(kept.pack_answers(kept.answers(finished, 1, 3))) < 1500

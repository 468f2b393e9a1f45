"""The pace of a training: the same weights come out, and only the waiting differs."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from digitapp.data.datasets import Dataset
from digitapp.jobs import heartbeat, pacing, present_moment, worker
from digitapp.jobs.step_watch import StepWatch
from digitapp.runs import RunStore
from digitapp.runs.records import (
    FIRST_LAYER_NOW,
    GO_ON,
    ONE_EPOCH,
    PAUSE,
    SNAPSHOT,
    STEP,
    STOP,
)
from digitapp.runs.stored_arrays import new_rates, pauses
from digitapp.training import checkpoints, snapshots, step_record
from digitapp.training.architectures import build
from digitapp.training.batching import batch_at, batches, split, steps_per_epoch
from digitapp.training.spec import TrainingSpec
from digitapp.training.trainer import Trained, compile_model, train
from tests.tiny_runs import TINY, equal, over, training, until, variables, weights

DENSE = TINY.changed({"batch_size": 8, "hidden": [16], "dropout": 0.2, "epochs": 2, "l2": 0.001})
CNN = TINY.changed(
    {"architecture": "simple-cnn", "batch_size": 16, "epochs": 2, "augmentation": {"shift": 2}}
)
SPECS = {"dense": DENSE, "cnn": CNN}
Way = Callable[[RunStore, int], None]


class Known(NamedTuple):
    """A training by nobody's pace: its settings, what came of it, and its batches per epoch."""

    spec: TrainingSpec
    trained: Trained
    steps: int


@pytest.fixture(autouse=True)
def quick_hearing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are noticed within a twentieth of a second, and every step is recorded."""
    for module, name in ((heartbeat, "BEATS_EVERY"), (pacing, "LOOKS_EVERY")):
        monkeypatch.setattr(module, name, 0.03)


@pytest.fixture
def store(toy_mnist: Path) -> RunStore:
    return RunStore()


@pytest.fixture(scope="module", params=SPECS)
def known(request: pytest.FixtureRequest, toy: Dataset) -> Known:
    spec = SPECS[request.param]
    trained = train(spec, toy)
    return Known(spec, trained, steps_per_epoch(spec, trained.images))


def paused(store: RunStore, run: int) -> bool:
    """Whether it waits in a pause, and has done all that it was asked for."""
    found = store.get(run)
    return found.status == "paused" and found.request == PAUSE and not found.steps


def rest(store: RunStore, run: int) -> None:
    """Wait until it is paused or over."""
    until(lambda: paused(store, run) or not store.get(run).active)


def one_by_one(store: RunStore, run: int) -> None:
    rest(store, run)
    store.ask_batches(run, 1000)


def epoch_by_epoch(store: RunStore, run: int) -> None:
    rest(store, run)
    for done in range(store.get(run).spec.epochs):
        assert store.get(run).epoch == done
        store.ask(run, ONE_EPOCH)
        rest(store, run)


def mixture(store: RunStore, run: int) -> None:
    rest(store, run)
    for _ in range(3):
        store.ask_batches(run)
        rest(store, run)
    store.set_pace(run, 20)
    store.ask(run, GO_ON)
    until(lambda: store.points(run)[-1].batch > 3)
    store.ask_batches(run)  # while it trains
    rest(store, run)
    store.ask(run, ONE_EPOCH)
    rest(store, run)
    assert store.get(run).epoch == 1
    store.ask_batches(run, 2)
    rest(store, run)
    store.set_pace(run, None)
    store.ask(run, GO_ON)


def resumed(store: RunStore, run: int) -> None:
    rest(store, run)
    store.ask(run, ONE_EPOCH)
    rest(store, run)
    store.ask_batches(run, 2)
    rest(store, run)
    store.ask(run, STOP)
    assert over(store, run).status == "stopped"


def go_on(store: RunStore, run: int) -> None:
    rest(store, run)
    store.ask(run, GO_ON)


@pytest.mark.parametrize(
    ("way", "pace"),
    [
        *((go_on, 200.0), (one_by_one, None), (epoch_by_epoch, None)),
        *((mixture, None), (resumed, 200.0)),
    ],
)
def test_the_same_weights_come_out_whatever_the_pace(
    way: Way, pace: float | None, known: Known, store: RunStore
) -> None:
    run = store.create(known.spec, pace=pace, request=PAUSE)
    with training(store, run) as trained:
        way(store, run)
        found = trained.result()
    if way is resumed:
        assert found.epoch == 1
        store.resume(run)
        found = worker.execute(store, run)
    assert found.status == "done"
    assert equal(weights(store, run), variables(known.trained.model))
    for name in ("val_loss", "val_accuracy", "loss", "accuracy"):
        noted = [getattr(epoch, name) for epoch in store.epochs(run)]
        assert noted == known.trained.history[name]


def test_before_its_first_step_a_run_shows_the_untrained_network_and_waits(
    store: RunStore,
) -> None:
    run = store.create(DENSE, request=PAUSE)
    with training(store, run):
        until(lambda: paused(store, run))
        (untrained,) = store.epochs(run, since=0)
        assert (untrained.number, store.points(run)) == (0, [])
        threading.Event().wait(0.2)
        assert store.points(run) == []
        assert pauses(store, run) == []  # it has not begun: nothing to mark
        store.ask_batches(run)
        until(lambda: paused(store, run) and store.points(run))
        assert [(each.epoch, each.batch, each.slow) for each in store.points(run)] == [(1, 1, True)]


def test_between_batches_a_run_gives_its_turn_to_others(store: RunStore) -> None:
    run = store.create(DENSE, request=PAUSE)
    with training(store, run):
        until(lambda: paused(store, run))
        assert worker.execute(store, store.create(TINY)).status == "done"
        store.ask_batches(run)
        until(lambda: paused(store, run) and store.points(run))


def test_in_slow_motion_every_batch_is_a_point_and_waiting_is_no_training_time(
    store: RunStore,
) -> None:
    run = store.create(DENSE.changed({"epochs": 1, "batch_size": 20}), pace=20.0)
    began = time.monotonic()
    found = worker.execute(store, run)
    took = time.monotonic() - began
    assert [each.batch for each in store.points(run)] == list(range(1, found.batches + 1))
    assert all(each.slow for each in store.points(run))
    assert took > (found.batches - 1) / 20
    assert store.epochs(run)[0].seconds < took - 0.9 * (found.batches - 2) / 20


@pytest.mark.parametrize(
    ("order", "happens"),
    [
        (lambda store: store.set_pace(1, None), lambda store: store.points(1)[-1].batch > 1),
        (lambda store: store.set_pace(1, 50.0), lambda store: len(store.points(1)) > 2),
        (lambda store: store.ask(1, PAUSE), lambda store: paused(store, 1)),
        (lambda store: store.ask(1, STOP), lambda store: store.get(1).status == "stopped"),
        (
            lambda store: store.ask_batches(1),
            lambda store: paused(store, 1) and len(store.points(1)) == 2,
        ),
    ],
    ids=["full speed", "faster", "pause", "stop", "one batch"],
)
def test_a_slow_run_hears_of_orders_while_it_waits_for_its_next_batch(
    order: Callable[[RunStore], None], happens: Callable[[RunStore], bool], store: RunStore
) -> None:
    run = store.create(DENSE, pace=0.1)
    with training(store, run):
        until(lambda: store.points(run))
        order(store)
        until(lambda: happens(store), seconds=9.0)  # its next batch would be due in ten


def test_each_epoch_that_is_asked_for_is_trained_before_the_pause(store: RunStore) -> None:
    run = store.create(DENSE.changed({"epochs": 20}), request=PAUSE)
    with training(store, run):
        until(lambda: paused(store, run))
        store.ask(run, ONE_EPOCH)
        store.ask(run, ONE_EPOCH)
        until(lambda: paused(store, run))
        assert [each.number for each in store.epochs(run)] == [1, 2]
        assert store.points(run)[-1].epoch == 2  # it has not begun another


def test_one_that_is_stopped_in_a_pause_has_not_taken_another_batch(store: RunStore) -> None:
    run = store.create(DENSE, request=PAUSE)
    with training(store, run) as trained:
        until(lambda: paused(store, run))
        store.ask(run, STOP)
        assert trained.result().status == "stopped"
    assert store.points(run) == []
    fresh = [each for each in variables(build(DENSE)) if each.dtype.kind == "f"]
    assert equal([each for each in weights(store, run) if each.dtype.kind == "f"], fresh)


def test_a_pause_is_marked_but_not_those_between_steps(store: RunStore) -> None:
    run = store.create(DENSE.changed({"epochs": 30}), pace=50.0)
    with training(store, run):
        until(lambda: len(store.points(run)) > 3)
        store.ask(run, PAUSE)
        until(lambda: paused(store, run))
        assert len(pauses(store, run)) == 1
        store.ask_batches(run, 2)
        until(lambda: paused(store, run))
        store.ask(run, ONE_EPOCH)
        until(lambda: paused(store, run))
        assert len(pauses(store, run)) == 1


def test_a_new_learning_rate_is_noted_with_its_batch_and_again_when_its_epoch_is_trained_again(
    store: RunStore,
) -> None:
    run = store.create(DENSE, request=PAUSE)
    with training(store, run):
        for rate in (None, 0.5, 0.25, 0.25):  # the last one changes nothing
            rest(store, run)
            if rate:
                store.set_learning_rate(run, rate)
            store.ask_batches(run, 3)
        rest(store, run)
        steps = store.get(run).batches
        found = new_rates(store, run)
        assert [each.at for each in found] == pytest.approx([3 / steps, 6 / steps])
        assert [each.new for each in found] == [0.5, 0.25]
        assert [each.old for each in found] == pytest.approx([DENSE.learning_rate, 0.5])
        store.ask(run, STOP)
    assert over(store, run).status == "stopped"
    store.resume(run)
    with training(store, run):
        over(store, run)
    (again,) = new_rates(store, run)
    assert (again.at, again.new) == (0, 0.25)


@pytest.mark.parametrize("name", SPECS)
def test_a_batch_is_the_one_that_the_network_gets(name: str, toy: Dataset) -> None:
    spec = SPECS[name]
    parts = split(spec, toy)
    steps = steps_per_epoch(spec, len(parts.x_train))
    stream = batches(spec, parts.x_train, parts.y_train, 10).as_numpy_iterator()
    for number, (images, labels) in zip(range(2 * steps), stream, strict=False):
        found = batch_at(spec, parts, 10, number)
        np.testing.assert_allclose(found.images, images, atol=1e-6)
        np.testing.assert_array_equal(found.labels, labels)
        np.testing.assert_array_equal(found.targets, labels)


def test_a_step_tells_what_it_did(store: RunStore, toy: Dataset) -> None:
    spec = DENSE.changed({"l2": 0.0})
    run = store.create(spec, request=PAUSE)
    with training(store, run):
        until(lambda: paused(store, run))
        store.ask_batches(run)
        until(lambda: paused(store, run) and store.blob(run, STEP))
        found = step_record.unpack(store.blob(run, STEP) or b"")
        (layer_at,) = store.blob_epochs(run, FIRST_LAYER_NOW)
        now = checkpoints.unpack(store.blob(run, FIRST_LAYER_NOW) or b"")["weights"]
        before = snapshots.unpack(store.blob(run, SNAPSHOT, 0) or b"").astype(np.float32)
        assert store.blob_epochs(run, STEP) == [layer_at] == [1]
    batch = batch_at(spec, split(spec, toy), 10, 0)
    np.testing.assert_array_equal(found.images, np.round(batch.images * 255))
    np.testing.assert_array_equal(found.labels, batch.labels)
    assert found.size == len(batch.labels) == 8
    # By hand: the network of before, rounded, without dropout.
    hidden, at = 16, 784 * 16
    first, last = before[:at].reshape(784, hidden), before[at + hidden : at + hidden + 160]
    signals = np.maximum(batch.images.reshape(8, 784) @ first, 0) @ last.reshape(hidden, 10)
    shares = np.exp(signals) / np.exp(signals).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found.before, shares, atol=0.01)
    right = batch.labels[:, None]
    for at_, said in enumerate((found.before, found.after)):
        mean = -np.log(np.take_along_axis(said, right, axis=1)).mean()
        assert found.loss[at_] == pytest.approx(mean, rel=1e-4)
        assert found.right[at_] == (said.argmax(axis=1) == batch.labels).sum()
    assert found.loss[1] < found.loss[0]
    changed = now.astype(np.float32).reshape(hidden, 784).T - first
    assert found.moved[0] == pytest.approx(np.linalg.norm(changed) / np.linalg.norm(first), rel=0.1)
    assert found.nodes[0] == np.linalg.norm(changed, axis=0).argmax()
    assert len(found.moved) == 2
    np.testing.assert_allclose(found.change[0].ravel(), changed[:, found.nodes[0]], atol=0.002)


@pytest.mark.parametrize("name", SPECS)
def test_watching_a_step_changes_nothing(name: str, toy: Dataset) -> None:
    spec = SPECS[name].changed({"dropout": 0.5})
    model, parts = build(spec), split(spec, toy)
    compile_model(model, spec, len(parts.x_train))
    before = variables(model)
    watch = StepWatch(model, batch_at(spec, parts, 10, 3))
    assert watch.record() is not None
    assert equal(variables(model), before)


def test_a_step_whose_loss_is_not_finite_is_not_recorded(toy: Dataset) -> None:
    model, parts = build(DENSE), split(DENSE, toy)
    compile_model(model, DENSE, len(parts.x_train))
    watch = StepWatch(model, batch_at(DENSE, parts, 10, 0))
    model.variables[0].assign(np.full((784, 16), np.nan, np.float32))
    assert watch.record() is None


def test_at_full_speed_the_first_layer_is_kept_now_and_then_but_no_step(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(present_moment, "LAYER_EVERY", 0.02)
    run = store.create(DENSE.changed({"epochs": 200, "batch_size": 1}))
    with training(store, run):
        first = until(lambda: store.blob_epochs(run, FIRST_LAYER_NOW))
        assert until(lambda: store.blob_epochs(run, FIRST_LAYER_NOW) != first)
        assert store.blob_epochs(run, STEP) == []
    assert store.blob_epochs(run, FIRST_LAYER_NOW) == []


def test_what_a_batch_did_takes_little_room_however_large_the_batch(toy: Dataset) -> None:
    spec = DENSE.changed({"batch_size": 4096, "hidden": [512]})
    model, parts = build(spec), split(spec, toy)
    compile_model(model, spec, len(parts.x_train))
    found = StepWatch(model, batch_at(spec, parts, 10, 0)).record()
    assert found
    assert found.size == len(parts.x_train)
    assert len(found.images) <= step_record.MOST_IMAGES
    assert len(found.pack()) < 150_000

"""Training a run: results in the store, requests during training, how it ends."""

import math
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import sqlalchemy as sa

from digitapp.cli import main
from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.errors import StoreBusy, Superseded
from digitapp.jobs import heartbeat, pacing, priority, recorder, worker
from digitapp.library import catalogue, models
from digitapp.runs import RunStore, database
from digitapp.runs.records import CHECKPOINT, FIRST_LAYER, GO_ON, MODEL, PAUSE, SNAPSHOT, STOP, TEST
from digitapp.runs.stored_arrays import pauses
from digitapp.runs.tables import metadata, runs
from digitapp.training import checkpoints, first_check, layer_table, phases, snapshots
from digitapp.training.architectures import build, layers
from digitapp.training.batching import split
from digitapp.training.history import Epoch
from digitapp.training.trainer import Trained, compile_model, train
from tests.tiny_runs import (
    TINY,
    equal,
    over,
    training,
    until,
    variables,
    weights,
    within_an_epoch,
    write_mnist,
)
from tests.training.test_checkpoints import DIVERGING

PAUSE_SECONDS = 1.5
STEP_BACK = worker.step_back
LONG = TINY.changed({"batch_size": 1, "hidden": [32], "dropout": 0.1, "epochs": 40})


@pytest.fixture(autouse=True)
def quick_hearing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are noticed within a twentieth of a second."""
    for module, name in ((heartbeat, "BEATS_EVERY"), (pacing, "LOOKS_EVERY")):
        monkeypatch.setattr(module, name, 0.03)
    monkeypatch.setattr(recorder, "NOTED_EVERY", 0.02)


@pytest.fixture
def store(toy_mnist: Path) -> RunStore:
    return RunStore()


@pytest.fixture(scope="module")
def finished(
    tmp_path_factory: pytest.TempPathFactory, toy: Dataset
) -> Iterator[tuple[RunStore, int, Trained]]:
    """A finished run that watched a digit, and the same training without any store."""
    folder = tmp_path_factory.mktemp("finished")
    digit = toy.x_test[4].astype(np.float32) / 255
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, str(write_mnist(folder / "datasets", toy)))
        store = RunStore(f"sqlite:///{folder / 'runs.db'}")
        spec = TINY.changed({"epochs": 3})
        run = store.create(spec, watched=digit)
        assert worker.execute(store, run) == store.get(run)
        yield store, run, train(spec, toy)


Finished = tuple[RunStore, int, Trained]


def test_a_run_trains_just_what_its_settings_say(finished: Finished) -> None:
    store, run, alone = finished
    found = store.get(run)
    assert (found.status, found.error, found.request, found.epoch) == ("done", "", "", 3)
    assert (found.images, found.batches) == (180, 9)
    assert found.parameters == alone.model.count_params()
    assert (found.test_loss, found.test_accuracy) == (alone.test_loss, alone.test_accuracy)
    assert equal(weights(store, run), variables(alone.model))
    stored = checkpoints.unpack(store.blob(run, TEST) or b"")["probabilities"]
    np.testing.assert_array_equal(stored, alone.test_probabilities)


def test_the_history_in_the_store_is_keras_own(finished: Finished) -> None:
    store, run, alone = finished
    epochs = store.epochs(run)
    assert [epoch.number for epoch in epochs] == [1, 2, 3]
    for name, values in alone.history.items():
        assert [getattr(epoch, name) for epoch in epochs] == values
    assert {epoch.learning_rate for epoch in epochs} == {float(np.float32(0.01))}
    assert all(epoch.seconds > 0 for epoch in epochs)
    assert store.get(run).seconds == sum(epoch.seconds for epoch in epochs)
    assert store.get(run).val_accuracy == epochs[-1].val_accuracy


def test_epoch_0_is_the_untrained_network_and_counts_for_nothing(
    finished: Finished, toy: Dataset
) -> None:
    store, run, alone = finished
    zero, *others = store.epochs(run, since=0)
    assert others == store.epochs(run)
    model, parts = build(alone.spec), split(alone.spec, toy)
    compile_model(model, alone.spec, len(parts.x_train))
    scores = first_check.scores(model, alone.spec, parts, 10)
    assert scores
    digit = toy.x_test[4:5].astype(np.float32) / 255
    guess = tuple(round(float(share), 6) for share in np.asarray(model(digit))[0])
    rate = float(np.float32(0.01))
    assert zero == Epoch.from_logs(0, scores, learning_rate=rate, seconds=0.0, watched=guess)
    found = store.get(run)
    assert (found.epoch, found.seconds) == (3, sum(epoch.seconds for epoch in others))
    assert found.best_val_accuracy == max(epoch.val_accuracy or 0 for epoch in others)


def test_a_run_says_what_it_does_and_nothing_when_it_is_over(store: RunStore) -> None:
    heard: list[str] = []

    class Heard(keras.callbacks.Callback):
        def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
            heard.append(store.get(run).phase)

        def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
            heard.append(store.get(run).phase)

        def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
            heard.append(store.get(run).phase)

    run = store.create(TINY.changed({"epochs": 1}))
    found = worker.execute(store, run, [Heard()])
    first, middle = phases.FIRST_STEP, phases.EPOCHS
    assert heard == [first, middle, middle]  # the test images are read without callbacks
    assert (found.status, found.phase) == ("done", "")


def test_the_watched_digit_is_predicted_after_every_epoch(finished: Finished) -> None:
    store, run, alone = finished
    watched = [epoch.watched for epoch in store.epochs(run)]
    assert all(shares and len(shares) == 10 for shares in watched)
    assert [sum(shares or ()) for shares in watched] == pytest.approx([1, 1, 1], abs=1e-5)
    assert watched[2] == pytest.approx(alone.test_probabilities[4].tolist(), abs=1e-5)
    assert watched[0] != watched[2]


def test_the_first_layer_is_kept_from_before_the_first_step_to_the_end(finished: Finished) -> None:
    store, run, _ = finished
    assert store.blob_epochs(run, FIRST_LAYER) == [0, 1, 2, 3]
    shown = [
        checkpoints.unpack(store.blob(run, FIRST_LAYER, epoch) or b"")["weights"]
        for epoch in range(4)
    ]
    assert {layer.shape for layer in shown} == {(16, 28, 28)}
    kernel = weights(store, run)[0]
    np.testing.assert_allclose(shown[3].reshape(16, 784), kernel.T, atol=1e-3)
    assert len({layer.tobytes() for layer in shown}) == 4


def test_all_weights_are_kept_from_before_the_first_step_to_the_end(
    finished: Finished, toy: Dataset
) -> None:
    store, run, alone = finished
    assert store.blob_epochs(run, SNAPSHOT) == [0, 1, 2, 3]
    wanted = layer_table.variables(layers(alone.spec))
    found = [_snapshot(store, run, epoch) for epoch in range(4)]
    shorter = train(alone.spec.changed({"epochs": 1}), toy).model
    for epoch, model in ((0, build(alone.spec)), (1, shorter), (3, alone.model)):
        values = snapshots.unflattened(found[epoch], wanted)
        for value, variable in zip(values, variables(model), strict=True):
            np.testing.assert_array_equal(value, variable.astype(np.float16).astype(np.float32))


def _snapshot(store: RunStore, run: int, epoch: int) -> snapshots.Weights:
    return snapshots.unpack(store.blob(run, SNAPSHOT, epoch) or b"")


def test_points_within_the_epochs_are_noted_in_order(finished: Finished) -> None:
    store, run, _ = finished
    points = store.points(run)
    assert points
    assert [(p.epoch, p.batch) for p in points] == sorted({(p.epoch, p.batch) for p in points})
    assert all(0 < point.batch <= 9 and point.seconds > 0 for point in points)


def test_the_network_of_a_run_reads_as_the_trained_one(finished: Finished, toy: Dataset) -> None:
    store, run, alone = finished
    found = models.load(f"run-{run}", store).probabilities(toy.x_test.astype(np.float32) / 255)
    np.testing.assert_allclose(found, alone.test_probabilities, atol=1e-5)


def test_a_long_run_does_not_keep_every_first_layer(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "MOST_LAYERS", 3)
    run = store.create(TINY.changed({"epochs": 7}))
    assert worker.execute(store, run).epoch == 7
    assert store.blob_epochs(run, FIRST_LAYER) == [0, 3, 6]


def test_a_large_network_keeps_its_weights_after_some_epochs(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = TINY.changed({"epochs": 7})
    monkeypatch.setattr(snapshots, "MOST_BYTES", 4 * 2 * layer_table.parameters(layers(spec)))
    run = store.create(spec)
    assert worker.execute(store, run).epoch == 7
    assert store.blob_epochs(run, SNAPSHOT) == [0, 3, 6, 7]


def test_stopping_early_keeps_the_weights_of_every_epoch_and_the_best_as_the_network(
    store: RunStore,
) -> None:
    run = store.create(TINY.changed({"epochs": 30, "early_stopping": 1, "learning_rate": 0.1}))
    found = worker.execute(store, run)
    assert (found.status, found.epoch < 30) == ("done", True)
    assert store.blob_epochs(run, SNAPSHOT) == [*range(found.epoch + 1)]
    best = min(store.epochs(run), key=lambda epoch: epoch.val_loss or math.inf).number
    assert best < found.epoch
    np.testing.assert_array_equal(_snapshot(store, run, best), snapshots.flat(weights(store, run)))


def test_asked_to_stop_it_keeps_what_it_learned_and_can_go_on(
    store: RunStore, toy: Dataset
) -> None:
    run = store.create(LONG.changed({"epochs": 6}))
    with training(store, run) as trained:
        until(lambda: within_an_epoch(store, run))
        store.ask(run, PAUSE)  # at any machine speed, it is stopped midway
        until(lambda: store.get(run).status == "paused")
        done = store.get(run).epoch
        store.ask(run, STOP)
        stopped = trained.result()
    assert (stopped.status, stopped.request) == ("stopped", "")
    assert 0 < stopped.epoch == done < 6
    assert stopped.test_accuracy is not None
    assert math.isfinite(stopped.test_loss or math.nan)
    assert models.load(f"run-{run}", store).probabilities(np.zeros((1, 28, 28), np.float32)).size
    before = store.epochs(run)
    store.resume(run)
    assert worker.execute(store, run).status == "done"
    whole = train(stopped.spec, toy)
    assert equal(weights(store, run), variables(whole.model))
    assert store.epochs(run)[:done] == before
    assert store.blob_epochs(run, SNAPSHOT) == [*range(7)]
    assert [epoch.val_loss for epoch in store.epochs(run)] == whole.history["val_loss"]


def test_while_it_is_paused_nothing_moves_and_the_clock_stands_still(store: RunStore) -> None:
    run = store.create(LONG)
    with training(store, run):
        until(lambda: store.points(run))
        running, before = time.monotonic(), store.points(run)[0].seconds
        store.ask(run, PAUSE)
        until(lambda: store.get(run).status == "paused")
        epochs, points = store.epochs(run), store.points(run)
        threading.Event().wait(PAUSE_SECONDS)
        assert (store.epochs(run), store.points(run)) == (epochs, points)
        assert store.get(run).status == "paused"
        (began,) = pauses(store, run)
        assert points[-1].epoch - 1 < began <= len(epochs) + 1
        store.ask(run, GO_ON)
        until(lambda: store.get(run).epoch > len(epochs) + 1)
        assert store.get(run).status == "running"
        noted = sum(epoch.seconds for epoch in store.epochs(run))
        assert noted <= before + time.monotonic() - running - PAUSE_SECONDS


def test_a_changed_learning_rate_is_used_and_noted(store: RunStore) -> None:
    run = store.create(LONG.changed({"optimizer": "sgd"}))
    with training(store, run):
        until(lambda: store.get(run).epoch >= 1)
        store.set_learning_rate(run, 0.000001)
        until(lambda: store.epochs(run)[-1].learning_rate < 0.001)
        changed = store.get(run).epoch
        until(lambda: store.get(run).epoch >= changed + 3)
    epochs = over(store, run).id and store.epochs(run)
    assert epochs[0].learning_rate == float(np.float32(0.01))
    assert {epoch.learning_rate for epoch in epochs[changed:]} == {float(np.float32(0.000001))}
    losses = [epoch.val_loss or 0 for epoch in epochs[changed:]]
    assert max(losses) - min(losses) < 0.001  # such small steps change almost nothing


def test_a_run_that_diverges_fails_and_keeps_the_epochs_before(store: RunStore) -> None:
    run = store.create(DIVERGING.changed({"batch_size": 100, "epochs": 5}))
    found = worker.execute(store, run)
    assert (found.status, found.epoch) == ("failed", 1)
    assert found.error.startswith("The loss became NaN (not a number) in epoch 2: ")
    assert store.blob_epochs(run, CHECKPOINT) == [1]
    assert store.blob(run, MODEL) is None
    assert all(map(math.isfinite, _numbers(store)))


@pytest.mark.parametrize("moment", ["within", "after"])
def test_numbers_that_are_none_never_reach_the_store(
    moment: str, store: RunStore, toy: Dataset
) -> None:
    """Points of an epoch that diverges, and such a network's answers to the watched digit."""

    class Spoiler(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
            if moment == "within" and batch == 20:
                self.spoil()

        def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
            self.spoil()

        def spoil(self) -> None:
            bias = self.model.layers[-1].bias
            bias.assign(np.full(bias.shape, np.nan))

    spec = TINY.changed({"batch_size": 4, "augmentation": {"shift": 1.0}, "validation_split": 0})
    run = store.create(spec, watched=toy.x_test[0].astype(np.float32))
    found = worker.execute(store, run, [Spoiler()])
    assert (found.status, found.epoch) == ("failed", int(moment == "after"))
    assert "NaN" in found.error
    assert store.points(run)
    assert all(map(math.isfinite, _numbers(store)))


def test_a_network_for_which_there_is_no_room_fails_its_run_and_is_kept_later(
    store: RunStore,
) -> None:
    full = "SELECT RAISE(ABORT, 'database or disk is full')"
    trigger = f"BEFORE INSERT ON blobs WHEN NEW.kind = 'model' BEGIN {full}; END"
    run = store.create(TINY)
    with store.database.begin() as connection:
        connection.execute(sa.text(f"CREATE TRIGGER full {trigger}"))
    found = worker.execute(store, run)
    assert (found.status, found.epoch) == ("failed", 2)
    assert "the disk is full" in found.error
    with store.database.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER full"))
    store.resume(run)
    assert worker.execute(store, run).status == "done"
    assert len(store.epochs(run)) == 2
    assert store.blob(run, MODEL)


def test_while_another_program_locks_the_store_training_goes_on_and_points_wait(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Locker(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
            if batch == 10:
                other.execute("BEGIN IMMEDIATE")
            if batch == 20:
                noted.extend(point.batch for point in store.points(run))
                other.execute("ROLLBACK")

    noted: list[int] = []
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 0.01)
    monkeypatch.setattr(recorder, "NOTED_EVERY", 0.0)
    store = RunStore()
    run = store.create(TINY.changed({"architecture": "simple-cnn", "batch_size": 6, "epochs": 1}))
    file = sa.make_url(store.database.url).database or ""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        assert worker.execute(store, run, [Locker()]).status == "done"
    assert noted == list(range(1, 12))
    assert [point.batch for point in store.points(run)] == list(range(1, 31))


@pytest.mark.parametrize("how", ["deleted", "taken over"])
def test_a_run_that_is_anothers_now_ends_quietly(
    how: str, store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    run = store.create(LONG)

    def take_away() -> None:
        until(lambda: store.get(run).epoch)
        with store.database.begin() as connection:
            if how == "deleted":
                connection.execute(runs.delete())
            else:
                connection.execute(runs.update().values(owner="another", status="queued"))

    thread = threading.Thread(target=take_away)
    thread.start()
    assert main(["work", str(run)]) == 0
    thread.join()
    assert capsys.readouterr() == ("", "")
    assert [(each.status, each.test_loss) for each in store.all()] in ([], [("queued", None)])


def test_a_training_process_gives_way_to_what_people_wait_for(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    lowered: list[int] = []
    monkeypatch.setattr(worker, "step_back", STEP_BACK)
    monkeypatch.setattr("os.nice", lowered.append)
    run = store.create(TINY)
    assert main(["work", str(run)]) == 0
    assert store.get(run).status == "done"
    assert lowered == [priority.POLITENESS]


def test_a_run_that_is_not_queued_is_not_trained(store: RunStore) -> None:
    run = store.create(TINY)
    store.ask(run, STOP)
    with pytest.raises(Superseded):
        worker.execute(store, run)
    assert store.get(run).status == "stopped"


def test_a_dataset_that_is_gone_is_a_sentence(store: RunStore) -> None:
    found = worker.execute(store, store.create(TINY.changed({"dataset": "mine"})))
    assert found.status == "failed"
    assert found.error.startswith("Unknown dataset 'mine'. Available: mnist, ")


def test_what_nobody_thought_of_is_told_in_the_end(store: RunStore) -> None:
    class Broken(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
            raise RuntimeError("something odd")

    run = store.create(TINY)
    found = worker.execute(store, run, [Broken()])
    assert found.status == "failed"
    assert found.error == "Unexpected error: RuntimeError: something odd"
    kept = store.traceback(run)
    assert kept.startswith("Traceback (most recent call last):\n")
    assert 'raise RuntimeError("something odd")' in kept
    assert kept.endswith("RuntimeError: something odd")
    store.resume(run)
    assert store.traceback(run) == ""


def test_what_is_told_in_a_sentence_needs_no_traceback(store: RunStore) -> None:
    run = store.create(TINY.changed({"dataset": "mine"}))
    assert worker.execute(store, run).status == "failed"
    assert store.traceback(run) == ""


def _numbers(store: RunStore) -> Iterator[float]:
    """Yield every float in the store, after checking that no text holds NaN."""
    with store.database.begin() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                yield from (value for value in row if isinstance(value, float))
                assert not any("NaN" in value for value in row if _is_plain(value))


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and not value.startswith("The loss became NaN")


def test_a_store_that_is_busy_as_a_training_begins_costs_nothing(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, asked = catalogue.preparation, []

    def busy_at_first(store: RunStore, name: str) -> str:
        asked.append(name)
        if len(asked) == 1:
            raise StoreBusy("The store is locked.")
        return read(store, name)

    monkeypatch.setattr(catalogue, "preparation", busy_at_first)
    run = store.create(TINY.changed({"epochs": 1}))
    assert worker.execute(store, run).status == "done"
    assert store.get(run).preparation == "mnist"
    assert len(asked) > 1

"""The class's pace on the Train page: its buttons, the set-up of the next run, the last batch."""

from pathlib import Path

import numpy as np
import pytest

from digitapp.runs import Lease, RunStore
from digitapp.runs.records import FIRST_LAYER_NOW, ONE_EPOCH, PAUSE, STEP
from digitapp.training import phases
from digitapp.training.checkpoints import pack
from digitapp.training.step_record import StepRecord
from tests.pages.train_page import checked, opened, press, said
from tests.tiny_runs import TINY, ran

RECORD = StepRecord(
    size=20,
    images=np.zeros((2, 28, 28), np.uint8),
    labels=np.array([4, 7], np.uint8),
    before=np.eye(10, dtype=np.float32)[[4, 2]] * 0.75,
    after=np.eye(10, dtype=np.float32)[[4, 7]] * 0.75,
    right=(9, 11),
    loss=(2.25, 2.125),
    moved=np.array([0.015, 0.0025], np.float32),
    nodes=np.array([6]),
    weights=np.ones((1, 28, 28), np.float32),
    change=np.full((1, 28, 28), 0.01, np.float32),
)


@pytest.fixture(autouse=True)
def datasets(toy_mnist: Path) -> Path:
    return toy_mnist


@pytest.fixture
def run(store: RunStore) -> Lease:
    """A run that is paused and has shown what its last batch did."""
    number, lease = ran(store, TINY.changed({"epochs": 4}))
    store.ask(number, PAUSE)
    lease.pause(1)
    return lease


def test_one_batch_and_one_epoch_are_asked_for(store: RunStore, run: Lease) -> None:
    app = press(opened(run=1), "do-batch")
    assert (store.get(1).request, store.get(1).steps) == (PAUSE, 1)
    assert "One batch ... Epoch 2" in said(app)
    app = press(app, "do-batch")
    assert "2 batches still to come." in said(app)
    app = press(app, "do-epoch")
    assert (store.get(1).request, store.get(1).steps) == (ONE_EPOCH, 0)
    assert run.turn(64)
    app = checked(app.run())
    assert "To the end of this epoch, then it pauses." in said(app)
    while not app.button(key="do-epoch").disabled:  # up to the last epoch that is planned
        app = press(app, "do-epoch")
    assert store.get(1).pause_after == store.get(1).spec.epochs
    assert "To the end of the training." in said(app)


def test_the_pace_can_be_changed_and_is_that_of_the_next_run(store: RunStore, run: Lease) -> None:
    app = opened(run=1)
    assert "Paused: press One batch, One epoch or Resume." in said(app)
    checked(app.button_group(key="pace").set_value("5 a second").run())
    assert store.get(1).pace == 5.0
    store.ask(1, "")
    assert run.turn(64)
    assert "Slow motion: 5 batches a second." in said(checked(app.run()))
    app = press(app, "new")
    assert app.button_group(key="pace").value == "5 a second"


def test_a_run_may_wait_before_its_first_step(store: RunStore, launched: list[int]) -> None:
    app = opened()
    checked(app.toggle(key="wait-first").set_value(True).run())
    app = press(app, "train")
    assert (store.get(1).request, launched) == (PAUSE, [1])
    lease = Lease(store, 1)
    lease.take()
    assert lease.turn(1)
    lease.begin(0, 180, 9)
    lease.at(phases.FIRST_STEP)
    lease.pause(1)
    app = checked(app.run())
    assert "Waiting before the first step: press One batch, One epoch or Begin." in said(app)
    assert app.button(key="do-resume").label == "Begin"
    lease.at(phases.EPOCHS)
    assert checked(app.run()).button(key="do-resume").label == "Resume"
    assert press(app, "new").toggle(key="wait-first").value


def test_the_last_batch_is_shown_while_it_is_taken_slowly(store: RunStore, run: Lease) -> None:
    assert "Right before this step" not in said(opened(run=1))
    run.keep_now(STEP, 12, RECORD.pack())
    found = said(opened(run=1))
    assert "The last batch epoch 2, batch 3 of 9" in found
    for words in ("9 of 20", "11 of 20", "2.250", "2.125", "✓ 4 75 % right", "✗ 2 75 % it is 7"):
        assert words in found
    assert "Layer 1 (16 nodes) 1.5 %" in found
    assert "Output layer (10 nodes) 0.25 %" in found
    assert "Node 7" in found
    assert "100 times as strong" in found
    store.ask(1, "")
    assert run.turn(64)
    assert "Right before this step" not in said(opened(run=1))  # at full speed


def test_a_damaged_record_of_a_batch_is_a_sentence(store: RunStore, run: Lease) -> None:
    run.keep_now(STEP, 12, b"damaged")
    app = opened(run=1)
    assert app.error


def test_the_first_layer_moves_within_an_epoch(store: RunStore, run: Lease) -> None:
    run.keep_now(FIRST_LAYER_NOW, 12, pack({"weights": np.ones((16, 28, 28), np.float16)}))
    assert "In epoch 2, after batch 3 of 9." in said(opened(run=1))

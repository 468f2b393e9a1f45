"""Predict the curve on the Train page: drawn before Train, shown and compared with the run."""

from dataclasses import replace
from pathlib import Path

import pytest

from digitapp.runs import Lease, Outcome, RunStore, stored_arrays
from digitapp.runs.records import GUESS, LOST, STOPPED
from digitapp.training import checkpoints
from digitapp.training.guess import Guess
from digitapp.ui.shared.session import DrawnGuess
from tests.pages.train_page import component, figure, opened, press, refusals, said
from tests.tiny_runs import EPOCH, TINY, age

POINTS = ((0.0, 0.1), (0.5, 0.4), (1.0, 0.9))
DRAWN = {"drawn guess": DrawnGuess(POINTS, 3)}
STRAIGHT = Guess((0.0, 1.0), (0.1, 0.9))
FASTER = (
    "Your guess was 10 percentage points off on average. It became better than you thought: after "
    "epoch 2 it had 95 %, you guessed 75 %."
)


@pytest.fixture(autouse=True)
def datasets(toy_mnist: Path) -> Path:
    return toy_mnist


def guessed(store: RunStore, data: bytes) -> Lease:
    """Add a run of two epochs, halfway through, with a stored guess; return its lease."""
    run = store.create(replace(TINY, epochs=2))
    stored_arrays.keep(store, run, GUESS, data)
    lease = Lease(store, run)
    lease.take()
    assert lease.turn(64)
    lease.begin(0, 180, 9)
    lease.keep(replace(EPOCH, val_accuracy=0.5), b"checkpoint", None)
    return lease


def test_it_begins_empty_and_is_about_the_curve_that_the_run_will_have() -> None:
    app = opened(preset="dense-128", epochs=20)
    assert "Where will the training accuracy go?" in said(app)
    told = component(app, "guess-box")
    assert (told["points"], told["epochs"], told["words"]) == ([], 20, "")
    assert told["ticks"] == [0, 5, 10, 15, 20]
    app = opened(preset="dense-128", validation_split="0.1")
    assert "Where will the validation accuracy go?" in said(app)


def test_a_drawing_is_stretched_to_another_number_of_epochs() -> None:
    few, many = (component(opened(DRAWN, epochs=count), "guess-box") for count in (4, 10))
    assert few["points"] == many["points"] == [list(point) for point in POINTS]
    assert few["words"] == "Your guess: 25 % after epoch 1, 90 % in the end."
    assert many["words"] == "Your guess: 16 % after epoch 1, 90 % in the end."


def test_the_run_gets_what_was_drawn_and_the_next_one_begins_empty(
    launched: list[int], store: RunStore
) -> None:
    app = press(opened(DRAWN, preset="dense-128", epochs=4), "train")
    assert launched == [1]
    assert stored_arrays.guess(store, 1) == Guess.from_points(POINTS)
    line = figure(app, "accuracy-curve")["data"][-1]
    assert (line["name"], line["x"], line["y"]) == ("your guess", [0, 2, 4], [0.1, 0.4, 0.9])
    assert "guess" not in [trace.get("uid") for trace in figure(app, "loss-curve")["data"]]
    store.ask(1, "stop")
    app = press(app, "new")
    assert component(app, "guess-box")["points"] == []


def test_without_a_drawing_a_run_has_no_guess(launched: list[int], store: RunStore) -> None:
    app = press(opened({"drawn guess": DrawnGuess(((0.5, 0.5),), 1)}), "train")
    assert launched == [1]
    assert stored_arrays.guess(store, 1) is None
    assert len(figure(app, "accuracy-curve")["data"]) == 5


def test_how_near_it_came_is_said_when_the_run_has_ended(store: RunStore) -> None:
    lease = guessed(store, stored_arrays.pack_guess(Guess((0.0, 1.0), (0.25, 0.75))))
    assert "Your guess was" not in said(opened(run=1))
    lease.keep(replace(EPOCH, number=2, val_accuracy=0.95), b"checkpoint", None)
    assert "Your guess was" not in said(opened(run=1))
    lease.finish(Outcome(STOPPED))
    assert FASTER in said(opened(run=1))


def test_nothing_is_said_of_a_lost_run_which_may_come_back(store: RunStore) -> None:
    guessed(store, stored_arrays.pack_guess(STRAIGHT))
    age(store, 1)
    assert store.get(1).status == LOST
    app = opened(run=1)
    assert "Your guess was" not in said(app)
    assert figure(app, "accuracy-curve")["data"][-1]["name"] == "your guess"


@pytest.mark.parametrize("data", [b"", b"damaged", checkpoints.pack({})])
def test_a_damaged_guess_is_told_and_the_page_lives(data: bytes, store: RunStore) -> None:
    guessed(store, data).finish(Outcome(STOPPED))
    app = opened(run=1)
    assert "The guess drawn before this run is damaged; it cannot be shown." in said(app)
    assert len(figure(app, "accuracy-curve")["data"]) == 5
    assert not refusals(app)

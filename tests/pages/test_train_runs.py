"""The Train page during a run: each status, and the requests of its buttons."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.runs import Lease, Outcome, Run, RunStore, clock
from digitapp.runs.records import DONE, FAILED, LOST, PAUSE, PAUSED, QUEUED, RUNNING, STOP, STOPPED
from digitapp.runs.stored_arrays import pack_new_rates, pack_pauses
from digitapp.training import checkpoints, phases
from digitapp.training.history import Point
from digitapp.training.moments import NewRate
from digitapp.training.spec import PRESETS
from digitapp.ui.train import still_training
from tests import own_data, stores
from tests.pages.train_page import checked, figure, labels, opened, press, refusals, said, spec
from tests.pages.train_page import write as type_into
from tests.tiny_runs import EPOCH, TINY, age, change
from tests.tiny_runs import ran as left

NAVIGATION = ["New training", "Present"]


@pytest.fixture(autouse=True)
def datasets(toy_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DIGITAPP_WORKERS", "1")
    return toy_mnist


def ran(
    store: RunStore,
    epochs: int,
    watched: tuple[float, ...] | None = None,
    preset: str = "",
    rate: float = TINY.learning_rate,
    pinned: np.ndarray | None = None,
) -> Lease:
    """Add a run in training, halfway through the epoch after `epochs`; return its lease."""
    run = store.create(replace(TINY, epochs=5, learning_rate=rate), preset, watched=pinned)
    lease = Lease(store, run)
    lease.take()
    assert lease.turn(64)
    lease.begin(0, 180, 9)
    lease.built(12_730, 0, layer(0))
    for number in range(1, epochs + 1):
        lease.note([Point(number, 5, 2.2, 0.4, 0.1), Point(number, 9, 2.0, 0.5, 0.2)])
        done = replace(EPOCH, number=number, seconds=0.5, val_loss=3.0 - number, watched=watched)
        lease.keep(done, b"checkpoint", layer(number))
    lease.note([Point(epochs + 1, 4, 1.5, 0.625, 0.25)])
    return lease


def layer(epoch: int) -> bytes:
    """Return first-layer weights that differ for every epoch."""
    weights = np.random.default_rng(epoch).normal(size=(16, 28, 28))
    return checkpoints.pack({"weights": weights.astype(np.float32)})


def paused(store: RunStore) -> None:
    ran(store, 2).show(PAUSED)


def done(store: RunStore) -> None:
    ran(store, 5).finish(Outcome(DONE))


def stopped(store: RunStore) -> None:
    ran(store, 2).finish(Outcome(STOPPED))


def failed(store: RunStore) -> None:
    ran(store, 1).finish(Outcome(FAILED, "The loss became NaN in epoch 2."))


def lost(store: RunStore) -> None:
    ran(store, 2)
    age(store, 1)


def queued(store: RunStore) -> None:
    store.create(TINY)


STEPS = ["One batch", "One epoch"]
STATUSES: dict[str, tuple[Callable[[RunStore], object], list[str]]] = {
    QUEUED: (queued, ["Pause", *STEPS, "Stop"]),
    RUNNING: (lambda store: ran(store, 2), ["Pause", *STEPS, "Stop"]),
    PAUSED: (paused, ["Resume", *STEPS, "Stop"]),
    DONE: (done, []),
    STOPPED: (stopped, ["Resume"]),
    FAILED: (failed, ["Resume"]),
    LOST: (lost, ["Resume"]),
}


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_is_shown_with_what_can_be_done(status: str, store: RunStore) -> None:
    make, buttons = STATUSES[status]
    make(store)
    app = opened(run=1)
    assert f"-badge[{status}]" in said(app)
    assert [each for each in labels(app) if each != "Play"] == [*NAVIGATION, *buttons]
    assert app.query_params["run"] == "1"
    assert "Run 1: dense 16" in said(app)
    assert "Dataset MNIST" in said(app)


def test_a_queued_run_tells_its_place_and_what_comes_before_it(store: RunStore) -> None:
    lease = ran(store, 1)
    places = [said(opened(run=store.create(TINY))) for _ in range(2)]
    assert "number 1 in the queue. Being trained now: run 1 (running)." in places[0]
    assert "number 2 in the queue. Being trained now: run 1 (running)." in places[1]
    app = press(opened(run=3), "to-run-1")
    assert app.query_params["run"] == "1"
    lease.finish(Outcome(STOPPED))


def test_where_a_run_is_set_up_a_button_leads_back_to_the_one_that_trains(store: RunStore) -> None:
    assert not [each for each in opened().button if each.key == "back-to-training"]
    first, second = ran(store, 1), ran(store, 1)
    first.show(PAUSED)
    app = press(opened(run=2, show="all"), "new")
    assert "Run 2 is still training" in labels(app), "rather than the one that is paused"
    assert said(app).count("still training") == 0, "nothing but the button"
    press(app, "back-to-training")
    assert app.query_params["run"] == "2"
    seen = store.get(2)
    second.finish(Outcome(DONE))
    assert still_training.in_words(seen) == "Run 2 has ended", "while the button is there"
    assert "Run 1 is paused" in labels(opened())


def test_a_run_that_has_just_begun_does_not_wait_for_itself(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran(store, 1)
    run = store.create(TINY)
    begun = [replace(store.get(each), status=RUNNING) for each in (1, run)]
    monkeypatch.setattr(RunStore, "active", lambda self: begun)
    text = said(opened(run=run))
    assert "Starting ..." in text
    assert f"run {run} (running)" not in text
    app = opened(run=2)
    assert "Starting ..." in said(app)
    bars = app.get("progress")
    assert [each.proto.value for each in bars] == [0], "it is in its place already"
    assert not app.info


def test_a_running_run_tells_how_far_it_is(store: RunStore) -> None:
    ran(store, 2)
    app = opened(run=1)
    assert "Epoch 3 of 5, batch 4 of 9" in said(app)
    assert "360 images a second, 1 s left" in said(app)
    assert app.get("progress")[0].proto.value == int(100 * (2 + 4 / 9) / 5)
    assert "Epoch 3/5 4/9 ━━━━━━━━────────────" in said(app)
    assert "accuracy: 0.6250 - loss: 1.5000" in said(app)


def test_a_run_that_begins_says_what_takes_its_time(store: RunStore) -> None:
    lease = Lease(store, store.create(TINY))
    lease.take()
    assert lease.turn(1)
    assert "Getting ready: TensorFlow and the images are being loaded" in said(opened(run=1))


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (phases.IMAGES, "Fetching the images: MNIST."),
        (phases.TENSORFLOW, "Loading TensorFlow"),
        (phases.NETWORK, "Building the network"),
        (phases.FIRST_CHECK, "has not learned anything yet"),
        (phases.FIRST_STEP, "Preparing the first step"),
        (phases.TEST, "Reading the test images"),
        (phases.SAVING, "Saving the network"),
        (phases.MOVEMENTS, "how your pen moves"),
        (phases.HANDWRITING, "My handwriting"),
    ],
)
def test_while_there_are_no_new_numbers_it_says_what_it_does(
    phase: str, words: str, store: RunStore
) -> None:
    lease = Lease(store, store.create(TINY))
    lease.take()
    assert lease.turn(1)
    lease.begin(0, 180, 9)
    lease.at(phase)
    assert words in said(opened(run=1))


def test_a_dataset_that_is_not_here_is_said_to_be_downloaded(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lease = Lease(store, store.create(TINY))
    lease.take()
    assert lease.turn(1)
    lease.at(phases.IMAGES)
    assert "downloaded" not in said(opened(run=1))
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "nothing"))
    assert "They are being downloaded" in said(opened(run=1))


def test_numbers_replace_the_words_as_soon_as_there_are_some(store: RunStore) -> None:
    lease = ran(store, 2)
    lease.at(phases.FIRST_STEP)  # a resumed run, say, whose first point has just come
    assert "Epoch 3 of 5, batch 4 of 9" in said(opened(run=1))
    lease.at(phases.EPOCHS)
    lease.note([Point(3, 9, 1.5, 0.625, 0.25)])
    assert "Epoch 3 is over. Checking it with the validation images" in said(opened(run=1))


def test_the_curves_begin_with_the_untrained_network(store: RunStore) -> None:
    lease = ran(store, 0)
    lease.built(12_730, 0, layer(0), untrained=replace(EPOCH, number=0, loss=2.3, val_loss=2.4))
    app = opened(run=1)
    training, validation = figure(app, "loss-curve")["data"][1:3]
    assert (training["x"], training["y"]) == ([0], [2.3])
    assert (validation["x"], validation["y"]) == ([0], [2.4])


def test_the_last_thing_a_run_does_is_to_read_the_test_images(store: RunStore) -> None:
    ran(store, 5)
    assert "All epochs are done. Reading the test images ..." in said(opened(run=1))


def test_the_curves_hold_all_points_and_epochs(store: RunStore) -> None:
    ran(store, 2)
    app = opened(run=1)
    within, training, validation, best, _ = figure(app, "loss-curve")["data"]
    assert within["x"] == pytest.approx([2.5 / 9, 7 / 9, 1 + 2.5 / 9, 1 + 7 / 9, 2 + 2 / 9])
    assert within["y"] == pytest.approx([2.2, 1.75, 2.2, 1.75, 1.5])
    assert (training["x"], training["y"]) == ([1, 2], [2.0, 2.0])
    assert (validation["y"], best["x"]) == ([2.0, 1.0], [2])
    assert figure(app, "accuracy-curve")["data"][1]["y"] == [0.5, 0.5]
    assert figure(app, "loss-curve")["layout"]["xaxis"]["range"] == [0, 5]


def test_the_latest_values_stand_in_large_figures_above_the_curves(store: RunStore) -> None:
    ran(store, 2)
    shown = said(opened(run=1))
    assert "mean of epoch 2" in shown
    assert "unseen images, after epoch 2" in shown
    assert "50.00 %" in shown
    assert "training 2.00" in shown
    assert "validation 1.00" in shown


def test_before_the_first_epoch_the_values_within_it_are_shown(store: RunStore) -> None:
    ran(store, 0)
    shown = said(opened(run=1))
    assert "mean of epoch 1 so far" in shown
    assert "62.50 %" in shown


def test_what_the_curves_show_is_said_in_sentences(store: RunStore) -> None:
    lease = ran(store, 0)
    for number in range(1, 4):
        guess = replace(EPOCH, number=number, loss=2.3, accuracy=0.1, val_loss=2.3)
        lease.keep(replace(guess, val_accuracy=0.1), b"checkpoint", layer(number))
    assert "It gets about one in ten right: it guesses." in said(opened(run=1))


def test_a_learning_rate_set_by_hand_is_marked_in_both_curves(store: RunStore) -> None:
    lease = ran(store, 1)
    slower = replace(EPOCH, number=2, learning_rate=0.002)
    lease.keep(slower, b"checkpoint", layer(2))
    app = opened(run=1)
    for name in ("accuracy-curve", "loss-curve"):
        (note,) = figure(app, name)["layout"]["annotations"]
        assert note["text"].startswith("learning rate 0.01 ")
        assert note["x"] == 1


def test_a_learning_rate_set_by_hand_is_marked_at_its_batch(store: RunStore) -> None:
    lease = ran(store, 1)
    lease.keep_new_rates(2, pack_new_rates([NewRate(1.4, 0.01, 0.002)]))
    for _ in range(2):  # while its epoch runs, and when it is over
        for name in ("accuracy-curve", "loss-curve"):
            (note,) = figure(opened(run=1), name)["layout"]["annotations"]
            assert note["text"] == "learning rate 0.01 \N{RIGHTWARDS ARROW} 0.002"
            assert note["x"] == 1.4
        if store.get(1).epoch == 1:
            lease.keep(replace(EPOCH, number=2, learning_rate=0.002), b"checkpoint", layer(2))


def test_a_pause_is_marked_where_it_was(store: RunStore) -> None:
    ran(store, 2).pause(3, pack_pauses([2.4]))
    app = opened(run=1)
    for name in ("accuracy-curve", "loss-curve"):
        (note,) = figure(app, name)["layout"]["annotations"]
        assert (note["text"], note["x"]) == ("paused", 2.4)


def test_it_is_marked_where_a_run_went_on(store: RunStore) -> None:
    ran(store, 2).finish(Outcome(STOPPED))
    store.resume(1)
    for name in ("accuracy-curve", "loss-curve"):
        (note,) = figure(opened(run=1), name)["layout"]["annotations"]
        assert (note["text"], note["x"]) == ("resumed", 2)


def test_a_diverging_loss_is_drawn_logarithmically_and_said(store: RunStore) -> None:
    lease = ran(store, 1)
    lease.keep(replace(EPOCH, number=2, loss=4000.0), b"checkpoint", layer(2))
    app = opened(run=1)
    assert figure(app, "loss-curve")["layout"]["yaxis"]["type"] == "log"
    assert "The loss went above 10, so its axis is logarithmic" in said(app)
    assert app.toggle(key="log").disabled


def test_a_close_up_shows_the_range_of_the_values(store: RunStore) -> None:
    ran(store, 2)
    app = opened(run=1)
    assert figure(app, "accuracy-curve")["layout"]["yaxis"]["range"] == [0, 1.04]
    app.toggle(key="close-up").set_value(True)
    checked(app.run())
    low, high = figure(app, "accuracy-curve")["layout"]["yaxis"]["range"]
    assert 0.2 < low < high < 0.6


def test_the_curves_can_be_smoothed_and_made_logarithmic(store: RunStore) -> None:
    ran(store, 2)
    app = opened(run=1)
    app.toggle(key="log").set_value(True)
    app.slider(key="smoothing").set_value(0.9)
    checked(app.run())
    loss = figure(app, "loss-curve")
    assert loss["layout"]["yaxis"]["type"] == "log"
    assert "type" not in figure(app, "accuracy-curve")["layout"]["yaxis"]
    assert np.ptp(loss["data"][0]["y"]) < 0.5
    assert loss["data"][1]["y"] == [2.0, 2.0]


@pytest.mark.parametrize(
    ("make", "button", "request_made"),
    [
        (lambda store: ran(store, 1), "do-pause", PAUSE),
        (lambda store: ran(store, 1), "do-stop", STOP),
        (paused, "do-stop", STOP),
    ],
)
def test_a_button_asks_the_run(
    make: Callable[[RunStore], object], button: str, request_made: str, store: RunStore
) -> None:
    make(store)
    app = press(opened(run=1), button)
    assert store.get(1).request == request_made
    waiting = [button for button in app.button if button.label in ("Pausing ...", "Stopping ...")]
    assert [button.disabled for button in waiting] == [True]


def test_a_paused_run_is_asked_to_go_on(store: RunStore) -> None:
    lease = ran(store, 1)
    store.ask(1, PAUSE)
    lease.show(PAUSED)
    press(opened(run=1), "do-resume")
    assert store.get(1).request == ""


def test_a_paused_run_that_is_to_go_on_says_that_it_waits_for_its_turn(store: RunStore) -> None:
    lease = ran(store, 1)
    store.ask(1, PAUSE)
    lease.show(PAUSED)
    other = ran(store, 1)
    assert "queue" not in said(opened(run=1))
    app = press(opened(run=1), "do-resume")
    place = "Waiting for its turn: number 1 in the queue. Being trained now: run 2 (running)."
    assert place in said(app)
    assert [button.disabled for button in app.button if button.label == "Resume"] == [True]
    other.finish(Outcome(DONE))
    assert "Resuming ..." in said(checked(app.run()))


def test_stop_takes_a_queued_run_out_of_the_queue(store: RunStore) -> None:
    store.create(TINY)
    app = press(opened(run=1), "do-stop")
    assert store.get(1).status == STOPPED
    assert "-badge[stopped]" in said(app)


@pytest.mark.parametrize("status", [STOPPED, FAILED, LOST])
def test_resume_starts_the_run_again(status: str, store: RunStore, launched: list[int]) -> None:
    STATUSES[status][0](store)
    app = press(opened(run=1), "do-resume")
    assert (store.get(1).status, launched) == (QUEUED, [1])
    assert not refusals(app)


def test_a_button_that_comes_too_late_is_a_sentence(store: RunStore) -> None:
    lease = ran(store, 2)
    app = opened(run=1)
    lease.finish(Outcome(DONE))
    press(app, "do-pause")
    assert refusals(app) == "Run 1 is done; it cannot be paused."
    assert labels(app)[: len(NAVIGATION)] == NAVIGATION


def test_a_failed_run_says_why_and_a_lost_one_what_to_do(store: RunStore) -> None:
    failed(store)
    assert refusals(opened(run=1)) == "The loss became NaN in epoch 2."
    store.resume(1)
    Lease(store, 1).take()
    age(store, 1)
    app = opened(run=1)
    assert "nothing is heard any more from the program that trained it" in refusals(app)
    assert "What it learned up to epoch 1 is kept. Press Resume to continue" in refusals(app)
    assert not app.get("progress")
    assert "Learning rate from now on" not in [box.label for box in app.selectbox]


def test_a_run_that_was_lost_in_its_first_epoch_begins_again(store: RunStore) -> None:
    ran(store, 0)
    age(store, 1)
    told = refusals(opened(run=1))
    assert "It had not finished its first epoch. Press Resume to begin again." in told
    assert "epoch 0" not in told


@pytest.mark.parametrize("status", [QUEUED, RUNNING, PAUSED])
def test_while_another_program_holds_the_store_the_page_says_so_and_then_goes_on(
    status: str, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    STATUSES[status][0](store)
    monkeypatch.setattr(clock, "STALE_AFTER", -1.0)  # as after a long time
    with stores.held(store):
        app = opened(run=1)
        assert "The store of runs is busy: another program has locked it" in refusals(app)
        assert f"-badge[{status}]" in said(app)
    monkeypatch.undo()
    st.cache_data.clear()
    assert refusals(checked(app.run())) == ""
    assert f"-badge[{status}]" in said(app)


def test_a_run_that_broke_shows_what_python_said_folded(store: RunStore) -> None:
    broke = "Traceback (most recent call last):\n  *x* <b>\nRuntimeError: odd"
    ran(store, 1).finish(Outcome(FAILED, "It broke off.", traceback=broke))
    app = opened(run=1)
    assert refusals(app) == "It broke off."
    (folded,) = [each for each in app.expander if "Python's error message" in each.label]
    assert not folded.proto.expanded
    assert [each.value for each in folded.code] == [broke]


def test_a_run_that_failed_with_a_sentence_has_nothing_to_unfold(store: RunStore) -> None:
    failed(store)
    assert "Python's error message" not in str([each.label for each in opened(run=1).expander])


def test_a_lost_run_that_comes_back_is_shown_running(store: RunStore) -> None:
    lease = ran(store, 2)
    age(store, 1)
    app = opened(run=1)
    assert "-badge[lost]" in said(app)
    lease.beat()
    assert "-badge[running]" in said(checked(app.run()))


def test_the_learning_rate_is_changed_while_it_runs(store: RunStore) -> None:
    ran(store, 1, rate=0.05)
    app = opened(run=1)
    assert app.selectbox(key="rate-1").value == "0.05"
    checked(app.selectbox(key="rate-1").select("0.1").run())
    assert store.get(1).learning_rate == 0.1
    assert opened(run=1).selectbox(key="rate-1").value == "0.1"
    store.set_learning_rate(1, 0.002)
    assert "Now it is 0.002." in said(checked(app.run()))


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("abc", "Learning rate is 'abc'; it must be a number."),
        ("1e9", "Learning rate is 1000000000.0; it must be from 1e-06 to 10.0."),
    ],
)
def test_a_learning_rate_that_is_none_is_refused(typed: str, reason: str, store: RunStore) -> None:
    ran(store, 1)
    app = opened(run=1)
    type_into(app, "rate-1", typed)
    checked(app.run())
    assert refusals(app) == reason
    assert labels(app)[: len(NAVIGATION)] == NAVIGATION
    assert store.get(1).learning_rate is None
    assert "Now it is 0.01." in said(app)


def test_a_falling_learning_rate_cannot_be_changed(store: RunStore) -> None:
    store.create(replace(TINY, cosine_decay=True))
    app = opened(run=1)
    assert "The learning rate falls by itself" in said(app)
    assert "Learning rate from now on" not in [box.label for box in app.selectbox]


def test_the_pinned_digit_is_followed_over_the_epochs(store: RunStore) -> None:
    shares = (0.05, 0.0, 0.0, 0.9, 0.05, 0.0, 0.0, 0.0, 0.0, 0.0)
    ran(store, 3, watched=shares)
    app = opened(run=1)
    assert "Your pinned digit , read after every epoch" in said(app)
    lines = figure(app, "watched-curve")["data"]
    assert [line["y"] for line in lines] == [[share] * 3 for share in shares]


def test_what_was_noted_of_a_pinned_digit_is_not_shown_beside_another_one(store: RunStore) -> None:
    mine, other = (np.full((28, 28), ink, np.float32) for ink in (0.25, 0.75))
    ran(store, 3, watched=(0.1,) * 10, pinned=mine).finish(Outcome(STOPPED))
    with store.database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM blobs WHERE kind = 'checkpoint'")
    assert "weights of its epochs were not kept" not in said(pinned_in(mine))
    assert len(figure(pinned_in(mine), "watched-curve")["data"]) == 10
    assert "weights of its epochs were not kept" in said(pinned_in(other))


def pinned_in(digit: np.ndarray) -> AppTest:
    """Return the page of run 1 with a pinned digit."""
    return opened({"pinned": digit, "results": "Pinned digit"}, run=1)


def test_the_first_layer_is_shown_after_any_epoch_of_a_run_that_is_over(store: RunStore) -> None:
    stopped(store)
    app = opened(run=1)
    pictures = set()
    for epoch in (2, 1, 0):
        checked(app.select_slider(key="layer-of-1").set_value(epoch).run())
        (shown,) = (each.proto.body for each in app.get("html") if "first-layer" in each.proto.body)
        assert shown.count("<img") == 16
        pictures.add(shown)
    assert len(pictures) == 3


def test_the_runs_settings_fill_the_sidebar_for_another_training(store: RunStore) -> None:
    wanted = replace(PRESETS["dense-512"], epochs=3, learning_rate=0.0123, train_size=99)
    store.create(wanted, "dense-512")
    app = press(opened(run=1, epochs=77), "new")
    assert spec(app) == wanted
    assert app.query_params == {
        **{"preset": "dense-512", "learning_rate": "0.0123", "epochs": "3", "train_size": "99"}
    }
    assert "Train" in labels(app)


def test_a_run_of_no_preset_fills_the_sidebar_too(store: RunStore) -> None:
    store.create(TINY)
    assert spec(press(opened(run=1), "new")) == TINY


def test_a_run_that_cannot_be_read_can_be_left(store: RunStore) -> None:
    store.create(TINY)
    change(store, 1, status="archived")
    app = opened(run=1)
    assert "cannot be read" in refusals(app)
    assert "Train" in labels(press(app, "new"))


def test_the_epochs_of_the_first_layer_are_played_one_after_the_other(store: RunStore) -> None:
    stopped(store)
    app = press(opened(run=1), "play-layer")
    seen = [app.select_slider(key="layer-of-1").value]
    while "Hold" in labels(app) and len(seen) < 9:
        seen.append(checked(app.run()).select_slider(key="layer-of-1").value)
    assert seen == [0, 1, 2, 2]
    assert "Play" in labels(app)


def test_the_first_layer_of_a_run_in_training_is_that_of_its_last_epoch(store: RunStore) -> None:
    lease = ran(store, 1)
    app = opened(run=1)
    assert "After epoch 1." in said(app)
    lease.keep(replace(EPOCH, number=2), b"checkpoint", layer(2))
    assert "After epoch 2." in said(checked(app.run()))


def test_beside_a_run_there_are_no_settings_of_another(store: RunStore) -> None:
    ran(store, 2)
    app = opened(run=1, epochs=44)
    assert not list(app.sidebar)[1:]
    assert app.query_params == {"run": "1"}
    app = press(app, "new")
    assert spec(app) == store.get(1).spec
    assert "preset" in " ".join(str(each.key) for each in app.sidebar)


def test_a_run_shows_all_its_settings_and_how_its_preset_differs(store: RunStore) -> None:
    wanted = replace(PRESETS["dense-128"], hidden=(300, 100), train_size=300, epochs=20)
    store.create(wanted, "dense-128")
    text = said(opened(run=1))
    changed, same = text.split("Changed from the preset Dense 128:")[1].split("The rest:")
    assert "Training images 300 instead of all" in changed
    assert "Hidden layers 300-100 instead of 128" in changed
    assert "Epochs 20 instead of 10" in changed
    for each in ("Dataset MNIST", "Learning rate 0.001", "Begin with fresh weights", "Seed 0"):
        assert each in same
    assert "Run 1: dense 300-100 on 300 images" in text


def test_of_a_run_that_teaches_a_network_that_network_comes_first(store: RunStore) -> None:
    store.create(replace(TINY, base="recogniser"))
    text = said(opened(run=1)).split("Settings:")[1]
    assert text.index("Begin with") < text.index("Dataset MNIST")


def test_a_run_as_its_preset_says_so_and_one_of_none_has_no_preset(store: RunStore) -> None:
    store.create(PRESETS["dense-512"], "dense-512")
    store.create(TINY)
    assert "As in the preset Dense 512: Dataset MNIST" in said(opened(run=1))
    assert "Settings: Dataset MNIST" in said(opened(run=2))


def test_random_labels_are_among_its_settings_and_in_its_name(store: RunStore) -> None:
    store.create(replace(PRESETS["dense-512"], random_labels=0.5), "dense-512")
    text = said(opened(run=1))
    assert "Random labels 50 % instead of 0 %" in text
    assert "Run 1: dense 512 with 50 % random labels" in text
    store.create(PRESETS["dense-512"], "dense-512")
    assert "Random labels" not in said(opened(run=2))


def test_a_learning_rate_set_while_it_ran_is_among_its_settings(store: RunStore) -> None:
    ran(store, 1)
    store.set_learning_rate(1, 0.5)
    assert "Learning rate 0.5, set while it ran instead of 0.01" in said(opened(run=1))


def test_resume_with_another_dataset_of_that_name_is_refused(
    store: RunStore, launched: list[int], toy: Dataset, tmp_path: Path
) -> None:
    np.savez(tmp_path / "mine.npz", allow_pickle=False, x_train=toy.x_train, y_train=toy.y_train)
    own_data.kept(store, tmp_path / "mine.npz", "mine")
    _, lease = left(store, TINY.changed({"dataset": "mine"}))
    lease.finish(Outcome(STOPPED))
    app = press(opened(run=1), "do-resume")
    assert "'mine' has changed since run 1 began, so the run" in refusals(app)
    assert (store.get(1).status, launched) == (STOPPED, [])


@pytest.mark.parametrize("show", [{}, {"show": "all"}])
def test_an_address_of_a_run_that_is_not_there_offers_the_latest_ones(
    store: RunStore, show: dict[str, str]
) -> None:
    done(store)
    app = opened(run=99, **show)
    assert refusals(app) == "There is no run 99."
    assert "The latest runs" in said(app)
    assert list(app.dataframe[0].value["run"]) == [1]
    store.delete(1)
    app = opened(run=1, **show)
    assert "There is no run 1 any more: it was deleted." in refusals(app)
    assert "The latest runs" not in said(app)


def test_a_lost_run_that_is_deleted_while_it_is_shown_offers_the_latest_ones(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost(store)
    store.create(TINY)
    found, asked = RunStore.get, []

    def get(self: RunStore, run: int) -> Run:
        asked.append(run)
        if len(asked) == 2:  # the page has begun
            self.delete(1)
        return found(self, run)

    monkeypatch.setattr(RunStore, "get", get)
    app = opened(run=1)
    assert "There is no run 1 any more: it was deleted." in refusals(app)
    assert list(app.dataframe[0].value["run"]) == [2]


def test_earlier_trainings_are_listed_with_what_was_changed(store: RunStore) -> None:
    store.create(replace(PRESETS["dense-128"], epochs=3), "dense-128")
    store.create(PRESETS["dense-128"], "dense-128", "A *long* name " * 7)
    change(store, 1, status=DONE, test_accuracy=0.98765)
    table = opened().dataframe[-1].value
    assert table["run"].tolist() == [2, 1]
    assert table["status"].tolist() == [QUEUED, DONE]
    assert table["changed"].tolist() == ["", "epochs=3"]
    assert table["test"].tolist()[1] == pytest.approx(98.765)


def test_a_name_is_shown_as_it_was_written(store: RunStore) -> None:
    name = "*Anna's* [net](x) <b>1</b> :red[a] $x$"
    store.create(TINY, name=name)
    heading = next(part.value for part in opened(run=1).markdown if "Run 1" in part.value)
    assert heading.replace("\\", "").startswith(f"# Run 1: {name}")
    assert "\\*Anna's\\*" in heading

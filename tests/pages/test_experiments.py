"""Experiments on the Train page: started, watched, told, found again; with tiny networks."""

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.jobs import worker
from digitapp.runs import Lease, Outcome, RunStore, experiments
from digitapp.runs.experiments import Named
from digitapp.runs.records import DONE, FAILED, RUNNING, STOP, STOPPED
from digitapp.training.experiments import CERTAINTY, EXPERIMENTS, TURNED, Variant
from tests.pages.train_page import (
    checked,
    component,
    labels,
    opened,
    press,
    refusals,
    said,
    spec,
)
from tests.queries import asked
from tests.tiny_runs import TINY, change, ran, trained_store, until

NAME = "layers"
HIDDEN = ((), (8,), (8, 8, 8))
MAYBE_MISSING = "there is nothing to compare"


VARIANTS = tuple(
    Variant(each.label, replace(TINY, hidden=hidden))
    for each, hidden in zip(EXPERIMENTS[NAME].variants, HIDDEN, strict=True)
)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Path:
    """The file of a store in which the experiment has been trained, once for all tests."""
    folder = tmp_path_factory.mktemp("done")
    wanted = [Named(each.spec, each.label) for each in VARIANTS]
    store = trained_store(folder, toy)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, str(folder / "datasets"))
        for run in experiments.start(store, NAME, wanted):
            assert worker.execute(store, run).status == "done"
    return folder / "runs.db"


@pytest.fixture
def runs(done: Path, store_url: str) -> list[int]:
    """The trained runs, in this test's own store."""
    shutil.copy(done, store_url.removeprefix("sqlite:///"))
    return [1, 2, 3]


@pytest.fixture(autouse=True)
def tiny(toy_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the experiment train tiny networks, and let nobody start processes for them."""
    found = EXPERIMENTS[NAME]
    monkeypatch.setitem(EXPERIMENTS, NAME, replace(found, variants=VARIANTS))
    monkeypatch.setattr(worker, "launch", lambda store, run: None)


def waiting(store: RunStore, seed: int = 0) -> list[int]:
    """Create its runs, as if they had just been started."""
    found = EXPERIMENTS[NAME]
    labels = [each.label for each in found.variants]
    return experiments.start(store, NAME, list(map(Named, found.specs(seed), labels)))


def address(app: AppTest, name: str) -> str:
    """Return a query parameter of the page's URL."""
    found = app.query_params[name]
    return found if isinstance(found, str) else found[0]


def values(app: AppTest) -> list[str]:
    """Return what is said of each run above the curves: its name, its value and its state."""
    found = component(app, "experiment-curves")["values"]
    return [f"{each['label']}: {each['share']}, {each['state']}" for each in found]


def kind(app: AppTest) -> str:
    """Return which images the values are of."""
    return str(component(app, "experiment-curves")["kind"])


def accuracy(app: AppTest) -> dict[str, Any]:
    """Return the figure of the accuracy."""
    return dict(json.loads(component(app, "experiment-curves")["charts"][0]["figure"]))


def shown(runs: list[int], **more: object) -> AppTest:
    return opened(experiment=NAME, runs=",".join(map(str, runs)), **more)


def test_there_is_a_card_for_each_and_one_press_starts_all_its_runs() -> None:
    app = opened()
    titles = [each.title for each in EXPERIMENTS.values()]
    assert {*titles} <= {*labels(app)}
    press(app, f"experiment-{NAME}")
    store = RunStore()
    runs = store.all()[::-1]
    assert [run.spec for run in runs] == EXPERIMENTS[NAME].specs(0)
    assert [run.name for run in runs][1] == "Hidden layers: one"
    assert {run.experiment for run in runs} == {f"{NAME}/{runs[0].id}"}
    assert address(app, "experiment") == NAME
    assert address(app, "runs") == "1,2,3"
    assert EXPERIMENTS[NAME].watch.replace(" %", "\N{NO-BREAK SPACE}%") in said(app)
    assert not app.sidebar.selectbox


def test_while_they_wait_and_train_their_states_are_told_and_all_can_be_stopped() -> None:
    store = RunStore()
    runs = waiting(store)
    app = shown(runs)
    assert [each.split(", ")[1] for each in values(app)] == [
        "run 1: starting ...",
        "run 2: waiting",
        "run 3: waiting",
    ]
    assert "Run 1 of 3." in said(app)
    assert "What came of it" not in said(app)
    assert not [label for label in labels(app) if label.startswith("To ")]
    press(app, "do-stop")
    assert {store.get(run).status for run in runs} == {"stopped"}
    checked(app.run())
    assert "was stopped after epoch 0 of 2" in said(app)
    assert MAYBE_MISSING in said(app)


def test_a_run_that_trains_shows_its_epoch_and_its_curve() -> None:
    store = RunStore()
    ran(store, EXPERIMENTS[NAME].variants[0].spec)
    app = shown([1])
    assert values(app)[0] == "no hidden layer: 25.00 %, run 1: epoch 2 of 2"
    names = [trace["name"] for trace in accuracy(app)["data"]]
    assert names[:2] == ["no hidden layer, training", "no hidden layer, validation"]


def test_an_experiment_behind_another_run_says_so_and_leads_to_it() -> None:
    store = RunStore()
    other, lease = ran(store, replace(TINY, epochs=5))
    store.set_pace(other, 1.0)
    runs = waiting(store)
    app = shown(runs)
    assert [each.split(", ")[1] for each in values(app)] == [
        "run 2: waiting",
        "run 3: waiting",
        "run 4: waiting",
    ]
    place = "Run 1 of 3. Waiting for its turn: number 1 in the queue."
    assert f"{place} Being trained now: run 1 (running, 1 batch a second)." in said(app)
    press(app, f"to-run-{other}")
    assert address(app, "run") == str(other)
    lease.finish(Outcome(DONE))
    assert "Being trained now" not in said(shown(runs))


def test_an_experiment_behind_another_experiment_leads_to_that() -> None:
    store = RunStore()
    front = waiting(store)
    lease = Lease(store, front[0])
    lease.take()
    until(lambda: lease.turn(64))
    behind = waiting(store, seed=1)
    app = shown(behind)
    assert "number 3 in the queue" in said(app)
    press(app, f"to-run-{front[0]}")
    assert address(app, "runs") == "1,2,3"
    assert "Being trained now" not in said(app), "one of its own trains"
    assert not [label for label in labels(app) if label.startswith("To ")]


def test_runs_of_one_experiment_that_train_side_by_side_have_one_button() -> None:
    store = RunStore()
    front = waiting(store)
    for run in front:
        change(store, run, status=RUNNING, heartbeat=time.time())
    app = shown(waiting(store, seed=1))
    assert [label for label in labels(app) if label.startswith("To ")] == ["To “Hidden layers”"]
    assert "run 1 of “Hidden layers” (running)" in said(app)


def test_a_lost_run_that_comes_back_may_go_on(runs: list[int]) -> None:
    store = RunStore()
    change(store, runs[2], status=RUNNING, heartbeat=0.0)
    app = shown(runs)
    assert "is lost: nothing is heard any more" in said(app)
    change(store, runs[2], heartbeat=time.time())
    assert "What came of it" not in said(checked(app.run()))


def test_where_a_run_is_set_up_a_button_leads_back_to_an_experiment() -> None:
    store = RunStore()
    runs = waiting(store)
    app = opened()
    assert "“Hidden layers” is waiting for its turn" in labels(app)
    change(store, runs[0], status=RUNNING, heartbeat=time.time())
    checked(app.run())
    assert "“Hidden layers” is still training" in labels(app)
    press(app, "back-to-training")
    assert address(app, "runs") == "1,2,3"


def test_until_all_are_over_the_figures_are_of_validation_and_then_of_the_test_images(
    runs: list[int],
) -> None:
    store = RunStore()
    ended = [store.epochs(run)[-1].val_accuracy for run in runs]
    for run in runs:
        change(store, run, test_accuracy=0.125)
    change(store, runs[2], status=RUNNING, heartbeat=time.time())
    app = shown(runs)
    known = [each.partition(": ")[2].partition(" %")[0] for each in values(app)]
    assert known == [f"{100 * (each or 0):.2f}" for each in ended]
    assert kind(app) == "Large figures: validation, as the solid lines."
    change(store, runs[2], status=DONE)
    app = shown(runs)
    assert {each.partition(": ")[2].partition(",")[0] for each in values(app)} == {"12.50 %"}
    assert "test images. Other people wrote them" in kind(app)
    change(store, runs[2], status=FAILED, error="The disk is full.")
    assert values(shown(runs))[2] == "three: –, run 3: failed after epoch 2 of 2"


@pytest.mark.parametrize(
    ("measured", "later", "at_the_end"),
    [
        (TURNED, "tilted ones are counted at the end", "The tilted ones are counted below."),
        (CERTAINTY, "of digits is measured at the end", "of digits is told below."),
    ],
)
def test_what_decides_otherwise_is_said_to_be_elsewhere(
    measured: str, later: str, at_the_end: str, runs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = replace(EXPERIMENTS[NAME], measured=measured, rule=lambda results: [])
    monkeypatch.setitem(EXPERIMENTS, NAME, found)
    assert at_the_end in kind(shown(runs))
    change(RunStore(), runs[2], status=RUNNING, heartbeat=time.time())
    assert later in kind(shown(runs))


def test_after_a_reload_a_new_training_begins_with_what_was_set_up_before() -> None:
    app = opened(train_size=100, epochs=7, wait="yes", pace="5")
    press(app, f"experiment-{NAME}")
    link = {name: address(app, name) for name in app.query_params}
    assert {*link} == {"experiment", "runs", "next", "wait", "pace"}
    app = opened(**link)
    assert not refusals(app)
    press(app, "new")
    assert (spec(app).train_size, spec(app).epochs) == (100, 7)
    assert address(app, "train_size") == "100"
    assert app.toggle(key="wait-first").value
    assert app.session_state["next pace"] == "5 a second"
    assert "next" not in app.query_params


def test_once_more_after_a_reload_keeps_them_too(runs: list[int]) -> None:
    app = shown(runs, next="preset=nodes-and-layers&train_size=300", show="all")
    press(app, "experiment-again")
    assert "train_size=300" in address(app, "next")
    press(app, "new")
    assert spec(app).train_size == 300


def test_each_card_says_about_how_long_it_takes() -> None:
    text = said(opened())
    for each in EXPERIMENTS.values():
        assert f"{each.about} About {each.seconds} s." in text


def test_a_card_says_how_long_it_took_the_last_time(runs: list[int]) -> None:
    store = RunStore()
    with store.database.begin() as connection:
        connection.execute(sa.text("UPDATE epochs SET seconds = 10 WHERE number > 0"))
    for run in runs:
        change(store, run, created=1000.0, heartbeat=1072.0)
    assert "The last time it took 1 min 15 s." in said(opened())
    store.delete(runs[0])
    assert "The last time" not in said(opened())


def test_of_runs_that_train_side_by_side_the_number_done_is_told(runs: list[int]) -> None:
    store = RunStore()
    for run in runs[1:]:
        change(store, run, status=RUNNING, heartbeat=time.time())
    assert "1 of 3 runs done." in said(shown(runs))


def test_the_end_tells_what_came_of_it_and_leads_on(runs: list[int]) -> None:
    store = RunStore()
    app = shown(runs)
    text = said(app)
    assert "What came of it" in text
    assert "Three layers" in text
    assert MAYBE_MISSING not in text
    assert values(app)[1].endswith("%, run 2: done")
    layout = accuracy(app)["layout"]
    assert layout["xaxis"]["range"] == [0, 2]
    assert layout["yaxis"]["range"] == [0, 1.04]
    assert len(layout["annotations"]) == 3
    press(app, "experiment-run-2")
    assert address(app, "run") == "2"
    assert "experiment" not in app.query_params
    press(app, "to-experiment")
    assert address(app, "runs") == "1,2,3"
    press(app, "experiment-again")
    assert [store.get(run).spec.seed for run in (4, 5, 6)] == [1, 1, 1]
    assert address(app, "runs") == "4,5,6"


def test_once_more_counts_however_soon(runs: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitapp.ui.train.double_click.DOUBLE_CLICK", 600.0)
    app = shown(runs)
    press(app, "experiment-again")
    assert address(app, "runs") == "4,5,6"
    for run in (4, 5, 6):
        change(RunStore(), run, status=STOPPED)
    press(checked(app.run()), "experiment-again")
    assert address(app, "runs") == "7,8,9"


def test_earlier_tries_of_the_same_experiment_stand_beside_what_came_of_it(runs: list[int]) -> None:
    assert "by seed" not in said(shown(runs))
    store = RunStore()
    again, once_more = waiting(store, seed=7), waiting(store, seed=7)
    for run in (*again, *once_more):
        lease = Lease(store, run)
        lease.take()
        until(lambda lease=lease: lease.turn(64))
        lease.finish(Outcome(DONE, test_loss=1.0, test_accuracy=0.5, model=b""))
    waiting(store, seed=8)  # not done: no result
    for place in (runs, again):
        text = said(shown(place))
        assert "Test images right, by seed" in text
        assert text.count("7 50.0 % 50.0 % 50.0 %") == 1, "a seed counts once"
        assert " 8 " not in text.partition("right, by seed")[2][:90]


def test_many_tries_ask_the_store_for_no_more_than_a_few(runs: list[int]) -> None:
    store, counts = RunStore(), []
    for seed in range(1, 9):
        for run in waiting(store, seed):
            change(store, run, status=DONE, test_accuracy=0.5)
        if seed in (1, 8):
            app = shown(runs)
            with asked() as queries:
                checked(app.run())
            counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_what_came_of_it_is_told_anew_when_only_the_reason_of_a_failure_is_another(
    runs: list[int],
) -> None:
    store = RunStore()
    for reason in ("The disk is full.", "The images are gone."):
        change(store, runs[1], status=FAILED, error=reason)
        assert f"“one” (run 2) is failed. {reason}" in said(shown(runs))


def test_a_curve_that_cannot_be_read_is_told(runs: list[int]) -> None:
    store = RunStore()
    change(store, runs[0], status=RUNNING, heartbeat=time.time())
    with store.database.begin() as connection:
        connection.execute(sa.text("UPDATE epochs SET loss = 'much' WHERE run = 2"))
    app = shown(runs)
    assert "the epochs cannot be read: run 2." in refusals(app)
    assert [each.partition(", ")[0] for each in values(app)][1] == "one: –"


def test_earlier_experiments_are_found_again(runs: list[int]) -> None:
    app = opened()
    assert "Hidden layers, runs 1, 2, 3" in labels(app)
    press(app, f"earlier-experiment-{runs[0]}")
    assert "What came of it" in said(app)
    press(app, "new")
    assert "experiment" not in app.query_params
    assert "Train a network of your own" in said(app)


def test_a_deleted_run_is_told_and_nothing_is_compared(runs: list[int]) -> None:
    store = RunStore()
    store.delete(runs[1])
    app = shown(runs)
    assert "There is no run 2 any more: it was deleted." in refusals(app)
    assert "“one”: it has no run; it was deleted, or never began." in said(app)
    assert MAYBE_MISSING in said(app)


def test_an_experiment_without_runs_can_be_started() -> None:
    app = opened(experiment=NAME)
    assert "What to watch for" in said(app)
    press(app, "experiment-start")
    assert len(RunStore().all()) == 3


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"experiment": "layer"}, "Unknown experiment 'layer'."),
        ({"experiment": "layer"}, "Did you mean layers?"),
        ({"experiment": NAME, "runs": "1;<b>"}, "runs is '1;\\<b\\>'; it must be the numbers"),
        ({"experiment": NAME, "runs": "7"}, "There is no run 7."),
        ({"experiment": NAME, "runs": "7"}, "None of the runs in the address"),
        ({"experiment": NAME, "epoch": "1"}, "Unknown setting 'epoch' in the address"),
        ({"experiment": NAME, "next": "epochs=many"}, "epochs"),
        ({"experiment": NAME, "wait": "<b>"}, "wait is '\\<b\\>'; it must be yes"),
        (
            {"experiment": NAME, "pace": "7"},
            "pace is '7'; it must be 20, 5 or 1, in",
        ),
    ],
)
def test_what_an_address_gets_wrong_is_told(address: dict[str, str], sentence: str) -> None:
    assert sentence.replace("\\", "") in refusals(opened(**address)).replace("\\", "")


def test_a_run_of_something_else_is_not_a_part_of_it(runs: list[int]) -> None:
    store = RunStore()
    other, _ = ran(store, replace(TINY, epochs=5))
    store.ask(other, STOP)
    app = shown([*runs, other])
    assert f"Run {other} has other settings than this experiment." in refusals(app)
    assert "Three layers" in said(app)


def test_what_presents_the_page_stays_in_the_address(runs: list[int]) -> None:
    app = shown(runs, show="curves")
    press(app, "experiment-again")
    assert address(app, "show") == "curves"

"""Pages of an installation that can only read: they say so before anybody presses anything."""

import pytest

from digitapp import backend
from digitapp.jobs import tensorflow_process
from digitapp.runs import Outcome, RunStore
from digitapp.runs.records import STOPPED
from digitapp.takehome.exports import EXPORTS
from tests.pages.test_handwriting import keep
from tests.pages.test_handwriting import opened as handwriting
from tests.pages.test_runs import AT_ONCE, part
from tests.pages.test_runs import opened as runs_page
from tests.pages.train_page import opened, said
from tests.tiny_runs import ran

HOW = "Install it with: pip install -r requirements.txt"


@pytest.fixture(autouse=True)
def nothing_to_train_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "can_train", lambda: False)


def test_the_train_page_says_how_to_add_training_and_shows_the_rest() -> None:
    app = opened(preset="dense-128", dataset="pen")
    assert HOW in said(app)
    assert app.button(key="train").disabled
    assert "weights in all" in said(app)
    assert "This Keras code trains the same network" in said(app)


def test_a_stopped_run_is_shown_but_cannot_go_on(store: RunStore) -> None:
    ran(store)[1].finish(Outcome(STOPPED))
    app = opened(run=1)
    assert HOW not in said(app)
    assert app.button(key="do-resume").disabled
    assert HOW in app.button(key="do-resume").help


def test_my_handwriting_says_how_to_add_training(store: RunStore) -> None:
    keep(store, [4, 7, 2, 1])
    app = handwriting()
    assert HOW in said(app)
    assert app.button(key="teach").disabled


def test_only_what_needs_tensorflow_cannot_be_taken_home(
    runs: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tensorflow_process, "warm_up", lambda: pytest.fail("It is started."))
    app = part(runs_page("3"), "Take home")
    assert HOW in said(app)
    prepare = [button for button in app.button if button.label == "Prepare"]
    assert {button.key for button in prepare} == {
        f"prepare-{name}" for name in EXPORTS if name not in AT_ONCE
    }
    assert all(button.disabled for button in prepare)
    assert {each.key for each in app.get("download_button")} >= {
        f"download-{name}" for name in AT_ONCE
    }

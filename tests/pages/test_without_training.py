"""Pages of an installation that can only read: they say so before anybody presses anything."""

import pytest

from digitapp import backend
from digitapp.runs import Outcome, RunStore
from digitapp.runs.records import STOPPED
from tests.pages.test_handwriting import keep
from tests.pages.test_handwriting import opened as handwriting
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

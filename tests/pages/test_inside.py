"""The Inside page's script, run without a browser."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from digitapp.data.datasets import Dataset
from digitapp.drawing.sketch import Sketch
from digitapp.runs import RunStore
from digitapp.training.spec import TrainingSpec
from tests.digits import DIGITS, fabric
from tests.pages.test_hostile import _elements
from tests.pages.train_page import checked, refusals, said
from tests.tiny_runs import TINY, trained_store

SEVEN = Sketch(objects=tuple(map(fabric, DIGITS[7])))


def _script() -> None:
    """The app with only this page."""
    import streamlit as st

    from digitapp.pages import inside

    st.navigation([st.Page(inside.page, title="Inside", default=True)]).run()


def opened(**address: str) -> AppTest:
    app = AppTest.from_function(_script, default_timeout=60)
    app.session_state["sketch"] = SEVEN
    for name, text in address.items():
        app.query_params[name] = text
    return checked(app.run())


def told(app: AppTest, key: str) -> dict[str, Any]:
    """Return what the server told a component: the one whose data has this key."""
    for part in _elements(app):
        if getattr(part, "type", "") == "bidi_component":
            data = json.loads(part.proto.json or "{}")
            if data.get(key):
                return dict(data[key])
    raise AssertionError(f"no component was told of {key}")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Path:
    """The file of a store with one run."""
    store = trained_store(tmp_path_factory.mktemp("inside"), toy, ("one", TINY))
    return Path(store.database.url.removeprefix("sqlite:///"))


@pytest.fixture
def store(home: Path, store_url: str, toy_mnist: Path) -> RunStore:
    shutil.copy(home, store_url.removeprefix("sqlite:///"))
    return RunStore(store_url)


def test_the_built_in_network_is_looked_into_at_first(store: RunStore) -> None:
    app = opened()
    assert told(app, "inside")["name"] == "recogniser"
    assert told(app, "facts") == told(app, "inside")
    assert "network" not in app.query_params
    assert "7" in said(app)


def test_the_address_names_the_network(store: RunStore) -> None:
    app = opened(network="run-1")
    assert told(app, "inside")["name"] == "run-1"
    assert app.selectbox(key="model").value == "run-1"
    assert app.query_params["network"] == "run-1"
    checked(app.selectbox(key="model").select("recogniser").run())
    assert told(app, "inside")["name"] == "recogniser"
    assert "network" not in app.query_params


@pytest.mark.parametrize(
    ("named", "problem"),
    [
        ("run-9", "There is no run 9."),
        ("run-2", "Run 2 has no trained network yet."),
        ("recognizer", "Unknown model 'recognizer'."),
    ],
)
def test_a_network_that_cannot_be_looked_into_is_told(
    store: RunStore, named: str, problem: str
) -> None:
    store.create(TrainingSpec())
    app = opened(network=named)
    assert problem in refusals(app)
    assert told(app, "inside")["name"] == "recogniser"

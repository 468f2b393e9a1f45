"""Cached networks: evicted ones are freed, and a damaged one does not harm the others."""

import gc
import sys
import weakref
from types import ModuleType

import pytest
from streamlit.testing.v1 import AppTest

from digitapp.errors import BadFile, UnknownName
from digitapp.library import models


class Network:
    """Refers to itself, so that only the garbage collector frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def shared() -> ModuleType:
    """The shared resources; the canvas beside them can only be imported by a page."""
    AppTest.from_string("import digitapp.ui.shared.resources", default_timeout=60).run()
    return sys.modules["digitapp.ui.shared.resources"]


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of loaded networks, in order; `damaged` cannot be loaded."""
    names: list[str] = []

    def load(name: str, store: object = None) -> Network:
        names.append(name)
        if name == "damaged":
            raise BadFile("It is damaged.")
        return Network()

    monkeypatch.setattr(models, "load", load)
    return names


def test_a_network_that_is_evicted_is_freed(loads: list[str], shared: ModuleType) -> None:
    kept = [weakref.ref(shared.predictor(f"network {number}")) for number in range(shared.LOADED)]
    gc.collect()
    assert all(each() for each in kept)
    for number in range(shared.LOADED):
        shared.predictor(f"another {number}")
    gc.collect()
    assert not any(each() for each in kept)


def test_a_damaged_network_leaves_the_others_where_they_are(
    loads: list[str], shared: ModuleType
) -> None:
    first = shared.predictor("first")
    for _ in range(2):
        with pytest.raises(BadFile):
            shared.predictor("damaged")
    assert shared.predictor("first") is first
    assert loads == ["first", "damaged", "damaged"], "a damaged one is tried again, and it alone"


def test_a_real_network_is_freed_after_its_last_use() -> None:
    predictor = models.load(models.DEFAULT)
    session, call = weakref.ref(predictor._session), weakref.ref(predictor)
    del predictor
    gc.collect()
    assert session() is None
    assert call() is None


def test_the_network_of_a_run_that_is_gone_is_refused(loads: list[str], shared: ModuleType) -> None:
    with pytest.raises(UnknownName):
        shared.predictor("run-7")
    assert not loads

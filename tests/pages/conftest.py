"""A server that has kept nothing, for every test of a page."""

import sys

import pytest
import streamlit as st

from digitapp.runs import RunStore


@pytest.fixture(autouse=True)
def fresh_server() -> None:
    """Forget the store, the datasets and the results of the last test; the models stay."""
    st.cache_data.clear()
    shared = sys.modules.get("digitapp.ui.shared")  # its charts can only be imported by a page
    if shared:
        shared.store.clear()
        shared.kept_dataset.clear()


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs for which a process would have been started; none is."""
    found: list[int] = []
    monkeypatch.setattr("digitapp.worker.launch", lambda store, run: found.append(run))
    return found


@pytest.fixture
def store(store_url: str) -> RunStore:
    """The store that the page uses."""
    return RunStore(store_url)

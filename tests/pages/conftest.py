"""Fixtures of the page tests: a server with empty caches for every test."""

import gc
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.runs import RunStore
from tests.tiny_runs import SGD, TINY, trained_store


@pytest.fixture(autouse=True, scope="session")
def packages_searched_once() -> Iterator[None]:
    """Cache AppTest's search of all installed packages for components, done at every visit."""
    with pytest.MonkeyPatch.context() as patched:
        searched = cache(manifest_scanner.scan_component_manifests)
        patched.setattr(manifest_scanner, "scan_component_manifests", searched)
        yield


@pytest.fixture(autouse=True, scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store file with tables; creating them is slow in SQLite, which syncs each."""
    path = tmp_path_factory.mktemp("empty") / "runs.db"
    RunStore(f"sqlite:///{path}")
    return path


@pytest.fixture(autouse=True)
def used_before(store_url: str, empty_store: Path) -> None:
    """Give the store of each test its tables."""
    shutil.copy(empty_store, store_url.removeprefix("sqlite:///"))


@pytest.fixture(autouse=True, scope="session")
def frozen() -> set[int]:
    """The numbers of loaded modules at which the garbage collector's state was frozen."""
    return set()


@pytest.fixture(autouse=True)
def garbage_is_collected_quickly(frozen: set[int]) -> None:
    """Exclude loaded modules from garbage collection, which Streamlit runs after each script."""
    if len(sys.modules) not in frozen:
        frozen.add(len(sys.modules))
        gc.collect()
        gc.freeze()


@pytest.fixture(autouse=True)
def fresh_server() -> None:
    """Clear the cached store, datasets and results of the last test, but not the models."""
    st.cache_data.clear()
    # Its charts can only be imported by a page.
    shared = sys.modules.get("digitapp.ui.shared.resources")
    if shared:
        shared.whole.clear()
        shared.kept_dataset.clear()


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs for which a process would have been started; none is started."""
    found: list[int] = []
    monkeypatch.setattr("digitapp.jobs.worker.launch", lambda store, run: found.append(run))
    return found


@pytest.fixture
def store(store_url: str) -> RunStore:
    """The store the page uses."""
    return RunStore(store_url)


@pytest.fixture(scope="session")
def three_runs(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Path:
    """A folder with a store of three runs, two of which differ only in the seed."""
    folder = tmp_path_factory.mktemp("runs")
    again = replace(TINY, seed=1)
    trained_store(folder, toy, ("first", TINY), ("again", again), ("another", SGD))
    return folder


@pytest.fixture
def runs(three_runs: Path, store_url: str, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    """The three runs in this test's store, with their images."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(three_runs / "datasets"))
    shutil.copy(three_runs / "runs.db", store_url.removeprefix("sqlite:///"))
    return RunStore(store_url)


@pytest.fixture(autouse=True, scope="session")
def components_declared(packages_searched_once: None) -> None:
    """Import the modules that declare components, which works in a page's script alone."""
    imported = "from digitapp.ui.draw import correcting"
    AppTest.from_string(imported, default_timeout=60).run()


@pytest.fixture(autouse=True)
def buttons_for_bars(components_declared: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put buttons in place of the live bars, whose presses only a browser can send."""

    from digitapp.ui.draw import correcting

    def buttons(
        name: str, on_pick: Callable[[str], None], picks: Sequence[str], **data: object
    ) -> None:
        for choice in picks:
            st.button(choice, key=f"correct-{choice}", on_click=on_pick, args=(choice,))

    monkeypatch.setattr(correcting, "live_view", buttons)

"""Resources shared by all pages: the store, models and datasets (cached), and error messages."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import streamlit as st

from digitapp.data.datasets import DIGIT_NAMES, Dataset
from digitapp.errors import DigitappError, StoreBusy
from digitapp.jobs import worker
from digitapp.library import catalogue, models
from digitapp.library.background_loading import Loader
from digitapp.reading import prediction
from digitapp.reading.prediction import Predictor, readable
from digitapp.runs import RunStore
from digitapp.text.escaping import markdown, plain

MODEL_KEY, PAGE = "model", "page"
PROBLEM, SHOWN_FOR = "problem of ", 10.0  # seconds
READER = "reader"  # the model chosen last, on any page
TITLES_KEPT = 2  # seconds
BUSY_KEPT = 1  # second
LOOKED_AFTER_EVERY = 2  # seconds
BUSY = (
    "The store of runs is busy: another program has locked it, and nothing can be saved. Nothing "
    "is lost: runs wait for it, and this page continues by itself when that program is done."
)
OFFERED = 20  # networks from the latest runs
DATASETS_KEPT = 3
LOADED = 16  # networks, for all users together


@st.cache_resource(show_spinner=False)
def store() -> RunStore:
    """Return the store of runs, opened once per server.

    Raises:
        StoreProblem: when it cannot be opened.
    """
    return RunStore()


def loader(name: str) -> Loader:
    """Start loading a model, once per server, and return at once.

    Raises:
        UnknownName, StoreProblem: when the model's run no longer exists, or the store fails.
    """
    return _loader(name, version(name))


def load_ahead() -> None:
    """Start loading the chosen model; errors are left to whoever reads with it."""
    with suppress(DigitappError):
        loader(chosen_model())


@st.cache_resource(show_spinner=False, max_entries=LOADED)
def _loader(name: str, version: str) -> Loader:
    return Loader(name, store() if version else None)


def version(name: str) -> str:
    """Return a cache key that changes when a run learns more; empty for a built-in model.

    Raises:
        UnknownName: when the run no longer exists.
    """
    number = models.run_of(name)
    return "" if number is None else store().get(number).learned


def dataset(name: str) -> Dataset:
    """Return a dataset by name, cached for all users until it changes.

    Raises:
        UnknownName, InvalidSetting, BadFile, DatasetUnavailable, StoreProblem: as
            `catalogue.dataset`.
    """
    return kept_dataset(name, catalogue.version(store(), name))


@st.cache_resource(show_spinner="Fetching the images ...", max_entries=DATASETS_KEPT)
def kept_dataset(name: str, version: str) -> Dataset:
    """Return this version of the dataset from the cache, or load it."""
    return catalogue.dataset(store(), name)


def predictor(name: str) -> Predictor:
    """Return the loaded model; show a spinner while it is still loading.

    Raises:
        UnknownName, BadFile, StoreProblem: as `models.load`; the next call tries again.
    """
    key = name, version(name)
    loading = _loader(*key)
    try:
        if loading.ready:
            return loading.result()
        with st.spinner("Waking up the network ..."):
            return loading.result()
    except DigitappError:
        _loader.clear(*key)  # only this one: others may be reading with the rest
        raise


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show a DigitappError raised inside as a message; Markdown in it is escaped."""
    try:
        yield
    except DigitappError as error:
        st.error(markdown(str(error)))


@contextmanager
def busy_shown() -> Iterator[None]:
    """Warn that the store is busy when StoreBusy is raised inside: for polling elements."""
    try:
        yield
    except StoreBusy:
        st.warning(BUSY, icon=":material/hourglass_top:")


def say_if_busy() -> None:
    """Warn when another program has locked the store, so that nothing new can arrive."""
    if _busy():
        st.warning(BUSY, icon=":material/hourglass_top:")


@st.cache_data(ttl=BUSY_KEPT, show_spinner=False)
def _busy() -> bool:
    return store().busy()


@st.cache_data(ttl=LOOKED_AFTER_EVERY, show_spinner=False)
def queue_looked_after() -> None:
    """Make sure that queued runs are started, even if the process responsible has died."""
    worker.look_after(store())


@contextmanager
def errors_kept(place: str) -> Iterator[None]:
    """Like `errors_shown`, for callbacks, where a message would replace the top of the page."""
    st.session_state.pop(PROBLEM + place, None)
    try:
        yield
    except DigitappError as error:
        st.session_state[PROBLEM + place] = str(error), time.monotonic()


def kept_error(place: str) -> None:
    """Show the error message of a callback, for some seconds."""
    text, since = st.session_state.get(PROBLEM + place, ("", -math.inf))
    if time.monotonic() - since < SHOWN_FOR:
        st.error(markdown(text))


def model_picker() -> str:
    """Show a select box of the built-in networks and those of runs; return the chosen name."""
    titles, chosen = {models.DEFAULT: models.MODELS[models.DEFAULT].title}, chosen_model()
    with errors_shown():
        titles = networks()
    if chosen not in titles:
        titles[chosen] = chosen
    picked = st.selectbox(
        "Which network reads?",
        list(titles),
        index=list(titles).index(chosen),
        format_func=lambda name: titles[name],
        key=MODEL_KEY,
        width=320,
    )
    st.session_state[READER] = str(picked)
    return str(picked)


@st.cache_data(ttl=TITLES_KEPT, show_spinner=False)
def networks() -> dict[str, str]:
    """Return names and titles of all networks: the built-in ones, then those of the latest runs.

    Raises:
        StoreProblem: when the runs cannot be read.
    """
    titles = {name: entry.title for name, entry in models.MODELS.items()}
    left = [run for run in store().all() if run.test_accuracy is not None]
    return titles | {
        models.of_run(run.id): plain(f"Run {run.id}: {run.title}") for run in left[:OFFERED]
    }


@st.cache_data(ttl=TITLES_KEPT, show_spinner=False)
def digit_readers() -> dict[str, str]:
    """Return names and titles of the networks that read digits: built-in ones, then latest runs.

    Raises:
        StoreProblem: when the runs cannot be read.
    """
    digits = set(DIGIT_NAMES)
    return {name: title for name, title in networks().items() if digits <= {*class_names(name)}}


def arrived(page: str) -> bool:
    """Return whether the visitor has just come to this page.

    Query parameters that a page writes in its first script run are added to the old page's URL.
    """
    before, st.session_state[PAGE] = st.session_state.get(PAGE), page
    return before != page


def class_names(name: str) -> tuple[str, ...]:
    """Return the class names of a model; the digits when it no longer exists."""
    try:
        return readable(models.class_names(name, store()))
    except DigitappError:  # reported when the model is used
        return DIGIT_NAMES


def choices(name: str) -> tuple[str, ...]:
    """Return what a model chooses among, one bar each; the digits when it no longer exists."""
    try:
        return prediction.choices(models.class_names(name, store()))
    except DigitappError:  # reported when the model is used
        return DIGIT_NAMES


def chosen_model() -> str:
    """Return the name of the chosen model."""
    return str(st.session_state.get(MODEL_KEY) or st.session_state.get(READER, models.DEFAULT))


def read_with_run(run: int) -> None:
    """Choose the network of a run for the Draw page."""
    st.session_state[READER] = models.of_run(run)
    st.session_state.pop(MODEL_KEY, None)

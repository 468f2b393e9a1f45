"""What the server keeps for all its pages: the store, models, datasets; errors; charts."""

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
PROBLEM, KEPT_FOR = "problem of ", 10.0  # seconds
READER = "reader"  # the model that was chosen last, on whatever page
TITLES_KEPT = 2  # seconds
BUSY_KEPT = 1  # second
LOOKED_AFTER_EVERY = 2  # seconds
BUSY = (
    "The store of runs is busy: another program holds it, and nothing can be written. Nothing is "
    "lost: trainings wait for it, and this page goes on by itself when that program is done."
)
OFFERED = 20  # networks of the latest runs
DATASETS_KEPT = 3
LOADED = 16  # networks, of all users together


@st.cache_resource(show_spinner=False)
def store() -> RunStore:
    """The store of runs, opened once a server.

    Raises:
        StoreProblem: when it cannot be opened.
    """
    return RunStore()


def loader(name: str) -> Loader:
    """Start loading a model, once a server; returns at once.

    Raises:
        UnknownName, StoreProblem: when it is of a run that is gone, or the store fails.
    """
    return _loader(name, version(name))


def load_ahead() -> None:
    """Start loading the model that was picked; whoever reads with it is told what goes wrong."""
    with suppress(DigitappError):
        loader(chosen_model())


@st.cache_resource(show_spinner=False, max_entries=LOADED)
def _loader(name: str, version: str) -> Loader:
    return Loader(name, store() if version else None)


def version(name: str) -> str:
    """Tells what a run has learned now from what it had learned before it went on.

    Raises:
        UnknownName: when the run is gone.
    """
    number = models.run_of(name)
    return "" if number is None else store().get(number).learned


def dataset(name: str) -> Dataset:
    """A dataset by name, kept for all who look at it until it changes.

    Raises:
        UnknownName, InvalidSetting, BadFile, DatasetUnavailable, StoreProblem: as
            `catalogue.dataset`.
    """
    return kept_dataset(name, catalogue.version(store(), name))


@st.cache_resource(show_spinner="Fetching the images ...", max_entries=DATASETS_KEPT)
def kept_dataset(name: str, version: str) -> Dataset:
    """The dataset of this version."""
    return catalogue.dataset(store(), name)


def predictor(name: str) -> Predictor:
    """The loaded model; waits, and says so, while it is still being loaded.

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
        _loader.clear(*key)  # this one alone: others may be reading with the rest
        raise


@contextmanager
def errors_shown() -> Iterator[None]:
    """A DigitappError inside becomes a message on the page; what it quotes stays text."""
    try:
        yield
    except DigitappError as error:
        st.error(markdown(str(error)))


@contextmanager
def busy_shown() -> Iterator[None]:
    """What is looked at again and again may find the store busy: said, until it is not."""
    try:
        yield
    except StoreBusy:
        st.warning(BUSY, icon=":material/hourglass_top:")


def say_if_busy() -> None:
    """Tell it when another program holds the store, so that nothing new can arrive."""
    if _busy():
        st.warning(BUSY, icon=":material/hourglass_top:")


@st.cache_data(ttl=BUSY_KEPT, show_spinner=False)
def _busy() -> bool:
    return store().busy()


@st.cache_data(ttl=LOOKED_AFTER_EVERY, show_spinner=False)
def queue_looked_after() -> None:
    """See to it that those who wait are started, whatever has become of who was to do it."""
    worker.look_after(store())


@contextmanager
def errors_kept(place: str) -> Iterator[None]:
    """As `errors_shown`, in a callback: what that wrote would take the place of the page's top."""
    st.session_state.pop(PROBLEM + place, None)
    try:
        yield
    except DigitappError as error:
        st.session_state[PROBLEM + place] = str(error), time.monotonic()


def kept_error(place: str) -> None:
    """The message of a callback, for some seconds."""
    text, since = st.session_state.get(PROBLEM + place, ("", -math.inf))
    if time.monotonic() - since < KEPT_FOR:
        st.error(markdown(text))


def model_picker() -> str:
    """A select box of the built-in networks and those that runs have left; the chosen name."""
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
    """Names and titles of all networks: built in, then of the latest runs.

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
    """Names and titles of the networks that read digits: built in, then of the latest runs.

    Raises:
        StoreProblem: when the runs cannot be read.
    """
    digits = set(DIGIT_NAMES)
    return {name: title for name, title in networks().items() if digits <= {*class_names(name)}}


def arrived(page: str) -> bool:
    """Whether another page was shown before, or none.

    What a page writes into the address in its first run, the browser adds to the old page's.
    """
    before, st.session_state[PAGE] = st.session_state.get(PAGE), page
    return before != page


def class_names(name: str) -> tuple[str, ...]:
    """What the classes of a model are called; of one that is gone, the digits."""
    try:
        return readable(models.class_names(name, store()))
    except DigitappError:  # whoever reads with it is told
        return DIGIT_NAMES


def choices(name: str) -> tuple[str, ...]:
    """What a model chooses among, a bar for each; of one that is gone, the digits."""
    try:
        return prediction.choices(models.class_names(name, store()))
    except DigitappError:  # whoever reads with it is told
        return DIGIT_NAMES


def chosen_model() -> str:
    """The name of the model that was picked."""
    return str(st.session_state.get(MODEL_KEY) or st.session_state.get(READER, models.DEFAULT))


def read_with_run(run: int) -> None:
    """Choose the network that a run has trained for the Draw page."""
    st.session_state[READER] = models.of_run(run)
    st.session_state.pop(MODEL_KEY, None)

"""The networks that can read a drawing, and the chosen one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitapp.data.datasets import DIGIT_NAMES, knows_digits
from digitapp.errors import DigitappError, UnknownName
from digitapp.library import correction_targets, models
from digitapp.library.correction_targets import Target
from digitapp.reading import refusals
from digitapp.reading.prediction import Predictor
from digitapp.registry import lookup
from digitapp.text.escaping import plain
from digitapp.ui.shared import caching
from digitapp.ui.shared.messages import errors_shown
from digitapp.ui.shared.resources import predictor, store
from digitapp.ui.shared.session import MODEL, READER

TITLES_KEPT = 2  # seconds; so are other facts that a page asks for several times
OFFERED = 20  # networks from the latest runs


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
        key=MODEL.key,
        label_visibility="collapsed",
    )
    READER.set(str(picked))
    return str(picked)


def chosen_model() -> str:
    """Return the name of the chosen model."""
    return MODEL.get() or READER.get()


def read_with_run(run: int) -> None:
    """Choose the network of a run for the Draw page."""
    READER.set(models.of_run(run))
    MODEL.pop()


def read_with(name: str) -> None:
    """Choose a network.

    Raises:
        UnknownName, StoreProblem: when there is none of that name, or the runs cannot be read.
    """
    run = models.run_of(name)
    if run is None:
        lookup(models.MODELS, "model", name)
    elif store().get(run).test_accuracy is None:
        raise UnknownName(f"Run {run} has no trained network yet.")
    READER.set(name)
    MODEL.pop()


@caching.data(ttl=TITLES_KEPT, show_spinner=False)
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


@caching.data(ttl=TITLES_KEPT, show_spinner=False)
def digit_readers() -> dict[str, str]:
    """Return names and titles of the networks that read digits: built-in ones, then latest runs.

    Raises:
        StoreProblem: when the runs cannot be read.
    """
    return {name: title for name, title in networks().items() if knows_digits(class_names(name))}


@caching.data(ttl=TITLES_KEPT, show_spinner=False)
def class_names(name: str) -> tuple[str, ...]:
    """Return the class names of a model; the digits when it no longer exists."""
    try:
        return models.class_names(name, store())
    except DigitappError:  # reported when the model is used
        return DIGIT_NAMES


@caching.data(ttl=TITLES_KEPT, show_spinner=False)
def preparation(name: str) -> str:
    """Return the entry of `PREPARATIONS` for a model's images; MNIST's when it no longer exists."""
    try:
        return models.preparation(name, store())
    except DigitappError:  # reported when the model is used
        return "mnist"


@caching.data(ttl=TITLES_KEPT, show_spinner=False)
def reads_movement(name: str) -> bool:
    """Return whether a network reads how the pen moved; False when it no longer exists."""
    try:
        return models.reads_movement(name, store())
    except DigitappError:  # reported when the model is used
        return False


@caching.data(ttl=TITLES_KEPT, show_spinner=False)
def correction_target(name: str) -> Target | None:
    """Return where a drawing that a network read wrongly is kept; None where nowhere."""
    try:
        return correction_targets.target(store(), name)
    except DigitappError:  # reported when the model is used
        return None


def choices(name: str) -> tuple[str, ...]:
    """Return what a network chooses among, one bar each."""
    return refusals.choices(class_names(name))


def loaded_networks(names: Sequence[str]) -> dict[str, Predictor]:
    """Return the networks that can be loaded; show an error for each of the others."""
    found = {}
    for name in names:
        with errors_shown():
            found[name] = predictor(name)
    return found

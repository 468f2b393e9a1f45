"""Error messages on the pages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from digitapp import backend
from digitapp.errors import DigitappError, StoreBusy
from digitapp.text.escaping import markdown
from digitapp.training.setting_titles import titled
from digitapp.ui.shared import caching
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import PROBLEM, Problem

SHOWN_FOR = 10.0  # seconds
BUSY_KEPT = 1  # second
BUSY = (
    "The store of runs is busy: another program has locked it, and nothing can be saved. Nothing "
    "is lost: runs wait for it, and this page continues by itself when that program is done."
)


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show a DigitappError raised inside as a message; Markdown in it is escaped."""
    try:
        yield
    except DigitappError as error:
        st.error(markdown(titled(error)))


def training_missing() -> bool:
    """Whether nothing can be trained with this installation; if so, say how to change that."""
    missing = not backend.can_train()
    if missing:
        st.info(markdown(backend.MISSING), icon=":material/info:")
    return missing


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


@caching.data(ttl=BUSY_KEPT, show_spinner=False)
def _busy() -> bool:
    return store().busy()


@contextmanager
def errors_kept(place: str) -> Iterator[None]:
    """Like `errors_shown`, for callbacks, where a message would replace the top of the page."""
    PROBLEM[place].pop()
    try:
        yield
    except DigitappError as error:
        PROBLEM[place].set(Problem(titled(error), time.monotonic()))


def kept_error(place: str) -> None:
    """Show the error message of a callback, for some seconds."""
    problem = PROBLEM[place].get()
    if time.monotonic() - problem.since < SHOWN_FOR:
        st.error(markdown(problem.text))

"""What all visitors share: the store of runs, and datasets and networks, loaded once."""

from __future__ import annotations

import streamlit as st

from digitapp.data.datasets import Dataset
from digitapp.library import catalogue, models
from digitapp.reading.prediction import Predictor
from digitapp.runs import RunStore

DATASETS_KEPT = 3
LOADED = 16  # networks


@st.cache_resource(show_spinner=False)
def store() -> RunStore:
    """Return the store of runs, opened once per server.

    Raises:
        StoreProblem: when it cannot be opened.
    """
    return RunStore()


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
    """Return a network by name, cached for all users until it learns more.

    Raises:
        UnknownName, BadFile, StoreProblem: as `models.load`; after any error, the next call tries
            again.
    """
    return _predictor(name, version(name))


@st.cache_resource(show_spinner="Getting the network ready ...", max_entries=LOADED)
def _predictor(name: str, version: str) -> Predictor:
    return models.load(name, store() if version else None)

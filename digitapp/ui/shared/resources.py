"""Datasets and networks by name, loaded once for all who may use them."""

from __future__ import annotations

from digitapp.data.datasets import DATASETS, Dataset
from digitapp.library import catalogue, models
from digitapp.reading.prediction import Predictor
from digitapp.ui.shared import caching
from digitapp.ui.shared.the_store import store, whole

__all__ = ["dataset", "is_own", "predictor", "store", "version", "whole"]

DATASETS_KEPT = 3
LOADED = 16  # networks


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


def is_own(dataset: str, version: str) -> bool:
    """Return whether a dataset is not built in, so that only some may read it."""
    return dataset not in DATASETS


@caching.resource(
    private=is_own,
    show_spinner="Fetching the images ...",
    max_entries=DATASETS_KEPT,
)
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


@caching.resource(
    private=lambda name, version: bool(version),
    show_spinner="Getting the network ready ...",
    max_entries=LOADED,
)
def _predictor(name: str, version: str) -> Predictor:
    return models.load(name, store() if version else None)

"""What the Data page shows, by its address: all datasets, one of them, or a form for a new one."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from digitapp.errors import UnknownName
from digitapp.library import catalogue
from digitapp.ui.shared.address import go
from digitapp.ui.shared.resources import store

DATASET, NEW = "dataset", "new"  # query parameters
WAYS = DRAWN, FROM_FILE = "drawn", "file"  # to a new one


def dataset() -> str:
    """Return the name of the dataset that the address names; empty when it names none."""
    return st.query_params.get(DATASET, "")


def dataset_here() -> bool:
    """Return whether there is a dataset of the name in the address.

    Raises:
        StoreProblem: when the store fails.
    """
    return dataset() in catalogue.dataset_names(store())


def new() -> str:
    """Return the way to a new dataset that the address names; empty when it names none."""
    return st.query_params.get(NEW, "")


def check() -> None:
    """Reject an address that names a dataset that is not here, or an unknown way to a new one.

    Raises:
        UnknownName: saying so.
    """
    if dataset():
        raise UnknownName(f"There is no dataset {dataset()!r} here any more. These are all:")
    if new() not in ("", *WAYS):
        raise UnknownName(
            f"{NEW} is {new()!r} in the address of this page; it must be {DRAWN} or {FROM_FILE}."
        )


def open_dataset(name: str) -> NoReturn:
    """Show a dataset from now on."""
    go({DATASET: name})


def open_new(way: str) -> NoReturn:
    """Show the form for a new dataset from now on."""
    go({NEW: way})


def open_list() -> NoReturn:
    """Show all datasets from now on."""
    go({})

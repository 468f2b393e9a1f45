"""What the Data page shows, by its address: all datasets, one of them, or a form for a new one."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from digitapp.errors import UnknownName
from digitapp.ui.shared.address import go

DATASET, NEW = "dataset", "new"  # query parameters
WAYS = DRAWN, FROM_FILE = "drawn", "file"  # to a new one


def dataset() -> str:
    """Return the name of the dataset that the address names; empty when it names none."""
    return st.query_params.get(DATASET, "")


def new() -> str:
    """Return the way to a new dataset that the address names; empty when it names none."""
    return st.query_params.get(NEW, "")


def check() -> None:
    """Reject an address that names no known way to a new dataset.

    Raises:
        UnknownName: saying which there are.
    """
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

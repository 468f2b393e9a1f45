"""Rows of a table chosen by what they stand for, and networks that stay chosen.

A browser tells the numbers of the ticked rows, and of a select box the text that it showed. Both
may have come to mean something else by the time they arrive, for others add runs, delete them and
give them names. So a table has another key, and is another table, whenever its rows are others,
and what was ticked is kept by its id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

import streamlit as st

Id = TypeVar("Id", bound=Hashable)


def by_id(
    name: str, ids: Sequence[Id], chosen: Sequence[Id], pick: Callable[[list[Id]], None]
) -> dict[str, Any]:
    """What `st.dataframe` is given so that its rows are ticked by id.

    Args:
        name: of the table on its page.
        ids: what each row stands for.
        chosen: which are ticked; those that have no row are left out.
        pick: is given all that are ticked whenever a tick was set or taken away.
    """
    told = hashlib.blake2b(repr(list(ids)).encode(), digest_size=8).hexdigest()
    key = f"{name}-{told}"
    rows = [row for row, each in enumerate(ids) if each in chosen]
    st.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}

    def act() -> None:
        found = st.session_state[key]["selection"]["rows"]
        pick([ids[row] for row in found if row < len(ids)])

    return {"key": key, "on_select": act}


def still_chosen(key: str, options: Sequence[str], otherwise: str) -> tuple[list[str], int]:
    """The options of a select box and the place of the one to show: what was chosen before.

    What was chosen stays among them even when it is gone, so that nothing else takes its place
    unseen: whoever uses it then says that it is gone.

    Args:
        key: of the select box.
        otherwise: what is chosen at first.
    """
    now = st.session_state.get(key)
    chosen = otherwise if now is None else str(now)
    shown = [*options, *([] if chosen in options else [chosen])]
    return shown, shown.index(chosen)

"""Selections by id: rows ticked in a table, and the choice in a select box.

A browser reports ticked rows by position, and the choice in a select box by its text. Either may
mean something else by the time it arrives, because other users add, delete and rename runs. So a
table gets a new key, and is a new table, whenever its rows change, and ticks are kept by id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from digitapp.ui.shared.session import CHOICE, ROWS

Id = TypeVar("Id", bound=Hashable)


def by_id(
    name: str, ids: Sequence[Id], chosen: Sequence[Id], pick: Callable[[list[Id]], None]
) -> dict[str, Any]:
    """Return the arguments for `st.dataframe` that tick its rows by id.

    Args:
        name: of the table on its page.
        ids: the id of each row.
        chosen: the ticked ids; those without a row are ignored.
        pick: called with all ticked ids whenever a tick is set or removed.
    """
    told = hashlib.blake2b(repr(list(ids)).encode(), digest_size=8).hexdigest()
    ticked = ROWS[f"{name}-{told}"]
    rows = [row for row, each in enumerate(ids) if each in chosen]
    ticked.set({"selection": {"rows": rows, "columns": [], "cells": []}})

    def act() -> None:
        found = ticked.get()["selection"]["rows"]
        pick([ids[row] for row in found if row < len(ids)])

    return {"key": ticked.key, "on_select": act}


def still_chosen(key: str, options: Sequence[str], otherwise: str) -> tuple[list[str], int]:
    """Return the options of a select box, and the index of the current choice.

    The current choice stays an option even after it has been deleted, so that no other option
    silently replaces it: using it then raises an error that says so.

    Args:
        key: of the select box.
        otherwise: the initial choice.
    """
    now = CHOICE[key].get()
    chosen = otherwise if now is None else now
    shown = [*options, *([] if chosen in options else [chosen])]
    return shown, shown.index(chosen)

"""Deleting runs, and undoing that."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitapp.errors import UnknownName
from digitapp.runs import Run
from digitapp.ui.runs.run_notes import PLACE
from digitapp.ui.runs.ticked_runs import forget, tick
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import DELETED_RUNS


def delete_button(runs: Sequence[Run]) -> None:
    """Show a button to delete runs; at the first that is active it stops with an error."""

    def delete() -> None:
        gone: list[int] = []
        try:
            for run in runs:
                store().delete(run.id)
                gone.append(run.id)
                forget(run.id)
        finally:
            if gone:  # otherwise keep the last deletion undoable
                DELETED_RUNS.set(tuple(gone))

    label = "Delete" if len(runs) == 1 else f"Delete {len(runs)}"
    icon = ":material/delete:"
    st.button(label, key="runs-delete", icon=icon, on_click=errors_kept(PLACE)(delete))


def undo_deletion() -> None:
    """Show errors, and what was deleted last with a button to undo that."""
    kept_error(PLACE)
    gone = DELETED_RUNS.get()
    if not gone:
        return

    def bring_back() -> None:
        for number, run in reversed([*enumerate(gone)]):
            try:
                store().restore(run)
            except UnknownName:  # purged meanwhile: the others can still be restored
                DELETED_RUNS.set(gone[:number])
                raise
            DELETED_RUNS.set(gone[:number])
            tick(run)

    names = f"Run {gone[0]:d} was" if len(gone) == 1 else f"{len(gone)} runs were"
    with st.container(horizontal=True, vertical_alignment="center", key="undo"):
        st.markdown(f"{names} deleted.")
        undo = errors_kept(PLACE)(bring_back)
        st.button("Undo", key="runs-undo", icon=":material/undo:", on_click=undo)

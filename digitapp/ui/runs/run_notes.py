"""Name, note, tags and star of runs; deleting runs, and undoing that."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from digitapp.errors import UnknownName
from digitapp.runs import Run
from digitapp.ui.runs.ticked_runs import forget, tick
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import DELETED_RUNS
from digitapp.ui.shared.typed_boxes import typed_tags

PLACE = "runs"


def note_form(run: Run, tags: Sequence[str]) -> None:
    """Show a form for a run's name, note and tags.

    Args:
        tags: those of other runs, to choose from.
    """
    key = f"{run.id}-{hash((run.name, run.note, run.tags))}"  # resets the form when they change
    with (
        st.popover("Name, note, tags", icon=":material/edit:", key=f"noting-{key}"),
        st.form(f"note-{key}", border=False),
    ):
        name = st.text_input("Name", run.name, placeholder=run.title, key=f"name-{key}")
        note = st.text_area("Note", run.note, key=f"text-{key}")
        known = sorted({*tags, *run.tags})
        chosen = typed_tags("Tags", known, run.tags, f"tags-{key}")
        if st.form_submit_button("Keep", type="primary", key=f"keep-{key}"):
            with errors_kept(PLACE):
                store().describe(run.id, name, note, chosen)
            st.rerun()


def star_button(runs: Sequence[Run]) -> None:
    """Show a button to star the runs, or to remove the stars if all have one."""
    starred = all(run.starred for run in runs)

    def star() -> None:
        for run in runs:
            store().star(run.id, not starred)

    label = "Take the star away" if starred else "Star"
    _button(label, "star", ":material/star:", star)


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
    _button(label, "delete", ":material/delete:", delete)


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
        _button("Undo", "undo", ":material/undo:", bring_back)


def _button(label: str, key: str, icon: str, do: Callable[[], None]) -> None:
    st.button(label, key=f"runs-{key}", icon=icon, on_click=errors_kept(PLACE)(do))

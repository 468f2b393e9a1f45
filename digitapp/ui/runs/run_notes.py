"""What people note about a run: its name, a note, tags, a star; deletion, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from digitapp.errors import UnknownName
from digitapp.runs import Run
from digitapp.ui.runs.ticked_runs import forget, tick
from digitapp.ui.shared.resources import errors_kept, kept_error, store
from digitapp.ui.shared.typed_boxes import typed_tags

PLACE = "runs"
DELETED = "deleted runs"  # by this session, since the last that was brought back


def note_form(run: Run, tags: Sequence[str]) -> None:
    """A form for a run's name, note and tags.

    Args:
        tags: those that other runs have, to choose from.
    """
    key = f"{run.id}-{hash((run.name, run.note, run.tags))}"  # begins anew when they are changed
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
    """Stars the runs, or when all have one, takes it away."""
    starred = all(run.starred for run in runs)

    def star() -> None:
        for run in runs:
            store().star(run.id, not starred)

    label = "Take the star away" if starred else "Star"
    _button(label, "star", ":material/star:", star)


def delete_button(runs: Sequence[Run]) -> None:
    """Deletes the runs that are over; one that goes on is told, and the rest stays."""

    def delete() -> None:
        gone: list[int] = []
        try:
            for run in runs:
                store().delete(run.id)
                gone.append(run.id)
                forget(run.id)
        finally:
            if gone:  # else what was deleted before can still be brought back
                st.session_state[DELETED] = gone

    label = "Delete" if len(runs) == 1 else f"Delete {len(runs)}"
    _button(label, "delete", ":material/delete:", delete)


def undo_deletion() -> None:
    """Tell what was deleted last, with a button that brings it back; and what went wrong."""
    kept_error(PLACE)
    gone: list[int] = st.session_state.get(DELETED, [])
    if not gone:
        return

    def bring_back() -> None:
        while gone:
            try:
                store().restore(gone[-1])
            except UnknownName:  # removed for good meanwhile: the others can still come back
                gone.pop()
                raise
            tick(gone.pop())

    names = f"Run {gone[0]:d} was" if len(gone) == 1 else f"{len(gone)} runs were"
    with st.container(horizontal=True, vertical_alignment="center", key="undo"):
        st.markdown(f"{names} deleted.")
        _button("Undo", "undo", ":material/undo:", bring_back)


def _button(label: str, key: str, icon: str, do: Callable[[], None]) -> None:
    def act() -> None:
        with errors_kept(PLACE):
            do()

    st.button(label, key=f"runs-{key}", icon=icon, on_click=act)

"""Name, note, tags and star of runs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitapp.runs import Run
from digitapp.ui.shared.messages import errors_kept
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.text_boxes import typed_tags

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
    st.button(label, key="runs-star", icon=":material/star:", on_click=errors_kept(PLACE)(star))

"""Name, note, tags and star of runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from digitapp.runs import Run, note_text
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import PROBLEM
from digitapp.ui.shared.text_boxes import typed_tags

PLACE = "runs"
TWO_LINES = 68  # pixels; "Keep" is then in sight on a small screen, too


def note_form(run: Run, tags: Sequence[str]) -> None:
    """Show a form for a run's name, note and tags; what is wrong with one is said below it.

    Args:
        tags: those of other runs, to choose from.
    """
    key = f"{run.id}-{hash((run.name, run.note, run.tags))}"  # resets the form when they change
    with (
        st.popover("Name, note, tags", icon=":material/edit:", key=f"noting-{key}"),
        st.form(f"note-{key}", border=False),
    ):
        name = st.text_input("Name", run.name, placeholder=run.title, key=f"name-{key}")
        below_name = st.container()
        note = st.text_area("Note", run.note, key=f"text-{key}", height=TWO_LINES)
        below_note = st.container()
        known = sorted({*tags, *run.tags})
        chosen = typed_tags("Tags", known, run.tags, f"tags-{key}")
        below_tags = st.container()
        if st.form_submit_button("Keep", type="primary", key=f"keep-{key}"):
            _keep(run, name, note, chosen)
        for below, place in zip((below_name, below_note, below_tags), _places(run), strict=True):
            with below:
                kept_error(place)


def _keep(run: Run, name: str, note: str, tags: Sequence[str]) -> None:
    checks: tuple[Callable[[], object], ...] = (
        partial(note_text.name, name),
        partial(note_text.note, note),
        partial(note_text.tags, tags),
    )
    places = _places(run)
    for place, check in zip(places, checks, strict=True):
        with errors_kept(place):
            check()
    if any(PROBLEM[place].get().text for place in places):
        return
    with errors_kept(PLACE):
        store().describe(run.id, name, note, tags)
    st.rerun()


def _places(run: Run) -> list[str]:
    """Return where it is kept what is wrong with a run's name, its note and its tags."""
    return [f"{what} of run {run.id:d}" for what in ("name", "note", "tags")]


def star_button(runs: Sequence[Run]) -> None:
    """Show a button to star the runs, or to remove the stars if all have one."""
    starred = all(run.starred for run in runs)

    def star() -> None:
        for run in runs:
            store().star(run.id, not starred)

    label = "Take the star away" if starred else "Star"
    st.button(label, key="runs-star", icon=":material/star:", on_click=errors_kept(PLACE)(star))

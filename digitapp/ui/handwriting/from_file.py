"""*My handwriting*: add the drawings of a downloaded file."""

from __future__ import annotations

import streamlit as st

from digitapp.library import handwriting_files
from digitapp.library.handwriting_files import MOST_MEGABYTES
from digitapp.text.escaping import markdown
from digitapp.ui.shared.file_form import file_form
from digitapp.ui.shared.messages import errors_shown
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import BROUGHT_DRAWINGS, BROUGHT_FILES

ABOUT = (
    "Choose a file that was downloaded on this page, here or on another computer. Pictures, digits "
    "and movements are added to what is kept; drawings that are here already are left as they are."
)


def add_from_file() -> None:
    """Show a button to add the drawings of a file, and what came of it."""
    key = f"from-file-{BROUGHT_FILES.get()}"  # each file changes it: closed again
    with st.popover("Add from a file", icon=":material/upload:", key=key):
        st.write(ABOUT)
        file = file_form("bring-drawings", "An .npz file", "Add the drawings", MOST_MEGABYTES)
        if file:
            with errors_shown():
                found = handwriting_files.bring(store(), file.getvalue(), file.name)
                BROUGHT_FILES.set(BROUGHT_FILES.get() + 1)
                BROUGHT_DRAWINGS.set(found.sentence)
                st.rerun()
    if said := BROUGHT_DRAWINGS.pop():
        st.toast(markdown(said), icon=":material/bookmark_added:")

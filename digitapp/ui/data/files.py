"""Downloads of a dataset that is made in the page."""

from __future__ import annotations

import streamlit as st

from digitapp.library import drawn_files, shared_files
from digitapp.runs import drawn_examples
from digitapp.runs.imported_datasets import Facts
from digitapp.ui.shared.downloads import download_button
from digitapp.ui.shared.resources import store

ABOUT = (
    "The **.npz** file holds everything: classes, pictures and strokes. Give it to somebody, and "
    "*New dataset* opens it on their computer; NumPy opens it, too."
)


def share(name: str) -> None:
    """Show a button that downloads all of a dataset as one file."""
    download_button(
        "Everything, to share (.npz)",
        lambda: shared_files.archive(store(), name),
        f"{drawn_files.file_name(name)}.npz",
        icon=":material/share:",
    )


def downloads(name: str, known: Facts) -> None:
    """Show, behind a button, the files of a dataset."""
    file = drawn_files.file_name(name)
    with st.popover("Download and share", icon=":material/download:", key="share"):
        st.write(ABOUT)
        share(name)
        download_button(
            "Pictures, a folder for each class (.zip)",
            lambda: drawn_files.pictures(known, drawn_examples.read(store(), name)[0]),
            f"{file}.zip",
            "application/zip",
            icon=":material/image:",
        )
        download_button(
            "Strokes (.json)",
            lambda: drawn_files.strokes_json(name, known, drawn_examples.read(store(), name)[0]),
            f"{file}.json",
            "application/json",
            icon=":material/gesture:",
        )

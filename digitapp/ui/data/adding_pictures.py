"""Pictures as examples: photos held into the camera, and files, several at once."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from digitapp.drawing.pictures import FORMATS_IN_WORDS, MAX_FILE_MEGABYTES
from digitapp.library import new_examples
from digitapp.runs import drawn_examples
from digitapp.runs.imported_datasets import Facts
from digitapp.text.escaping import markdown, plain
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import (
    ADDED_PICTURES,
    CLASS_EDITS,
    EXAMPLE_CAMERA,
    EXAMPLE_CLASS,
    EXAMPLE_FILES,
    MANY_EACH,
    PICTURES_TOLD,
)

PLACE = "example-pictures"
ABOUT = (
    "Each picture becomes one example: one sign or thing, large and alone, dark on light or light "
    "on dark. Or draw many of one class on a sheet of paper, each as far from the others as it is "
    "wide, and take one photo of them all."
)


def add_pictures(name: str, known: Facts) -> None:
    """Show, behind a button, how pictures become examples of a class."""
    with st.popover("Photos and files", icon=":material/photo_camera:", key="add-pictures"):
        names = dict(known.classes)
        st.write(ABOUT)
        st.selectbox(
            "They show",
            list(names),
            format_func=lambda number: plain(names.get(number, "")),
            key=EXAMPLE_CLASS[CLASS_EDITS.get()].key,
        )
        st.toggle("Many on each picture", key=MANY_EACH.key)
        _said()
        added = ADDED_PICTURES.get()
        files, camera = EXAMPLE_FILES[added], EXAMPLE_CAMERA[added]
        st.file_uploader(
            f"Pictures: {FORMATS_IN_WORDS}, up to {MAX_FILE_MEGABYTES} MB each",
            accept_multiple_files=True,  # of any type: what is no picture gets a sentence
            max_upload_size=MAX_FILE_MEGABYTES,
            key=files.key,
            on_change=lambda: _keep(name, files.get() or ()),
        )
        if st.toggle("Use the camera", key="example-camera-on"):
            st.camera_input(
                "A photo is kept as soon as you have taken it",
                key=camera.key,
                on_change=lambda: _keep(name, [each for each in (camera.get(),) if each]),
            )


def _keep(name: str, files: Sequence[UploadedFile]) -> None:
    """Keep what was taken or uploaded, and empty the form for the next."""
    if not files:
        return
    with errors_kept(PLACE):
        known = drawn_examples.facts(store(), name)
        pictures = [(each.name, each.getvalue()) for each in files]
        found = new_examples.pictured(
            pictures, EXAMPLE_CLASS[CLASS_EDITS.get()].get(), known.preparation, MANY_EACH.get()
        )
        if found.examples:
            drawn_examples.keep(store(), name, found.examples)
        PICTURES_TOLD.set((found.sentence, *found.problems))
        ADDED_PICTURES.set(ADDED_PICTURES.get() + 1)


def _said() -> None:
    """Say what came of the last pictures."""
    kept_error(PLACE)
    sentence, *problems = PICTURES_TOLD.get() or ("",)
    if sentence:
        st.success(markdown(sentence), icon=":material/check:")
    if problems:
        st.error("\n".join(f"- {markdown(each)}" for each in problems[:10]))

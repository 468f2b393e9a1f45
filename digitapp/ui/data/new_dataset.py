"""*New dataset*: its name and the names of its classes, before the first example is drawn."""

from __future__ import annotations

import streamlit as st

from digitapp.data import class_names
from digitapp.errors import InvalidSetting
from digitapp.library import own_datasets, shared_files
from digitapp.library.shared_files import Shared
from digitapp.runs import drawn_examples
from digitapp.ui.classroom.here import here, teaches
from digitapp.ui.data import places
from digitapp.ui.shared.file_form import file_form
from digitapp.ui.shared.messages import errors_kept, errors_shown, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import (
    FOR_THE_CLASS,
    MADE_DATASET,
    NEW_CLASSES,
    NEW_NAME,
    OPENED_TOLD,
)

LEAD = (
    "Invent some signs of your own, draw each of them about 20 times, and train a network that "
    "tells them apart. You can take photos instead, too."
)
ABOUT_CLASSES = (
    f"One on each line, {class_names.FEWEST} to {class_names.MOST} of them: words, emoji, letters "
    "of any script. You can add, rename and remove some later."
)
ABOUT_SHARED = (
    "A dataset that was made on this page and downloaded as an .npz file, here or on another "
    "computer. It comes in with its classes, pictures and strokes."
)
FOR_CLASS = "A class dataset: everybody in my room draws for it, and trains on it"
EXAMPLES = "star\nspiral\nlightning"
PLACE, WIDTH = "new-dataset", 420


def form() -> None:
    """Show the form; lead on to the new dataset once it is made."""
    if MADE_DATASET.get():
        places.open_dataset(MADE_DATASET.get())
    st.write(LEAD)
    with st.form("new-dataset", border=False):
        st.text_input(
            "Name of the dataset", placeholder="Secret signs", key=NEW_NAME.key, width=WIDTH
        )
        st.text_area(
            "Names of its classes: what the network is to tell apart",
            placeholder=EXAMPLES,
            height=150,
            key=NEW_CLASSES.key,
            width=WIDTH,
        )
        st.caption(ABOUT_CLASSES)
        if teaches(here()):
            st.toggle(FOR_CLASS, key=FOR_THE_CLASS.key)
        kept_error(PLACE)
        icon = ":material/draw:"
        st.form_submit_button("Start drawing", type="primary", icon=icon, on_click=_make)


def _make() -> None:
    with errors_kept(PLACE):
        if not NEW_NAME.get().strip():
            raise InvalidSetting("Give the dataset a name, such as “Secret signs”.")
        names, found = class_names.split(NEW_CLASSES.get()), here()
        if found and teaches(found) and FOR_THE_CLASS.get():
            room = found.classroom.code
            name = own_datasets.make_for_class(store(), room, NEW_NAME.get(), names)
        else:
            name = own_datasets.new_name(store(), NEW_NAME.get())
            drawn_examples.create(store(), name, names)
        MADE_DATASET.set(name)


def _told(name: str, shared: Shared) -> str:
    """Say what was opened, and under which name."""
    images = len(shared.arrays[0]) + len(shared.arrays[2])
    told = f"{images:,} images of {len(shared.class_names)} classes are here."
    if name == shared.name:
        return told
    return f"There is a dataset “{shared.name}” already, so this one is called “{name}”. {told}"


def from_shared() -> None:
    """Show a form for a shared file; lead on to the dataset in it."""
    with st.expander("Or open a dataset that somebody shared", icon=":material/folder_open:"):
        st.write(ABOUT_SHARED)
        file = file_form("bring-shared", "An .npz file", "Open it", shared_files.MOST_MEGABYTES)
        if file:
            with errors_shown(), st.spinner("Reading ..."):
                found = shared_files.read(file.getvalue(), file.name)
                name = shared_files.keep(store(), found)
                OPENED_TOLD.set(_told(name, found))
                places.open_dataset(name)

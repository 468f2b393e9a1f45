"""Bring in labelled images from files: they are read and looked at, mended as chosen, and kept."""

from __future__ import annotations

from pathlib import PurePath

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from digitapp.drawing.digit import PREPARATIONS
from digitapp.errors import BadFile
from digitapp.figures.thumbnails import data_url, strip
from digitapp.files.sizes import MEGABYTE, megabytes
from digitapp.library import brought_files, dataset_names, looked_at, own_datasets, shared_files
from digitapp.library.brought_files import Brought
from digitapp.text.escaping import entry, markdown
from digitapp.ui.data import mending, places
from digitapp.ui.shared.kept_presses import noted, pressed
from digitapp.ui.shared.messages import errors_shown
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import (
    BROUGHT,
    BROUGHT_NAME,
    BROUGHT_OFTEN,
    BROUGHT_PREPARATION,
)

MOST_MEGABYTES = 300  # of all files together; larger ones come in on the command line
MOST_KEPT = 400  # megabytes of images that one visitor's page keeps until they are stored
LEAD = (
    "Pictures in a folder for each class, a CSV file, an .npz file, files such as MNIST's own, or "
    "a zip file of any of these. They are looked at first; nothing is kept before you say so."
)
LARGER = (
    f"Up to {MOST_MEGABYTES} MB. Larger ones come in with `python -m digitapp data import`. To "
    "bring a folder, make a zip file of it."
)
PREPARED = {
    "mnist": "Signs and digits: the ink is made as large in all images",
    "fashion_mnist": "Things: the picture fills the whole square",
}
SAMPLES = 12  # images of each class
WIDTH = 420
SHARED = (
    "this is a dataset that somebody shared. It comes in with its settings, pictures and strokes."
)
KEEP, LOOK, OPEN = "keep-brought", "look-at-files", "open-shared"  # presses


def bring() -> None:
    """Show the form for files, or what is in those that were brought."""
    brought = BROUGHT.get()
    if brought is None:
        _files()
    else:
        _looked_at(brought)


def forget() -> None:
    """Let go of what was brought and not kept."""
    BROUGHT.pop()


def _files() -> None:
    """Show the form; what arrives is looked at when that is asked for, and then let go of."""
    st.write(LEAD)
    files = st.file_uploader(
        "Files",
        accept_multiple_files=True,
        max_upload_size=MOST_MEGABYTES,
        key=f"bring-data-files-{BROUGHT_OFTEN.get()}",
    )
    st.caption(LARGER)
    if len(files) == 1 and shared_files.is_shared(files[0]):
        _shared(files[0])
        return
    # Not in a form, which could be handed over while a large file still arrives, and would lose it.
    st.button("Look at them", type="primary", key=LOOK, on_click=noted(LOOK), disabled=not files)
    if files and pressed(LOOK):
        with errors_shown():
            BROUGHT.set(_read(files))
            BROUGHT_OFTEN.set(BROUGHT_OFTEN.get() + 1)
            st.rerun()


def _shared(file: UploadedFile) -> None:
    """Offer to open a shared dataset as what it is."""
    st.info(markdown(f"{file.name}: {SHARED}"), icon=":material/share:")
    st.button("Open it", type="primary", key=OPEN, on_click=noted(OPEN))
    if pressed(OPEN):
        with errors_shown(), st.spinner("Reading ..."):
            shared = shared_files.read(file.getvalue(), file.name)
            name = shared_files.keep(store(), shared)
            BROUGHT_OFTEN.set(BROUGHT_OFTEN.get() + 1)
            places.open_dataset(name)


def _read(files: list[UploadedFile]) -> Brought:
    """Read the files and look at them, and show how far that is.

    Raises:
        BadFile: when they cannot be used, or are too large together.
        LimitMet: when the visitor has others looked at, or there is no memory for more.
    """
    bar = st.progress(0.0, "Reading ...")

    def progress(share: float, words: str) -> None:
        said = f"Read {markdown(words)}" if share < 1 else "Looking at the images ..."
        bar.progress(min(max(share, 0.0), 1.0), said)

    def told(words: str) -> None:
        bar.progress(1.0, words)

    size = sum(each.size for each in files)
    if size > MOST_MEGABYTES * MEGABYTE:
        raise BadFile(
            f"The files have {megabytes(size, MOST_MEGABYTES)} MB together; at most "
            f"{MOST_MEGABYTES} MB can come in here."
        )
    person = store().person
    most = looked_at.most_unpacked(person)
    with looked_at.everybodys.reading(person):
        contents = [(each.name, each.getbuffer()) for each in files]
        found = brought_files.look_at_uploads(
            contents, progress=progress, told=told, most_megabytes=most
        )
        looked_at.everybodys.hold(person, found)
    if found.size > MOST_KEPT * MEGABYTE:
        raise BadFile(
            f"The images take {megabytes(found.size, MOST_KEPT)} MB, unpacked; at most {MOST_KEPT} "
            "MB can be looked at here. More come in with python -m digitapp data import."
        )
    return found


def _looked_at(brought: Brought) -> None:
    """Show what is in the files, what is odd about it, and how it will be kept."""
    report = brought.report
    st.markdown(f"**{markdown(', '.join(brought.names))}**: {markdown(report.summary)}")
    for told in report.told:
        st.markdown(f"- {markdown(told)}")
    mends = brought.chosen(mending.findings(brought))
    st.markdown("## Keep them")
    often = BROUGHT_OFTEN.get()
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        name = BROUGHT_NAME[often]
        st.text_input("Name of the dataset", _name(brought), key=name.key, width=WIDTH)
        how = BROUGHT_PREPARATION[often]
        st.selectbox(
            "What they show",
            list(PREPARATIONS),
            list(PREPARATIONS).index(brought.preparation),
            format_func=PREPARED.__getitem__,
            key=how.key,
            width=WIDTH,
            help="Images that are not 28x28 pixels, and what you draw for the network later, are "
            "made like this.",
        )
    with st.container(horizontal=True, gap="small"):
        icon = ":material/save:"
        st.button("Keep them", type="primary", icon=icon, key=KEEP, on_click=noted(KEEP))
        st.button("Other files", icon=":material/close:", key="not-these", on_click=forget)
    with errors_shown():
        if pressed(KEEP):
            _keep(brought, name.get(), mends, how.get())
        _samples(brought, mends, how.get())


def _keep(brought: Brought, name: str, mends: brought_files.Mends, preparation: str) -> None:
    """Keep them, and lead on to the new dataset."""
    new = own_datasets.new_name(store(), name)
    with st.spinner("Keeping them ..."):
        brought_files.keep(store(), brought, new, mends, preparation)
    BROUGHT.pop()
    places.open_dataset(new)


def _samples(brought: Brought, mends: brought_files.Mends, preparation: str) -> None:
    """Show some images of each class as they will be kept."""
    st.caption("Some of each class, as the network will get them: ink is dark here, paper white.")
    st.dataframe(
        [
            {
                "class": entry(each.name),
                "samples": data_url(strip(each.images), wide=True),
                "count": each.count,
            }
            for each in brought_files.samples(brought, mends, SAMPLES, preparation)
        ],
        hide_index=True,
        row_height=44,
        height="content",
        column_config={
            "class": "Class",
            "samples": st.column_config.ImageColumn("Samples", width="large"),
            "count": st.column_config.NumberColumn("Images", format="localized"),
        },
    )


def _name(brought: Brought) -> str:
    """Return a name for the dataset, from that of its first file."""
    own = PurePath(brought.names[0]).name.split(".")[0].replace("_", " ").strip()
    return own if own and not dataset_names.problem(own) else ""

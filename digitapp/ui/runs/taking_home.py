"""Export of runs in all formats, import of other people's runs, handwriting accuracy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from digitapp.errors import DigitappError
from digitapp.jobs import tensorflow_process
from digitapp.library import models
from digitapp.library.handwriting_accuracy import measure_handwriting
from digitapp.runs import Run, corrected_drawings
from digitapp.takehome.bundle import MOST_MEGABYTES, import_run
from digitapp.takehome.code.data_code import needs
from digitapp.takehome.code.picture_code import READ_PICTURE
from digitapp.takehome.exports import EXPORTS, Export, Exported, export, file_name
from digitapp.takehome.exports.with_read_picture import with_read_picture, zip_name
from digitapp.text.escaping import markdown, plain
from digitapp.ui.runs.ticked_runs import tick
from digitapp.ui.shared import caching
from digitapp.ui.shared.downloads import download_button
from digitapp.ui.shared.file_form import file_form
from digitapp.ui.shared.messages import errors_shown, training_missing
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import (
    HOME_RUN,
    IMPORT_IS_NEWS,
    IMPORTED_RUN,
    UNWRITTEN,
    WARMED_UP_FOR,
    WRITTEN,
    WrittenFile,
)

CODE = ("script", "notebook")
WIDTH = 295  # pixels; of a format's box
FILES_KEPT = 20  # files, for all users together
ABOUT_BRINGING = (
    "Someone else's run, as a `.keras` file exported from this app (*Take home*). Its network is "
    "rebuilt from its settings, and only its weights are read: no code in the file is ever run."
)
ABOUT_PICTURES = (
    "Outside the app, too, pictures must be prepared as the app does it, or many are read wrong. "
    f"In Python, `{READ_PICTURE}` does that; the notebook contains it."
)
ABOUT_MOVEMENT = (
    "This run also has a second network, which reads how your pen moves. The web page to draw on "
    "and the Keras network take it along; the other files read the picture alone."
)
ABOUT_READ_PICTURE = (
    f"A zip of this file, `{READ_PICTURE}` and a README that shows how to use them."
)
WRITING = "Writing with TensorFlow, one file after another ..."
ABOUT_MEASURING = "Test these networks on the drawings put aside in My handwriting."


def bring_in() -> None:
    """Show a popover to import a run that someone else has exported."""
    key = f"bring-in-{IMPORTED_RUN.get()}"  # each import changes it: closed again
    with st.popover("Bring a run in", icon=":material/upload_file:", key=key):
        st.caption(ABOUT_BRINGING)
        if file := file_form("bring", "A .keras file", "Bring it in", MOST_MEGABYTES):
            with errors_shown(), st.spinner("Reading the run ..."):
                run = import_run(store(), file.getvalue())
                IMPORTED_RUN.set(run)
                IMPORT_IS_NEWS.set(True)
                tick(run)
                st.rerun()
    if IMPORT_IS_NEWS.pop():
        st.success(f"Run {IMPORTED_RUN.get():d} is in the table now, and ticked.")


def measure_button(runs: Sequence[Run]) -> None:
    """Show a button to measure the networks on the user's own handwriting, if there is any."""
    able = [run for run in runs if run.test_accuracy is not None]
    if not able or not corrected_drawings.some_put_aside(store()):
        return

    pressed = st.button(
        "Measure on my handwriting",
        key="runs-measure",
        icon=":material/gesture:",
        help=ABOUT_MEASURING,
    )
    if pressed:
        with errors_shown(), st.spinner("Reading your handwriting ..."):
            for run in able:
                measure_handwriting(store(), run.id)
            st.rerun()


def take_home(runs: Sequence[Run]) -> None:
    """Show all export formats of a chosen run, each described, with a button."""
    titles = {run.id: plain(f"Run {run.id}: {run.title}") for run in runs}
    known, chosen = list(titles), HOME_RUN.get()
    place = known.index(chosen) if chosen in known else 0
    number = st.selectbox(
        "Which run?",
        known,
        place,
        format_func=lambda each: titles[each],
        key=HOME_RUN.key,
        width=400,
    )
    st.caption(ABOUT_PICTURES)
    run = next(each for each in runs if each.id == number)
    with errors_shown():
        if models.reads_movement(models.of_run(number), store()):
            st.caption(ABOUT_MOVEMENT)
    unable = training_missing()
    # Only when a run is chosen: a page that is refreshed must not keep the process for ever.
    if not unable and WARMED_UP_FOR.get() != number:
        WARMED_UP_FOR.set(number)
        tensorflow_process.warm_up()
    with st.container(horizontal=True, gap="small", key="formats"):
        for name, each in EXPORTS.items():
            with st.container(border=True, width=WIDTH, key=f"format-{name}"):
                st.markdown(f"**{markdown(each.title)}**")
                st.caption(markdown(each.about))
                with errors_shown():
                    _offer(run, name, each, unable)


def _offer(run: Run, name: str, chosen: Export, unable: bool) -> None:
    """Show a download button; for slow formats, first a button to prepare the file.

    Args:
        unable: whether what they need is not installed: then that button is disabled.
    """
    if name in CODE:
        st.caption(markdown(". ".join(needs(run.spec))))
    if chosen.of_network and run.test_accuracy is None:
        st.caption("This run has no network yet.")
        return
    if not chosen.needs_tensorflow:
        _download(run, name, lambda: export(store(), run, name))
        return
    _offer_to_prepare(run, name, unable)


def _offer_to_prepare(run: Run, name: str, unable: bool) -> None:
    """Show a button to prepare a file; once it is prepared, its size and a download button."""
    file: WrittenFile = run.id, run.learned, name
    ready, place = WRITTEN.get(), st.empty()
    icon = ":material/deployed_code:"
    key = f"prepare-{name}"
    if file not in ready and not place.button("Prepare", key=key, icon=icon, disabled=unable):
        unwritten, why = UNWRITTEN[name].get()
        if unwritten == file:
            st.error(markdown(why))
        return
    try:
        with place, st.spinner(WRITING):
            found = _exported(*file)
    except DigitappError as error:
        WRITTEN.set(ready - {file})
        UNWRITTEN[name].set((file, str(error)))
        st.rerun()  # with the button again
    place.empty()
    WRITTEN.set(ready | {file})
    _download(run, name, lambda: found)
    told = f" {found.measured.sentence}" if found.measured else ""
    st.caption(markdown(f"{found.size}.{told}"))


def _download(run: Run, name: str, exported: Callable[[], Exported]) -> None:
    """Show a button for the file, and perhaps one for a zip of it and `read_picture.py`."""
    download_button(
        "Download",
        lambda: exported().data,
        file_name(run, name),
        key=f"download-{name}",
        icon=":material/download:",
    )
    if EXPORTS[name].reads_pictures:
        download_button(
            f"With {READ_PICTURE}",
            lambda: with_read_picture(store(), run, name, exported()),
            zip_name(run, name),
            key=f"download-{name}-with",
            icon=":material/folder_zip:",
            help=ABOUT_READ_PICTURE,
        )


@caching.data(max_entries=FILES_KEPT, show_spinner=False)
def _exported(run: int, learned: str, name: str) -> Exported:
    """Return the exported file, cached by run and by `learned` (its version)."""
    return export(store(), store().get(run), name)

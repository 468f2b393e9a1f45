"""*My handwriting*: table of the corrected drawings, to delete or download them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import streamlit as st

from digitapp.figures.thumbnails import data_url, enlarged
from digitapp.library import handwriting_datasets, handwriting_files
from digitapp.library.models import MODELS, run_of
from digitapp.runs import corrected_drawings
from digitapp.runs.corrected_drawings import Correction
from digitapp.text.escaping import entry, markdown
from digitapp.ui.handwriting.from_file import add_from_file
from digitapp.ui.shared.downloads import download_button
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.selections import by_id
from digitapp.ui.shared.session import TICKED_DRAWINGS

MOST_SHOWN = 300  # the latest
MOST_NAMED = 20  # ids of unreadable drawings
PICTURE_SIDE = 56  # pixels; side of a picture in the table
FILE = "my-handwriting.npz"
ABOUT_FILE = "Pictures, digits and movements. *Add from a file* brings all back, on any computer."
FROM_FILE = "from a file"
KEPT = {True: "kept", False: ""}  # by whether the movement is kept
ABOUT_MOVEMENT = (
    "The movement is the way your pen went: where it began, which way it turned, and where it was "
    "lifted. Digits that you draw on the canvas have it; uploaded pictures and photos do not."
)
ABOUT_USE = "One in four is put aside for the test: no network learns from it."


def kept_corrections() -> list[Correction]:
    """Return all corrections, oldest first; warn about those that cannot be read.

    Raises:
        StoreProblem: when the store fails.
    """
    found, damaged = corrected_drawings.listed(store())
    if damaged:
        st.warning(markdown(_lost(damaged)))
    still = [each.id for each in found if each.strokes_damaged]
    if still:
        st.warning(markdown(_movement_lost(still)))
    return found


def _lost(drawings: Sequence[int]) -> str:
    them = "1 drawing" if len(drawings) == 1 else f"{len(drawings):,} drawings"
    return f"{them} in the store cannot be read and will not be used: number {_named(drawings)}."


def _movement_lost(drawings: Sequence[int]) -> str:
    them = "1 drawing" if len(drawings) == 1 else f"{len(drawings):,} drawings"
    return (
        f"How the pen moved in {them} in the store cannot be read; only the picture will be used: "
        f"number {_named(drawings)}."
    )


def _named(drawings: Sequence[int]) -> str:
    """List the first ids."""
    return ", ".join(map(str, drawings[:MOST_NAMED])) + " ..." * (len(drawings) > MOST_NAMED)


def corrections_table(found: Sequence[Correction]) -> None:
    """Show the corrections, newest first, with buttons to download and delete them."""
    newest = list(reversed(found))[:MOST_SHOWN]
    learned, aside = handwriting_datasets.parts(found)
    latest = f" The latest {MOST_SHOWN} are shown." if len(found) > MOST_SHOWN else ""
    st.caption(
        f"{len(found):,} in all: {len(learned):,} to learn from, {len(aside):,} put aside for the "
        f"test.{latest} Tick the ones you want to delete."
    )
    ids = [each.id for each in newest]
    chosen = [each for each in TICKED_DRAWINGS.get() if each in ids]
    st.dataframe(
        [_row(each) for each in newest],
        **by_id("kept", ids, chosen, TICKED_DRAWINGS.set),
        hide_index=True,
        row_height=PICTURE_SIDE + 8,
        selection_mode="multi-row",
        column_config={
            "picture": st.column_config.ImageColumn("Picture", width="small"),
            "label": st.column_config.TextColumn("It is", width="small"),
            "guess": st.column_config.TextColumn("Was read as", width="small"),
            "movement": st.column_config.TextColumn("Movement", help=ABOUT_MOVEMENT, width="small"),
            "use": st.column_config.TextColumn("Is for", help=ABOUT_USE),
            "model": st.column_config.TextColumn("By the network"),
            "when": st.column_config.TextColumn("When"),
        },
    )
    _buttons(found, chosen)


def _buttons(found: Sequence[Correction], chosen: Sequence[int]) -> None:
    with st.container(horizontal=True, gap="small"):
        download_button(
            "Download (.npz)",
            lambda: handwriting_files.archive(found),
            FILE,
            icon=":material/download:",
            help=ABOUT_FILE,
        )
        add_from_file()
        _delete(
            "Delete the ticked ones",
            "delete",
            lambda: corrected_drawings.remove(store(), chosen),
            chosen,
        )
        with st.popover("Delete all", icon=":material/delete_forever:"):
            st.write("They cannot be brought back. Networks that learned from them stay.")
            every = f"Yes, delete all {len(found):,}"
            _delete(every, "delete-all", lambda: corrected_drawings.clear(store()), found)
    kept_error("handwriting")


def _delete(label: str, key: str, do: Callable[[], None], what: Sequence[object]) -> None:
    act = errors_kept("handwriting")(do)
    st.button(label, key=key, icon=":material/delete:", on_click=act, disabled=not what)


def _row(each: Correction) -> dict[str, object]:
    known, run = MODELS.get(each.model), run_of(each.model)
    network = known.title if known else each.model if run is None else f"Run {run}"
    network = network or FROM_FILE
    return {
        "picture": data_url(enlarged(each.image, PICTURE_SIDE)),
        "label": str(each.label),
        "guess": entry(each.guess),
        "movement": KEPT[each.strokes is not None],
        "use": "the test" if each.aside else "learning",
        "model": entry(network),
        "when": time.strftime("%Y-%m-%d %H:%M", time.localtime(each.created)),
    }

"""Uploaded files on the Draw page: the reading of each, or why it could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from digitapp.drawing.strokes import CANVAS_SIDE
from digitapp.figures.thumbnails import ROW_SIDE, data_url, enlarged, strip
from digitapp.reading import uploads
from digitapp.reading.uploads import Upload, as_csv
from digitapp.text.escaping import entry, markdown
from digitapp.text.percent import in_percent
from digitapp.ui.draw.number_reading import number_doubt
from digitapp.ui.shared.downloads import download_button
from digitapp.ui.shared.resources import predictor
from digitapp.ui.shared.selections import by_id
from digitapp.ui.shared.session import CHOSEN_UPLOAD, FILES
from digitapp.ui.shared.verdicts import read_as

MOST_ROWS = 25  # all visible at once; a longer table scrolls
HEADER, ROW = 35, 56  # pixels, in the table
# Minimum widths in pixels; with the tick boxes they fit a phone 360 pixels wide.
WIDTHS = {"picture": 56, "seen": 56, "digit": 64, "confidence": 76, "file": 64}
LINE_HEIGHT = 28  # pixels; height of a sentence

Sentences = Sequence[tuple[str, str]]


def read_uploads(model: str, files: Sequence[UploadedFile], as_number: bool) -> dict[str, Upload]:
    """Read uploaded files; return the results by file id.

    Accessing the session state before each file lets Streamlit stop the script, so that it does not
    read the rest after the tab was closed or other files were chosen.
    """
    found = {}
    with st.spinner("Reading ..."):
        for each in files:
            FILES.get()
            found[each.file_id] = read_upload(model, each.name, each.getvalue(), as_number)
    return found


@st.cache_data(max_entries=200, show_spinner=False, scope="session")
def read_upload(model: str, name: str, data: bytes, as_number: bool) -> Upload:
    """Read an uploaded file; cached, so that choosing a table row does not read all files again."""
    return uploads.read(predictor(model), name, data, as_number)


def unread_uploads(rows: Mapping[str, Upload]) -> None:
    """Show why each unreadable file could not be read, and what can be.

    Args:
        rows: by the ids the files were given on upload.
    """
    unread = [(row.name, row.problem) for row in rows.values() if not row.reading]
    if not unread:
        return
    lead = f"{len(unread):d} of {len(rows):d} files could not be read:\n\n"
    with _room(unread):
        st.error((lead if len(rows) > 1 else "") + _sentences(unread), icon=":material/error:")


def upload_table(rows: Mapping[str, Upload]) -> None:
    """Show a table of several uploads with selectable rows, and the doubtful readings below it.

    Args:
        rows: by the ids the files were given on upload.
    """

    def pick(picked: list[str]) -> None:
        CHOSEN_UPLOAD.set(next(iter(picked), None))

    if len(rows) < 2 or not _any_read(rows):
        return
    st.caption("Choose a file to see how it was read.")
    st.dataframe(
        [_table_row(row) for row in rows.values()],
        **by_id("uploads", list(rows), [_chosen(rows)], pick),
        column_config={
            "picture": st.column_config.ImageColumn(
                "Picture", pinned=True, width=WIDTHS["picture"]
            ),
            "seen": st.column_config.ImageColumn(
                "Seen", help="What the network saw", pinned=True, width=WIDTHS["seen"]
            ),
            "digit": st.column_config.TextColumn("Read as", width=WIDTHS["digit"]),
            "confidence": st.column_config.ProgressColumn(
                "Sure", format="%g %%", min_value=0, max_value=100, width=WIDTHS["confidence"]
            ),
            "file": st.column_config.TextColumn("File", width=WIDTHS["file"]),
        },
        height="content" if len(rows) <= MOST_ROWS else HEADER + MOST_ROWS * ROW,
        row_height=ROW,
        placeholder="",
        hide_index=True,
        selection_mode="single-row-required",
        alt="What was read in each file",
    )
    doubtful = [(row.name, doubt) for row in rows.values() if (doubt := _doubt(row))]
    if doubtful:
        with _room(doubtful):
            st.markdown("Worth a second look:\n\n" + _sentences(doubtful))


def csv_download(rows: Mapping[str, Upload]) -> None:
    """Show a button to download the readings as CSV, if there are any."""
    if not _any_read(rows):
        return
    csv = as_csv(list(rows.values()))
    download_button("Download as CSV", lambda: csv, "digits.csv", "text/csv")


def chosen_upload(rows: Mapping[str, Upload]) -> tuple[str, Upload] | None:
    """Show the chosen file's name and reading; return its id and the upload, if it could be read.

    The file is the one chosen in the table, or else the first that could be read.
    """
    file = _chosen(rows)
    chosen = rows[file]
    if chosen.reading:
        number = chosen.number
        read = markdown(number.text) if number else read_as(chosen.reading.prediction)
        st.markdown(f"## {markdown(chosen.name)}: {read}")
        return file, chosen
    if _any_read(rows):
        st.markdown(f"## {markdown(chosen.name)}: not read")
        st.markdown(markdown(chosen.problem))
    return None


def uploaded_picture(found: Upload) -> None:
    """Show the uploaded picture, at the size of the canvas."""
    if found.picture:
        shown = enlarged(np.asarray(found.picture), CANVAS_SIDE, original=True)
        shown = shown.crop(shown.getbbox())  # crop the transparent margin
        st.image(shown, alt="Your picture", width=shown.width)


def _chosen(rows: Mapping[str, Upload]) -> str:
    """Return the id of the chosen row; if it no longer exists, of the first with a reading."""
    chosen = CHOSEN_UPLOAD.get()
    if chosen and chosen in rows:
        return chosen
    return next((file for file, row in rows.items() if row.reading), next(iter(rows)))


def _any_read(rows: Mapping[str, Upload]) -> bool:
    return any(row.reading for row in rows.values())


def _room(told: Sentences) -> DeltaGenerator:
    """Return a container for sentences; it scrolls if there are many, as the table does."""
    if len(told) <= MOST_ROWS:
        return st.container()
    return st.container(height=MOST_ROWS * LINE_HEIGHT, border=False)


def _sentences(told: Sentences) -> str:
    """Return files and their sentences as Markdown, as a list when there are several."""
    bullet = "- " if len(told) > 1 else ""
    return "\n".join(f"{bullet}**{markdown(name)}**: {markdown(text)}" for name, text in told)


def _table_row(row: Upload) -> dict[str, object]:
    picture = _small(np.asarray(row.picture)) if row.picture else None
    seen, digit, sure = None, "not read", None
    if row.number:
        seen = _small(np.asarray(strip(np.stack([each.picture for each in row.number.places]))))
        digit, sure = row.number.text, in_percent(row.number.confidence)
    elif read := row.reading:
        seen = data_url(enlarged(read.digit.steps[-1].image, ROW_SIDE))
        digit, sure = read.prediction.sign, in_percent(read.prediction.sure)
    return {
        "picture": picture,
        "seen": seen,
        "digit": entry(digit),
        "confidence": sure,
        "file": entry(row.name),
    }


def _small(picture: NDArray[np.uint8]) -> str:
    """Return the whole picture, scaled to a table row, as a data URL."""
    return data_url(enlarged(picture, ROW_SIDE, original=True))


def _doubt(row: Upload) -> str:
    """Return why a reading is doubtful; empty for most."""
    if row.number:
        return number_doubt(row.number)
    if not row.reading:
        return ""
    read, doubts = row.reading.prediction, []
    if read.refused or read.unsure:
        doubts.append(f"{read.refusal if read.refused else 'Not sure.'} {read.sentence}")
    if row.other:
        doubts.append(f"Taken for one digit; it may be the number {row.other.text}.")
    return " ".join(doubts)

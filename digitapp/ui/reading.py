"""What a network reads, and how: the verdict, the steps, the table of uploads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.runtime.uploaded_file_manager import UploadedFile

from digitapp import figures, uploads
from digitapp.escaping import entry, markdown
from digitapp.escaping import html as escape
from digitapp.places import Number
from digitapp.prediction import REFUSAL, Prediction, hundred, percent
from digitapp.preprocess import Step
from digitapp.reading import Reading
from digitapp.thumbnails import ROW_SIDE, STEP_SIDE, data_url, enlarged, strip
from digitapp.ui.charts import chart
from digitapp.ui.frame import announced
from digitapp.ui.picking import by_id
from digitapp.ui.shared import loader
from digitapp.uploads import Upload, as_csv

CHOSEN_UPLOAD = "chosen upload"
SIGN_STYLE = "font-size:6.5rem;line-height:1;font-weight:700"
VERDICT_STYLE = "display:flex;align-items:center;gap:1.25rem;min-height:7.5rem"


def verdict(prediction: Prediction, occasion: str) -> None:
    """The digit in large type, how sure the network is, and what else it could be."""
    doubtful = prediction.unsure or prediction.refused
    headline = f"{percent(prediction.sure)} sure"
    doubt = "The network is not sure about this one. " if prediction.unsure else ""
    if prediction.refused:
        headline, doubt, occasion = REFUSAL, "", f"({occasion})"
    spoken = f"{prediction.sign}: {headline} {occasion}. {doubt}{prediction.sentence}"
    st.html(
        f'<div style="{VERDICT_STYLE}"{announced(spoken)}>'
        f'<span style="{SIGN_STYLE};color:{figures.DOUBTFUL if doubtful else figures.WINNER}">'
        f"{escape(prediction.sign)}</span> "
        f'<span><b style="font-size:1.4rem">{headline}</b> '
        f"{escape(occasion)} <br>{doubt}{escape(prediction.sentence)}</span></div>"
    )


def waiting(text: str) -> None:
    """What stands in the verdict's place, as tall, while there is nothing to read."""
    st.html(f'<div style="{VERDICT_STYLE};font-size:1.15rem;opacity:.8">{escape(text)}</div>')


def steps_shown(steps: Sequence[Step], place: str) -> None:
    """The steps from the drawing to what the network reads, side by side."""
    with st.container(horizontal=True, key=f"{place}steps"):
        for number, step in enumerate(steps, 1):
            with st.container(width=STEP_SIDE, gap="xsmall"):
                st.image(
                    enlarged(step.image, STEP_SIDE, original=number == 1),
                    alt=step.title,
                    width=STEP_SIDE,
                )
                st.caption(f"**{number:d}. {markdown(step.title)}**  \n{markdown(step.caption)}")


def compared(reading: Reading, place: str) -> None:
    """What the network reads beside the plain squeeze, with what it says to each."""
    left, right = st.columns(2)
    with left, st.container(key=f"{place}prepared"):
        st.markdown(f"**Prepared with care:** {_in_words(reading.prediction)}")
        chart(figures.pixels(reading.digit.image), f"{place}prepared-pixels")
    with right, st.container(key=f"{place}squeezed"):
        st.markdown(f"**Just squeezed to 28x28:** {_in_words(reading.squeezed_prediction)}")
        chart(figures.pixels(reading.squeezed), f"{place}squeezed-pixels")


def timeline(stages: Sequence[tuple[int, Prediction]]) -> None:
    """What the network thought after each stroke, in a row."""
    badges = []
    for number, each in stages:
        colour = "orange" if each.unsure or each.refused else "blue"
        badges.append(f":{colour}-badge[stroke {number:d}: {_in_words(each)}]")
    st.markdown("  ".join(badges))


def upload_table(rows: Mapping[str, Upload]) -> None:
    """A table of uploads with a download; choosing a row shows its steps.

    Args:
        rows: by the ids that the files were given when they arrived.
    """

    def pick(picked: list[str]) -> None:
        st.session_state[CHOSEN_UPLOAD] = next(iter(picked), None)

    st.dataframe(
        [_table_row(row) for row in rows.values()],
        **by_id("uploads", list(rows), [_chosen(rows)], pick),
        column_config={
            "picture": st.column_config.ImageColumn("Picture"),
            "seen": st.column_config.ImageColumn("What the network saw"),
            "digit": st.column_config.TextColumn("Read as"),
            "confidence": st.column_config.ProgressColumn(
                "Confidence", format="%g %%", min_value=0, max_value=100
            ),
            "note": st.column_config.TextColumn("Note", width="large"),
            "file": st.column_config.TextColumn("File"),
        },
        row_height=72,
        hide_index=True,
        selection_mode="single-row-required",
    )
    csv = as_csv(list(rows.values()))
    st.download_button("Download as CSV", csv, "digits.csv", "text/csv", on_click="ignore")


def chosen_upload(rows: Mapping[str, Upload]) -> tuple[str, Upload] | None:
    """The row that was chosen in the table and its id, if something was read, under its name."""
    file = _chosen(rows)
    chosen = rows[file]
    if not chosen.reading:
        return None
    read = markdown(chosen.number.text) if chosen.number else _in_words(chosen.reading.prediction)
    st.markdown(f"## {markdown(chosen.name)}: {read}")
    return file, chosen


def _chosen(rows: Mapping[str, Upload]) -> str:
    """The id of the row that was chosen; of the first one when that is gone."""
    chosen: str | None = st.session_state.get(CHOSEN_UPLOAD)
    return chosen if chosen and chosen in rows else next(iter(rows))


def _table_row(row: Upload) -> dict[str, object]:
    read = row.reading
    small = _small(np.asarray(row.picture)) if row.picture else None
    found = {"picture": small, "file": entry(row.name)}
    if row.number:
        images = np.stack([place.picture for place in row.number.places])
        return {
            **found,
            "seen": _small(np.asarray(strip(images))),
            "digit": entry(row.number.text),
            "confidence": hundred(row.number.confidence),
            "note": f"Taken for a number of {len(images)} {_signs(row.number)}.",
        }
    return {
        **found,
        "seen": data_url(enlarged(read.digit.steps[-1].image, ROW_SIDE)) if read else None,
        "digit": entry(read.prediction.sign) if read else "",
        "confidence": hundred(read.prediction.sure) if read else None,
        "note": entry(_note(row)),
    }


def _small(picture: NDArray[np.uint8]) -> str:
    """All of a picture, in a row of the table."""
    return data_url(enlarged(picture, ROW_SIDE, original=True))


def _signs(number: Number) -> str:
    return "digits" if len(number.digits) == len(number.places) else "signs"


def _note(row: Upload) -> str:
    if not row.reading:
        return row.problem
    as_number = f"Taken for one digit; it may be the number {row.other.text}." if row.other else ""
    return " ".join(filter(None, (_doubt(row.reading.prediction), as_number)))


def _doubt(prediction: Prediction) -> str:
    if prediction.refused:
        return f"{REFUSAL} {prediction.sentence}"
    return f"Not sure. {prediction.sentence}" if prediction.unsure else ""


def _in_words(prediction: Prediction) -> str:
    """Such as `7, 97 %`, as Markdown."""
    if prediction.refused:
        return f"not a digit, most like {markdown(prediction.name)}"
    return f"{markdown(prediction.name)}, {percent(prediction.sure)}"


def read_uploads(model: str, files: Sequence[UploadedFile], as_number: bool) -> dict[str, Upload]:
    """Read uploaded files, by their ids.

    Before each, Streamlit has an opportunity to end the script: nobody waits for the rest when
    the tab was closed, or other files were chosen.
    """
    found = {}
    for each in files:
        st.session_state.get("uploads")
        found[each.file_id] = read_upload(model, each.name, each.getvalue(), as_number)
    return found


@st.cache_data(max_entries=200, show_spinner=False, scope="session")
def read_upload(model: str, name: str, data: bytes, as_number: bool) -> Upload:
    """Read an uploaded file, once: choosing a row in the table does not read all of them anew."""
    return uploads.read(loader(model).result(), name, data, as_number)

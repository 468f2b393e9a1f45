"""What a network reads, and how: the verdict, the steps, the table of uploads."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from digitapp import figures, uploads
from digitapp.prediction import MOST_SURE, Prediction, percent
from digitapp.preprocess import Step
from digitapp.reading import Reading
from digitapp.thumbnails import ROW_SIDE, STEP_SIDE, data_url, enlarged
from digitapp.ui.charts import chart
from digitapp.ui.shared import loader
from digitapp.uploads import Upload, as_csv

DOUBTFUL = "#c77700"
VERDICT_STYLE = "display:flex;align-items:center;gap:1.25rem;min-height:7.5rem"


def verdict(prediction: Prediction, occasion: str) -> None:
    """The digit in large type, how sure the network is, and what else it could be."""
    colour = DOUBTFUL if prediction.unsure else figures.WINNER
    doubt = "The network is not sure about this one. " if prediction.unsure else ""
    st.html(
        f'<div style="{VERDICT_STYLE}">'
        f'<span style="font-size:6.5rem;line-height:1;font-weight:700;color:{colour}">'
        f"{escape(prediction.name)}</span> "
        f'<span><b style="font-size:1.4rem">{percent(prediction.confidence)} sure</b> '
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
                st.caption(f"**{number}. {step.title}**  \n{step.caption}")


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
    badges = [
        f":{'orange' if each.unsure else 'blue'}-badge[stroke {number}: {_in_words(each)}]"
        for number, each in stages
    ]
    st.markdown("  ".join(badges))


def upload_table(rows: Sequence[Upload]) -> None:
    """A table of uploads with a download; choosing a row shows its steps."""
    st.dataframe(
        [_table_row(row) for row in rows],
        key="uploads",
        column_config={
            "picture": st.column_config.ImageColumn("Picture"),
            "seen": st.column_config.ImageColumn("What the network saw"),
            "digit": st.column_config.TextColumn("Digit"),
            "confidence": st.column_config.ProgressColumn(
                "Confidence", format="%.2f %%", min_value=0, max_value=100
            ),
            "note": st.column_config.TextColumn("Note", width="large"),
            "file": st.column_config.TextColumn("File"),
        },
        row_height=72,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [0]}},
    )
    st.download_button("Download as CSV", as_csv(rows), "digits.csv", "text/csv", on_click="ignore")


def chosen_upload(rows: Sequence[Upload]) -> Reading | None:
    """The reading of the row that was chosen in the table, under its name."""
    for number in st.session_state["uploads"]["selection"]["rows"]:
        if number < len(rows) and (reading := rows[number].reading):
            st.markdown(f"#### {rows[number].name}: {_in_words(reading.prediction)}")
            return reading
    return None


def _table_row(row: Upload) -> dict[str, object]:
    read = row.reading
    return {
        "picture": data_url(row.picture) if row.picture else None,
        "seen": data_url(enlarged(read.digit.steps[-1].image, ROW_SIDE)) if read else None,
        "digit": read.prediction.name if read else "",
        "confidence": 100 * min(read.prediction.confidence, MOST_SURE) if read else None,
        "note": row.problem or (_doubt(read.prediction) if read else ""),
        "file": row.name,
    }


def _doubt(prediction: Prediction) -> str:
    return f"Not sure. {prediction.sentence}" if prediction.unsure else ""


def _in_words(prediction: Prediction) -> str:
    """Such as `7, 97 %`."""
    return f"{prediction.name}, {percent(prediction.confidence)}"


@st.cache_data(max_entries=200, show_spinner=False)
def read_upload(model: str, name: str, data: bytes) -> Upload:
    """Read an uploaded file, once: choosing a row in the table does not read all of them anew."""
    return uploads.read(loader(model).result(), name, data)

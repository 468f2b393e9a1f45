"""What the pages share: the model loaded in the background, the canvas, small pieces of page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import escape

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from digitapp import figures, models, uploads
from digitapp.errors import DigitappError
from digitapp.loading import Loader
from digitapp.prediction import MOST_SURE, Prediction, Predictor, percent
from digitapp.preprocess import Step
from digitapp.reading import Reading
from digitapp.sketch import Sketch
from digitapp.strokes import CANVAS_SIDE, INK, PAPER, Drawing, from_canvas_json
from digitapp.thumbnails import ROW_SIDE, STEP_SIDE, data_url, enlarged
from digitapp.uploads import Upload, as_csv

CANVAS_KEY = "canvas"
MODEL_KEY = "model"
PEN_WIDTHS = (4, 40, 20)  # thinnest, thickest, at the start
ERASER_WIDTH = 30  # at least: so that it takes whole lines
TOOLS = {"Pen": ":material/edit:", "Eraser": ":material/ink_eraser:"}
DOUBTFUL = "#c77700"
VERDICT_STYLE = "display:flex;align-items:center;gap:1.25rem;min-height:7.5rem"
STATIC_CHART = {"displayModeBar": False, "responsive": True}


@st.cache_resource(show_spinner=False)
def loader(name: str) -> Loader:
    """Start loading a model, once a server; returns at once."""
    return Loader(name)


def predictor(name: str) -> Predictor:
    """The loaded model; waits, and says so, while it is still being loaded."""
    loading = loader(name)
    if loading.ready:
        return loading.result()
    with st.spinner("Waking up the network ..."):
        return loading.result()


@contextmanager
def errors_shown() -> Iterator[None]:
    """A DigitappError inside becomes a message on the page."""
    try:
        yield
    except DigitappError as error:
        st.error(str(error))


def model_picker() -> str:
    """A select box of the models; returns the chosen name."""
    return str(
        st.selectbox(
            "Which network reads?",
            list(models.MODELS),
            format_func=lambda name: models.MODELS[name].title,
            key=MODEL_KEY,
            width=320,
        )
    )


def chosen_model() -> str:
    """The name of the model that was picked."""
    return str(st.session_state.get(MODEL_KEY, models.DEFAULT))


def canvas(pen_width: int, erasing: bool) -> Drawing:
    """The drawing canvas with its undo, redo and clear buttons; returns what is drawn.

    The canvas has small buttons of its own that show when the mouse is over it; these here are
    large enough for a finger.

    Raises:
        BadStrokes: when the canvas sends something that is no drawing.
    """
    state = st.session_state
    sketch: Sketch = state.get("sketch", Sketch())
    if CANVAS_KEY not in state:
        sketch = sketch.mounted()
    found = st_canvas(
        stroke_width=max(pen_width, ERASER_WIDTH) if erasing else pen_width,
        stroke_color=PAPER if erasing else INK,
        background_color=PAPER,
        width=CANVAS_SIDE,
        height=CANVAS_SIDE,
        initial_drawing=sketch.initial_drawing,
        key=CANVAS_KEY,
    )
    sketch = sketch.answered(tuple((found.json_data or {}).get("objects", ())))
    state["sketch"] = sketch
    _history_buttons(sketch)
    return from_canvas_json({"objects": sketch.objects})


def pen_picker() -> tuple[bool, int]:
    """Pen or eraser, and the width: whether it erases, and the pixels."""
    with st.container(horizontal=True, width=CANVAS_SIDE, gap="small"):
        tool = st.segmented_control(
            "Tool",
            list(TOOLS),
            format_func=lambda name: f"{TOOLS[name]} {name}",
            default="Pen",
            required=True,
            key="tool",
            label_visibility="collapsed",
        )
        with st.popover("Width", width="stretch"):
            width = st.slider("Pen width", *PEN_WIDTHS, key="pen-width")
    return tool == "Eraser", int(width)


def _history_buttons(sketch: Sketch) -> None:
    with st.container(horizontal=True, width=CANVAS_SIDE, gap="small"):
        _button("Undo", ":material/undo:", Sketch.undo, not sketch.objects)
        _button("Redo", ":material/redo:", Sketch.redo, not sketch.undone)
        _button("Clear", ":material/delete:", Sketch.clear, not sketch.objects)


def _button(label: str, icon: str, change: Callable[[Sketch], Sketch], disabled: bool) -> None:
    def apply() -> None:
        st.session_state["sketch"] = change(st.session_state["sketch"])

    st.button(
        label, key=label.lower(), icon=icon, on_click=apply, disabled=disabled, width="stretch"
    )


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


def chart(figure: object, key: str) -> None:
    """A Plotly figure without a tool bar, updated in place."""
    st.plotly_chart(figure, key=key, config=STATIC_CHART)


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
        st.markdown(f"**Prepared with care:** {in_words(reading.prediction)}")
        chart(figures.pixels(reading.digit.image), f"{place}prepared-pixels")
    with right, st.container(key=f"{place}squeezed"):
        st.markdown(f"**Just squeezed to 28x28:** {in_words(reading.squeezed_prediction)}")
        chart(figures.pixels(reading.squeezed), f"{place}squeezed-pixels")


def timeline(stages: Sequence[tuple[int, Prediction]]) -> None:
    """What the network thought after each stroke, in a row."""
    badges = [
        f":{'orange' if each.unsure else 'blue'}-badge[stroke {number}: {in_words(each)}]"
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
            st.markdown(f"#### {rows[number].name}: {in_words(reading.prediction)}")
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


def in_words(prediction: Prediction) -> str:
    """Such as `7, 97 %`."""
    return f"{prediction.name}, {percent(prediction.confidence)}"


@st.cache_data(max_entries=200, show_spinner=False)
def read_upload(model: str, name: str, data: bytes) -> Upload:
    """Read an uploaded file, once: choosing a row in the table does not read all of them anew."""
    return uploads.read(loader(model).result(), name, data)

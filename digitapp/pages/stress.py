"""Distort a drawing bit by bit, and see how long each network still reads it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from digitapp import ui
from digitapp.drawing.strokes import Drawing
from digitapp.evaluation.distortions import Distortion
from digitapp.evaluation.endurance import Endurance

LEAD = (
    "Draw a digit, then shift it, turn it, change its size or its pen, and see how long each "
    "network still reads it. Networks that were trained on digits changed like this "
    "(*augmentation*) take more."
)
WHY_AFTERWARDS = (
    "The digit is distorted after it was prepared, because the preparation would put it back into "
    "the middle and to its size. Try it, with a shift:"
)
PREPARED_AGAIN = (
    "Prepared again, the digit is back in its place: shift, size and pen change nothing, only the "
    "rotation is left. This is why every drawing is prepared before a network reads it."
)
ALL_PICTURES = "What the networks see on the way, and what they read:"
SIDE = 280  # pixels, of a column


def page() -> None:
    """Show the page."""
    ui.arrived("stress")
    st.markdown("# How much can a network take?")
    ui.address_problems("stress")
    st.write(LEAD)
    _test()
    ui.load_ahead()


@st.fragment
def _test() -> None:
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=SIDE):
            drawing, example = _drawing()
            picker = st.container()
            again = ui.prepared_again(WHY_AFTERWARDS, PREPARED_AGAIN)
        with st.container(width=SIDE):
            st.caption("What the networks see")
            picture = st.container()
            how = ui.distortion()
        with st.container(key="answers"):
            titles = ui.tested_networks()
            verdicts = st.container(key="verdicts")
            trial = ui.Trial(drawing, how, ui.plotted(), again)
            curves = st.container()
    strip = st.container(key="strip")
    with picture:
        ui.distorted_digit(trial)
    with verdicts:
        networks = ui.loaded_networks(list(titles))
    with picker:
        digit = example or ui.tested_digit(ui.first_reading(networks, drawing))
    with verdicts, ui.errors_shown():
        _results(ui.endured(titles, networks, trial), digit, how, curves, strip)


def _results(
    found: dict[str, Endurance],
    digit: str,
    how: Distortion,
    curves: DeltaGenerator,
    strip: DeltaGenerator,
) -> None:
    """The verdicts here; the plot and the pictures in their places."""
    if not found:
        st.info("Choose a network, to see how much it can take.")
        return
    ui.endurance_verdicts(found, digit, how)
    with curves:
        ui.endurance_curves(found, digit, how)
    with strip:
        st.caption(ALL_PICTURES)
        ui.endurance_strip(found, digit)


def _drawing() -> tuple[Drawing, str | None]:
    """What is tested, and which digit it is if that is known."""
    st.caption("Draw here")
    paper = st.container()
    erasing, width = ui.pen_picker()
    drawing: Drawing = ()
    with paper, ui.errors_shown():
        drawing = ui.canvas(width, erasing, "stress-")
    return ui.drawn_or_example(drawing)

"""Stress test page: distort a drawing step by step, and see how long each network reads it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from digitapp.evaluation.distortions import Distortion
from digitapp.evaluation.endurance import Endurance
from digitapp.ui.shared import address, drawing_tools, live, messages, networks
from digitapp.ui.stress import distortion_controls, endurance_results

LEAD = (
    "Draw a digit, then shift it, turn it, change its size or its pen, and see how long each "
    "network still reads it. Networks that were trained on digits changed like this "
    "(*augmentation*) take more. All of them, the built-in one too, read the picture alone here: "
    "no pen has moved in a picture that was changed."
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
LOADING = "Loading the networks ..."
COLUMN_WIDTH = 280  # pixels in the width of a column


def page() -> None:
    """Show the page."""
    address.arrived("stress")
    st.markdown("# How much can a network take?")
    address.address_problems("stress")
    st.write(LEAD)
    _test()


@st.fragment
def _test() -> None:
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=COLUMN_WIDTH):
            st.caption("Draw here")
            drawn = drawing_tools.canvas("stress-")
            drawing, example = distortion_controls.drawn_or_example(drawn)
            picker = st.container()
            again = distortion_controls.prepared_again(WHY_AFTERWARDS, PREPARED_AGAIN)
        with st.container(width=COLUMN_WIDTH):
            picture = st.container()
            how = distortion_controls.distortion()
        with st.container(key="answers"):
            titles = distortion_controls.tested_networks()
            verdicts = st.container(key="verdicts")
            trial = endurance_results.Trial(drawing, how, distortion_controls.plotted(), again)
            curves = st.container()
    strip = st.container(key="strip")
    with picture:
        endurance_results.distorted_digit(trial)
    live_trial = endurance_results.live_trial(trial, example is not None)
    live.live_drawing("stress-", list(titles), trial=live_trial)  # loading them may take a while
    with verdicts, st.spinner(LOADING):
        readers = networks.loaded_networks(list(titles))
    with picker:
        digit = example or distortion_controls.tested_digit(
            endurance_results.first_reading(readers, drawing)
        )
    with verdicts, messages.errors_shown():
        _results(endurance_results.endured(titles, readers, trial), digit, how, curves, strip)


def _results(
    found: dict[str, Endurance],
    digit: str,
    how: Distortion,
    curves: DeltaGenerator,
    strip: DeltaGenerator,
) -> None:
    """Show the verdicts here, and the plot and the pictures in their containers."""
    if not found:
        st.info("Choose a network, to see how much it can take.")
        return
    endurance_results.endurance_verdicts(found, digit, how)
    with curves:
        endurance_results.endurance_curves(found, digit, how)
    with strip:
        st.caption(ALL_PICTURES)
        endurance_results.endurance_strip(found, digit)

"""Controls of the stress test: drawing, distortion sliders, networks, true digit."""

from __future__ import annotations

import streamlit as st

from digitapp.data.datasets import DIGIT_NAMES
from digitapp.data.example_drawings import EXAMPLES, example
from digitapp.drawing.strokes import Drawing, remaining_ink
from digitapp.evaluation.distortions import DISTORTIONS, Distortion, Scale
from digitapp.figures import MOST_NETWORKS
from digitapp.library import models
from digitapp.text.escaping import markdown
from digitapp.ui.shared.messages import errors_shown
from digitapp.ui.shared.networks import digit_readers
from digitapp.ui.shared.session import (
    DIGIT,
    DIGIT_DRAWN,
    LAST_NETWORKS,
    NETWORKS,
    PLOTTED,
    SKETCH,
    SLIDER,
)

FIRST_PLOTTED, FIRST_EXAMPLE = "rotation", "6"
COMPARE = (
    "Train two networks on the Train page, one with augmentation and one without, and compare "
    "them here."
)
AT_FIRST = 3  # networks


def drawn_or_example(drawing: Drawing) -> tuple[Drawing, str | None]:
    """Return the user's drawing and None; or, if empty, an example to choose, and its digit."""
    if remaining_ink(drawing):
        return drawing, None
    names = list(EXAMPLES)
    digit = st.selectbox(
        "Nothing is drawn yet, so this digit is tested:",
        names,
        index=names.index(FIRST_EXAMPLE),
        key="example",
    )
    return example(digit), digit


def prepared_again(why_not: str, undone: str) -> bool:
    """Show a switch to prepare the distorted drawing again; return its state.

    Args:
        why_not: caption while it is off: why the drawing is not prepared again by default.
        undone: caption while it is on: what preparing again has undone.
    """
    said = st.empty()
    again = st.toggle(
        "Prepare again afterwards",
        key="prepared-again",
        help="Fit it into its box and centre it once more, as the Draw page does with a drawing.",
    )
    said.caption(undone if again else why_not)
    return again


def distortion() -> Distortion:
    """Show a slider for each distortion, and a button that resets them; return the distortion."""
    values = {name: _slider(name, scale) for name, scale in DISTORTIONS.items()}
    how = Distortion(**values)

    def reset() -> None:
        for name, scale in DISTORTIONS.items():
            SLIDER[name].set(float(scale.start))

    untouched = how == Distortion()
    st.button("Undistort", icon=":material/restart_alt:", on_click=reset, disabled=untouched)
    return how


def plotted() -> str:
    """Show which distortion to plot, by default the one whose slider moved last; return it."""
    if not PLOTTED.is_set:
        PLOTTED.set(FIRST_PLOTTED)
    names = list(DISTORTIONS)
    return str(
        st.segmented_control(
            "Plot against",
            names,
            format_func=lambda name: markdown(DISTORTIONS[name].title),
            required=True,
            key=PLOTTED.key,
            label_visibility="collapsed",
        )
    )


def tested_networks() -> dict[str, str]:
    """Show a choice of networks; return names and titles of the chosen ones, in order."""
    titles = {models.DEFAULT: models.MODELS[models.DEFAULT].title}
    with errors_shown():
        titles = digit_readers()
    before = (NETWORKS if NETWORKS.is_set else LAST_NETWORKS).get()
    if before is None:
        before = list(titles)[:AT_FIRST]
    for name in before:
        if name not in titles:
            st.warning(f"The network {markdown(name)} can no longer be chosen; it was left out.")
    NETWORKS.set([name for name in before if name in titles])
    chosen = st.multiselect(
        "Which networks?",
        list(titles),
        format_func=lambda name: titles[name],
        max_selections=MOST_NETWORKS,
        key=NETWORKS.key,
        placeholder="Choose networks to compare",
    )
    LAST_NETWORKS.set(chosen)
    if len(titles) == 1:
        st.caption(COMPARE)
    return {name: titles[name] for name in chosen}


def tested_digit(expected: str) -> str:
    """Show which digit the drawing is meant to be; `expected` is preset for each new drawing."""
    drawn = SKETCH.get().objects
    if DIGIT_DRAWN.get() != drawn or not DIGIT.is_set:
        DIGIT_DRAWN.set(drawn)
        DIGIT.set(expected)
    return str(st.selectbox("Which digit is it?", DIGIT_NAMES, key=DIGIT.key))


def _slider(name: str, scale: Scale) -> float:
    def plot_it() -> None:
        PLOTTED.set(name)

    low, high, start, step = map(float, (scale.low, scale.high, scale.start, scale.step))
    if not SLIDER[name].is_set:  # an experiment may have set it
        SLIDER[name].set(start)
    return st.slider(
        markdown(scale.title),
        low,
        high,
        step=step,
        format=f"%g{scale.unit.replace('%', '%%')}",
        help=markdown(scale.about),
        key=SLIDER[name].key,
        on_change=plot_it,
    )

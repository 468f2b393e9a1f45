"""A canvas beside a run: what its network says of a drawing, while it trains and afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitapp import figures
from digitapp.drawing.strokes import Drawing
from digitapp.errors import Blank
from digitapp.figures.thumbnails import data_url, enlarged
from digitapp.reading.class_words import invitation
from digitapp.reading.prediction import Prediction
from digitapp.reading.reader import read_now
from digitapp.runs import Run
from digitapp.runs.watching import Followed
from digitapp.text.templates import render
from digitapp.ui.shared import drawing_tools, live, messages
from digitapp.ui.shared.charts import chart
from digitapp.ui.shared.session import PINNED
from digitapp.ui.shared.verdicts import verdict, waiting
from digitapp.ui.train import learning_network

TRAINING, OVER = "own-", "own-over-"  # places of the canvas: at a run's end, it is made anew
SIDE = 112  # pixels of the picture's file
BARS = "var(--own-bars, 220px)"
INVITATION = "{} on the white square: this network reads it."
ABOUT_PINNING = (
    "Then Pinned digit shows how the network read it after each epoch, of this run and of the next."
)
DIVERGED = "Its training has gone wrong: its weights are no longer numbers, so it cannot read."


def own_drawing(run: Run, seen: Followed, pinned: Callable[[], None] = lambda: None) -> None:
    """Show a canvas, and beside it what the network of a run says of the drawing.

    Args:
        pinned: called after the drawing was pinned.
    """
    with st.container(key="own-drawing"):
        paper, reading = st.container(key="own-paper"), st.container(key="own-reading")
    place = TRAINING if run.may_change else OVER
    with paper:
        drawing = drawing_tools.canvas(place)
    with reading, messages.errors_shown():
        image = _read(run, seen, drawing)
        _pin_button(image, pinned)
    live.live_drawing(place, [])  # the browser then keeps strokes drawn while the server is busy


def _read(run: Run, seen: Followed, drawing: Drawing) -> NDArray[np.float32] | None:
    """Show what the network says now; return the image that it reads, if there is one."""
    now = learning_network.now(run, seen)
    if now is None:
        waiting(learning_network.none_yet(run))
        return None
    with suppress(Blank):
        if drawing:
            image, said = read_now(now.network, drawing)
            said_of(image, said, now.when, "own-probabilities")
            return image
    waiting(INVITATION.format(invitation(now.network.class_names)))
    return None


def said_of(image: NDArray[np.float32], said: Prediction, when: str, key: str) -> None:
    """Show an image and what a network says of it: in large type, and in percent by class.

    Args:
        image: float32 (28, 28), 0 paper to 1 ink.
        key: of the bars.
    """
    picture = data_url(enlarged(np.rint(image * 255).astype(np.uint8), SIDE), side=SIDE)
    with st.container(key="own-verdict"):
        st.html(render("ui/train/network_input.html.j2", picture=picture))
        if not np.isfinite(said.shares).all():
            waiting(DIVERGED)
            return
        verdict(said, when)
    chart(figures.probabilities(said), key, height=BARS)


def _pin_button(image: NDArray[np.float32] | None, pinned: Callable[[], None]) -> None:
    label, icon, none = "Pin this drawing", ":material/keep:", image is None
    pressed = st.button(label, icon=icon, key="pin-own", disabled=none, help=ABOUT_PINNING)
    if pressed and image is not None:
        PINNED.set(image)
        pinned()

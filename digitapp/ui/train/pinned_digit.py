"""A digit pinned on the Draw page, and how a network reads it during training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitapp import figures
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.figures.thumbnails import enlarged
from digitapp.library import models
from digitapp.reading.refusals import NONE_OF_THESE
from digitapp.runs import Run
from digitapp.training.history import Epoch
from digitapp.ui.shared.charts import chart
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import PINNED

PINNED_SIDE = 112


def pin_button(image: NDArray[np.float32] | None) -> None:
    """Show a button that pins a digit, float32 (28, 28), for the next runs to read."""
    label, icon = "Pin this digit for training", ":material/keep:"
    if st.button(label, icon=icon, key="pin", disabled=image is None) and image is not None:
        PINNED.set(image)
        st.toast("Pinned: the next network you train will read it after every epoch.")


def pinned_digit() -> None:
    """Show the pinned digit, or a tip on how to pin one."""
    image = PINNED.get()
    if image is None:
        st.caption(
            "Tip: pin a digit on the Draw page, and see here what the network thinks of it after "
            "every epoch."
        )
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        picture = enlarged((image * 255).astype(np.uint8), PINNED_SIDE)
        st.image(picture, alt="Your pinned digit", width=PINNED_SIDE)
        with st.container(width="content"):
            st.caption("Your pinned digit: the network reads it after every epoch.")
            if st.button("Unpin", icon=":material/keep_off:"):
                PINNED.pop()
                st.rerun()


def pinned_curve(run: Run, epochs: Sequence[Epoch]) -> None:
    """Show how the network read the pinned digit after each epoch."""
    if not any(epoch.watched for epoch in epochs):
        if not run.active:
            st.caption("No digit was pinned for this run. Pin one on the Draw page, then train.")
        return
    names = models.class_names_of(store(), run)
    names = tuple(NONE_OF_THESE if name == NOT_A_DIGIT else name for name in names)
    st.markdown("**Your pinned digit**, read after every epoch")
    figure = figures.pinned_digit(epochs, names, run.spec.epochs, str(run.id))
    chart(figure, "watched-curve", zoomable=True)

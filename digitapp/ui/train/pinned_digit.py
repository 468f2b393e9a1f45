"""A digit pinned on the Draw page, and how a network reads it during training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitapp import figures
from digitapp.data.datasets import knows_digits
from digitapp.figures.thumbnails import enlarged
from digitapp.runs import Run
from digitapp.runs.watching import Followed
from digitapp.training.history import Epoch
from digitapp.ui.shared.charts import TALL, chart
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import PINNED
from digitapp.ui.shared.verdicts import waiting
from digitapp.ui.train import learning_network, own_drawing
from digitapp.ui.train.class_names import spoken_class_names

PINNED_SIDE = 112
UNKNOWN = (0.0, 0.0, None, None, 0.0, 0.0)  # the rest of an epoch, which the figure does not show
TITLE = "**Your pinned digit**, read after every epoch"
HOW_TO_PIN = (
    "No digit is pinned. Pin one on the Draw page, or under Own drawing beside a run. Then you see "
    "here how the network read it after each epoch."
)
NO_EPOCH_YET = "Here a line for each class will get a point after each epoch."
NOT_KEPT = "The weights of its epochs were not kept, so only what the network says now is known."


def pin_button(image: NDArray[np.float32] | None, class_names: Sequence[str]) -> None:
    """Show a button that pins a drawing, float32 (28, 28), for the next runs to read.

    Args:
        class_names: those of the network that read it.
    """
    what = "digit" if knows_digits(class_names) else "drawing"
    label, icon = f"Pin this {what} for training", ":material/keep:"
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


def pinned_curve(run: Run, seen: Followed) -> None:
    """Show the pinned digit, what the network says of it now, and what it said after each epoch.

    Raises:
        BadFile, UnknownName, StoreProblem: as `learning_network.now`.
    """
    image = PINNED.get()
    curve = _curve(run, seen, image)
    if image is None:
        if curve:
            st.markdown(TITLE)
            _lines(run, curve)
        elif not run.active:
            st.caption(HOW_TO_PIN)
        return
    st.markdown(TITLE)
    left, right = st.columns((2, 3))
    with left:
        _now(run, seen, image)
    with right:
        if curve:
            _lines(run, curve)
        else:
            st.caption(NOT_KEPT if run.epoch or not run.may_change else NO_EPOCH_YET)


def is_shown(run: Run, seen: Followed) -> bool:
    """Return whether there is a pinned digit to show beside a run."""
    return PINNED.get() is not None or any(epoch.watched for epoch in seen.history)


def _curve(run: Run, seen: Followed, image: NDArray[np.float32] | None) -> list[Epoch]:
    """Return the epochs with what the network said of the pinned digit.

    It is read anew, with the weights that are kept of the epochs; a digit may be pinned at any
    time. Where none are kept, it is what was noted during the training, of the digit that was
    pinned then: nothing is known of another one.
    """
    noted = [epoch for epoch in seen.history if epoch.watched]
    if image is None:
        return noted
    read = learning_network.read_after_epochs(run, seen, image)
    if read:
        return [Epoch(number, *UNKNOWN, watched=said) for number, said in read]
    same = store().watched(run.id) == image.astype(np.float32).tobytes()
    return noted if same else []


def _now(run: Run, seen: Followed, image: NDArray[np.float32]) -> None:
    now = learning_network.now(run, seen)
    if now is None:
        waiting(learning_network.none_yet(run))
    else:
        (said,) = now.network.predict([image])
        own_drawing.said_of(image, said, now.when, "watched-now")


def _lines(run: Run, epochs: Sequence[Epoch]) -> None:
    figure = figures.pinned_digit(epochs, spoken_class_names(run), run.spec.epochs, str(run.id))
    chart(figure, "watched-curve", zoomable=True, height=TALL)

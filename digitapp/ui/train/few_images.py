"""A dataset with few images: what is done about it, in words, and the other way at a press."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from digitapp.errors import DigitappError
from digitapp.library import catalogue, few_examples
from digitapp.text.escaping import markdown
from digitapp.training.spec import TrainingSpec
from digitapp.ui.shared import caching
from digitapp.ui.shared.kept_presses import noted, pressed
from digitapp.ui.shared.resources import is_own, store

HELPED = (
    "So the training starts from what the built-in network has learned, which knows lines and "
    "bends from many digits already. This is called *transfer learning*."
)
NEW_OUTPUT = " Only its output layer is new, with a node for each of your classes."
NONE_OF_THESE = (
    " It also learns to say *none of these*, from built-in shapes that look like none of your "
    "classes."
)
CHANGED = " In every epoch each image is changed a little at random (augmentation)."
ALL_USED = " None are held back for validation: all are needed to learn from."
UNHELPED = (
    "With fresh weights, it has to find out from them alone what a line is. Starting from what the "
    "built-in network has learned, it would read more of your pictures right."
)
FRESH, HELP = "Start with fresh weights", "Start from the built-in network"


def count(dataset: str) -> int | None:
    """Return how many images a dataset has to learn from, if they are few; else None.

    None also while the store fails, or where the dataset is damaged or gone, which the rest of the
    page tells.
    """
    with suppress(DigitappError):
        return _count(dataset, catalogue.version(store(), dataset))
    return None


def other_way(spec: TrainingSpec) -> TrainingSpec | None:
    """Say what is done about few images, and offer the other way; return that if it is pressed.

    Nothing is said of a dataset that has enough.
    """
    found = count(spec.dataset)
    if not found:
        return None
    st.caption(
        f"**{markdown(catalogue.title(spec.dataset))}** has only {found:,d} images to learn from. "
        f"{HELPED if spec.base else UNHELPED}{NEW_OUTPUT if spec.new_output else ''}"
        f"{NONE_OF_THESE if spec.none_of_these else ''}{CHANGED if spec.augmentation else ''}"
        f"{'' if spec.validation_split else ALL_USED}"
    )
    st.button(
        FRESH if spec.base else HELP,
        icon=":material/casino:" if spec.base else ":material/school:",
        key="few-images",
        on_click=noted("few-images"),
    )
    if not pressed("few-images"):
        return None
    if spec.base:
        return few_examples.with_fresh_weights(spec)
    return few_examples.settings(store(), spec.dataset)


@caching.data(private=is_own, max_entries=50, show_spinner=False)
def _count(dataset: str, version: str) -> int | None:
    return few_examples.images(store(), dataset)

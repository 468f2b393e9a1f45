"""Saying what a drawing was: one press keeps it in *My handwriting*."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from digitapp.datasets import DIGIT_NAMES
from digitapp.othershapes import NOT_A_DIGIT
from digitapp.reading import Reading
from digitapp.runs import handwriting
from digitapp.ui.shared import errors_kept, kept_error, store

KEPT = "kept correction"
PLACE = "correcting"
BUTTON = 34  # pixels: ten in a row on a telephone


@dataclass(frozen=True)
class Kept:
    """The correction that was made last.

    Attributes:
        id: in the store.
        place: where on the page.
        image: the drawing's bytes, to know it again.
        label: what it is.
        said: whether a toast has told so.
    """

    id: int
    place: str
    image: bytes
    label: int
    said: bool = False


def correction(reading: Reading, model: str, place: str = "") -> None:
    """A row of the ten digits; one press keeps what the network read under the right one.

    Args:
        model: the name of the network that read it; nothing is shown when it reads no digits.
        place: keeps the tabs' elements apart.
    """
    if not {*DIGIT_NAMES} <= {*reading.prediction.class_names}:
        return

    def keep(label: int) -> None:
        with errors_kept(place + PLACE):
            _keep(reading, model, place, label)

    with st.container(key=f"{place}correcting", gap="xsmall"):
        st.caption("Wrong? It was a")
        with st.container(horizontal=True, gap=None):
            for digit in DIGIT_NAMES:
                key = f"{place}correct-{digit}"
                st.button(digit, key=key, on_click=keep, args=(int(digit),), width=BUTTON)
        kept_error(place + PLACE)
        _say(reading, place)


def _keep(reading: Reading, model: str, place: str, label: int) -> None:
    """Keep it; one that was kept just now changes its label instead."""
    last, image = _last(), reading.digit.image.tobytes()
    if last and last.image == image:
        handwriting.relabel(store(), last.id, label)
        number = last.id
    else:
        guess = NOT_A_DIGIT if reading.prediction.refused else reading.prediction.name
        number = handwriting.add(store(), reading.digit.image, label, guess, model)
    st.session_state[KEPT] = Kept(number, place, image, label)


def _say(reading: Reading, place: str) -> None:
    """Tell that this drawing was kept, with a way to undo it."""
    last = _last()
    if not last or last.place != place or last.image != reading.digit.image.tobytes():
        return
    if not last.said:
        st.toast(f"Kept as a {last.label} in My handwriting.", icon=":material/bookmark_added:")
        st.session_state[KEPT] = Kept(last.id, place, last.image, last.label, said=True)

    def undo() -> None:
        with errors_kept(place + PLACE):
            handwriting.remove(store(), [last.id])
            st.session_state.pop(KEPT, None)

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"Kept as a **{last.label}** in *My handwriting*.", width="content")
        st.button("Undo", key=f"{place}undo-correction", icon=":material/undo:", on_click=undo)


def _last() -> Kept | None:
    return st.session_state.get(KEPT)

"""Bars or buttons to correct a wrongly read digit, which is then kept in *My handwriting*.

Its image is kept, and the strokes of one that was drawn on the canvas.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from digitapp.data.datasets import DIGIT_NAMES, knows_digits
from digitapp.reading.number_layout import Place
from digitapp.reading.reader import Reading
from digitapp.runs import corrected_drawings
from digitapp.ui.shared.live import live_view
from digitapp.ui.shared.messages import errors_kept, errors_shown, kept_error
from digitapp.ui.shared.networks import choices, class_names
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import KEPT_DIGIT, KeptDigit

CORRECTING = "correcting"
BUTTON = 34  # pixels; ten fit in a row on a phone


def bars_to_press(read: Reading | None, model: str) -> None:
    """Show the live bars; pressing the one of a digit keeps the drawing with that label.

    Args:
        read: the server's reading of the drawing; None when nothing is drawn.
        model: the name of the network that reads; its bars are no buttons if it reads no digits.
    """
    digits = knows_digits(class_names(model))

    @errors_kept(CORRECTING)
    def keep(name: str) -> None:
        if read and name in DIGIT_NAMES:
            _keep(read, model, "", int(name))

    with st.container(key="bars"):
        picks = DIGIT_NAMES if digits else ()
        live_view("bars", keep, picks, choices=choices(model))


def correction_said(read: Reading | None, model: str) -> bool:
    """Show what came of a press on a bar, with a button to undo it; return whether it was kept."""
    kept_error(CORRECTING)
    if read and knows_digits(class_names(model)):
        with errors_shown():
            return _say(read, "")
    return False


def correction(read: Reading | Place, model: str, place: str = "") -> None:
    """Show a row of the ten digits; pressing one keeps the image with that label.

    Args:
        read: a whole reading, or one digit of a number.
        model: the name of the network that read it; nothing is shown if it does not read digits.
        place: keeps the elements of several tabs apart.
    """
    if not knows_digits(read.prediction.class_names):
        return

    @errors_kept(place + CORRECTING)
    def keep(label: int) -> None:
        _keep(read, model, place, label)

    with st.container(key=f"{place}correcting", gap="xsmall"):
        st.caption("Wrong? It was a")
        with st.container(horizontal=True, gap=None):
            for digit in DIGIT_NAMES:
                key = f"{place}correct-{digit}"
                st.button(digit, key=key, on_click=keep, args=(int(digit),), width=BUTTON)
        kept_error(place + CORRECTING)
        with errors_shown():
            _say(read, place)


def _keep(read: Reading | Place, model: str, place: str, label: int) -> None:
    """Keep the drawing, or change its label if it was the last one kept."""
    last, image = KEPT_DIGIT.get(), read.image.tobytes()
    if last and last.image == image:
        corrected_drawings.relabel(store(), last.id, label)
        number = last.id
    else:
        read_as = read.guess, model, read.strokes
        number = corrected_drawings.add(store(), read.image, label, *read_as)
    KEPT_DIGIT.set(KeptDigit(number, place, image))


def _say(read: Reading | Place, place: str) -> bool:
    """Show that this drawing was kept, with a button to undo it; return whether it was.

    If it was deleted since, forget it: the next press then keeps it again.
    """
    last = KEPT_DIGIT.get()
    if not last or last.image != read.image.tobytes():
        return False
    label = corrected_drawings.label_of(store(), last.id)
    if label is None:
        KEPT_DIGIT.pop()
    if label is None or last.place != place:
        return False
    if not last.said:
        st.toast(f"Kept as a {label:d} in My handwriting.", icon=":material/bookmark_added:")
        KEPT_DIGIT.set(replace(last, said=True))

    @errors_kept(place + CORRECTING)
    def undo() -> None:
        corrected_drawings.remove(store(), [last.id])
        KEPT_DIGIT.pop()

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"Kept as a **{label:d}** in *My handwriting*.", width="content")
        st.button("Undo", key=f"{place}undo-correction", icon=":material/undo:", on_click=undo)
    return True

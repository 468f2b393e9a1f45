"""Form to correct a wrongly read number; its wrong digits are kept in *My handwriting*."""

from __future__ import annotations

import streamlit as st

from digitapp.data.datasets import knows_digits
from digitapp.reading.number_layout import Number
from digitapp.runs import corrected_drawings
from digitapp.text.escaping import markdown
from digitapp.ui.draw.correcting import correction
from digitapp.ui.shared.messages import errors_kept, errors_shown, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import KEPT_NUMBER, NUMBER_WAS, KeptNumber

CORRECTING_NUMBER = "correcting-number"


def number_correction(number: Number, model: str, place: str) -> None:
    """Show a form to correct the whole number or one digit; digits read wrong are kept.

    Args:
        model: the name of the network that read it; nothing is shown if it does not read digits.
        place: keeps the elements of several tabs apart.
    """
    if not all(knows_digits(each.prediction.class_names) for each in number.places):
        return
    with st.container(key=f"{place}correcting-number", gap="xsmall"):
        _whole(number, model, place)
        _one(number, model, place)


def _whole(number: Number, model: str, place: str) -> None:
    meant = NUMBER_WAS[place]

    @errors_kept(place + CORRECTING_NUMBER)
    def keep() -> None:
        _keep(number, model, place, meant.get())

    form = st.form(f"{place}number-correction", border=False)
    with form, st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input("Wrong? The number was", key=meant.key, width=200, placeholder=number.text)
        st.form_submit_button("Keep", icon=":material/bookmark_add:", on_click=keep)
    kept_error(place + CORRECTING_NUMBER)
    with errors_shown():
        _say(number, place)


def _say(number: Number, place: str) -> None:
    """Show which digits of this number were kept, with a button to undo that.

    If all were deleted since, forget them: the next press then keeps them again.
    """
    last = KEPT_NUMBER.get()
    if not last or last.images != _images(number):
        return
    found = [corrected_drawings.label_of(store(), each) for each in last.ids]
    labels = [f"{label:d}" for label in found if label is not None]
    if last.ids and not labels:
        KEPT_NUMBER.pop()
        return
    if last.place != place:
        return
    if not last.ids:
        st.caption("That is what was read: there is nothing to correct.")
        return

    @errors_kept(place + CORRECTING_NUMBER)
    def undo() -> None:
        corrected_drawings.remove(store(), last.ids)
        KEPT_NUMBER.pop()

    digits = "a digit" if len(labels) == 1 else f"{len(labels)} digits"
    st.caption(f"Kept {digits} in My handwriting: {', '.join(labels)}.")
    st.button("Undo", key=f"{place}undo-number", icon=":material/undo:", on_click=undo)


def _one(number: Number, model: str, place: str) -> None:
    """Show a choice of the digits by position, and the correction buttons for the chosen one."""
    signs = [markdown(each.sign) for each in number.places]
    chosen = st.segmented_control(
        "Or correct one digit: choose it",
        range(len(signs)),
        format_func=lambda n: f"{n + 1:d}: {signs[n]}",
        key=f"{place}which-of-{len(signs)}",
    )
    if chosen is not None:
        correction(number.places[chosen], model, f"{place}one-")


def _keep(number: Number, model: str, place: str, text: str) -> None:
    """Keep the digits that were read wrong, replacing the last correction of the same number."""
    wrong = number.corrections(text)
    last = KEPT_NUMBER.get()
    if last and last.images == _images(number):
        corrected_drawings.remove(store(), last.ids)
    ids = tuple(
        corrected_drawings.add(store(), read.image, label, read.guess, model, read.strokes)
        for read, label in wrong
    )
    KEPT_NUMBER.set(KeptNumber(ids, place, _images(number)))


def _images(number: Number) -> bytes:
    return b"".join(place.image.tobytes() for place in number.places)

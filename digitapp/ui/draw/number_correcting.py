"""Form to correct a wrongly read number; its wrong digits are kept in *My handwriting*."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from digitapp.data.datasets import DIGIT_NAMES
from digitapp.reading.number_layout import Number
from digitapp.runs import corrected_drawings
from digitapp.text.escaping import markdown
from digitapp.ui.draw.correcting import correction
from digitapp.ui.shared.resources import errors_kept, kept_error, store

KEPT = "kept number"
PLACE = "correcting-number"


@dataclass(frozen=True)
class KeptNumber:
    """The last number corrected.

    Attributes:
        ids: of its digits, in the store.
        place: where on the page it was corrected.
        images: the bytes of all its digits, to recognise the number.
        labels: the true labels of the digits that were read wrong.
    """

    ids: tuple[int, ...]
    place: str
    images: bytes
    labels: tuple[int, ...]

    @property
    def sentence(self) -> str:
        """A sentence about the digits that were kept."""
        if not self.labels:
            return "That is what was read: there is nothing to correct."
        digits = ", ".join(map(str, self.labels))
        each = "a digit" if len(self.labels) == 1 else f"{len(self.labels)} digits"
        return f"Kept {each} in My handwriting: {digits}."


def number_correction(number: Number, model: str, place: str) -> None:
    """Show a form to correct the whole number or one digit; digits read wrong are kept.

    Args:
        model: the name of the network that read it; nothing is shown if it does not read digits.
        place: keeps the elements of several tabs apart.
    """
    if not all({*DIGIT_NAMES} <= {*each.prediction.class_names} for each in number.places):
        return
    with st.container(key=f"{place}correcting-number", gap="xsmall"):
        _whole(number, model, place)
        _one(number, model, place)


def _whole(number: Number, model: str, place: str) -> None:
    key = f"{place}number-was"

    def keep() -> None:
        with errors_kept(place + PLACE):
            _keep(number, model, place, st.session_state[key])

    form = st.form(f"{place}number-correction", border=False)
    with form, st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input("Wrong? The number was", key=key, width=200, placeholder=number.text)
        st.form_submit_button("Keep", icon=":material/bookmark_add:", on_click=keep)
    kept_error(place + PLACE)
    last: KeptNumber | None = st.session_state.get(KEPT)
    if last and (last.place, last.images) == (place, _images(number)):
        st.caption(markdown(last.sentence))
        if last.ids:
            st.button("Undo", key=f"{place}undo-number", icon=":material/undo:", on_click=_undo)


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
    last: KeptNumber | None = st.session_state.get(KEPT)
    if last and last.images == _images(number):
        corrected_drawings.remove(store(), last.ids)
    ids = tuple(
        corrected_drawings.add(store(), read.image, label, read.guess, model)
        for read, label in wrong
    )
    labels = tuple(label for _, label in wrong)
    st.session_state[KEPT] = KeptNumber(ids, place, _images(number), labels)


def _undo() -> None:
    last: KeptNumber = st.session_state[KEPT]
    with errors_kept(last.place + PLACE):
        corrected_drawings.remove(store(), last.ids)
        st.session_state.pop(KEPT, None)


def _images(number: Number) -> bytes:
    return b"".join(place.image.tobytes() for place in number.places)

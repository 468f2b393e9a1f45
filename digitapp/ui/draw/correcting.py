"""Bars or buttons to correct what was read wrongly; the drawing is then kept to learn from.

A digit is kept in *My handwriting*, a sign of a dataset made in the page among its examples: the
image, and the strokes of one that was drawn on the canvas.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from digitapp.library.correction_targets import Target
from digitapp.reading.class_words import with_article
from digitapp.reading.number_layout import Place
from digitapp.reading.reader import Reading
from digitapp.text.escaping import markdown
from digitapp.ui.shared.live import live_view
from digitapp.ui.shared.messages import errors_kept, errors_shown, kept_error
from digitapp.ui.shared.networks import choices, correction_target
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import KEPT_DIGIT, KeptDigit

CORRECTING = "correcting"
BUTTON = 34  # pixels; ten fit in a row on a phone
MOST_BUTTONS = 12  # in a row below a picture


def bars_to_press(read: Reading | None, model: str) -> None:
    """Show the live bars; pressing one keeps the drawing as what it stands for.

    Args:
        read: the server's reading of the drawing; None when nothing is drawn.
        model: the name of the network that reads; its bars are buttons if there is a place to keep
            its drawings.
    """
    target = correction_target(model)

    @errors_kept(CORRECTING)
    def keep(name: str) -> None:
        if read and target and name in target.classes:
            _keep(read, model, "", target, name)

    with st.container(key="bars"):
        picks = tuple(target.classes) if target else ()
        live_view("bars", keep, picks, choices=choices(model))


def correction_said(read: Reading | None, model: str) -> bool:
    """Show what came of a press on a bar, with a button to undo it; return whether it was kept."""
    kept_error(CORRECTING)
    target = correction_target(model)
    if read and target:
        with errors_shown():
            return _say(read, "", target)
    return False


def correction(read: Reading | Place, model: str, place: str = "") -> None:
    """Show a row of the classes; pressing one keeps the image as one of it.

    Args:
        read: a whole reading, or one digit of a number.
        model: the name of the network that read it; nothing is shown if there is no place to keep
            the image, or there are too many classes for a row.
        place: keeps the elements of several tabs apart.
    """
    target = correction_target(model)
    if target is None or len(target.classes) > MOST_BUTTONS:
        return
    of_digits = not target.dataset

    @errors_kept(place + CORRECTING)
    def keep(name: str) -> None:
        _keep(read, model, place, target, name)

    with st.container(key=f"{place}correcting", gap="xsmall"):
        st.caption("Wrong? It was a" if of_digits else "Wrong? It was")
        with st.container(horizontal=True, gap=None if of_digits else "small"):
            for name, number in target.classes.items():
                st.button(
                    markdown(name),
                    key=f"{place}correct-{number}",
                    on_click=keep,
                    args=(name,),
                    width=BUTTON if of_digits else "content",
                )
        kept_error(place + CORRECTING)
        with errors_shown():
            _say(read, place, target)


def _keep(read: Reading | Place, model: str, place: str, target: Target, name: str) -> None:
    """Keep the drawing, or change its class if it was the last one kept."""
    last, image = KEPT_DIGIT.get(), read.image.tobytes()
    if last and (last.image, last.dataset) == (image, target.dataset):
        target.relabel(store(), last.id, name)
        number = last.id
    else:
        number = target.keep(store(), name, read.image, (read.guess, model, read.strokes))
    KEPT_DIGIT.set(KeptDigit(number, place, image, target.dataset))


def _say(read: Reading | Place, place: str, target: Target) -> bool:
    """Show that this drawing was kept, with a button to undo it; return whether it was.

    If it was deleted since, forget it: the next press then keeps it again.
    """
    last = KEPT_DIGIT.get()
    if not last or (last.image, last.dataset) != (read.image.tobytes(), target.dataset):
        return False
    name = target.class_of(store(), last.id)
    if name is None:
        KEPT_DIGIT.pop()
    if name is None or last.place != place:
        return False
    if not last.said:
        st.toast(_kept_as(target, name), icon=":material/bookmark_added:")
        KEPT_DIGIT.set(replace(last, said=True))

    @errors_kept(place + CORRECTING)
    def undo() -> None:
        target.remove(store(), last.id)
        KEPT_DIGIT.pop()

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(_kept_as(target, name), width="content")
        st.button("Undo", key=f"{place}undo-correction", icon=":material/undo:", on_click=undo)
    return True


def _kept_as(target: Target, name: str) -> str:
    """Say as what and where a drawing was kept, as Markdown."""
    if not target.dataset:
        article, digit = with_article(name).split()
        return f"Kept as {markdown(article)} **{markdown(digit)}** in *My handwriting*."
    what, where = markdown(with_article(name)), markdown(target.dataset)
    return f"Kept as an example of {what} in the dataset **{where}**: train again to learn it."

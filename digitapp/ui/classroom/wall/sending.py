"""On the Draw page: sending a drawing to the class wall, and taking it back."""

from __future__ import annotations

import numpy as np
import streamlit as st

from digitapp.reading.class_words import with_article
from digitapp.reading.reader import Reading
from digitapp.runs import classroom_wall
from digitapp.runs.classroom_wall import NewDrawing
from digitapp.text.escaping import plain
from digitapp.ui.shared.messages import errors_kept, errors_shown, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import MEANT, SENDING, SENT_TO_WALL, GivenToClass

PLACE = "sending"
WHAT = "What is it?"
SENT = "Your drawing is on the class wall. Say what it is, and all can see which networks know it."


def send_button(room: str, reading: Reading | None) -> None:
    """Show the button that sends a drawing to the wall of a room or, once it is there, what it is.

    Args:
        reading: of the drawing as it is now; None when nothing is drawn.
    """
    # Sent here, and not in the callback: a stroke may have come with the press.
    if SENDING.pop() and reading:
        with errors_kept(PLACE):
            number = classroom_wall.send(store(), room, new_drawing(reading))
            SENT_TO_WALL.set(GivenToClass(number, room, reading.image.tobytes()))
            st.toast(SENT, icon=":material/dashboard:")
    given = SENT_TO_WALL.get()
    if reading and given and (given.place, given.image) == (room, reading.image.tobytes()):
        with errors_shown():
            _sent(room, given, reading.prediction.class_names)
        return
    st.button(
        "Send to the class wall",
        icon=":material/dashboard:",
        key="send-to-wall",
        disabled=reading is None,
        help="Your class sees it there. You can take it back.",
        on_click=SENDING.set,
        args=(True,),
    )
    kept_error(PLACE)


def new_drawing(reading: Reading) -> NewDrawing:
    """Return a drawing as it is sent, with what the network read."""
    read = reading.prediction
    image = np.rint(reading.image * 255).astype(np.uint8)
    guess = "" if read.refused else read.name
    return NewDrawing(image, reading.strokes, guess, read.sure)


def _sent(room: str, given: GivenToClass, class_names: tuple[str, ...]) -> None:
    """Say that it is there, let its author say what it is, and offer to take it back."""
    meant = MEANT[given.id]

    @errors_kept(PLACE)
    def say() -> None:
        classroom_wall.say_what_it_is(store(), room, given.id, meant.get() or "")

    @errors_kept(PLACE)
    def take_back() -> None:
        SENT_TO_WALL.pop()
        classroom_wall.withdraw(store(), room, given.id)

    there = {each.id: each for each in classroom_wall.own(store(), room)}
    if given.id not in there:
        SENT_TO_WALL.pop()
        st.caption("It is not on the class wall any more.")
        return
    st.selectbox(
        WHAT,
        class_names,
        index=None,
        format_func=lambda name: plain(with_article(name)),
        placeholder=WHAT,
        key=meant.key,
        on_change=say,
        width=130,
        label_visibility="collapsed",
    )
    st.button("Take back", icon=":material/remove_from_queue:", key="take-back", on_click=take_back)
    if there[given.id].hidden:
        st.caption("Your teacher has hidden it from the class.")
    kept_error(PLACE)

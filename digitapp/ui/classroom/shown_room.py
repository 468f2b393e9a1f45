"""The room that a page of the class shows: the one in its address, or the one joined last."""

from __future__ import annotations

import streamlit as st

from digitapp.runs import classrooms
from digitapp.runs.classroom_records import Membership
from digitapp.text.escaping import markdown
from digitapp.ui.classroom.here import here
from digitapp.ui.shared.address import go
from digitapp.ui.shared.page_frame import PRESENT_KEY
from digitapp.ui.shared.resources import store

ROOM, SHOW = "room", "show"  # query parameters: the room's code, and that it is on a projector
NONE = "You are in no room yet. Join one with the code that is on your teacher's screen."


def room_shown() -> Membership | None:
    """Return the room in the address of the page or, without one, the one joined last.

    Raises:
        UnknownName: when the address names a room that the visitor is not in.
        StoreProblem: when the store fails.
    """
    code = st.query_params.get(ROOM, "")
    return classrooms.as_member(store(), code) if code else here()


def say_there_is_none() -> None:
    """Say that the visitor is in no room."""
    st.info(NONE, icon=":material/meeting_room:")


def presenting() -> bool:
    """Whether the page is shown to a class, on a projector."""
    return SHOW in st.query_params


def present_button() -> None:
    """Show the button that fills the screen with the page, or leads back."""
    label, icon = ("Leave", "close_fullscreen") if presenting() else ("Present", "present_to_all")
    key = "present"
    if st.button(markdown(label), key=key, icon=f":material/{icon}:", shortcut=PRESENT_KEY):
        others = {name: text for name, text in st.query_params.items() if name != SHOW}
        go(others if presenting() else {**others, SHOW: "all"})

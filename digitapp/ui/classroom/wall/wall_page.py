"""The page of the class wall: its head, with what a teacher decides, and the wall below it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from digitapp.runs import classroom_wall, classrooms
from digitapp.runs.classroom_records import Membership
from digitapp.runs.classroom_wall import Sent
from digitapp.text.escaping import markdown
from digitapp.ui.classroom import shown_room
from digitapp.ui.classroom.here import teaches
from digitapp.ui.classroom.wall.wall import FIT, PLACE, wall
from digitapp.ui.shared import networks
from digitapp.ui.shared.messages import errors_kept, errors_shown
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import WALL_SIZE

LED_EVERY, SEEN_EVERY = 1.0, 3.0  # seconds between two looks: a teacher's, and a pupil's
SIZE_TITLES = {FIT: "Fit", "large": "Large", "medium": "Medium", "small": "Small"}
ABOUT = "What the class has drawn, read by a network as it arrives."


def wall_page(membership: Membership) -> None:
    """Show the wall of a room.

    Raises:
        StoreProblem: when the store fails.
    """
    presenting, leads = shown_room.presenting(), teaches(membership)
    _head(membership, presenting, leads)
    every = LED_EVERY if leads or presenting else SEEN_EVERY
    size = WALL_SIZE.get() or FIT
    st.fragment(_wall, run_every=every)(membership.classroom.code, size, presenting)


def _wall(room: str, size: str, presenting: bool) -> None:
    with errors_shown():
        wall(classrooms.as_member(store(), room), size, presenting)


def _head(membership: Membership, presenting: bool, leads: bool) -> None:
    classroom = membership.classroom
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="class-wall-head"
    ):
        st.markdown(f"# Class wall: {markdown(classroom.name)}")
        if presenting:
            st.markdown(f"Join with the code **{markdown(classroom.code)}**", width="content")
        with st.container(key="wall-reader", width=300):
            networks.model_picker()
        st.segmented_control(
            "Size of the drawings",
            list(SIZE_TITLES),
            default=FIT,
            format_func=lambda name: SIZE_TITLES[name],
            required=True,
            key=WALL_SIZE.key,
            label_visibility="collapsed",
        )
        if leads and not presenting:
            _hidden(classroom.code)
            _clear(classroom.code)
        shown_room.present_button()
    if not presenting:
        st.caption(ABOUT)


def _hidden(room: str) -> None:
    """Show, behind a button, what is hidden from the class, and let the teacher show it again."""
    icon = ":material/visibility_off:"
    with st.popover("Hidden", icon=icon, key="hidden-drawings"), errors_shown():
        every = classroom_wall.sent(store(), room, hidden=True)
        hidden = [each for each in every if each.hidden]
        if not hidden:
            st.write("No drawing is hidden. Point at one on the wall, and press *Hide*.")
            return
        names = classrooms.names(store(), room)
        st.write("Hidden from the class. Press one to show it again.")
        for each in hidden:
            st.button(
                markdown(_in_words(each, names.get(each.person, ""))),
                key=f"show-drawing-{each.id}",
                on_click=_done(partial(classroom_wall.hide, store(), room, each.id, hidden=False)),
            )


def _in_words(each: Sent, name: str) -> str:
    return f"{name or 'Somebody'}: {each.guess or 'not read'}"


def _clear(room: str) -> None:
    with st.popover("Clear", icon=":material/delete:", key="clear-wall"):
        st.write("All drawings leave the wall for good, the hidden ones too.")
        clear = _done(lambda: classroom_wall.clear(store(), room))
        icon = ":material/delete_forever:"
        st.button("Yes, clear the wall", key="clear-wall-yes", icon=icon, on_click=clear)


def _done(act: Callable[[], object]) -> Callable[[], None]:
    """Return a callback whose errors are shown above the wall."""

    def do() -> None:
        with errors_kept(PLACE):
            act()

    return do

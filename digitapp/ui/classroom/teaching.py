"""The room as its teacher sees it: the code, the members, and what she may do with the room."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from digitapp.library import classroom_links
from digitapp.runs import (
    RunStore,
    classroom_export,
    classroom_import,
    classroom_teaching,
    classrooms,
)
from digitapp.runs.classroom_archive import MOST_MEGABYTES
from digitapp.runs.classroom_records import Classroom
from digitapp.text.escaping import markdown, plain
from digitapp.ui.classroom.here import forget_here
from digitapp.ui.classroom.server_address import server_address
from digitapp.ui.shared.downloads import download_button
from digitapp.ui.shared.file_form import file_form
from digitapp.ui.shared.messages import errors_kept, errors_shown, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import BROUGHT_ROOM

PROBLEMS = "room"
ABOUT_LINK = (
    "Whoever opens this link becomes a teacher of this room. Keep it for yourself, for instance to "
    "open the room on your tablet, or for a colleague."
)
ABOUT_DOOR = (
    "Nobody new can join then, whoever has the code. Those who are in the room stay, and come back."
)
ABOUT_END = (
    "Nobody can join the room any more, and pupils no longer see its class wall, datasets and "
    "race. Nothing is deleted: you can open it again, next week, say."
)
ABOUT_CLEAR = (
    "All pupils leave the room, and its class wall and class datasets are deleted for good. What "
    "pupils trained stays theirs."
)
ABOUT_HOME = (
    "All of the room as one file: the wall, the class datasets, the networks trained in it, and "
    "who was there. Bring it back next week, here or on another computer."
)
ABOUT_BACK = (
    "Choose a file that “Take home” made. If its room is still here and empty, it is filled again; "
    "otherwise a room is made."
)
ABOUT_NEW = "A room for another class, with a code and a class wall of its own."


def manage(classroom: Classroom) -> None:
    """Show what the teacher may do with her room, behind four buttons."""
    with st.container(horizontal=True, gap="small"):
        with st.popover("Links", icon=":material/key:"):
            _teachers_link(classroom)
        if classroom.closed:
            _button("Open the door", open_door, classroom.code)
        else:
            _button("Close the door", classroom_teaching.close_door, classroom.code, ABOUT_DOOR)
        with st.popover("Rename", icon=":material/edit:"):
            _rename(classroom)
        _take_home(classroom)
        with st.popover("Clear the room", icon=":material/mop:"):
            st.write(ABOUT_CLEAR)
            _button("Yes, clear it", classroom_teaching.clear, classroom.code)
        with st.popover("End the room", icon=":material/block:"):
            st.write(ABOUT_END)
            _button("End it", classroom_teaching.end, classroom.code)
    kept_error(PROBLEMS)


def other_rooms(rooms: Sequence[Classroom], here: str = "") -> None:
    """Show the teacher's other rooms, to go to, and the form to make one.

    Args:
        here: the code of the room in which she is.
    """
    others = [each for each in rooms if each.code != here]
    if others:
        st.markdown("## Your other rooms" if here else "## Your rooms")
    for each in others:
        ended = "" if each.ended is None else " (ended)"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f"**{markdown(each.name)}** · {markdown(each.code)}{ended}", width="content"
            )
            label = "Go there" if each.ended is None else "Open again"
            _button(label, classroom_teaching.reopen, each.code)
            with st.popover("Delete", icon=":material/delete:"):
                st.write(f"{ABOUT_CLEAR} The room and its code are gone, too.")
                _button("Yes, delete it", classroom_teaching.delete, each.code)
    with st.container(horizontal=True, gap="small"):
        with st.popover("New room", icon=":material/add:"):
            _new_room()
        with st.popover("Bring a room back", icon=":material/upload:"):
            _bring_back()
    if said := BROUGHT_ROOM.pop():
        st.toast(markdown(said), icon=":material/check:")


def _teachers_link(classroom: Classroom) -> None:
    st.write(ABOUT_LINK)
    with errors_shown():
        key = classroom_teaching.link_key(store(), classroom.code)
        link = classroom_links.teacher_link(server_address(), classroom.code, key)
        st.code(link, language=None, wrap_lines=True)
    st.caption("If a pupil has seen it, replace it: the old link is then not valid any more.")
    _button("Replace it", classroom_teaching.new_link, classroom.code)
    st.caption("The QR code and the pupils' link can be replaced as well; the code stays.")
    _button("Replace the pupils' link", classroom_teaching.new_pupils_link, classroom.code)


def _rename(classroom: Classroom) -> None:
    with st.form("rename-room", border=False):
        name = st.text_input("Name of the room", plain(classroom.name), key="room-name")
        pressed = st.form_submit_button("Rename")
    if pressed:
        with errors_shown():
            classroom_teaching.rename_room(store(), classroom.code, name)
            forget_here()
            st.rerun()


def _take_home(classroom: Classroom) -> None:
    asker = store()  # the file is made in a thread that knows no visitor

    def data() -> bytes:
        file = io.BytesIO()
        classroom_export.write(asker, classroom.code, file)
        return file.getvalue()

    download_button(
        "Take home",
        data,
        f"room-{classroom.code}.zip",
        icon=":material/download:",
        help=ABOUT_HOME,
    )


def _bring_back() -> None:
    st.write(ABOUT_BACK)
    file = file_form("bring-room", "A .zip file", "Bring it back", MOST_MEGABYTES)
    if file:
        with errors_shown():
            room, told = classroom_import.read(store(), file, file.name)
            BROUGHT_ROOM.set(f"The room {room.name} is back with the code {room.code}: {told}.")
            forget_here()
            st.rerun()


def _new_room() -> None:
    st.write(ABOUT_NEW)
    with st.form("new-room", border=False, clear_on_submit=True):
        name = st.text_input("Name of the room", placeholder="Class 7a", key="new-room-name")
        pressed = st.form_submit_button("Make it", type="primary")
    if pressed:
        with errors_shown():
            classrooms.create(store(), name)
            forget_here()
            st.rerun()


def open_door(asker: RunStore, code: str) -> None:
    """Let whoever has the code into the room again."""
    classroom_teaching.close_door(asker, code, closed=False)


def _button(label: str, do: Callable[..., Any], code: str, about: str | None = None) -> None:
    def act() -> None:
        with errors_kept(PROBLEMS):
            do(store(), code)
        forget_here()

    st.button(label, key=f"room-{do.__name__}-{code}", on_click=act, help=about)

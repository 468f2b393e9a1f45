"""Forms to join a room, to have another nickname in it, and to leave it."""

from __future__ import annotations

import streamlit as st

from digitapp.library import classroom_links
from digitapp.runs import classroom_giving, classroom_joining, classrooms
from digitapp.runs.classroom_codes import LENGTH
from digitapp.runs.classroom_joining import BETWEEN
from digitapp.runs.classroom_records import Member, Membership
from digitapp.runs.nicknames import LONGEST as LONGEST_NICKNAME
from digitapp.text.escaping import markdown
from digitapp.ui.classroom.here import forget_here
from digitapp.ui.shared.messages import errors_shown
from digitapp.ui.shared.resources import store

LEAD = (
    "In a room your class works together: your teacher sees what you draw and train in it, and you "
    "can send drawings to the class wall. What you made before stays yours alone."
)
ABOUT_CODE = "Five letters and digits, on your teacher's screen."
ABOUT_NICKNAME = (
    "The class sees it. Your real name is not needed, and you can leave this empty: then you are "
    "called Guest 1, Guest 2, ..."
)


def join_form() -> None:
    """Show the form to join; the code may come with the address."""
    st.write(LEAD)
    given, _, key = st.query_params.get(classroom_links.JOIN, "").partition(BETWEEN)
    with st.form("join-room", width=440):
        code = st.text_input("Code of the room", given, key="room-code", help=ABOUT_CODE)
        nickname = st.text_input(
            "Nickname, if you like", max_chars=LONGEST_NICKNAME, key="nickname", help=ABOUT_NICKNAME
        )
        pressed = st.form_submit_button("Join", type="primary", icon=":material/login:")
    if pressed:
        with errors_shown():
            by_link = key and code.strip().upper() == given.strip().upper()
            told = f"{code}{BETWEEN}{key}" if by_link else code[: 4 * LENGTH]
            classroom_joining.join(store(), told, nickname)
            _at_home()


def named(found: Membership) -> None:
    """Show what a pupil is called in the room."""
    st.write(f"You are in this room as **{markdown(found.member.nickname)}**.")
    if found.member.hidden:
        st.caption("Your teacher has hidden this name from the class.")


def membership(found: Membership) -> None:
    """Show who else is in a pupil's room, how to be called otherwise, and how to leave it."""
    classroom, me = found
    with errors_shown():
        others = [each for each in classrooms.listed(store(), classroom.code) if _shown(each, me)]
        names = ", ".join(markdown(each.shown_name) for each in others)
        st.write(f"Also here: {names}" if others else "Nobody else is here yet.")
    with st.container(horizontal=True, gap="small"):
        with st.popover("Another nickname", icon=":material/badge:"):
            _nickname_form(classroom.code)
        with st.popover("Leave the room", icon=":material/logout:"):
            st.write("What you drew and trained stays yours. You can come back with the code.")
            back = st.toggle("Take back what I gave to the class", key="take-back-all")
            if st.button("Leave", key="leave-room"):
                with errors_shown():
                    if back:
                        classroom_giving.take_back_all(store(), classroom.code)
                    classroom_joining.leave(store(), classroom.code)
                    _at_home()


def _shown(other: Member, me: Member) -> bool:
    return other.person != me.person and not other.teacher


def _nickname_form(code: str) -> None:
    with st.form("rename-me", border=False, clear_on_submit=True):
        nickname = st.text_input("New nickname", max_chars=LONGEST_NICKNAME, key="new-nickname")
        pressed = st.form_submit_button("Take it")
    if pressed:
        with errors_shown():
            classroom_joining.rename(store(), code, nickname)
            _at_home()


def _at_home() -> None:
    """Show the room as it is now, without what the address asked for."""
    forget_here()
    st.query_params.clear()
    st.rerun()

"""The chip on every page that says in which room the visitor is, and leads to it."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from digitapp.runs.classroom_records import Membership
from digitapp.text.escaping import markdown
from digitapp.ui.classroom import leading
from digitapp.ui.classroom.here import here, teaches
from digitapp.ui.shared import visitor
from digitapp.ui.shared.session import FOLLOWING

FOLLOWS = "This page follows your teacher. It leads to the room in which you are."
ABOUT = "Your class works together in a room. Your teacher has its code."
LONGEST = 16  # characters of a room's name


def room_chip(room_page: StreamlitPage, shown: str) -> None:
    """Show the chip, for a teacher with *Follow me*; nothing to who is alone and in no room.

    Args:
        shown: the page that is shown, by its name in the address.
    """
    found = here()
    if found is None and (not visitor.among_others() or shown == "room"):
        return
    with st.container(key="room-chip", horizontal=True, vertical_alignment="center", gap="xsmall"):
        if found is None:
            st.page_link(room_page, label="Join a room", icon=":material/groups:", help=ABOUT)
            return
        leading.lead_button(shown)
        followed = FOLLOWING.get() is not None
        st.page_link(
            room_page,
            label=_label(found),
            icon=":material/visibility:" if followed else ":material/groups:",
            help=FOLLOWS if followed else "The room in which you are",
        )


def _label(found: Membership) -> str:
    """Return the code, and for pupils the room's name; a teacher has a button beside it."""
    name, code = found.classroom.name, markdown(found.classroom.code)
    if teaches(found):
        return code
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return f"{markdown(short)} · {code}"

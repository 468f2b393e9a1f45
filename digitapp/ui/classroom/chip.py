"""The chip on every page that says in which room the visitor is, and leads to it."""

from __future__ import annotations

from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from digitapp.text.escaping import markdown
from digitapp.ui.classroom import leading
from digitapp.ui.classroom.here import here
from digitapp.ui.shared import visitor
from digitapp.ui.shared.session import FOLLOWING

FOLLOWS = "This page follows your teacher. It leads to the room in which you are."
LONGEST = 16  # characters of a room's name


def visibility() -> Literal["visible", "hidden"]:
    """Return whether the Room page is named among the pages: not to who is alone at home."""
    return "visible" if visitor.among_others() or here() else "hidden"


def room_chip(room_page: StreamlitPage, shown: str) -> None:
    """Show the chip, for a teacher with *Follow me*; nothing to who is in no room.

    Args:
        shown: the page that is shown, by its name in the address.
    """
    found = here()
    if found is None:
        return
    name = found.classroom.name
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    followed = FOLLOWING.get() is not None
    with st.container(key="room-chip", horizontal=True, vertical_alignment="center", gap="xsmall"):
        leading.lead_button(shown)
        st.page_link(
            room_page,
            label=f"{markdown(short)} · {found.classroom.code}",
            icon=":material/visibility:" if followed else ":material/groups:",
            help=FOLLOWS if followed else "The room in which you are",
        )

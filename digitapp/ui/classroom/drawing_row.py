"""Below the canvas of the Draw page, for who is in a room: what the class may get of a drawing."""

from __future__ import annotations

import streamlit as st

from digitapp.reading.reader import Reading
from digitapp.ui.classroom.here import here
from digitapp.ui.classroom.pooled import adding
from digitapp.ui.classroom.wall import sending
from digitapp.ui.shared.messages import errors_shown


def drawing_row(reading: Reading | None) -> None:
    """Show the buttons; nothing for who is in no room.

    Args:
        reading: of the drawing as it is now; None when nothing is drawn.
    """
    with errors_shown():
        membership = here()
        if membership is None:
            return
        room = membership.classroom.code
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key="class-row"
        ):
            sending.send_button(room, reading)
            adding.add_button(room, reading)

"""How to come into the room, for the class to see: address, code and QR code."""

from __future__ import annotations

import streamlit as st

from digitapp.figures import qr_code
from digitapp.library import classroom_links
from digitapp.runs.classroom_records import Classroom
from digitapp.text.templates import render
from digitapp.ui.classroom.server_address import server_address


def code_card(classroom: Classroom, large: bool = False) -> None:
    """Show how to join.

    Args:
        large: whether it fills a projector's screen.
    """
    address = server_address()
    joining = classroom_links.join_link(address, classroom)
    st.html(
        render(
            "ui/classroom/code_card.html.j2",
            name=classroom.name,
            code=classroom.code,
            address=f"{address}/{classroom_links.PAGE}".partition("://")[2],
            picture=qr_code.data_url(joining),
            large=large,
        )
    )

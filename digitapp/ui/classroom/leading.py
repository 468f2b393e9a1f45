"""*Follow me*, the teacher's side: what she shows goes to the screens of her room."""

from __future__ import annotations

import streamlit as st

from digitapp.runs import classroom_leading
from digitapp.runs.classroom_leading import Lead
from digitapp.runs.classroom_records import Membership
from digitapp.ui.classroom.here import forget_here, here, teaches
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import READER, SHOWN_TO_CLASS, SKETCH

LED_TO = ("draw", "inside", "data", "train", "stress", "wall", "race")  # pages
NOT_LED = ("show",)  # query parameters: the presenter mode is for one projector
PROBLEMS = "leading"
ABOUT_LEADING = "Show what you show on all screens of the room: your page, settings and drawing."
ABOUT_FREE = "Give everybody back the page and the drawing that they had."


def lead_button(page: str) -> None:
    """Show the button by which a teacher begins to lead, and sets everybody free.

    Args:
        page: that she looks at, by its name in the address.
    """
    found = here()
    if found is None or not teaches(found):
        return
    leads, code = bool(found.classroom.leading), found.classroom.code

    def begin() -> None:
        with errors_kept(PROBLEMS):
            classroom_leading.lead(store(), code, _now(page))
        forget_here()

    def end() -> None:
        SHOWN_TO_CLASS.pop()
        with errors_kept(PROBLEMS):
            classroom_leading.free(store(), code)
        forget_here()

    if leads:
        icon = ":material/lock_open:"
        st.button("Set free", key="free", icon=icon, on_click=end, help=ABOUT_FREE, type="primary")
    else:
        icon = ":material/visibility:"
        st.button("Follow me", key="lead", icon=icon, on_click=begin, help=ABOUT_LEADING)
    kept_error(PROBLEMS)


def show(found: Membership, page: str) -> None:
    """Show what the teacher has on her screen to the room, if she leads and it has changed."""
    if not found.classroom.leading or page not in LED_TO:
        return
    shown = _now(page)
    if shown == SHOWN_TO_CLASS.get():
        return
    with errors_kept(PROBLEMS):
        classroom_leading.lead(store(), found.classroom.code, shown, begin=False)
        SHOWN_TO_CLASS.set(shown)


def _now(page: str) -> Lead:
    asked = {name: text for name, text in st.query_params.items() if name not in NOT_LED}
    return Lead(page, asked, SKETCH.get().objects, READER.get())

"""Room page: join a class's room; its teacher sees who is there, and leads it."""

from collections.abc import Mapping

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from digitapp.library import classroom_links
from digitapp.runs import classrooms
from digitapp.runs.classroom_records import HOUSE, Membership
from digitapp.text.escaping import markdown
from digitapp.ui.classroom import arriving, code_card, joining, members, teaching, ways
from digitapp.ui.classroom.here import here, teaches
from digitapp.ui.shared import address, messages, resources

SHOW = "show"  # query parameter: the code alone, for the projector


def page(pages: Mapping[str, StreamlitPage]) -> None:
    """Show the page.

    Args:
        pages: where one can go from here, by their names in `ways.WAYS`.
    """
    address.arrived("room")
    with messages.errors_shown():
        arriving.in_it_already()
        found = here()
        if found and teaches(found):
            _teacher(found, pages)
        elif found:
            st.markdown(f"# {markdown(found.classroom.name)}")
            joining.named(found)
            ways.ways(pages)
            joining.membership(found)
        else:
            _nowhere()
    address.address_problems("room", SHOW, classroom_links.JOIN)


def _nowhere() -> None:
    st.markdown("# Join a room")
    joining.join_form()
    rooms = classrooms.taught(resources.store())
    if rooms or resources.store().person == HOUSE:
        st.divider()
        teaching.other_rooms(rooms)


def _teacher(found: Membership, pages: Mapping[str, StreamlitPage]) -> None:
    classroom = found.classroom
    if SHOW in st.query_params:
        code_card.code_card(classroom, large=True)
        if st.button("Back", icon=":material/arrow_back:", key="hide-code"):
            st.query_params.clear()
            st.rerun()
        return
    st.markdown(f"# {markdown(classroom.name)}")
    code_card.code_card(classroom)
    with st.container(horizontal=True, gap="small"):
        if st.button("Show it large", icon=":material/present_to_all:", key="show-code"):
            st.query_params[SHOW] = "code"
            st.rerun()
        ways.ways_of_class(pages)
    members.members_live(classroom)
    st.markdown("## This room")
    teaching.manage(classroom)
    teaching.other_rooms(classrooms.taught(resources.store()), classroom.code)

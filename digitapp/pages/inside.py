"""Inside page: the network at work on one's own drawing, layer by layer and node by node."""

import streamlit as st

from digitapp.errors import DigitappError
from digitapp.ui.inside.facts import facts
from digitapp.ui.shared import address, drawing_tools, live, networks, page_frame
from digitapp.ui.shared.drawing_record import drawing_record

INVITATION = "Draw a digit, and watch the network at work."
ANSWER = 130  # pixels
NETWORK = "network"  # the parameter of the address


def page() -> None:
    """Show the page."""
    if address.arrived("inside"):
        _named_network()
    with st.container(key="title"):  # seen by screen readers alone
        st.markdown("# Inside the network")
    address.address_problems("inside", NETWORK)
    with st.container(key="reader"):
        model = networks.model_picker()
    _look(model)


def _named_network() -> None:
    """Choose the network that the address names."""
    named = address.parameters().get(NETWORK, [])
    if named:
        try:
            networks.read_with(named[-1])
        except DigitappError as error:
            address.tell("inside", [str(error)])


@st.fragment
def _look(model: str) -> None:
    with st.container(key="looking"):
        paper, work = (st.container(key=each) for each in ("paper", "work"))
    with paper:
        drawing = drawing_tools.canvas("inside-")
        with page_frame.room("prediction", ANSWER):
            reading = drawing_record(drawing, model, INVITATION)
            live.live_view(
                "answer", place="inside-", invitation=INVITATION, choices=networks.choices(model)
            )
    about = facts(model)
    with work:
        live.live_view("workshop", facts=about)
    live.live_drawing("inside-", [model], reading, inside=about)

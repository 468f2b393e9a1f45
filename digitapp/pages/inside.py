"""Inside page: the network at work on one's own drawing, layer by layer and node by node."""

from dataclasses import asdict

import streamlit as st

from digitapp.errors import DigitappError
from digitapp.explaining import words
from digitapp.library import models
from digitapp.reading import class_words
from digitapp.ui.classroom import doing
from digitapp.ui.inside.facts import facts
from digitapp.ui.shared import address, drawing_tools, live, networks, page_frame
from digitapp.ui.shared.drawing_record import drawing_record

INVITATION = "{}, and watch the network at work."
ANSWER = 130  # pixels
NETWORK = "network"  # the parameter of the address


def page() -> None:
    """Show the page."""
    if address.arrived("inside"):
        _take_named_network()
        st.rerun()
    with st.container(key="title"):  # seen by screen readers alone
        st.markdown("# Inside the network")
    address.address_problems("inside", NETWORK)
    with st.container(key="reader"):
        model = networks.model_picker()
    _name_network(model)
    _look(model)


def _take_named_network() -> None:
    """Choose the network that the address names."""
    named = address.parameters().get(NETWORK, [])
    if named:
        try:
            networks.read_with(named[-1])
        except DigitappError as error:
            address.tell("inside", [str(error)])


def _name_network(model: str) -> None:
    """Name the network in the address, unless it is the built-in one."""
    if model != models.DEFAULT:
        st.query_params[NETWORK] = model
    elif NETWORK in st.query_params:
        del st.query_params[NETWORK]


@st.fragment
def _look(model: str) -> None:
    with st.container(key="looking"):
        places = ("paper", "words", "network", "ways")
        paper, told, network, ways = (st.container(key=each) for each in places)
    about = facts(model)
    invitation = INVITATION.format(class_words.invitation(networks.class_names(model)))
    with paper:
        drawing = drawing_tools.canvas("inside-")
        with page_frame.room("prediction", ANSWER):
            reading = drawing_record(drawing, model, invitation, picture_alone=True)
            live.live_view(
                "answer", place="inside-", invitation=invitation, choices=networks.choices(model)
            )
    with network:
        live.live_view("network", facts=about)
    with ways:
        live.live_view("ways", facts=about)
    with told:
        live.live_view("words", facts=about, words=asdict(words.load()))
    live.live_drawing("inside-", [model], reading, inside=about)
    doing.doing("inside", reading)

"""Load and make what the Draw page needs before the first visitor asks for it."""

from __future__ import annotations

from contextlib import suppress

import pandas  # noqa: F401 - for Streamlit, which imports it when it shows a canvas

from digitapp.drawing.strokes import from_points
from digitapp.errors import DigitappError
from digitapp.library import models
from digitapp.live import networks as live_networks
from digitapp.reading.reader import read_drawing
from digitapp.ui.shared import networks, resources

ONE = from_points([[[140, 60], [140, 140], [140, 220]]], 20)


def warm_up() -> None:
    """Open the store, read a drawing once, and pack the network for browsers.

    Libraries load their parts when they are used.
    """
    with suppress(DigitappError):  # the page says so
        networks.networks()
    with suppress(DigitappError):
        read_drawing(models.load(models.DEFAULT), ONE)
    with suppress(DigitappError):
        live_networks.make_ready(models.DEFAULT, resources.store())

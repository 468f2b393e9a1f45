"""Load what the Draw page needs before the first visitor asks for it."""

from __future__ import annotations

from contextlib import suppress

import pandas  # noqa: F401 - for Streamlit, which imports it when it shows a canvas

from digitapp import figures
from digitapp.errors import DigitappError
from digitapp.library import models
from digitapp.ui.shared import networks


def warm_up() -> None:
    """Open the store, and make a first figure: Plotly loads its parts when they are used."""
    with suppress(DigitappError):  # the page says so
        networks.networks()
    figures.probabilities(None, networks.choices(models.DEFAULT)).to_json(remove_uids=False)

"""Properties common to all figures: legible in a light and in a dark theme."""

import re

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.elements.lib import streamlit_plotly_theme

from digitapp import figures
from digitapp.data.datasets import DIGIT_NAMES
from digitapp.evaluation.endurance import Endurance, Sweep
from digitapp.figures import history_curves, style
from digitapp.training.history import Curve
from digitapp.training.layer_table import LayerRow
from tests.figures.values import epoch

EPOCHS = [epoch(1, validation=(0.5, 0.8), watched=(0.1,) * 10)]
SWEEP = Sweep("size", (80.0, 100.0), np.zeros((2, 28, 28), dtype=np.float32))
ENDURANCE = Endurance("a network", SWEEP, np.full((2, 10), 0.1), np.zeros(2), DIGIT_NAMES)
FIGURES = {
    "curve": figures.curve("loss", EPOCHS, Curve([], []), 3),
    "accuracy and loss": figures.plot_accuracy_and_loss(EPOCHS),
    "watched": figures.pinned_digit(EPOCHS, DIGIT_NAMES, 3),
    "confusion": figures.confusion(np.eye(10, dtype=np.int64), DIGIT_NAMES, (1, 1)),
    "endurance": figures.endurance([ENDURANCE], "1", 0),
    "network": figures.network([LayerRow("images", "Input", (28, 28), 0, 0)]),
}


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_the_page_is_the_background(figure: go.Figure) -> None:
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == style.CLEAR


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_the_width_is_the_pages_and_the_margins_are_narrow(figure: go.Figure) -> None:
    assert figure.layout.width is None
    margin = figure.layout.margin
    named = figure in (FIGURES["curve"], FIGURES["accuracy and loss"])
    names = history_curves.ROOM_FOR_NAMES if named else 10
    assert margin.r <= names
    assert max(margin.l, margin.t, margin.b) <= 10


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_text_has_the_themes_colour(figure: go.Figure) -> None:
    found = figure.to_plotly_json()
    found["layout"].pop("template", None)
    fonts = re.findall(r"'(?:tick|text)?font': \{[^}]*'color': '([^']*)'", str(found))
    assert set(fonts) <= {style.INK}


def test_streamlit_puts_its_text_colour_in_the_place_of_the_ink() -> None:
    assert style.INK == streamlit_plotly_theme.GRAY_90


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_the_legend_is_above_the_plot_in_rows(figure: go.Figure) -> None:
    legend = figure.layout.legend
    assert (legend.orientation, legend.yanchor) == ("h", "bottom")
    assert legend.y >= 1


def test_a_faded_colour_is_the_same_colour() -> None:
    assert style.faded("#ff8000", 0.5) == "rgba(255, 128, 0, 0.5)"

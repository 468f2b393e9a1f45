"""Plotly figures, as pure functions of values; the page's theme supplies the style."""

from digitapp.figures.boxes import LabelledBox, boxes
from digitapp.figures.confusion import confusion
from digitapp.figures.endurance import LINES, MOST_NETWORKS, endurance
from digitapp.figures.history_curves import CURVES, Metric, curve, plot_accuracy_and_loss
from digitapp.figures.layers import network
from digitapp.figures.pinned_digit import pinned_digit
from digitapp.figures.probabilities import pixels, probabilities
from digitapp.figures.run_overlay import colour, overlay, scatter
from digitapp.figures.style import DOUBTFUL, LIBRARY, OTHERS, TRAINING, VALIDATION, WINNER

__all__ = [
    "CURVES",
    "DOUBTFUL",
    "LIBRARY",
    "LINES",
    "MOST_NETWORKS",
    "OTHERS",
    "TRAINING",
    "VALIDATION",
    "WINNER",
    "LabelledBox",
    "Metric",
    "boxes",
    "colour",
    "confusion",
    "curve",
    "endurance",
    "network",
    "overlay",
    "pinned_digit",
    "pixels",
    "plot_accuracy_and_loss",
    "probabilities",
    "scatter",
]

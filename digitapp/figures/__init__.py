"""Values to Plotly figures; pure, and styled by the page's own theme."""

from digitapp.figures.boxes import Mark, boxes
from digitapp.figures.enduring import LINES, MOST_NETWORKS, endurance
from digitapp.figures.layers import network
from digitapp.figures.overlay import colour, overlay, scatter
from digitapp.figures.reading import pixels, probabilities
from digitapp.figures.results import confusion
from digitapp.figures.style import DOUBTFUL, LIBRARY, OTHERS, TRAINING, VALIDATION, WINNER
from digitapp.figures.training import Metric, curve, plot_accuracy_and_loss
from digitapp.figures.watching import watched

__all__ = [
    "DOUBTFUL",
    "LIBRARY",
    "LINES",
    "MOST_NETWORKS",
    "OTHERS",
    "TRAINING",
    "VALIDATION",
    "WINNER",
    "Mark",
    "Metric",
    "boxes",
    "colour",
    "confusion",
    "curve",
    "endurance",
    "network",
    "overlay",
    "pixels",
    "plot_accuracy_and_loss",
    "probabilities",
    "scatter",
    "watched",
]

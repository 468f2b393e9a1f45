"""Values to Plotly figures; pure, and styled by the page's own theme."""

from digitapp.figures.layers import network
from digitapp.figures.reading import pixels, probabilities
from digitapp.figures.results import confusion
from digitapp.figures.style import LIBRARY, OTHERS, TRAINING, VALIDATION, WINNER
from digitapp.figures.training import Metric, curve, plot_accuracy_and_loss
from digitapp.figures.watching import watched

__all__ = [
    "LIBRARY",
    "OTHERS",
    "TRAINING",
    "VALIDATION",
    "WINNER",
    "Metric",
    "confusion",
    "curve",
    "network",
    "pixels",
    "plot_accuracy_and_loss",
    "probabilities",
    "watched",
]

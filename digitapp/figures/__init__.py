"""Plotly figures, as pure functions of values; the page's theme supplies the style."""

from digitapp.figures.accuracy_and_loss import plot_accuracy_and_loss
from digitapp.figures.boxes import LabelledBox, boxes
from digitapp.figures.confusion import READABLE, confusion
from digitapp.figures.confusion import side as confusion_side
from digitapp.figures.curve_axes import CLASSES, Metric, Scale
from digitapp.figures.endurance import LINES, MOST_NETWORKS, endurance
from digitapp.figures.experiment_curves import (
    LOOKS,
    Line,
    experiment_curve,
    experiment_scale,
)
from digitapp.figures.history_curves import CURVES, SIGNS, View, curve, scale_of
from digitapp.figures.layers import network
from digitapp.figures.pinned_digit import pinned_digit
from digitapp.figures.probabilities import pixels, probabilities
from digitapp.figures.race_curves import Racer, race
from digitapp.figures.run_overlay import colour, overlay, scatter
from digitapp.figures.style import DOUBTFUL, GUESSED, LIBRARY, OTHERS, TRAINING, VALIDATION, WINNER

__all__ = [
    "CLASSES",
    "CURVES",
    "DOUBTFUL",
    "GUESSED",
    "LIBRARY",
    "LINES",
    "LOOKS",
    "MOST_NETWORKS",
    "OTHERS",
    "READABLE",
    "SIGNS",
    "TRAINING",
    "VALIDATION",
    "WINNER",
    "LabelledBox",
    "Line",
    "Metric",
    "Racer",
    "Scale",
    "View",
    "boxes",
    "colour",
    "confusion",
    "confusion_side",
    "curve",
    "endurance",
    "experiment_curve",
    "experiment_scale",
    "network",
    "overlay",
    "pinned_digit",
    "pixels",
    "plot_accuracy_and_loss",
    "probabilities",
    "race",
    "scale_of",
    "scatter",
]

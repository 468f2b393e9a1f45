"""Readers of networks that were never trained, as Keras initialises them."""

from collections.abc import Sequence

import numpy as np

from digitapp.reading.prediction import Predictor
from digitapp.training.architectures import build
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec


def of_spec(spec: TrainingSpec, class_names: Sequence[str]) -> Predictor:
    """Return a reader of the network that a training would begin with."""
    values = [np.asarray(variable) for variable in build(spec, len(class_names)).variables]
    return Predictor(onnx_model(spec, class_names, values), class_names)

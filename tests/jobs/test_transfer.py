"""Transfer: the bundled network's layers, with an output layer for other classes."""

import numpy as np
import pytest

from digitapp.data.datasets import Dataset
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.library import catalogue, keras_models, other_shapes
from digitapp.training.few_examples import settings
from digitapp.training.trainer import Trained, train
from tests.invented_signs import Hand, dataset

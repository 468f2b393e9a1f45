"""Accuracy of a network on the held-out drawings of *My handwriting*."""

from __future__ import annotations

import numpy as np

from digitapp.data.datasets import Dataset, knows_digits
from digitapp.library import handwriting_datasets, models
from digitapp.reading.prediction import REFUSED_FROM, Predictor
from digitapp.runs import RunStore, handwriting_scores
from digitapp.training.batching import as_input


def measure_handwriting(store: RunStore, run: int) -> tuple[int, int] | None:
    """Measure a run's network on the drawings currently held out, and store the result.

    Returns:
        as `score`.

    Raises:
        UnknownName: when there is no such run, or it has no network.
        BadFile: when the network is damaged.
        StoreProblem: when the store fails.
    """
    found = score(store, models.load(models.of_run(run), store))
    handwriting_scores.keep_own(store, run, found)
    return found


def score(store: RunStore, predictor: Predictor) -> tuple[int, int] | None:
    """Measure a network on the held-out drawings.

    Returns:
        the number of drawings read correctly, and the total; None when there are none, or when the
            network does not know the digits.

    Raises:
        StoreProblem: when the store fails.
    """
    own = handwriting_datasets.put_aside(store)
    if own is None or not knows_digits(predictor.class_names):
        return None
    return right(predictor, own), len(own.y_test)


def right(predictor: Predictor, data: Dataset) -> int:
    """Count the test images read correctly as the app reads them; refused ones are not correct."""
    shares, other = predictor.answers(as_input(data.x_test))
    names = np.array(predictor.class_names)[shares.argmax(axis=1)]
    found = names == np.array(data.class_names)[data.y_test]
    return int((found & (other < REFUSED_FROM)).sum())

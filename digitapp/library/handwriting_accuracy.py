"""Accuracy of a network on the held-out drawings of *My handwriting*."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from digitapp.data.datasets import Dataset, knows_digits
from digitapp.library import catalogue, handwriting_datasets, models
from digitapp.reading.prediction import REFUSED_FROM, readable, split_outputs
from digitapp.runs import RunStore, handwriting_scores
from digitapp.training.batching import as_input

if TYPE_CHECKING:
    import keras

BATCH = 1000  # images read at a time


def measure_handwriting(store: RunStore, run: int) -> tuple[int, int] | None:
    """Measure a run's network on the drawings currently held out, and store the result.

    Returns:
        as `score`.

    Raises:
        UnknownName: when there is no such run, or it has no network.
        BadFile: when the network is damaged.
        StoreProblem: when the store fails.
    """
    trained = store.get(run)
    model, names = models.trained_by(store, trained), models.class_names_of(store, trained)
    found = score(store, model, names)
    handwriting_scores.keep_own(store, run, found)
    return found


def score(
    store: RunStore, model: keras.Model, class_names: Sequence[str]
) -> tuple[int, int] | None:
    """Measure a network on the held-out drawings.

    Returns:
        the number of drawings read correctly, and the total; None when there are none, or when the
            network does not know the digits.

    Raises:
        StoreProblem: when the store fails.
    """
    own = handwriting_datasets.put_aside(store)
    if own is None or not knows_digits(class_names):
        return None
    return right(model, catalogue.in_terms_of(own, class_names)), len(own.y_test)


def right(model: keras.Model, data: Dataset) -> int:
    """Count the test images read correctly as the app reads them; refused ones are not correct.

    The dataset must have the network's classes.
    """
    said = model.predict(as_input(data.x_test), batch_size=BATCH, verbose=0)
    shares, other = split_outputs(np.asarray(said), data.class_names)
    names = np.array(readable(data.class_names))[shares.argmax(axis=1)]
    found = names == np.array(data.class_names)[data.y_test]
    return int((found & (other < REFUSED_FROM)).sum())

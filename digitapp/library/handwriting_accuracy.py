"""Accuracy of a network on the held-out drawings of *My handwriting*.

A drawing whose strokes are known is read as on the Draw page: by its picture and by the movement of
the pen, if the network reads both. Other drawings are read by their pictures.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from digitapp.data.array_files import Images
from digitapp.data.datasets import Dataset, knows_digits
from digitapp.drawing.pen_path import CHANNELS, POINTS, Path
from digitapp.library import handwriting_datasets, models
from digitapp.library.handwriting_datasets import Paths
from digitapp.reading.prediction import REFUSED_FROM, STROKE_CLASSES, Predictor, Probabilities
from digitapp.reading.refusals import split_outputs
from digitapp.runs import RunStore, handwriting_scores
from digitapp.training.batching import as_input

NO_PATHS: Paths = MappingProxyType({})


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
    known = handwriting_datasets.paths(store) if predictor.reads_movement else NO_PATHS
    return right(predictor, own, known), len(own.y_test)


def right(predictor: Predictor, data: Dataset, paths: Paths = NO_PATHS) -> int:
    """Count the test images read correctly as the app reads them; refused ones are not correct.

    Args:
        paths: the pen's path beside an image, where it is known.
    """
    shares, other = predictor.answers(as_input(data.x_test))
    drawn, moved = _drawn(data.x_test, paths)
    if len(moved):
        found = predictor.answers(as_input(data.x_test[drawn]), moved)
        shares[drawn], other[drawn] = found
    return _right(shares, other, predictor.class_names, data)


def right_by_movement(predictor: Predictor, data: Dataset, paths: Paths) -> int:
    """Count the test images whose path alone is read correctly.

    Args:
        predictor: reads movement.
        paths: as for `right`.
    """
    if predictor.strokes is None:
        raise ValueError("this network reads pictures alone")
    _, moved = _drawn(data.x_test, paths)
    shares, other = split_outputs(predictor.strokes.outputs(moved), STROKE_CLASSES)
    return _right(shares, other, STROKE_CLASSES[:-1], with_paths(data, paths))


def with_paths(data: Dataset, paths: Paths) -> Dataset:
    """Return the dataset with those test images alone whose path is known."""
    drawn, _ = _drawn(data.x_test, paths)
    return replace(data, x_test=data.x_test[drawn], y_test=data.y_test[drawn])


def _drawn(images: Images, paths: Paths) -> tuple[NDArray[np.intp], Path]:
    """Return the places of the images whose path is known, (m,), and these paths, (m, 64, 5)."""
    known = [(place, paths.get(image.tobytes())) for place, image in enumerate(images)]
    found = [(place, path) for place, path in known if path is not None]
    places = np.array([place for place, _ in found], dtype=np.intp)
    moved = [path for _, path in found]
    return places, np.stack(moved) if moved else np.zeros((0, POINTS, CHANNELS), np.float32)


def _right(
    shares: Probabilities, other: Probabilities, class_names: tuple[str, ...], data: Dataset
) -> int:
    names = np.array(class_names)[shares.argmax(axis=1)]
    found = names == np.array(data.class_names)[data.y_test]
    return int((found & (other < REFUSED_FROM)).sum())

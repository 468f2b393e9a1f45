"""Time to read one drawing: ONNX Runtime compared with Keras's `predict`."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from digitapp.drawing import preprocessing
from digitapp.drawing.strokes import from_points
from digitapp.library import keras_models, models
from digitapp.reading.prediction import Predictor
from digitapp.reading.reader import read_drawing
from tests.digits import DIGITS

ROUNDS = 30
TWELVE = [stroke for digit in (4, 5, 7, 8, 4, 5, 7, 0) for stroke in DIGITS[digit]][:12]


def milliseconds(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median time of a call in milliseconds, after one warm-up call."""
    call()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)


def twelfth_stroke(predictor: Predictor, followed: bool) -> float:
    """Return the median time of reading a drawing of twelve strokes, in milliseconds.

    Args:
        predictor: the network.
        followed: whether it was also read after its eleventh stroke, as on a page.
    """
    times = []
    for number in range(ROUNDS):  # a different drawing each time, so that none is cached
        shift = number / 100 + followed / 200
        strokes = [[(x, y + shift) for x, y in stroke] for stroke in TWELVE]
        drawing = from_points(strokes, 20)
        if followed:
            read_drawing(predictor, drawing[:-1])
        started = time.perf_counter()
        read_drawing(predictor, drawing)
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)


def report() -> list[str]:
    """Return rows of a Markdown table."""
    predictor, model = models.load("recogniser"), keras_models.network("recogniser")
    drawing = from_points(DIGITS[7], 20)
    image = preprocessing.stroke_image(drawing)[np.newaxis]
    ours = milliseconds(lambda: predictor.probabilities(image))
    plain = milliseconds(lambda: model.predict(image, verbose=0))
    followed, at_once = (twelfth_stroke(predictor, each) for each in (True, False))
    return [
        f"| a twelfth stroke prepared and read, ms; compared with all twelve | "
        f"{followed:.3g} | {at_once:.3g} | {followed / at_once:.2f} |",
        f"| one image through the network, ms | {ours:.3g} | {plain:.3g} | {ours / plain:.3f} |",
    ]

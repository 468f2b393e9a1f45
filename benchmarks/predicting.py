"""Time to read one drawing: ONNX Runtime compared with Keras's `predict`."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from digitapp.drawing import pen_path, preprocessing
from digitapp.drawing.strokes import from_points
from digitapp.errors import BadFile
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


def both_readers(predictor: Predictor) -> tuple[float, float, float]:
    """Return the median times of preparing and reading one drawing, in milliseconds.

    Returns:
        by the picture alone, by the movement alone, and by both together.
    """
    drawing, strokes = from_points(DIGITS[7], 20), predictor.strokes
    if strokes is None:
        raise BadFile("The network reads pictures alone; there is no movement to measure.")

    def picture() -> object:
        return predictor.predict([preprocessing.stroke_image(drawing)])

    def movement() -> object:
        return strokes.outputs(pen_path.of_drawing(drawing)[np.newaxis])

    def both() -> object:
        images, paths = preprocessing.stroke_image(drawing), pen_path.of_drawing(drawing)
        return predictor.predict([images], [paths])

    alone, moved, together = (milliseconds(each, 10 * ROUNDS) for each in (picture, movement, both))
    return alone, moved, together


def report() -> list[str]:
    """Return rows of a Markdown table."""
    predictor, model = models.load("recogniser"), keras_models.network("recogniser")
    drawing = from_points(DIGITS[7], 20)
    image = preprocessing.stroke_image(drawing)[np.newaxis]
    ours = milliseconds(lambda: predictor.probabilities(image))
    plain = milliseconds(lambda: model.predict(image, verbose=0))
    alone, moved, both = both_readers(predictor)
    followed, at_once = (twelfth_stroke(predictor, each) for each in (True, False))
    return [
        f"| a twelfth stroke prepared and read, ms; compared with all twelve | "
        f"{followed:.3g} | {at_once:.3g} | {followed / at_once:.2f} |",
        f"| a drawing prepared and read by picture and movement, ms; compared with the picture "
        f"alone | {both:.3g} | {alone:.3g} | {both / alone:.2f} |",
        f"| the same, by the movement alone | {moved:.3g} | {alone:.3g} | {moved / alone:.2f} |",
        f"| one image through the network, ms | {ours:.3g} | {plain:.3g} | {ours / plain:.3f} |",
    ]

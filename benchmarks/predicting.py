"""One drawing through the network: Keras's `predict` against the compiled call."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from digitapp import models, preprocess
from digitapp.strokes import from_points
from tests.digits import DIGITS

ROUNDS = 30


def milliseconds(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median time of a call, after one that does not count."""
    call()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)


def report() -> list[str]:
    """Rows of a Markdown table."""
    predictor = models.load("recogniser")
    drawing = from_points(DIGITS[7], 20)
    image = preprocess.stroke_image(drawing)[np.newaxis]
    ours = milliseconds(lambda: predictor.probabilities(image))
    plain = milliseconds(lambda: predictor.model.predict(image, verbose=0))
    return [
        f"| one image through the network, ms | {ours:.3g} | {plain:.3g} | {ours / plain:.3f} |",
    ]

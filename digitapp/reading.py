"""Drawings and pictures read from end to end: prepared, and all put to the network in one call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp import preprocess
from digitapp.errors import Blank
from digitapp.prediction import Prediction, Predictor
from digitapp.preprocess import Digit
from digitapp.strokes import Drawing, paint

TIMELINE_LENGTH = 12


@dataclass(frozen=True)
class Reading:
    """What the network reads, and what it would have read the plain way.

    Attributes:
        squeezed: float32 (28, 28): the whole picture squeezed, without care.
        timeline: the number of each of the last twelve strokes, and the prediction after it.
    """

    digit: Digit
    prediction: Prediction
    squeezed: NDArray[np.float32]
    squeezed_prediction: Prediction
    timeline: tuple[tuple[int, Prediction], ...] = ()


def read_drawing(predictor: Predictor, drawing: Drawing) -> Reading:
    """Read pen strokes, all of them and as they stood after each.

    Raises:
        Blank: when nothing is drawn, or the eraser took it all.
    """
    digit = preprocess.from_strokes(drawing, predictor.preparation)
    numbers, stages = _stages(drawing, predictor.preparation)
    plain = preprocess.squeezed(paint(drawing))
    read, other, *then = predictor.predict([digit.image, plain, *stages])
    return Reading(digit, read, plain, other, tuple(zip(numbers, then, strict=True)))


def read_picture(predictor: Predictor, picture: Image.Image) -> Reading:
    """Read a picture.

    Raises:
        Blank: when nothing on it stands out from its background.
    """
    digit = preprocess.from_image(picture, predictor.preparation)
    plain = preprocess.squeezed(picture)
    read, other = predictor.predict([digit.image, plain])
    return Reading(digit, read, plain, other)


def _stages(drawing: Drawing, preparation: str) -> tuple[list[int], list[NDArray[np.float32]]]:
    numbers, images = [], []
    for count in range(max(1, len(drawing) - TIMELINE_LENGTH + 1), len(drawing) + 1):
        try:
            images.append(preprocess.stroke_image(drawing[:count], preparation))
            numbers.append(count)
        except Blank:
            continue
    return numbers, images

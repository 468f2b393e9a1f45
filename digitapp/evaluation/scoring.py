"""Measuring how well a model reads images, strokes and pictures, under several conditions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp.data import datasets, non_digits
from digitapp.data.datasets import DIGIT_NAMES
from digitapp.drawing import preprocessing
from digitapp.drawing.pictures import read_file
from digitapp.drawing.strokes import CANVAS_SIDE, Drawing, Points, from_points, paint
from digitapp.errors import BadFile, BadPicture, Blank, InvalidSetting
from digitapp.evaluation.labelled_files import LabelledPicture, LabelledStrokes
from digitapp.evaluation.scores import Score, counted
from digitapp.reading.prediction import REFUSED_FROM, Inputs, Predictor, Probabilities
from digitapp.training.architectures import IMAGE_SHAPE
from digitapp.training.batching import as_input

STROKES_BOX = 500
RESAMPLINGS = 2000
THINGS = 2000


def score(
    predictor: Predictor,
    images: Sequence[Inputs] | Inputs,
    labels: Sequence[int] | NDArray[np.integer],
    names: Sequence[str] = DIGIT_NAMES,
) -> Score:
    """Read every image and score the answers against the labels.

    Args:
        labels: indices into `names`.
        names: the images' classes; the score is in terms of the network's classes.

    Raises:
        InvalidSetting: when an image has a class that the network does not know.
    """
    found, other = answers(predictor, images)
    return counted(found, in_terms_of(predictor, labels, names), other >= REFUSED_FROM)


def in_terms_of(
    predictor: Predictor,
    labels: Sequence[int] | NDArray[np.integer],
    names: Sequence[str] = DIGIT_NAMES,
) -> NDArray[np.int64]:
    """Convert labels from indices into `names` to indices into the network's classes.

    Raises:
        InvalidSetting: when the network does not know one of the classes.
    """
    known = {name: place for place, name in enumerate(predictor.class_names)}
    given = np.asarray(labels, dtype=np.int64)
    unknown = [names[label] for label in np.unique(given) if names[label] not in known]
    if unknown:
        raise InvalidSetting(
            f"The network knows the classes {', '.join(known)}, but some images are of "
            f"{', '.join(unknown)}; it can only be measured on images of its own classes."
        )
    return np.array([known.get(name, -1) for name in names], dtype=np.int64)[given]


def answers(
    predictor: Predictor, images: Sequence[Inputs] | Inputs
) -> tuple[Probabilities, Probabilities]:
    """Return `Predictor.answers` for images float32 (28, 28), 0 to 1.

    An image without ink counts as none of the classes, because the app does not read it either.
    """
    given = np.asarray(images, np.float32).reshape(-1, *IMAGE_SHAPE)  # also of no images
    found, other = predictor.answers(given)
    return found, np.where(given.any(axis=(1, 2)), other, np.float32(1))


def score_strokes(
    predictor: Predictor, digits: Sequence[LabelledStrokes], condition: str, way: str, seed: int = 0
) -> Score:
    """Draw every digit under a condition, prepare it in one way, and score the readings.

    Args:
        condition: one of the `CONDITIONS`.
        way: one of the `STROKE_PREPARATIONS`.
    """
    rng = np.random.default_rng(seed)
    drawn = [CONDITIONS[condition](digit, rng) for digit in digits]
    images = [_or_blank(STROKE_PREPARATIONS[way], drawing) for drawing in drawn]
    return score(predictor, images, [digit.label for digit in digits])


def picture_images(pictures: Sequence[LabelledPicture], squeezed: bool = False) -> list[Inputs]:
    """Open and prepare every picture; the result is blank where no ink is found.

    Raises:
        BadFile: naming the picture that could not be opened.
    """
    return [_or_blank(_prepared_file, each, squeezed) for each in pictures]


def by_writer(right: Sequence[bool], writers: Sequence[int], seed: int = 0) -> tuple[float, float]:
    """Return the 95 % interval of the accuracy, bootstrapped by writer.

    Pictures by one writer resemble each other, so writers, not pictures, are resampled with
    replacement (Efron & Tibshirani, 1993); the interval is the middle 95 % of the accuracies.
    """
    names, places = np.unique(np.asarray(writers), return_inverse=True)
    counts = np.bincount(places)
    rights = np.bincount(places, np.asarray(right, dtype=float))
    drawn = np.random.default_rng(seed).integers(len(names), size=(RESAMPLINGS, len(names)))
    shares = rights[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(low), float(high)


def _prepared_file(each: LabelledPicture, squeezed: bool) -> Inputs:
    try:
        picture = read_file(each.path)
    except BadPicture as error:
        raise BadFile(f"{each.path}: {error}") from None
    return preprocessing.squeezed(picture) if squeezed else preprocessing.from_image(picture).image


def _or_blank(prepare: Callable[..., Inputs], *arguments: Any) -> Inputs:
    try:
        return prepare(*arguments)
    except Blank:
        return np.zeros((28, 28), dtype=np.float32)


def _small(digit: LabelledStrokes, rng: np.random.Generator) -> Drawing:
    scale, pen = rng.uniform(0.25, 0.5), rng.uniform(6, 14)
    corner = rng.uniform(0, 1 - scale, 2) * CANVAS_SIDE
    return _on_canvas(digit, pen, lambda points: points * scale + corner)


def _tilted(digit: LabelledStrokes, rng: np.random.Generator) -> Drawing:
    angle = math.radians(rng.uniform(-20, 20))
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    middle = CANVAS_SIDE / 2
    return _on_canvas(digit, 20, lambda points: (points - middle) @ turn + middle)


def _on_canvas(
    digit: LabelledStrokes, pen: float, change: Callable[[Points], Points] = lambda points: points
) -> Drawing:
    scale = CANVAS_SIDE / STROKES_BOX
    scaled = [np.asarray(stroke, dtype=np.float64) * scale for stroke in digit.strokes]
    return from_points([change(stroke).tolist() for stroke in scaled], pen)


CONDITIONS: dict[str, Callable[[LabelledStrokes, np.random.Generator], Drawing]] = {
    "as drawn": lambda digit, _: _on_canvas(digit, 20),
    "small": _small,
    "thin": lambda digit, _: _on_canvas(digit, 6),
    "thick": lambda digit, _: _on_canvas(digit, 36),
    "tilted": _tilted,
}

STROKE_PREPARATIONS: dict[str, Callable[[Drawing], Inputs]] = {
    "paths": preprocessing.stroke_image,
    "pixels": lambda drawing: (
        preprocessing.from_canvas(np.asarray(paint(drawing).convert("RGBA"))).image
    ),
    "squeeze": lambda drawing: preprocessing.squeezed(paint(drawing)),
}


def _pictures_of_clothes() -> Inputs:
    images = datasets.load("fashion_mnist").x_test
    return np.stack([_or_blank(_as_picture, image) for image in images])


def _as_picture(image: NDArray[np.uint8]) -> Inputs:
    return preprocessing.from_image(Image.fromarray(image)).image


def _drawn(seed: int, kept_aside: bool) -> Inputs:
    return as_input(non_digits.generate(THINGS, seed, kept_aside))


# Images of non-digits, which should be refused.
NON_DIGITS: dict[str, Callable[[], Inputs]] = {
    "letters and shapes of kinds it never learned": lambda: _drawn(1, kept_aside=True),
    "letters, shapes, scribbles and rows of kinds it learned": lambda: _drawn(2, kept_aside=False),
    "clothes (Fashion-MNIST's test images), as they are": lambda: as_input(
        datasets.load("fashion_mnist").x_test
    ),
    "the same clothes, read as pictures": _pictures_of_clothes,
}

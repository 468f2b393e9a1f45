"""Measuring how well a model reads images and pictures, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp.data import datasets, non_digits
from digitapp.data.datasets import DIGIT_NAMES
from digitapp.drawing import preprocessing
from digitapp.drawing.pictures import read_file
from digitapp.errors import BadFile, BadPicture, Blank, InvalidSetting
from digitapp.evaluation.labelled_files import LabelledPicture
from digitapp.evaluation.scores import Score, counted
from digitapp.reading.prediction import REFUSED_FROM, Inputs, Predictor, Probabilities
from digitapp.training.architectures import IMAGE_SHAPE
from digitapp.training.batching import as_input

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
    return unless_blank(predictor.answers(given), given)


def unless_blank(
    found: tuple[Probabilities, Probabilities], images: Inputs
) -> tuple[Probabilities, Probabilities]:
    """Make answers say that a drawing is none of the classes where there is no ink.

    Args:
        found: as from `Predictor.answers`.
        images: float32 (n, 28, 28), as they were read.
    """
    shares, other = found
    return shares, np.where(images.any(axis=(1, 2)), other, np.float32(1))


def picture_images(pictures: Sequence[LabelledPicture], squeezed: bool = False) -> list[Inputs]:
    """Open and prepare every picture; the result is blank where no ink is found.

    Raises:
        BadFile: naming the picture that could not be opened.
    """
    return [or_blank(_prepared_file, each, squeezed) for each in pictures]


def _prepared_file(each: LabelledPicture, squeezed: bool) -> Inputs:
    try:
        picture = read_file(each.path)
    except BadPicture as error:
        raise BadFile(f"{each.path}: {error}") from None
    return preprocessing.squeezed(picture) if squeezed else preprocessing.from_image(picture).image


def or_blank(prepare: Callable[..., Inputs], *arguments: Any) -> Inputs:
    """Return a prepared image, or an image without ink when there is nothing to prepare."""
    try:
        return prepare(*arguments)
    except Blank:
        return np.zeros((28, 28), dtype=np.float32)


def _pictures_of_clothes() -> Inputs:
    images = datasets.load("fashion_mnist").x_test
    return np.stack([or_blank(_as_picture, image) for image in images])


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

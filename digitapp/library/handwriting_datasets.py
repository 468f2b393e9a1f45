"""*My handwriting*: corrected drawings as datasets for training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from digitapp.data import datasets, non_digits
from digitapp.data.array_files import Images, Labels
from digitapp.data.datasets import DIGIT_NAMES, Dataset
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.drawing import pen_path
from digitapp.drawing.pen_path import Path
from digitapp.drawing.strokes import Drawing
from digitapp.errors import InvalidSetting
from digitapp.runs import RunStore, corrected_drawings
from digitapp.runs.corrected_drawings import Correction

Paths = Mapping[bytes, Path]  # float32 (64, 5), by the bytes of the uint8 image beside it

OWN, MIXED = "my_handwriting", "my_handwriting_mixed"
LEAST_IMAGES = 3  # training images, beside at least one test image
MIXED_IN = 2000  # images of the built-in dataset, and about as many of the user's own
OTHERS, OTHERS_SEED = 800, 20_261_121  # non-digits


@dataclass(frozen=True)
class About:
    """Title and description of a dataset of corrections."""

    title: str
    about: str


def names(store: RunStore) -> list[str]:
    """Return the names of the available datasets: none before the first correction.

    Raises:
        StoreProblem: when the store fails.
    """
    return list(HANDWRITING_DATASETS) if corrected_drawings.some(store) else []


def dataset(store: RunStore, name: str) -> Dataset:
    """Return the corrections as a dataset; those held out are its test part.

    Args:
        name: `OWN`; or `MIXED`, which repeats the training images and adds as many of `pen`.

    Raises:
        InvalidSetting: when there are too few.
        StoreProblem: when the store fails.
    """
    found = corrected_drawings.read(store)
    learned, aside = parts(found)
    check(found)
    own = Dataset(name, DIGIT_NAMES, *arrays(learned), *arrays(aside))
    if name != MIXED:
        return own
    pen, times = datasets.load("pen"), _times(len(learned))
    return replace(
        own,
        x_train=np.concatenate([np.tile(own.x_train, (times, 1, 1)), pen.x_train[:MIXED_IN]]),
        y_train=np.concatenate([np.tile(own.y_train, times), pen.y_train[:MIXED_IN]]),
    )


def counts(store: RunStore, name: str) -> tuple[int, int]:
    """Return the number of training and test images that `dataset` would return.

    Raises:
        InvalidSetting, StoreProblem: as `dataset`.
    """
    found = corrected_drawings.read(store)
    check(found)
    learned, aside = parts(found)
    if name == OWN:
        return len(learned), len(aside)
    return _times(len(learned)) * len(learned) + MIXED_IN, len(aside)


def put_aside(store: RunStore) -> Dataset | None:
    """Return the held-out corrections as a dataset's test part; None when there are none.

    Its training part is empty.

    Raises:
        StoreProblem: when the store fails.
    """
    _, aside = parts(corrected_drawings.read(store))
    return Dataset(OWN, DIGIT_NAMES, *arrays([]), *arrays(aside)) if aside else None


def paths(store: RunStore) -> Paths:
    """Return the pen's path of each correction whose strokes are known.

    Raises:
        StoreProblem: when the store fails.
    """
    return {
        each.image.tobytes(): pen_path.of_drawing(each.strokes)
        for each in corrected_drawings.read(store)
        if each.strokes
    }


def written(store: RunStore) -> list[tuple[Drawing, int]]:
    """Return the strokes and digits of the corrections to learn from whose strokes are known.

    Raises:
        StoreProblem: when the store fails.
    """
    learned, _ = parts(corrected_drawings.read(store))
    return [(each.strokes, each.label) for each in learned if each.strokes]


def with_others(data: Dataset) -> Dataset:
    """Add non-digits to the training part, so that a network does not forget to refuse them.

    The dataset must have the class `NOT_A_DIGIT`.
    """
    label = data.class_names.index(NOT_A_DIGIT)
    x, y = non_digits.added_to(data.x_train, data.y_train, label, OTHERS, OTHERS_SEED)
    return replace(data, x_train=x, y_train=y)


def parts(found: Sequence[Correction]) -> tuple[list[Correction], list[Correction]]:
    """Split corrections into those to train on and those held out for testing."""
    return [each for each in found if not each.aside], [each for each in found if each.aside]


def check(found: Sequence[Correction]) -> None:
    """Reject too few corrections.

    Raises:
        InvalidSetting: saying how many there are, and how many are needed.
    """
    learned, aside = parts(found)
    if len(learned) < LEAST_IMAGES or not aside:
        pictures = f"{len(found)} picture{'' if len(found) == 1 else 's'}"
        raise InvalidSetting(
            f"My handwriting has {pictures}, {len(aside)} of them put aside for the test; at least "
            f"{LEAST_IMAGES} to learn from and 1 put aside are needed. Correct some more on the "
            "Draw page."
        )


def arrays(found: Sequence[Correction]) -> tuple[Images, Labels]:
    """Return the images of corrections, uint8 (n, 28, 28), and their labels, uint8 (n,)."""
    images = [each.image for each in found]
    x = np.stack(images) if images else np.zeros((0, 28, 28), np.uint8)
    return x, np.array([each.label for each in found], dtype=np.uint8)


def _times(images: int) -> int:
    """Return how often to repeat so many images to get about `MIXED_IN`."""
    return max(1, round(MIXED_IN / images))


HANDWRITING_DATASETS: dict[str, About] = {
    OWN: About("My handwriting", "The drawings that you corrected."),
    MIXED: About(
        "My handwriting, mixed",
        "The drawings that you corrected, each repeated many times, mixed with as many others.",
    ),
}

"""Read all images of a file with a network: rows of pixels, as competitions hand them out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import InvalidSetting
from digitapp.evaluation import scoring
from digitapp.evaluation.scores import Score, counted
from digitapp.files.laid_down import laid_down
from digitapp.imports import unlabelled
from digitapp.imports.labels import Classes
from digitapp.imports.progress import Progress, unseen
from digitapp.imports.sizes import prepared
from digitapp.reading.prediction import REFUSED_FROM, Predictor
from digitapp.text.escaping import cell
from digitapp.text.percent import counted_percent

AT_ONCE = 4_000  # images prepared and read together, which bounds the memory
SHOWN = 20  # images kept to be shown
HEAD = ("ImageId", "Label")  # of a submission to Kaggle's Digit Recognizer


@dataclass(frozen=True)
class Answers:
    """What a network reads in each image, in the order of the file.

    Attributes:
        class_names: of the network.
        labels: int64 (n,), the most probable class of each image.
        sure: float32 (n,), its probability, given that it is one of the classes.
        refused: bool (n,), whether it is probably none of them.
        score: against the labels in the file; None where there are none that the network knows.
        told: a sentence about each conversion, and about each thing that is not used.
        first: uint8 (n, 28, 28), the first of the images as they were read.
    """

    class_names: tuple[str, ...]
    labels: NDArray[np.int64]
    sure: NDArray[np.float32]
    refused: NDArray[np.bool_]
    score: Score | None
    told: tuple[str, ...]
    first: NDArray[np.uint8]

    @property
    def sentence(self) -> str:
        """How many images there are, how many are refused, and how many are read right."""
        count, refused = len(self.labels), int(self.refused.sum())
        said = f"Read {count:,} images."
        if refused:
            said += (
                f" {refused:,} of them look like none of the classes; what comes closest is "
                "written for them."
            )
        if self.score:
            said += (
                f" By the labels in the file, {self.score.right:,} of {self.score.total:,} are "
                f"read right ({counted_percent(self.score.accuracy, 2)})."
            )
        return said

    def rows(self) -> Iterator[tuple[int, str]]:
        """Yield the number of each image, from 1, and the name of its class."""
        for number, label in enumerate(self.labels, 1):
            yield number, self.class_names[label]

    def as_csv(self) -> str:
        """Return the answers as CSV with the columns ImageId, from 1, and Label."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows((number, cell(name)) for number, name in self.rows())
        return text.getvalue()


def read(
    predictor: Predictor,
    path: Path,
    name: str,
    as_is: bool = False,
    progress: Progress = unseen,
) -> Answers:
    """Read all images of a CSV file, an `.npz` or `.npy` file, or idx files.

    Images of other sizes than 28x28 are prepared as the network's own were.

    Args:
        name, as_is: as for `unlabelled.read`.
        progress: is told how much is done, 0 to 1, and in words.

    Raises:
        BadFile: as `unlabelled.read`.
    """
    given = unlabelled.read(path, name, as_is, progress)
    shares, others = [], []
    for start in range(0, len(given.images), AT_ONCE):
        some = prepared(given.images[start : start + AT_ONCE], predictor.preparation)
        found, other = scoring.answers(predictor, some.astype(np.float32) / np.float32(255))
        shares.append(found)
        others.append(other)
        progress((start + len(some)) / len(given.images), f"{start + len(some):,} images")
    probabilities, refused = np.concatenate(shares), np.concatenate(others) >= REFUSED_FROM
    score, told = _score(predictor, probabilities, refused, given.classes)
    return Answers(
        tuple(predictor.class_names),
        probabilities.argmax(axis=1),
        probabilities.max(axis=1),
        refused,
        score,
        (*given.told, *told),
        prepared(given.images[:SHOWN], predictor.preparation),
    )


def read_upload(
    predictor: Predictor, name: str, content: bytes | memoryview, progress: Progress = unseen
) -> Answers:
    """Like `read`, for the name and content of an uploaded file.

    Raises:
        BadFile: as `read`, or when it cannot be laid down here.
    """
    with laid_down([content]) as (path,):
        return read(predictor, path, name, progress=progress)


def _score(
    predictor: Predictor,
    probabilities: NDArray[np.float32],
    refused: NDArray[np.bool_],
    known: Classes | None,
) -> tuple[Score | None, tuple[str, ...]]:
    """Score answers as `evaluate` does, if the network knows the classes of the labels."""
    if known is None:
        return None, ()
    try:
        labels = scoring.in_terms_of(predictor, known.labels[0], known.names)
    except InvalidSetting as error:
        return None, (f"The labels in the file are not used. {error}",)
    return counted(probabilities, labels, refused), ()

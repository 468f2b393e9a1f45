"""The second stage as a whole: train by folds, calibrate, measure on unknown writers, train on all.

Whatever is said about real hands comes from six networks, each of which has never seen the writers
that it reads. Temperature and threshold of a fold are fitted on the other five, so that nothing is
fitted on what is reported; the bundled network gets those that fit all six.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitapp.data import picture_pool
from digitapp.data.hands import FOLDS, fold_of
from digitapp.data.picture_pool import OTHER, Figures
from digitapp.data.written_images import as_written
from digitapp.drawing.fitting import ink_image
from digitapp.drawing.strokes import paint
from digitapp.errors import Blank
from digitapp.evaluation import full_evaluation, scoring
from digitapp.evaluation.calibration import Calibration, applied, build_in, fitted
from digitapp.evaluation.labelled_files import LabelledStrokes
from digitapp.evaluation.scores import counted
from digitapp.reading.prediction import REFUSED_FROM
from digitapp.training import picture_stage
from digitapp.training.batching import as_input, split
from digitapp.training.trainer import Trained

if TYPE_CHECKING:
    import keras

    from digitapp.data.datasets import Dataset

Outputs = NDArray[np.float32]

SEED = 7
REDRAWN = "redrawn"
REFUSED_DIGITS = 0.006  # share of digits held back, and of unknown writers, that may be refused
BATCH = 500
ABOUT = (
    "Real hands of 90 people (`hands`: E. Alpaydin, F. Alimoglu; `uji`: F. Prat, M. J. Castro, "
    "D. Llorens, A. Marzal, J. M. Vilar; UCI Machine Learning Repository, CC BY 4.0), redrawn, "
    "painted with pens of any width and photographed, digits of `pen` in the same ways, and more "
    "non-digits: other scripts, halves of digits, digits side by side, silhouettes of things"
)


@dataclass(frozen=True)
class Readings:
    """What networks said to digits by writers that they had never seen.

    Attributes:
        outputs: float32 (n, 11) for each condition: `REDRAWN`, and the pixels of canvases.
        validation: float32 (FOLDS, m, 11), of each fold's network to digits held back from MNIST
            and `pen`.
        labels, writers: (n,); validation_labels: (m,).
    """

    outputs: Mapping[str, Outputs]
    labels: NDArray[np.uint8]
    writers: NDArray[np.int64]
    validation: Outputs
    validation_labels: NDArray[np.uint8]

    def calibration(self, left_out: int | None = None) -> Calibration:
        """Fit temperature and threshold to all folds, or to all but one.

        Digits that were redrawn, digits as drawn on a canvas, and digits held back count alike in
        the temperature; the threshold is that of digits redrawn.
        """
        kept = fold_of(self.writers) != left_out
        folds = [fold for fold in range(FOLDS) if fold != left_out]
        parts = [(each[kept], self.labels[kept]) for each in self._as_drawn]
        parts += [(self.validation[fold], self.validation_labels) for fold in folds[:1]]
        outputs, labels = (np.concatenate(part) for part in zip(*parts, strict=True))
        return fitted(outputs, labels, REFUSED_DIGITS, OTHER)

    @property
    def _as_drawn(self) -> list[Outputs]:
        return [self.outputs[REDRAWN], self.outputs["as drawn"]]

    def calibrated(self, condition: str) -> Outputs:
        """Return the outputs of a condition, each fold calibrated on the others."""
        found = self.outputs[condition].copy()
        for fold in range(FOLDS):
            mine = fold_of(self.writers) == fold
            found[mine] = applied(found[mine], self.calibration(fold), OTHER)
        return found

    def measured(self) -> dict[str, Any]:
        """Return the figures of each condition as plain values, with intervals by writer."""
        return {name: self._figures(self.calibrated(name)) for name in self.outputs}

    def _figures(self, outputs: Outputs) -> dict[str, Any]:
        refused = outputs[:, OTHER] >= REFUSED_FROM
        shares = outputs[:, :OTHER] / outputs[:, :OTHER].sum(axis=1, keepdims=True)
        right = (shares.argmax(axis=1) == self.labels) & ~refused
        interval = scoring.by_writer(right.tolist(), self.writers.tolist())
        return full_evaluation.of_score(counted(shares, self.labels, refused), interval)


def carried_out(
    first: Trained, data: Dataset, told: Callable[[str], None]
) -> tuple[Trained, Calibration, Readings]:
    """Carry out the second stage: return the calibrated network, and what its folds read.

    Args:
        first: the result of the first stage; its model is trained further, in place.
        data: the first stage's dataset, whose validation part stays held back.
        told: called with a line of text before each part of the work.
    """
    parts = split(first.spec, data)
    told("Drawing the images of the second stage.")
    groups = picture_pool.all_groups(len(parts.x_train), os.cpu_count() or 1)
    told("Training without real hands.")
    picture_stage.train(first.model, picture_stage.GENERAL, groups, SEED)
    weights = first.model.get_weights()
    digits = parts.y_validation != OTHER
    readings = _read_by_folds(
        first.model, groups, (parts.x_validation[digits], parts.y_validation[digits]), told
    )
    told("Training with all real hands.")
    first.model.set_weights(weights)
    _train_with_hands(first.model, groups)
    calibration = readings.calibration()
    build_in(first.model, calibration, OTHER)
    images = sum(len(groups[name].labels) for name in picture_stage.WITH_HANDS[-1].shares)
    return replace(first, images=images), calibration, readings


def _train_with_hands(
    model: keras.Model, groups: Mapping[str, picture_pool.Group], fold: int | None = None
) -> None:
    for phase in picture_stage.WITH_HANDS:
        picture_stage.train(model, phase, groups, SEED, fold)


def _read_by_folds(
    model: keras.Model,
    groups: Mapping[str, picture_pool.Group],
    held_back: tuple[Outputs, NDArray[np.uint8]],
    told: Callable[[str], None],
) -> Readings:
    real, weights = picture_pool.real_hands(), model.get_weights()
    images = held_out_images(real)
    outputs = {name: np.zeros((len(real.labels), OTHER + 1), np.float32) for name in images}
    validation = []
    for fold in range(FOLDS):
        told(f"Training without the writers of fold {fold + 1} of {FOLDS}.")
        model.set_weights(weights)
        _train_with_hands(model, groups, fold)
        mine = fold_of(real.writers) == fold
        for name, those in images.items():
            outputs[name][mine] = model.predict(as_input(those[mine]), BATCH, verbose=0)
        validation.append(model.predict(held_back[0], BATCH, verbose=0))
    return Readings(outputs, real.labels, real.writers, np.stack(validation), held_back[1])


def held_out_images(real: Figures, seed: int = 0) -> dict[str, NDArray[np.uint8]]:
    """Return images of real hands, redrawn and by pixels under each of the `CONDITIONS`.

    Returns:
        uint8 (n, 28, 28) for each condition; blank where the canvas has no ink.
    """
    rng = np.random.default_rng(seed)
    redrawn = [as_written(path, rng) for path in real.paths]
    found = {REDRAWN: np.rint(np.stack(redrawn) * 255).astype(np.uint8)}
    for name, condition in scoring.CONDITIONS.items():
        rng, images = np.random.default_rng(seed), []
        for label, path in zip(real.labels, real.paths, strict=True):
            digit = LabelledStrokes(int(label), [stroke.tolist() for stroke in path])
            canvas = np.asarray(paint(condition(digit, rng)), dtype=np.float32)
            try:
                images.append(ink_image((255 - canvas) / np.float32(255)))
            except Blank:
                images.append(np.zeros((28, 28), dtype=np.float32))
        found[name] = np.rint(np.stack(images) * 255).astype(np.uint8)
    return found

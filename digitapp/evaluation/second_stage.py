"""The picture reader's second stage as a whole: train by folds, calibrate, train on all writers.

A fold's network has never seen the writers that it reads. Temperature and threshold of a fold are
fitted on the other five, so that nothing is fitted on what is reported; the bundled network gets
those that fit all six. `stroke_stage` measures the networks of the folds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitapp.data import picture_pool
from digitapp.data.datasets import Dataset
from digitapp.data.hand_files import BOX, CANVAS_PEN
from digitapp.data.hands import FOLDS, fold_of
from digitapp.data.picture_pool import OTHER, Figures, Group
from digitapp.data.written_images import as_written
from digitapp.drawing.fitting import ink_image
from digitapp.drawing.strokes import CANVAS_SIDE, from_points, paint
from digitapp.evaluation.calibration import Calibration, build_in, fitted
from digitapp.training import picture_stage
from digitapp.training.batching import as_input, split
from digitapp.training.onnx_model import onnx_model
from digitapp.training.trainer import Trained

if TYPE_CHECKING:
    import keras

Outputs = NDArray[np.float32]
Images = NDArray[np.uint8]

SEED = 7
REFUSED_DIGITS = 0.006  # share of digits held back, and of unknown writers, that may be refused
PREDICTED_AT_ONCE = 500
ABOUT = (
    "Real hands of 90 people (hands and uji), redrawn, painted with pens of any width and "
    "photographed, digits of pen in the same ways, and more non-digits: other scripts, halves of "
    "digits, digits side by side, silhouettes of things"
)


@dataclass(frozen=True)
class Readings:
    """What the networks of the folds say to digits that they were not trained on.

    Attributes:
        hands: float32 (n, 11) for real hands redrawn, and for the pixels of a canvas: each digit
            as read by the network that has not seen its writer.
        labels, writers: of these digits, (n,).
        held_back: float32 (FOLDS, m, 11), each network's for digits held back from the dataset.
        held_back_labels: (m,).
    """

    hands: Sequence[Outputs]
    labels: NDArray[np.uint8]
    writers: NDArray[np.int64]
    held_back: Outputs
    held_back_labels: NDArray[np.uint8]

    def calibration(self, left_out: int | None = None) -> Calibration:
        """Fit temperature and threshold to all folds, or to all but one."""
        kept = fold_of(self.writers) != left_out
        other_fold = 1 if left_out == 0 else 0
        outputs = [*(each[kept] for each in self.hands), self.held_back[other_fold]]
        labels = [*(self.labels[kept] for _ in self.hands), self.held_back_labels]
        return fitted(np.concatenate(outputs), np.concatenate(labels), REFUSED_DIGITS, OTHER)


def carried_out(
    first: Trained, data: Dataset, told: Callable[[str], None]
) -> tuple[Trained, Calibration, list[bytes]]:
    """Carry out the whole stage.

    Args:
        first: the result of the first stage; its model is trained further, in place.
        data: the first stage's dataset, whose validation part stays held back.
        told: called with a line of text before each part of the work.

    Returns:
        the calibrated network that has learned from all writers; how it was calibrated; and the
        networks of the folds, calibrated, as ONNX files.
    """
    parts = split(first.spec, data)
    told("Drawing the images of the second stage.")
    groups = picture_pool.all_groups(len(parts.x_train), os.cpu_count() or 1)
    told("Training without real hands.")
    picture_stage.train(first.model, picture_stage.GENERAL, groups, SEED)
    start = first.model.get_weights()
    digits = parts.y_validation != OTHER
    held_back = parts.x_validation[digits], parts.y_validation[digits]
    weights, readings = _by_folds(first.model, groups, held_back, told)
    networks = []
    for fold, values in enumerate(weights):
        first.model.set_weights(values)
        build_in(first.model, readings.calibration(fold), OTHER)
        variables = [*map(np.asarray, first.model.variables)]
        networks.append(onnx_model(first.spec, data.class_names, variables))
    told("Training with all real hands.")
    first.model.set_weights(start)
    _train_with_hands(first.model, groups)
    calibration = readings.calibration()
    build_in(first.model, calibration, OTHER)
    images = sum(len(groups[name].labels) for name in picture_stage.WITH_HANDS[-1].shares)
    return replace(first, images=images), calibration, networks


def _train_with_hands(
    model: keras.Model, groups: Mapping[str, Group], fold: int | None = None
) -> None:
    for phase in picture_stage.WITH_HANDS:
        picture_stage.train(model, phase, groups, SEED, fold)


def _by_folds(
    model: keras.Model,
    groups: Mapping[str, Group],
    held_back: tuple[Outputs, NDArray[np.uint8]],
    told: Callable[[str], None],
) -> tuple[list[list[NDArray[np.float32]]], Readings]:
    """Train a network for each fold: return their weights, and what they say."""
    real, start = picture_pool.real_hands(), model.get_weights()
    images = _redrawn(real), _canvases(real)
    outputs = [np.zeros((len(real.labels), OTHER + 1), np.float32) for _ in images]
    weights, validation = [], []
    for fold in range(FOLDS):
        told(f"Training without the writers of fold {fold + 1} of {FOLDS}.")
        model.set_weights(start)
        _train_with_hands(model, groups, fold)
        weights.append(model.get_weights())
        mine = fold_of(real.writers) == fold
        for found, those in zip(outputs, images, strict=True):
            found[mine] = model.predict(as_input(those[mine]), PREDICTED_AT_ONCE, verbose=0)
        validation.append(model.predict(held_back[0], PREDICTED_AT_ONCE, verbose=0))
    return weights, Readings(outputs, real.labels, real.writers, np.stack(validation), held_back[1])


def _redrawn(real: Figures) -> Images:
    rng = np.random.default_rng(SEED)
    return np.rint(np.stack([as_written(path, rng) for path in real.paths]) * 255).astype(np.uint8)


def _canvases(real: Figures) -> Images:
    """Return the images of the digits as drawn on a canvas, by its pixels."""
    images = []
    for path in real.paths:
        strokes = [(stroke * (CANVAS_SIDE / BOX)).tolist() for stroke in path]
        canvas = np.asarray(paint(from_points(strokes, CANVAS_PEN)), dtype=np.float32)
        images.append(ink_image((255 - canvas) / np.float32(255)))
    return np.rint(np.stack(images) * 255).astype(np.uint8)

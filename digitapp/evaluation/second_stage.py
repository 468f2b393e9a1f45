"""The picture reader's second stage as a whole: train by folds, calibrate, train on all writers.

A fold's network has never seen the writers that it reads. Temperature and threshold of a fold are
fitted on the other five, so that nothing is fitted on what is reported; the bundled network gets
those that fit all six. `stroke_stage` measures the networks of the folds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitapp.data import picture_pool
from digitapp.data.datasets import Dataset
from digitapp.data.hand_files import BOX, CANVAS_PEN
from digitapp.data.hands import FOLDS, fold_of
from digitapp.data.more_non_digits import Paths
from digitapp.data.picture_pool import OTHER, Group
from digitapp.data.written_images import as_written
from digitapp.drawing.fitting import ink_image
from digitapp.drawing.strokes import CANVAS_SIDE, from_points, paint
from digitapp.evaluation import side_by_side
from digitapp.evaluation.calibration import Calibration, build_in, fitted
from digitapp.evaluation.kept_trainings import NOTHING_KEPT, Arrays, KeptTrainings, digest_of
from digitapp.training import picture_stage
from digitapp.training.architectures import build
from digitapp.training.batching import as_input, split
from digitapp.training.onnx_model import onnx_model
from digitapp.training.picture_stage import Phase
from digitapp.training.spec import TrainingSpec
from digitapp.training.trainer import Trained

Outputs = NDArray[np.float32]
Images = NDArray[np.uint8]

SEED = 7
REFUSED_DIGITS = 0.004  # share of digits held back, and of unknown writers, that may be refused
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
        hands: float32 (2, n, 11) for real hands redrawn, and for the pixels of a canvas: each
            digit as read by the network that has not seen its writer.
        labels, writers: of these digits, (n,).
        held_back: float32 (FOLDS, m, 11), each network's for digits held back from the dataset.
        held_back_labels: (m,).
    """

    hands: Outputs
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
    first: Trained,
    data: Dataset,
    told: Callable[[str], None],
    kept: KeptTrainings = NOTHING_KEPT,
) -> tuple[Trained, Calibration, list[bytes]]:
    """Carry out the whole stage.

    Args:
        first: the result of the first stage; its model is trained further, in place.
        data: the first stage's dataset, whose validation part stays held back.
        told: called with a line of text before each part of the work.
        kept: where each training is kept, and not repeated if it is there.

    Returns:
        the calibrated network that has learned from all writers; how it was calibrated; and the
        networks of the folds, calibrated, as ONNX files.
    """
    parts = split(first.spec, data)
    told("Drawing the images of the second stage.")
    groups = picture_pool.all_groups(len(parts.x_train), side_by_side.PROCESSES)
    told("Training without real hands.")
    images = _digest(groups)
    _train_without_hands(first, groups, kept, images)
    digits = parts.y_validation != OTHER
    held_back = parts.x_validation[digits], parts.y_validation[digits]
    start = Start(first.spec, [*first.model.get_weights()], groups, picture_stage.WITH_HANDS)
    *folds, last = _with_hands(start, held_back[0], told, kept, images)
    real = picture_pool.real_hands()
    readings = Readings(
        np.sum([each.hands for each in folds], axis=0),
        real.labels,
        real.writers,
        np.stack([each.held_back for each in folds]),
        held_back[1],
    )
    networks = []
    for fold, each in enumerate(folds):
        first.model.set_weights(each.weights)
        build_in(first.model, readings.calibration(fold), OTHER)
        variables = [*map(np.asarray, first.model.variables)]
        networks.append(onnx_model(first.spec, data.class_names, variables))
    first.model.set_weights(last.weights)
    calibration = readings.calibration()
    build_in(first.model, calibration, OTHER)
    count = sum(len(groups[name].labels) for name in picture_stage.WITH_HANDS[-1].shares)
    return replace(first, images=count), calibration, networks


def _digest(groups: Mapping[str, Group]) -> str:
    parts = ((name, each.images, each.labels, each.writers) for name, each in groups.items())
    return digest_of(*(part for each in parts for part in each))


def _train_without_hands(
    first: Trained, groups: Mapping[str, Group], kept: KeptTrainings, images: str
) -> None:
    """Train the network of the first stage further, in place, or take what was kept of that.

    Args:
        images: the digest of the groups.
    """
    phase, begun = picture_stage.GENERAL, first.model.get_weights()
    name, digest = "pictures-without-hands", digest_of(first.spec, phase, SEED, images, *begun)
    found = kept.get(name, digest)
    if found is None:
        picture_stage.train(first.model, phase, groups, SEED)
        kept.keep(name, digest, first.model.get_weights())
    else:
        first.model.set_weights(found)


@dataclass(frozen=True)
class Start:
    """From where the training with real hands goes on, for each fold and for all writers.

    Attributes:
        spec: of the network.
        weights: after the training without real hands.
        groups: the images.
        phases: of the training.
    """

    spec: TrainingSpec
    weights: Sequence[NDArray[np.float32]]
    groups: Mapping[str, Group]
    phases: Sequence[Phase]


@dataclass(frozen=True)
class Learned:
    """A network that has learned from real hands.

    Attributes:
        weights: not calibrated.
        hands: float32 (2, n, 11), what it says of real hands redrawn, and of the pixels of their
            canvases, where a fold left them out; 0 elsewhere.
        held_back: float32 (m, 11), what it says of digits held back from the dataset.
    """

    weights: Sequence[NDArray[np.float32]]
    hands: Outputs
    held_back: Outputs


Job = tuple[Start, int | None, Outputs]


def _with_hands(
    start: Start,
    held_back: Outputs,
    told: Callable[[str], None],
    kept: KeptTrainings,
    images: str,
) -> list[Learned]:
    """Train a network for each fold, and one on all writers, which is the last.

    Args:
        images: the digest of the groups.
    """
    folds = {f"pictures-fold-{fold}": fold for fold in range(FOLDS)} | {"pictures-all": None}
    jobs: dict[str, Job] = {name: (start, fold, held_back) for name, fold in folds.items()}
    begun = digest_of(start.spec, start.phases, SEED, images, held_back, *start.weights)
    told(f"Training with real hands, {FOLDS} times without a fold of the writers, then with all.")
    found = []
    for hands, held, *weights in kept.trained(_learned, jobs, lambda job: begun):
        found.append(Learned(weights, hands, held))
        told(f"{len(found)} of {len(jobs)} networks have learned from real hands.")
    return found


def _learned(job: Job) -> Arrays:
    """Return what a network says of real hands and of digits held back, and its weights."""
    start, fold, held_back = job
    model = build(start.spec, OTHER + 1)
    model.set_weights(start.weights)
    for phase in start.phases:
        picture_stage.train(model, phase, start.groups, SEED, fold)
    real = picture_pool.real_hands()
    found = np.zeros((2, len(real.labels), OTHER + 1), np.float32)
    mine = np.flatnonzero(fold_of(real.writers) == fold)
    if len(mine):
        left_out = [real.paths[place] for place in mine]
        for row, images in zip(found, (_redrawn(left_out), _canvases(left_out)), strict=True):
            row[mine] = model.predict(as_input(images), PREDICTED_AT_ONCE, verbose=0)
    said = model.predict(held_back, PREDICTED_AT_ONCE, verbose=0)
    return [found, said, *model.get_weights()]


def _redrawn(paths: Paths) -> Images:
    rng = np.random.default_rng(SEED)
    return np.rint(np.stack([as_written(path, rng) for path in paths]) * 255).astype(np.uint8)


def _canvases(paths: Paths) -> Images:
    """Return the images of the digits as drawn on a canvas, by its pixels."""
    images = []
    for path in paths:
        strokes = [(stroke * (CANVAS_SIDE / BOX)).tolist() for stroke in path]
        canvas = np.asarray(paint(from_points(strokes, CANVAS_PEN)), dtype=np.float32)
        images.append(ink_image((255 - canvas) / np.float32(255)))
    return np.rint(np.stack(images) * 255).astype(np.uint8)

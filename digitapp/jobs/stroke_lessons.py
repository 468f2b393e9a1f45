"""Teaching a stroke reader how somebody writes, without forgetting how everybody else does.

It learns a few drawings of one person, gently varied, and rehearses many by others beside them
(Robins, "Catastrophic Forgetting, Rehearsal and Pseudorehearsal", 1995). What it is to say of those
is what it said of them before the lesson (Li & Hoiem, "Learning without Forgetting", 2016): where
nothing has to change, nothing is changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.data import hands, non_digits, pen
from digitapp.data.datasets import Dataset
from digitapp.data.gentle_strokes import gently_varied
from digitapp.data.pen_styles import STYLES
from digitapp.data.stroke_variations import VARIATIONS
from digitapp.drawing import pen_path
from digitapp.drawing.pen_path import Path
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import Drawing, Stroke
from digitapp.errors import BadFile, UnknownName
from digitapp.library import models, onnx_networks
from digitapp.library.handwriting_datasets import HANDWRITING_DATASETS, MIXED, Paths
from digitapp.reading.onnx_session import Session
from digitapp.reading.stroke_reader import StrokeReader
from digitapp.runs import Run, RunStore
from digitapp.training.random_labels import with_random_labels
from digitapp.training.spec import TrainingSpec

Written = tuple[Drawing, int]  # a drawing and its digit

STEPS, FEWEST_STEPS, MOST_STEPS = 150, 40, 500
USUAL_EPOCHS = {True: 3, False: 20}  # for which `STEPS` is meant, by whether others are mixed in
DIGITS = 10
OWN, OTHERS = 32, 96  # drawings in each step
VARIED_OWN = 1500  # variations of one's own drawings
LEARNING_RATE = 0.0005
# Drawings by others: real ones, synthetic ones, and non-digits.
REAL, SYNTHETIC, NO_DIGITS = 1200, 600, 400
VARIED = 0.4  # of them are drawn in another order, direction, or number of strokes
TESTED_FOLD = 0  # its writers are not rehearsed: what is forgotten can be measured on them
STROKES_BY_OTHERS, TESTED = "strokes by others", 300  # about so many of them


@dataclass(frozen=True)
class Examples:
    """What a stroke reader learns in a lesson, step by step.

    Attributes:
        paths: float32 (n, 64, 5).
        wanted: float32 (n, 11), the probabilities that it is to give.
        in_step: the number of paths in each step.
    """

    paths: Path
    wanted: NDArray[np.float32]
    in_step: int


def begun_with(store: RunStore, run: Run, going_on: bool) -> bytes:
    """Return the stroke reader beside the network that a run begins with, as an ONNX file.

    Empty if there is none, or if the run does not learn from My handwriting: a network that learns
    other images, or classes of its own, reads images alone.

    Args:
        going_on: whether the run resumes from a checkpoint. Its base may be deleted by then; the
            stroke reader that was kept with the run is returned instead.

    Raises:
        UnknownName, BadFile: when the base is missing or damaged.
        StoreProblem: when the store fails.
    """
    learns = run.spec.base and not run.spec.new_output
    if not learns or run.spec.dataset not in HANDWRITING_DATASETS:
        return b""
    try:
        return models.network_file(run.spec.base, store).strokes
    except (UnknownName, BadFile):
        if going_on:
            return onnx_networks.stroke_reader(store, run.id)
        raise


def taught(network: bytes, own: Sequence[Written], spec: TrainingSpec) -> bytes:
    """Return a stroke reader that has learned some drawings; without drawings it stays as it is.

    Args:
        network: an ONNX file, as `training.stroke_network` makes it.
        own: drawings by the person to learn from, and what they are.
        spec: the settings of the lesson: its seed, its epochs beside the usual ones, and its share
            of random labels.

    Raises:
        BadFile: when the stroke reader is damaged.
    """
    if not own:
        return network
    from digitapp.training import stroke_network

    steps = round(STEPS * spec.epochs / USUAL_EPOCHS[spec.dataset == MIXED])
    steps = min(max(steps, FEWEST_STEPS), MOST_STEPS)
    found = examples(StrokeReader(network), _told(own, spec), steps, spec.seed)
    model = stroke_network.from_onnx(network)
    stroke_network.train_on(model, found.paths, found.wanted, found.in_step, LEARNING_RATE)
    return stroke_network.to_onnx(model, Session(network).notes)


def _told(own: Sequence[Written], spec: TrainingSpec) -> Sequence[Written]:
    """Return drawings with the digits that the lesson says they are: some at random, if asked."""
    if not spec.random_labels:
        return own
    digits = np.array([digit for _, digit in own], np.uint8)
    said = with_random_labels(digits, spec.random_labels, DIGITS, spec.seed)
    return [(drawing, int(digit)) for (drawing, _), digit in zip(own, said, strict=True)]


def examples(reader: StrokeReader, own: Sequence[Written], steps: int, seed: int) -> Examples:
    """Make what a stroke reader learns: in each step some drawings, varied, and some by others.

    Args:
        reader: as it is before the lesson: what it says of the others' drawings, it is to say.
    """
    rng = np.random.default_rng(seed)
    chosen = [own[place] for place in _in_turn(len(own), min(steps * OWN, VARIED_OWN), rng)]
    mine = pen_path.of_drawings(gently_varied(drawing, rng) for drawing, _ in chosen)
    theirs = pen_path.of_drawings(others(rng))
    said = reader.outputs(theirs)
    right = np.eye(said.shape[1], dtype=np.float32)[[label for _, label in chosen]]
    order = np.concatenate(
        [
            _in_turn(len(mine), steps * OWN, rng).reshape(steps, OWN),
            _in_turn(len(theirs), steps * OTHERS, rng).reshape(steps, OTHERS) + len(mine),
        ],
        axis=1,
    ).ravel()
    paths, wanted = np.concatenate([mine, theirs]), np.concatenate([right, said])
    return Examples(paths[order], wanted[order], OWN + OTHERS)


def others(rng: np.random.Generator) -> list[Drawing]:
    """Return drawings to rehearse: by real writers, by `pen`, and of no digits; some are varied."""
    known = [each for each in hands.read() if hands.fold_of(each.writer) != TESTED_FOLD]
    real = [known[place].drawing() for place in rng.choice(len(known), REAL, replace=False)]
    found = [*real, *_synthetic(rng), *non_digits.write(NO_DIGITS, rng)]
    ways = [*VARIATIONS.values()]
    return [
        ways[rng.integers(len(ways))](each, rng) if rng.random() < VARIED else each
        for each in found
    ]


def strokes_by_others(class_names: Sequence[str]) -> tuple[Dataset, Paths]:
    """Return digits by people whose strokes are not rehearsed: a test part, and its paths.

    Args:
        class_names: of the network that is to read them.
    """
    known = [each for each in hands.read() if hands.fold_of(each.writer) == TESTED_FOLD]
    chosen = known[:: len(known) // TESTED]
    drawings = [each.drawing() for each in chosen]
    inks = np.stack([stroke_image(each, "mnist") for each in drawings])
    images = np.rint(inks * 255).astype(np.uint8)
    places = np.array([class_names.index(str(each.label)) for each in chosen], dtype=np.uint8)
    none = np.zeros((0, *images.shape[1:]), np.uint8), np.zeros(0, np.uint8)
    found = Dataset(STROKES_BY_OTHERS, tuple(class_names), *none, images, places)
    paths = pen_path.of_drawings(drawings)
    return found, {image.tobytes(): path for image, path in zip(images, paths, strict=True)}


def _synthetic(rng: np.random.Generator) -> list[Drawing]:
    styles = [style for digit in STYLES.values() for style in digit]
    shares = np.array([style.share for style in styles])
    counts = rng.multinomial(SYNTHETIC, shares / shares.sum())
    return [
        tuple(Stroke(points, non_digits.PEN_WIDTH) for points in strokes)
        for style, count in zip(styles, counts, strict=True)
        for strokes in (pen.write(style.strokes, int(count), rng) if count else ())
    ]


def _in_turn(count: int, wanted: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return so many places among `count`, each about equally often, in random order."""
    rounds = [rng.permutation(count) for _ in range(-(-wanted // count))]
    return np.concatenate(rounds)[:wanted]

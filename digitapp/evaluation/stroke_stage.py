"""The stroke reader as a whole: train by folds, fit the combination, train on all writers.

A fold's two networks have never seen the writers that they read. How the readers are combined is
fitted, for a fold, on the other five, so that nothing is fitted on what is reported; the bundled
reader gets the combination that fits all six. In each fold some kinds of letters and shapes are
left out of the training as well, because people draw things that no reader has seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitapp.data import hands, non_digits, stroke_examples
from digitapp.data.hand_files import WrittenDigit
from digitapp.data.non_digit_shapes import LETTERS, SHAPES
from digitapp.data.non_digits import KEPT_ASIDE
from digitapp.data.stroke_examples import OTHER
from digitapp.data.stroke_variations import VARIATIONS
from digitapp.drawing.pen_path import of_drawings
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import Drawing
from digitapp.evaluation import (
    full_evaluation,
    labelled_files,
    number_fitting,
    number_readings,
    stroke_readings,
)
from digitapp.evaluation.combining import fitted
from digitapp.evaluation.kept_trainings import NOTHING_KEPT, Arrays, KeptTrainings, digest_of
from digitapp.evaluation.model_card import StrokeFacts
from digitapp.evaluation.plain_values import Values
from digitapp.evaluation.progress import Told, silent
from digitapp.reading.combination import Combination, Outputs
from digitapp.reading.number_weights import NumberWeights
from digitapp.reading.prediction import STROKE_CLASSES, Predictor
from digitapp.reading.stroke_reader import COMBINATION, StrokeReader
from digitapp.training import stroke_network

if TYPE_CHECKING:
    import keras

SEED = 7
UNKNOWN, KNOWN = 1200, 600  # non-digits of kinds left out in a fold, and of the others
REFUSED = 0.004  # share of unknown writers' digits, over all ways of writing, that is refused
ABOUT = (
    "Real hands of 90 people (`hands` and `uji`) and the styles of `pen`, each turned, slanted and "
    "stretched a little, and most of them written otherwise as well: reversed, in another order, "
    "joined, split, with few points, with a shaking hand, retraced; and letters, shapes, signs, "
    "scribbles, pairs of digits, turned digits and halves of two digits, which are not digits"
)
FITTED = (
    "Fitted on digits by writers that neither network had seen, written in every one of these "
    "ways, and on non-digits, of which two thirds were of kinds that the stroke reader had not "
    f"seen; the threshold so that {100 * REFUSED:g} % of these digits are refused."
)


@dataclass(frozen=True)
class Sample:
    """What the two networks of a fold say of drawings that neither has learned from.

    Attributes:
        picture, movement: float32 (n, 11), their outputs.
        labels: (n,), 0 to 9, or 10 for what is not a digit.
    """

    picture: Outputs
    movement: Outputs
    labels: NDArray[np.int64]


@dataclass(frozen=True)
class Folds:
    """The networks of the folds, each of which has left out a sixth of the writers.

    Attributes:
        pictures: the picture readers, as ONNX files, calibrated.
        networks: the stroke readers.
        samples: what they say of drawings of their fold.
    """

    pictures: Sequence[bytes]
    networks: Sequence[keras.Model]
    samples: Sequence[Sample]

    def combination(self, left_out: int | None = None) -> Combination:
        """Fit the combination to all folds, or to all but one."""
        kept = [each for fold, each in enumerate(self.samples) if fold != left_out]
        return fitted(
            np.concatenate([each.picture for each in kept]),
            np.concatenate([each.movement for each in kept]),
            np.concatenate([each.labels for each in kept]),
            REFUSED,
        )


def as_file(network: keras.Model, how: Combination) -> bytes:
    """Return a stroke reader as an ONNX file, with the parameters of its combination."""
    return stroke_network.to_onnx(network, {COMBINATION: how.to_json()})


def by_folds(
    pictures: Sequence[bytes], told: Callable[[str], None], kept: KeptTrainings = NOTHING_KEPT
) -> tuple[Folds, keras.Model]:
    """Train a stroke reader for each fold, and the one on all writers.

    Args:
        pictures: the picture readers of the folds, as calibrated ONNX files.
        told: called with a line of text before each part of the work, and after each training.
        kept: where each training is kept, and not repeated if it is there.
    """
    jobs: dict[str, Job] = {f"strokes-fold-{n}": (n, each) for n, each in enumerate(pictures)}
    jobs["strokes-all"] = (None, b"")
    told(
        f"Training {hands.FOLDS} stroke readers without a fold of the writers each, and one on all."
    )
    networks, samples = [], []
    for picture, movement, labels, *weights in kept.trained(_trained, jobs, _digest):
        network = stroke_network.build(SEED)
        network.set_weights(weights)
        networks.append(network)
        samples.append(Sample(picture, movement, labels))
        told(f"{len(networks)} of {len(jobs)} stroke readers are trained.")
    *of_folds, last = networks
    return Folds(pictures, of_folds, samples[:-1]), last


Job = tuple[int | None, bytes]


def _digest(job: Job) -> str:
    points = (digit.drawing() for digit in hands.read())
    known = [stroke.points for drawing in points for stroke in drawing]
    return digest_of(job, SEED, stroke_network.EPOCHS, stroke_network.SETS, *known)


def _trained(job: Job) -> Arrays:
    """Return what the networks of a fold say of its writers, as in `Sample`, and the weights.

    Without a fold, nothing is said.
    """
    fold, picture = job
    if fold is None:
        nothing = np.zeros((0, OTHER + 1), np.float32)
        weights = stroke_network.trained(hands.read(), SEED).get_weights()
        return [nothing, nothing, np.zeros(0, np.int64), *weights]
    learned = [digit for digit in hands.read() if hands.fold_of(digit.writer) != fold]
    aside = left_out_kinds(fold)
    network = stroke_network.trained(learned, SEED + fold, KEPT_ASIDE | aside)
    left = [digit for digit in hands.read() if hands.fold_of(digit.writer) == fold]
    said = sample(picture, network, left, aside, SEED + fold)
    return [said.picture, said.movement, said.labels, *network.get_weights()]


def left_out_kinds(fold: int) -> frozenset[str]:
    """Return the names of the letters and shapes that a fold leaves out: every sixth of them."""
    names = [style.name for style in (*LETTERS, *SHAPES) if style.name not in KEPT_ASIDE]
    return frozenset(names[fold :: hands.FOLDS])


def sample(
    picture: bytes,
    network: keras.Model,
    digits: Sequence[WrittenDigit],
    kinds: frozenset[str],
    seed: int,
) -> Sample:
    """Let both networks of a fold read its digits, written in every way, and non-digits."""
    rng = np.random.default_rng(seed)
    drawings = [digit.drawing() for digit in digits]
    ways = [drawings, *([vary(each, rng) for each in drawings] for vary in VARIATIONS.values())]
    others = [
        *non_digits.write_styles(kinds, UNKNOWN, rng),
        *non_digits.write(KNOWN, rng, KEPT_ASIDE | kinds),
    ]
    labels = [digit.label for digit in digits] * len(ways) + [OTHER] * len(others)
    drawn: list[Drawing] = [*(each for way in ways for each in way), *others]
    images = np.stack([stroke_image(each) for each in drawn])
    movement = stroke_network.outputs(network, of_drawings(drawn))
    return Sample(Predictor(picture, STROKE_CLASSES).outputs(images), movement, np.array(labels))


@dataclass(frozen=True)
class Outcome:
    """What the whole stage leaves.

    Attributes:
        stroke_reader: the one that has learned from all writers, as an ONNX file.
        number_weights: by which numbers are read, fitted to the readers of the folds.
        facts: for the model card.
        measured: what the readers of the folds make of unknown writers, as `measured`.
        folds: their stroke readers, as ONNX files.
    """

    stroke_reader: bytes
    number_weights: NumberWeights
    facts: StrokeFacts
    measured: dict[str, Values]
    folds: Sequence[bytes]


def carried_out(
    pictures: Sequence[bytes], told: Callable[[str], None], kept: KeptTrainings = NOTHING_KEPT
) -> Outcome:
    """Carry out the whole stage.

    Args:
        pictures: the picture readers of the folds, as calibrated ONNX files.
        told: called with a line of text before each part of the work.
        kept: where each training is kept, and not repeated if it is there.
    """
    folds, network = by_folds(pictures, told, kept)
    files = [as_file(each, folds.combination(fold)) for fold, each in enumerate(folds.networks)]
    pairs = zip(pictures, files, strict=True)
    readers = [Predictor(each, STROKE_CLASSES, strokes=StrokeReader(file)) for each, file in pairs]
    told("Measuring on the writers that each fold left out.")
    found = measured(readers, told)
    told("Fitting the weights by which numbers are read.")
    weights = number_fitting.fitted(readers, SEED, told)
    how = folds.combination()
    file = as_file(network, how)
    facts = StrokeFacts(
        parameters=network.count_params(),
        size=len(file),
        paths=stroke_network.SETS * stroke_examples.count(len(hands.read())),
        data=ABOUT,
        combination=how,
        fitted=FITTED,
    )
    return Outcome(file, weights, facts, found, files)


def measured(readers: Sequence[Predictor], told: Told = silent) -> dict[str, Values]:
    """Let the reader of each fold read the writers that it has never seen.

    Args:
        told: called with a line of text on what is being read.

    Returns:
        `folds`, single digits under all conditions and variations, and `fold_numbers`, as
        `full_evaluation` gives them.
    """
    readings, numbers = [], []
    for fold, each in enumerate(readers):
        left = labelled_files.of_fold(fold)
        readings.append(stroke_readings.read(each, left, told=told))
        numbers.append(
            number_readings.read_all(each, left, seed=fold, share=hands.FOLDS, told=told)
        )
    return {
        "folds": full_evaluation.of_readings(stroke_readings.joined(readings)),
        "fold_numbers": full_evaluation.of_number_readings(number_readings.joined(numbers)),
    }

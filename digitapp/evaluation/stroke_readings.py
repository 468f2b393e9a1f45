"""Read labelled strokes under every condition and variation, in every way.

The picture reader, the stroke reader and the two together read the same drawings, so that they can
be compared digit by digit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digitapp.data.stroke_variations import VARIATIONS
from digitapp.drawing.strokes import Drawing
from digitapp.errors import InvalidSetting
from digitapp.evaluation import outcomes, prepared_strokes
from digitapp.evaluation.labelled_files import LabelledStrokes
from digitapp.evaluation.outcomes import Outcomes
from digitapp.evaluation.prepared_strokes import Prepared, preparer
from digitapp.evaluation.progress import Told, silent
from digitapp.evaluation.scoring import answers, in_terms_of, unless_blank
from digitapp.evaluation.stroke_conditions import CONDITIONS, STROKE_PREPARATIONS
from digitapp.evaluation.ways import COMBINED, MOVEMENT, PICTURE
from digitapp.reading.combination import combined
from digitapp.reading.prediction import STROKE_CLASSES, Inputs, Predictor, Probabilities
from digitapp.reading.refusals import split_outputs

SAME = 1e-5  # of full ink: images that differ by less are read once

Answers = tuple[Probabilities, Probabilities]
Readings = dict[str, dict[str, Outcomes]]  # by condition or variation, then by way


def read(
    predictor: Predictor,
    digits: Sequence[LabelledStrokes],
    seed: int = 0,
    names: Sequence[str] = (*CONDITIONS, *VARIATIONS),
    told: Told = silent,
) -> Readings:
    """Read every digit under each condition and variation, in each way.

    Under the conditions of pen and size, the ways are the readers that the predictor has (the two
    together, the picture alone, the movement alone) and two ways by pixels; under the variations
    of the strokes, which change no pixel or hardly any, they are the readers alone.

    Args:
        seed: for random conditions. A digit is drawn the same way whatever its neighbours are.
        names: of the conditions and variations.
        told: is told which of them comes next.

    Raises:
        InvalidSetting: when the network does not know all digits.
    """
    labels = in_terms_of(predictor, [digit.label for digit in digits])
    writers = outcomes.numbers([digit.writer for digit in digits])
    found: Readings = {}
    reader = _Reader(predictor)
    with preparer(len(digits)) as prepare:
        for number, name in enumerate(names, 1):
            told(f"Reading {len(digits):,} digits, {name} ({number} of {len(names)}).")
            ways = tuple(STROKE_PREPARATIONS) if name in CONDITIONS else (PICTURE,)
            answers = reader.answers(prepare.prepare(digits, name, ways, seed))
            found[name] = {
                way: outcomes.of_answers(labels, each, writers) for way, each in answers.items()
            }
    return found


def of_drawings(predictor: Predictor, drawings: Sequence[Drawing]) -> dict[str, Answers]:
    """Read drawings by each reader that the predictor has.

    Returns:
        by way, as `Predictor.answers`: probabilities (n, classes), and that of none of them (n,).
    """
    return _Reader(predictor).answers(prepared_strokes.of_drawings(drawings, (PICTURE,)))


def joined(parts: Sequence[Readings]) -> Readings:
    """Join the readings of several predictors, each of digits of its own.

    Raises:
        InvalidSetting: when they were not read under the same conditions in the same ways.
    """
    ways = {tuple((name, *each) for name, each in part.items()) for part in parts}
    if len(ways) != 1:
        raise InvalidSetting(
            "Only readings under the same conditions, in the same ways, can be joined; these "
            f"differ: {'; '.join(map(str, sorted(ways))) or 'there are none'}."
        )
    return {
        name: {way: outcomes.joined([part[name][way] for part in parts]) for way in row}
        for name, row in parts[0].items()
    }


class _Reader:
    """Reads prepared drawings in each way; images that it has read before are not read again."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._first: tuple[Inputs, Probabilities] | None = None

    def answers(self, given: Prepared) -> dict[str, Answers]:
        """Return answers by way: probabilities (n, classes), and that of none of them (n,)."""
        found = {
            way: answers(self._predictor, images)
            for way, images in given.images.items()
            if way != PICTURE
        }
        images, strokes = given.images[PICTURE], self._predictor.strokes
        if strokes is None:
            return {PICTURE: answers(self._predictor, images)} | found
        picture, movement = self._picture(images), strokes.outputs(given.paths)
        both, _ = combined(strokes.combination, picture, movement)
        outputs = {COMBINED: both, PICTURE: picture, MOVEMENT: movement}
        read = {
            way: unless_blank(split_outputs(each, STROKE_CLASSES), images)
            for way, each in outputs.items()
        }
        return read | found

    def _picture(self, images: Inputs) -> Probabilities:
        if self._first is None:
            self._first = images, self._predictor.outputs(images)
            return self._first[1]
        before, found = self._first[0], self._first[1].copy()
        changed = np.abs(images - before).max(axis=(1, 2)) > SAME
        found[changed] = self._predictor.outputs(images[changed])
        return found

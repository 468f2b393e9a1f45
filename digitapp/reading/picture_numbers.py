"""Read a number from ink: where it is cut, and what each part of it is.

The network reads everything that could be a digit (`drawing.lattice`), all in one call. Every way
to divide a row then has a weight: the product, over its digits and marks, of the weights in
`cut_weights`. This is a conditional random field (Lafferty, McCallum & Pereira, 2001). Dynamic
programming adds the weights of all ways, and of those that read the same; their quotient is the
probability that the row was divided correctly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from digitapp.drawing.candidates import Candidate, Lattice
from digitapp.drawing.fitting import ink_image
from digitapp.drawing.ink import Ink
from digitapp.drawing.marks import UNREAD, Mark
from digitapp.errors import Blank
from digitapp.reading import cut_weights
from digitapp.reading.number_layout import Number, Place
from digitapp.reading.prediction import Inputs, Prediction, Predictor

BLANK_IMAGE = np.zeros((28, 28), dtype=np.float32)
CRUMB = Mark((), UNREAD)
MOST_TEXTS = 10  # kept at each cut


@dataclass(frozen=True)
class _Way:
    """The ways to a cut that read the same: the logarithms of all their weights together, and of
    the best one's, and the candidates of that one.
    """

    total: float
    score: float
    candidates: tuple[int, ...]

    def merged(self, other: _Way) -> _Way:
        best = max(self, other, key=lambda way: way.score)
        return replace(best, total=float(np.logaddexp(self.total, other.total)))


def read(predictor: Predictor, ink: Ink, rows: Sequence[Lattice]) -> Number:
    """Read the rows of some ink as a number.

    Args:
        rows: the ways to divide each row, as `segmentation.of_ink`.
    """
    images = [image_of(ink, each, predictor.preparation) for row in rows for each in row.candidates]
    read = iter(zip(predictor.predict(images), images, strict=True))
    found, certainty = [], 1.0
    for row in rows:
        places, scores = [], []
        for candidate in row.candidates:
            prediction, image = next(read)
            places.append(place_of(candidate, prediction, image))
            scores.append(cut_weights.score(candidate, prediction, row.frame))
        best, probability = most_probable(row, [place.sign for place in places], scores)
        found.append(tuple(places[n] for n in best))
        certainty *= probability
    return Number(tuple(found), certainty)


def place_of(candidate: Candidate, prediction: Prediction, image: Inputs) -> Place:
    """Return a candidate as a place of a number: a mark, something unread, or what was read."""
    mark = candidate.mark or (CRUMB if candidate.small else None)
    return Place(prediction, candidate.box, image, candidate.depths[0], mark)


def image_of(ink: Ink, candidate: Candidate, preparation: str) -> Inputs:
    """Return a candidate as the network reads it."""
    left, top, right, bottom = map(int, candidate.box)
    try:
        return ink_image(ink[top:bottom, left:right] * candidate.mask, preparation)
    except Blank:  # a crumb: thinning its lines leaves nothing
        return BLANK_IMAGE


def most_probable(
    row: Lattice, signs: Sequence[str], scores: Sequence[float]
) -> tuple[list[int], float]:
    """Find the most probable text of a row, and the best way to divide the row into its signs.

    Ways that differ only in where exactly a line is cut read the same, so that their weights are
    added: at each cut, the most probable texts so far are kept.

    Args:
        signs: what each candidate is read as.
        scores: the logarithm of its weight.

    Returns:
        the numbers of the way's candidates from left to right, and the probability of the text
        among all ways to divide the row, 0 to 1.
    """
    total = [0.0] + [-math.inf] * (row.cuts - 1)
    texts: list[dict[str, _Way]] = [{"": _Way(0.0, 0.0, ())}, *({} for _ in range(row.cuts - 1))]
    for n, (candidate, score) in enumerate(zip(row.candidates, scores, strict=True)):
        first, last = candidate.first, candidate.last
        if len(texts[first]) > MOST_TEXTS:  # all ways to this cut are known: its candidates began
            likely = sorted(texts[first].items(), key=lambda each: -each[1].total)
            texts[first] = dict(likely[:MOST_TEXTS])
        total[last] = float(np.logaddexp(total[last], total[first] + score))
        for text, way in texts[first].items():
            longer = _Way(way.total + score, way.score + score, (*way.candidates, n))
            own = texts[last].get(text + signs[n])
            texts[last][text + signs[n]] = own.merged(longer) if own else longer
    best = max(texts[-1].values(), key=lambda way: way.total)
    return list(best.candidates), min(1.0, math.exp(best.total - total[-1]))

"""Two digits written in one movement, such as a 10 whose pen was not lifted.

Where a group of strokes does not look like one digit, its widest stroke is cut in two if that gives
two better ones. The pieces at all places (`drawing.stroke_cuts`) are read in one call.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from digitapp.drawing import pen_path, stroke_cuts
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import Drawing, Stroke
from digitapp.reading.number_layout import LEAST, Number, Place
from digitapp.reading.prediction import Prediction, Predictor

DOUBTFUL = 0.7  # a place that is less certain may be several digits
MOST_CUT = 3  # strokes
PER_CUT = 4.0  # cost, in nats: parts of letters and shapes look like digits, too


def separated(predictor: Predictor, drawing: Drawing, number: Number) -> Drawing | None:
    """Cut the strokes that may run through two digits.

    Args:
        number: as it was read without cutting.

    Returns:
        the drawing with their pieces in their place; None if nothing is to be cut.
    """
    doubtful = [place for place in number.places if _may_be_several(place)]
    pieces = {}
    for place in doubtful[:MOST_CUT]:
        stroke = max(place.strokes or (), key=_width)
        found = _pieces(predictor, stroke)
        if found:
            pieces[id(stroke.points)] = found
    if not pieces:
        return None
    return tuple(each for one in drawing for each in pieces.get(id(one.points), [one]))


def _may_be_several(place: Place) -> bool:
    return not place.mark and place.confidence < DOUBTFUL and bool(place.strokes)


def _width(stroke: Stroke) -> float:
    return float(stroke.points[:, 0].max() - stroke.points[:, 0].min())


def _pieces(predictor: Predictor, stroke: Stroke) -> list[Stroke]:
    """Return the best pieces of a stroke; empty if it is better left whole."""
    if len(stroke.points) < 3 or not _width(stroke):
        return []
    even, places = stroke_cuts.places(stroke)
    if not places:
        return []
    ways = [stroke_cuts.cut(even, [n]) for n in places]
    costs = _costs(predictor, [even, *(piece for pair in ways for piece in pair)])
    of_pairs = [costs[n] + costs[n + 1] + PER_CUT for n in range(1, len(costs), 2)]
    least = min(of_pairs)
    return ways[of_pairs.index(least)] if least < costs[0] else []


def _costs(predictor: Predictor, parts: Sequence[Stroke]) -> list[float]:
    images = [stroke_image((each,), predictor.preparation) for each in parts]
    paths = [pen_path.of_drawing((each,)) for each in parts] if predictor.reads_movement else None
    return [_cost(each) for each in predictor.predict(images, paths)]


def _cost(prediction: Prediction) -> float:
    return -2 * math.log(max(prediction.sure, LEAST))

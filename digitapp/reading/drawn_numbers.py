"""Read a number from its strokes: which belong together, and what each group of them is.

No pixel is cut. Every few strokes that lie together are read by the network, all in one call, and
judged as a sign (`drawing.stroke_signs`); `groupings` chooses the groups that are most probable
together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from digitapp.drawing import line_signs, pen_path, piece_shapes, segmentation, stroke_signs
from digitapp.drawing.marks import DIGIT_FROM, MARK_DISTANCE, UNREAD, Mark
from digitapp.drawing.neighbours import Neighbours, tall_ones
from digitapp.drawing.piece_shapes import Shape, gap
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.stroke_groups import Group, Row
from digitapp.drawing.stroke_signs import Frame
from digitapp.drawing.strokes import Drawing
from digitapp.errors import TooMuch
from digitapp.reading import grouping_weights as weights
from digitapp.reading import groupings, joined_digits
from digitapp.reading.groupings import Choice
from digitapp.reading.number_layout import Number, Place
from digitapp.reading.prediction import Inputs, Prediction, Predictor

MOST_STROKES = 400
MOST_GROUPS = 400  # of any strokes that lie together; with more, only runs are considered
MOST_READ = 1400  # groups read by the network for one number
CUT_FROM = 2.0  # times as probable: a number with a stroke cut, against one without
CUT_RIGHT = 0.45  # most that a stroke cut in two may be trusted: parts of letters look like digits
MOST_IN_SIGN = 3  # strokes
MOST_IN_LINE = 40  # strokes of a line that may be joined to the one above or below

GroupRead = tuple[Prediction, Inputs, Drawing]  # what was read, its image, its strokes


@dataclass(frozen=True)
class Line:
    """A line of writing.

    Attributes:
        strokes: numbers in the drawing, from left to right.
        groups: what could be a digit or a sign.
        signs: the sign that each group may be.
        unread: the strokes, by place in the row, that may be neither digit nor sign, and their
            scores as such.
        slashes: those that lean as no digit of the row does.
    """

    strokes: tuple[int, ...]
    groups: tuple[Group, ...]
    signs: tuple[Mark | None, ...]
    unread: Mapping[int, float]
    slashes: frozenset[int]

    def drawn(self, group: Group, drawing: Drawing) -> Drawing:
        """Return the strokes of a group, in the order written."""
        return tuple(drawing[n] for n in sorted(self.strokes[part] for part in group.parts))


def read(predictor: Predictor, drawing: Drawing) -> Number:
    """Read strokes as a number.

    Args:
        drawing: at least one stroke, none of the eraser's.

    Raises:
        TooMuch: when there are too many strokes.
    """
    whole = _whole(predictor, drawing)
    apart = joined_digits.separated(predictor, drawing, whole)
    if not apart:
        return whole
    known = {id(stroke.points) for stroke in drawing}
    number = _with_cuts(_whole(predictor, apart), known, CUT_RIGHT ** (len(apart) - len(drawing)))
    # A piece that is nothing by itself is no reason to cut: a star is not a 1 and something else.
    pieces_read = not any(place.cut and place.refused for place in number.places)
    better = number.confidence > CUT_FROM * whole.confidence
    return number if pieces_read and better else whole


def _with_cuts(number: Number, known: Collection[int], certainty: float) -> Number:
    """Note which digits contain a piece of a stroke, and how certain the cuts are."""

    def noted(place: Place) -> Place:
        is_cut = any(id(each.points) not in known for each in place.strokes or ())
        return replace(place, cut=float(is_cut))

    rows = tuple(tuple(map(noted, row)) for row in number.rows)
    return Number(rows, number.grouping * certainty)


def _whole(predictor: Predictor, drawing: Drawing) -> Number:
    """Read strokes as a number, none of them through several digits."""
    lines = of_drawing(drawing)
    read = iter(read_groups(predictor, lines, drawing))
    found, certainty = [], 1.0
    for line in lines:
        places, probability = _most_probable(line, [next(read) for _ in line.groups])
        certainty *= probability
        found.append(places)
    return Number(tuple(found), certainty)


def read_groups(predictor: Predictor, lines: Sequence[Line], drawing: Drawing) -> list[GroupRead]:
    """Let the network read every group of all lines, in one call."""
    drawn = [line.drawn(group, drawing) for line in lines for group in line.groups]
    images = [stroke_image(each, predictor.preparation) for each in drawn]
    paths = [pen_path.of_drawing(each) for each in drawn] if predictor.reads_movement else None
    return list(zip(predictor.predict(images, paths), images, drawn, strict=True))


def of_drawing(drawing: Drawing) -> list[Line]:
    """Find the lines of writing and the groups of strokes in each.

    Raises:
        TooMuch: when there are too many strokes.
    """
    if len(drawing) > MOST_STROKES:
        raise TooMuch(
            f"There are {len(drawing):,} strokes here; at most {MOST_STROKES} are read as a number."
        )
    shapes = [piece_shapes.of_stroke(stroke) for stroke in drawing]
    found: list[Line] = []
    left = MOST_READ
    for numbers in _rows(shapes):
        for own in _without_rules(numbers, shapes):
            line = _line(own, [shapes[n] for n in own], left)
            left -= len(line.groups)
            found.append(line)
    return found


def _rows(shapes: Sequence[Shape]) -> list[list[int]]:
    """Group strokes into lines of writing; halves of an 8 one above the other are in one.

    Returns:
        their numbers, in lines from top to bottom, each from left to right.
    """
    found: list[list[int]] = []
    for row in segmentation.rows([shape.box for shape in shapes]):
        if found and _is_one_line(found[-1], row, shapes):
            found[-1] = sorted(found[-1] + row, key=lambda n: shapes[n].middle[0])
        else:
            found.append(row)
    return found


def _is_one_line(upper: Sequence[int], lower: Sequence[int], shapes: Sequence[Shape]) -> bool:
    """Whether most strokes of the shorter row touch one of the other."""
    few, many = sorted((upper, lower), key=len)
    if len(many) > MOST_IN_LINE:
        return False
    touching = sum(any(gap(shapes[n], shapes[m]) <= 0 for m in many) for n in few)
    return 2 * touching > len(few)


def _without_rules(numbers: Sequence[int], shapes: Sequence[Shape]) -> Iterator[Sequence[int]]:
    """Yield the strokes of a row without the lines drawn under or over them, then those lines."""
    row = [shapes[n] for n in numbers]
    tall = tall_ones(row)
    small = [n for n in range(len(row)) if n not in tall]
    digits = Neighbours([row[n] for n in tall], [row[n] for n in small])
    rules = [n for n in small if digits.has_rule(row[n])]
    yield [numbers[n] for n in range(len(row)) if n not in rules]
    if rules:
        yield [numbers[n] for n in rules]


def _line(numbers: Sequence[int], shapes: Sequence[Shape], most: int) -> Line:
    tall = tall_ones(shapes)
    digits = Neighbours([shapes[n] for n in tall])
    row = Row(shapes, numbers, digits.height)
    groups = row.groups(MOST_GROUPS) or row.plain_groups()
    if len(groups) > most:
        raise TooMuch(
            "There is too much writing to be read as one number; the limit is about 20 digits. "
            "Remove everything but the number."
        )
    likely = [each for each in groups if len(each.parts) == 1 or weights.is_possible(each)]
    signs = tuple(_sign(shapes, each, tall, digits) for each in likely)
    of_signs = {n for sign in signs if sign for n in sign.parts}
    return Line(
        strokes=tuple(numbers),
        groups=tuple(likely),
        signs=signs,
        unread=_unread(shapes, digits, of_signs),
        slashes=frozenset(line_signs.slashes(shapes, tall)),
    )


def _unread(
    shapes: Sequence[Shape], digits: Neighbours, of_signs: Collection[int]
) -> dict[int, float]:
    """Return the strokes too small to be a digit, with their scores as something unread.

    Args:
        of_signs: the strokes that may be signs, or parts of signs.
    """
    found = {}
    for n, each in enumerate(shapes):
        if each.height < DIGIT_FROM * digits.height:
            away = not digits.own(each) and digits.sideways(each.box) > MARK_DISTANCE
            alone = away and n not in of_signs
            found[n] = weights.UNREAD_AWAY if alone else weights.UNREAD_CRUMB
    return found


def _sign(
    shapes: Sequence[Shape], group: Group, tall: Sequence[int], digits: Neighbours
) -> Mark | None:
    """Return the sign that a group may be, beside the digits that are not part of it."""
    others = [n for n in tall if n not in group.parts]
    if not others or len(group.parts) > MOST_IN_SIGN:
        return None
    beside = digits if len(others) == len(tall) else Neighbours([shapes[n] for n in others])
    top, bottom = beside.frame(group.box)
    own = [shapes[n] for n in group.parts]
    return stroke_signs.of_strokes(own, group.parts, Frame(top, bottom - top))


def _most_probable(line: Line, read: Sequence[GroupRead]) -> tuple[tuple[Place, ...], float]:
    """Return the most probable digits and signs of a line, and how probable their grouping is."""
    choices: list[Choice] = []
    marks: list[tuple[int, Mark | None]] = []
    for n, (group, sign) in enumerate(zip(line.groups, line.signs, strict=True)):
        for mark, score in ways(line, group, sign, read[n][0]):
            choices.append(Choice(group.parts, score, len(marks)))
            marks.append((n, mark))
    chosen, probability = groupings.best(len(line.strokes), choices)
    places = []
    for n, mark in (marks[item] for item in chosen):
        prediction, image, drawn = read[n]
        places.append(Place(prediction, line.groups[n].box, image, 0.0, mark, drawn))
    places.sort(key=lambda place: place.box[0] + place.box[2])
    return tuple(places), probability


def ways(
    line: Line, group: Group, sign: Mark | None, prediction: Prediction
) -> Iterator[tuple[Mark | None, float]]:
    """Yield what a group may be, and its score: a digit, a sign, or something unread."""
    alone = group.parts[0] if len(group.parts) == 1 else -1
    if alone in line.slashes:
        yield Mark(group.parts, UNREAD), weights.UNREAD_SLASH
        return
    yield None, weights.of_digit(prediction, group)
    if sign:
        yield sign, weights.of_sign(sign, group)
    if alone in line.unread:
        yield Mark(group.parts, UNREAD), line.unread[alone]

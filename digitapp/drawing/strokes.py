"""Pen strokes, as a canvas records them: reading, erasing and painting.

Coordinates are canvas pixels, x to the right and y down.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digitapp.errors import BadStrokes

Points = NDArray[np.float64]

CANVAS_SIDE = 280
INK, PAPER = "#000000", "#ffffff"
CURVE_STEPS = 4
SUPERSAMPLING = 4
CUT_SPACING = 2.0
ROUNDING = 1e-9  # what rounding errors may add to a length; points.js allows for as much
MAX_POINTS = 20_000
MOST_ERASING = 2_000_000  # points that the eraser is compared with, which takes about a second
PER_STROKE = 50  # points for which a comparison takes as long as it takes in any case
FARTHEST = 10_000  # pixels; no canvas is larger


@dataclass(frozen=True)
class Stroke:
    """One movement of the pen, or of the eraser.

    Attributes:
        points: float64 (n, 2), n >= 1, in pixels. A single point is a dot.
        width: the pen width, in pixels.
        eraser: whether it erases the strokes before it.
    """

    points: Points
    width: float
    eraser: bool = False


Drawing = tuple[Stroke, ...]


def from_canvas_json(found: Mapping[str, Any] | None, scale: float = 1) -> Drawing:
    """Return the strokes in the JSON from st_canvas, in the order they were drawn.

    Only free-drawn paths count; other Fabric.js objects are ignored. A path in the colour of the
    paper is an eraser stroke. Paths that were moved, scaled or rotated with the canvas's edit tool
    are returned at their new place.

    Args:
        scale: by which places and widths are multiplied, for a canvas of another size.

    Raises:
        BadStrokes: when the JSON does not follow Fabric.js's format, has points out of bounds or
            more than 20,000 of them.
    """
    try:
        objects = (found or {}).get("objects", [])
        drawing = tuple(_stroke(each, scale) for each in objects if each.get("path"))
    except (AttributeError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise BadStrokes(f"The canvas sent something that is not a drawing ({error}).") from None
    return checked(drawing, "clear it and start again")


def canvas_objects(drawing: Drawing, scale: float = 1) -> list[dict[str, Any]]:
    """Return strokes as Fabric.js paths, which st_canvas shows and `from_canvas_json` reads again.

    Args:
        scale: as for `from_canvas_json`.
    """
    return [_path(stroke, scale) for stroke in drawing]


def from_points(strokes: Iterable[Sequence[Sequence[float]]], width: float) -> Drawing:
    """Make strokes from plain lists of [x, y] points, all with one pen width.

    Raises:
        BadStrokes: when a stroke is empty or contains anything but pairs of finite numbers.
    """
    try:
        drawing = tuple(Stroke(_points(each), width) for each in strokes)
    except (OverflowError, TypeError, ValueError) as error:
        raise BadStrokes(f"A stroke must be a list of [x, y] points ({error}).") from None
    return checked(drawing)


def checked(drawing: Drawing, advice: str = "no more can be read") -> Drawing:
    """Return a drawing whose strokes are points within bounds, not too many or too often erased.

    Args:
        advice: how the sentence on too many points ends.

    Raises:
        BadStrokes: when they are not.
    """
    for stroke in drawing:
        points = stroke.points
        if points.ndim != 2 or not len(points) or points.shape[1] != 2:
            raise BadStrokes(
                f"A stroke arrived with the shape {points.shape}; "
                "it must be a list of [x, y] points."
            )
        if not (np.abs(points) <= FARTHEST).all() or not 0 < stroke.width <= FARTHEST:
            raise BadStrokes(
                "A stroke arrived with a point or pen width that is out of range; it must be "
                f"a list of [x, y] points, all numbers up to {FARTHEST:,}."
            )
    if sum(len(stroke.points) for stroke in drawing) > MAX_POINTS:
        raise BadStrokes(f"The drawing has more than {MAX_POINTS:,} points; {advice}.")
    if _erasing(drawing) > MOST_ERASING:
        raise BadStrokes("Too much was rubbed out to be read; clear the canvas and draw again.")
    return drawing


def _points(stroke: Sequence[Sequence[float]]) -> Points:
    """Return points as an array; NumPy alone would take `true` for 1, and the text "1", too."""
    for point in stroke:
        for value in point:
            if isinstance(value, bool | str):
                found = "a text" if isinstance(value, str) else str(value).lower()
                raise TypeError(f"{found} is not a number")
    return np.array(stroke, dtype=np.float64)


def moved(drawing: Drawing, points: Sequence[Points], width: float) -> Drawing:
    """Return the strokes with other points, an array for each, and another pen width."""
    pairs = zip(drawing, points, strict=True)
    return tuple(replace(stroke, points=own, width=width) for stroke, own in pairs)


def remaining_ink(drawing: Drawing) -> Drawing:
    """Apply the eraser: cut each stroke where a later eraser stroke passed over it.

    Only the stroke's centre line counts: it is removed where the eraser's edge reached it.
    """
    left: list[Stroke] = []
    for stroke in drawing:
        if not stroke.eraser:
            left.append(stroke)
        elif left:
            reach = _near(left, stroke)
            eraser = scipy.spatial.cKDTree(_densified(stroke.points)) if reach.any() else None
            left = [
                piece
                for each, near in zip(left, reach, strict=True)
                for piece in (_cut(each, eraser, stroke.width / 2) if near else [each])
            ]
    return tuple(left)


def reached(points: Points) -> Points:
    """Return how far along a line each of its points is: (n,), from 0 to the line's length."""
    return np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])


def resampled(points: Points, count: int) -> Points:
    """Return equally spaced points along a line, both ends among them: (count, 2)."""
    lengths = reached(points)
    places = np.linspace(0, lengths[-1], count)
    return np.stack([np.interp(places, lengths, points[:, axis]) for axis in (0, 1)], axis=1)


def paint(drawing: Drawing, size: tuple[int, int] = (CANVAS_SIDE, CANVAS_SIDE)) -> Image.Image:
    """Paint the drawing as the canvas shows it, anti-aliased: mode L, ink 0 on paper 255.

    Args:
        size: width and height in pixels; ink outside is clipped.
    """
    picture = Image.new("L", (size[0] * SUPERSAMPLING, size[1] * SUPERSAMPLING), 255)
    pen = ImageDraw.Draw(picture)
    for stroke in drawing:
        colour, radius = 255 if stroke.eraser else 0, stroke.width * SUPERSAMPLING / 2
        points = (stroke.points + 0.5) * SUPERSAMPLING - 0.5
        flat = [(float(x), float(y)) for x, y in points]
        pen.line(flat, fill=colour, width=max(1, round(2 * radius)))
        for x, y in flat:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    return picture.reduce(SUPERSAMPLING)


def _stroke(found: Mapping[str, Any], scale: float) -> Stroke:
    """Return a Fabric.js path as a stroke, with its own transform about its centre applied."""
    points = _flattened(found["path"])
    if found.get("originX", "center") == "center" and len(points):
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        left, top = found.get("left", middle[0]), found.get("top", middle[1])
        points = (points - middle) @ _matrix(found).T + np.array([float(left), float(top)])
    eraser = str(found.get("stroke", "")).lower() == PAPER
    own = math.sqrt(abs(float(found.get("scaleX", 1)) * float(found.get("scaleY", 1))))
    return Stroke(points * scale, float(found["strokeWidth"]) * own * scale, eraser)


def _path(stroke: Stroke, scale: float) -> dict[str, Any]:
    points = stroke.points / scale
    left, top = (float(each) for each in (points.min(axis=0) + points.max(axis=0)) / 2)
    places = [[float(x), float(y)] for x, y in points]
    return {
        "type": "Path",
        "originX": "center",
        "originY": "center",
        "left": left,
        "top": top,
        "fill": None,
        "stroke": PAPER if stroke.eraser else INK,
        "strokeWidth": stroke.width / scale,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
        "path": [["L" if number else "M", *place] for number, place in enumerate(places)],
    }


def _flattened(path: Sequence[Sequence[Any]]) -> Points:
    """List the points along an SVG path of M, L and Q commands; a curve becomes four segments."""
    points: list[tuple[float, float]] = []
    for command, *numbers in path:
        if command == "Q":
            (x0, y0), (x1, y1, x2, y2) = points[-1], numbers[:4]
            for t in (step / CURVE_STEPS for step in range(1, CURVE_STEPS + 1)):
                a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
                points.append((a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2))
        elif command in ("M", "L"):
            points.append((float(numbers[0]), float(numbers[1])))
    return np.array(points, dtype=np.float64).reshape(-1, 2)


def _matrix(found: Mapping[str, Any]) -> Points:
    """Compose rotation, flip and scale, and skew, in the order of Fabric.js."""
    angle = math.radians(float(found.get("angle", 0)))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    x = float(found.get("scaleX", 1)) * (-1 if found.get("flipX") else 1)
    y = float(found.get("scaleY", 1)) * (-1 if found.get("flipY") else 1)
    skew_x = np.array([[1, math.tan(math.radians(float(found.get("skewX", 0))))], [0, 1]])
    skew_y = np.array([[1, 0], [math.tan(math.radians(float(found.get("skewY", 0)))), 1]])
    return turn @ np.diag([x, y]) @ skew_x @ skew_y


def _near(strokes: Sequence[Stroke], eraser: Stroke) -> NDArray[np.bool_]:
    """Return for each stroke whether an eraser may reach it: their bounding boxes are that near."""
    low = np.array([each.points.min(axis=0) for each in strokes]) - eraser.width / 2
    high = np.array([each.points.max(axis=0) for each in strokes]) + eraser.width / 2
    points = eraser.points
    return ((low <= points.max(axis=0)) & (high >= points.min(axis=0))).all(axis=1)


def _cut(stroke: Stroke, eraser: Any, reach: float) -> list[Stroke]:
    """Return the pieces of a stroke that an eraser stroke leaves.

    Args:
        eraser: a KD tree of its path.
        reach: half of its width, in pixels.
    """
    points = _densified(stroke.points)
    distances = eraser.query(points, distance_upper_bound=reach)[0]
    gone = distances < reach - ROUNDING
    if not gone.any():
        return [stroke]
    runs = np.split(np.arange(len(points)), np.flatnonzero(np.diff(gone)) + 1)
    return [replace(stroke, points=points[run]) for run in runs if not gone[run[0]]]


def _erasing(drawing: Drawing) -> float:
    """Return about how many points are looked at to apply the eraser to a drawing."""
    total = ink = 0.0
    for stroke in drawing:
        points = PER_STROKE + float(reached(stroke.points)[-1]) / CUT_SPACING
        if stroke.eraser:
            total += ink + points
        else:
            ink += points
    return total


def _densified(points: Points) -> Points:
    """Resample a line to points at most two pixels apart."""
    if len(points) < 2:
        return points
    count = max(1, math.ceil(reached(points)[-1] / CUT_SPACING - ROUNDING))
    return resampled(points, count + 1)

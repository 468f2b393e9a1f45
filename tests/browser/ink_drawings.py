"""Drawings as Fabric.js describes them, of all kinds that a hand and the canvas's tools make."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp.data.pen_styles import STYLES, Style, curve
from digitapp.drawing.strokes import INK, PAPER

Points = NDArray[np.float64]
Object = dict[str, Any]

SIDE = 560  # of the canvas, in pixels
WIDTHS = (4.0, 40.0, 41.7, 90.0)


def drawing(seed: int) -> list[Object]:
    """Return the objects of one drawing; the same seed gives the same."""
    rng = np.random.default_rng(seed)
    styles = STYLES[int(rng.integers(len(STYLES)))]
    objects = _digit(styles[int(rng.integers(len(styles)))], rng)
    for more, share in (
        (_rubbed, 0.3),
        (_moved_by_hand, 0.3),
        (_with_dot, 0.1),
        (_with_line, 0.15),
        (_rubbed, 0.1),
        (_rubbed_out, 0.02),
    ):
        if rng.random() < share:
            objects = more(objects, rng)
    return objects


def _digit(style: Style, rng: np.random.Generator) -> list[Object]:
    """A digit anywhere, tiny to larger than the canvas, written with one pen or with several."""
    size = SIDE * float(rng.choice([0.004, 0.1, 0.5, 0.6, 0.7, 1.3]))
    at = rng.uniform(0, 1, 2) * (SIDE - size)
    one = float(rng.choice(WIDTHS))
    several = rng.random() < 0.1
    objects = []
    for stroke in style.strokes:
        shaken = np.array(stroke.points) + rng.normal(0, 0.02, (len(stroke.points), 2))
        points = (curve(stroke) @ shaken) * size + at
        if rng.random() < 0.5:  # a mouse sends whole pixels
            points = np.round(points)
        objects.append(path(points, float(rng.choice(WIDTHS)) if several else one))
    return objects


def _rubbed(objects: list[Object], rng: np.random.Generator) -> list[Object]:
    """An eraser's stroke from somewhere to somewhere, straight along an axis or not."""
    points = rng.uniform(0, SIDE, 2) + rng.normal(0, 40, (int(rng.integers(1, 9)), 2)).cumsum(
        axis=0
    )
    if rng.random() < 0.5:
        points[:, int(rng.integers(2))] = SIDE / 2
    return [*objects, path(points, float(rng.choice([20, 60, 150])), PAPER)]


def _rubbed_out(objects: list[Object], _: np.random.Generator) -> list[Object]:
    """An eraser's stroke over all of the canvas and more."""
    return [*objects, path(np.array([[0, SIDE / 2], [SIDE, SIDE / 2]]), 6 * SIDE, PAPER)]


def _moved_by_hand(objects: list[Object], rng: np.random.Generator) -> list[Object]:
    """One object moved, turned, stretched, mirrored or skewed with the edit tool."""
    changes: Object = {
        "angle": float(rng.choice([90, 180, rng.uniform(-180, 180)])),
        "scaleX": float(rng.uniform(0.3, 2)),
        "scaleY": float(rng.uniform(0.3, 2)),
        "skewX": float(rng.choice([0, rng.uniform(-40, 40)])),
        "skewY": float(rng.choice([0, rng.uniform(-40, 40)])),
        "flipX": bool(rng.random() < 0.3),
        "flipY": bool(rng.random() < 0.3),
        "left": float(rng.uniform(0, SIDE)),
    }
    chosen = int(rng.integers(len(objects)))
    some = {name: value for name, value in changes.items() if rng.random() < 0.5}
    return [{**each, **some} if n == chosen else each for n, each in enumerate(objects)]


def _with_dot(objects: list[Object], rng: np.random.Generator) -> list[Object]:
    """A click, which Fabric.js makes a line of a hundredth of a pixel."""
    x, y = rng.uniform(0, SIDE, 2)
    dot = path(np.array([[x, y]]), float(rng.choice(WIDTHS)))
    return [*objects, {**dot, "path": [["M", x - 0.001, y], ["L", x + 0.001, y]]}]


def _with_line(_: list[Object], rng: np.random.Generator) -> list[Object]:
    """A line along an axis or a diagonal alone: it balances exactly between two pixels."""
    way = np.array([[0, 1], [1, 0], [1, 1]][int(rng.integers(3))]) * rng.choice([1, 64, 320])
    start = rng.integers(0, 200, 2).astype(np.float64)
    return [path(np.array([start, start + way]), float(rng.choice(WIDTHS)))]


def path(points: Points, width: float, colour: str = INK) -> Object:
    """Return a stroke as Fabric.js's pencil does: curves through the middles between points."""
    start, *others = points.tolist()
    commands: list[Sequence[Any]] = [["M", *start]]
    for control, after in itertools.pairwise(points):
        commands.append(["Q", *control.tolist(), *((control + after) / 2).tolist()])
    commands.append(["L", *(others[-1] if others else start)])
    ends = np.array([each[-2:] for each in commands], dtype=np.float64)
    left, top = (ends.min(axis=0) + ends.max(axis=0)) / 2
    place = {"originX": "center", "originY": "center", "left": left, "top": top}
    return {"type": "Path", "path": commands, "stroke": colour, "strokeWidth": width, **place}

"""Ten hand-drawn digits for the tests: pen strokes in a 280x280 canvas."""

import itertools
import math
from typing import Any

Stroke = list[list[float]]


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> Stroke:
    """Points along an ellipse; angles in degrees, clockwise from the right."""
    steps = max(6, round(abs(end - start) / 12))
    angles = [math.radians(start + (end - start) * n / steps) for n in range(steps + 1)]
    return [[x + rx * math.cos(a), y + ry * math.sin(a)] for a in angles]


def line(*corners: tuple[float, float]) -> Stroke:
    """Points along straight lines from corner to corner."""
    points: Stroke = []
    for (x0, y0), (x1, y1) in itertools.pairwise(corners):
        points += [[x0 + (x1 - x0) * n / 10, y0 + (y1 - y0) * n / 10] for n in range(11)]
    return points


DIGITS: dict[int, list[Stroke]] = {
    0: [arc(140, 140, 55, 85, -90, 270)],
    1: [line((142, 55), (138, 225))],
    2: [[*arc(140, 100, 50, 45, -160, 40), *line((175, 130), (90, 222), (196, 222))]],
    3: [[*arc(132, 97, 48, 40, -140, 90), *arc(132, 180, 54, 44, -90, 130)]],
    4: [line((150, 55), (80, 165), (205, 165)), line((165, 110), (165, 228))],
    5: [
        [*line((105, 58), (98, 130)), *arc(135, 172, 52, 50, -130, 130)],
        line((105, 58), (190, 58)),
    ],
    6: [[*line((170, 55), (112, 130)), *arc(138, 175, 46, 48, -150, 215)]],
    7: [line((80, 65), (195, 65), (125, 225)), line((110, 145), (185, 142))],
    8: [[*arc(140, 97, 40, 40, 90, -270), *arc(140, 182, 48, 46, -90, 270)]],
    9: [[*arc(135, 105, 44, 46, 0, -360), *line((179, 105), (172, 225))]],
}


def fabric(stroke: Stroke) -> dict[str, Any]:
    """Return a stroke as the canvas would send it."""
    xs, ys = [x for x, _ in stroke], [y for _, y in stroke]
    return {
        "type": "Path",
        "originX": "center",
        "left": (min(xs) + max(xs)) / 2,
        "top": (min(ys) + max(ys)) / 2,
        "stroke": "#000000",
        "strokeWidth": 20,
        "path": [["L" if n else "M", x, y] for n, (x, y) in enumerate(stroke)],
    }

"""The page makes of any drawing the pen's way that Python makes of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitapp.drawing import pen_path
from digitapp.drawing.pen_path import CHANNELS, POINTS
from digitapp.drawing.strokes import CANVAS_SIDE, Drawing, Stroke, from_canvas_json, from_points
from digitapp.errors import Blank
from tests.browser.ink_drawings import SIDE, drawing
from tests.browser.live_page import received
from tests.digits import DIGITS

Paths = NDArray[np.float32]

SCALE = CANVAS_SIDE / SIDE
NONE = -9  # all over the path of a drawing without strokes
SCRIBBLES, CANVASES = 3000, 600
PATHS = f"""async (drawings) => {{
  const {{ penPath, POINTS, CHANNELS }} = await import("/js/path.js");
  const all = JSON.parse(drawings);
  const size = POINTS * CHANNELS;
  const paths = new Float32Array(all.length * size).fill({NONE});
  all.forEach((strokes, n) => {{
    const own = strokes.map((each) => ({{ ...each, points: Float64Array.from(each.points) }}));
    const path = penPath(own);
    if (path) paths.set(path, n * size);
  }});
  return sent(paths);
}}"""


def _by_python(drawings: list[Drawing]) -> Paths:
    paths = np.full((len(drawings), POINTS, CHANNELS), NONE, dtype=np.float32)
    for path, each in zip(paths, drawings, strict=True):
        try:
            path[:] = pen_path.of_drawing(each)
        except Blank:
            continue
    return paths


def _by_page(page: Page, drawings: list[Drawing]) -> Paths:
    told = [[_told(stroke) for stroke in each] for each in drawings]
    return received(page.evaluate(PATHS, json.dumps(told))).reshape(-1, POINTS, CHANNELS)


def _told(stroke: Stroke) -> dict[str, Any]:
    points = stroke.points.ravel().tolist()
    return {"points": points, "width": stroke.width, "eraser": stroke.eraser}


def _scribble(seed: int) -> Drawing:
    """Strokes, but none of the eraser: dots, repeated points, whole pixels, straight lines."""
    rng = np.random.default_rng(seed)
    strokes = []
    for _ in range(int(rng.integers(1, rng.choice([2, 3, 6])))):
        count = int(rng.choice([1, 2, 3, 12, 40]))
        steps = rng.normal(0, float(rng.choice([0, 0.01, 4, 30])), (count, 2))
        points = rng.uniform(0, CANVAS_SIDE, 2) + steps.cumsum(axis=0)
        if rng.random() < 0.4:
            points = np.round(points)
        if rng.random() < 0.2:
            points[:, int(rng.integers(2))] = points[0, 0]
        if rng.random() < 0.3:
            points = np.repeat(points, rng.integers(1, 4, count), axis=0)
        if strokes and rng.random() < 0.2:  # it begins where the last one ended
            points = points - points[0] + strokes[-1].points[-1]
        strokes.append(Stroke(points, width=20))
    return tuple(strokes)


def test_the_page_makes_the_paths_that_python_makes_to_the_last_bit(modules: Page) -> None:
    drawings = [_scribble(seed) for seed in range(SCRIBBLES)]
    drawings += [from_points(strokes, width=20) for strokes in DIGITS.values()]
    expected = _by_python(drawings)
    assert 0.05 < (expected[..., 2:4] == 0).all(axis=(1, 2)).mean() < 0.5, "dots are among them"
    np.testing.assert_array_equal(_by_page(modules, drawings), expected)


def test_the_page_makes_the_paths_that_python_makes_of_what_the_eraser_leaves(
    modules: Page,
) -> None:
    drawings = [from_canvas_json({"objects": drawing(seed)}, SCALE) for seed in range(CANVASES)]
    rubbed = [any(stroke.eraser for stroke in each) for each in drawings]
    expected, found = _by_python(drawings), _by_page(modules, drawings)
    assert 0.2 < np.mean(rubbed) < 0.8
    np.testing.assert_array_equal(found == NONE, expected == NONE)
    assert (expected == NONE).any()
    np.testing.assert_allclose(found[..., :4], expected[..., :4], atol=1e-6)
    np.testing.assert_array_equal(found[..., 4], expected[..., 4])


@pytest.mark.parametrize("also", ["nothing", "erased"])
def test_an_empty_canvas_has_no_path(modules: Page, also: str) -> None:
    line = Stroke(np.array([[10.0, 10.0], [90.0, 90.0]]), width=20)
    drawn = () if also == "nothing" else (line, replace(line, width=60, eraser=True))
    assert (_by_page(modules, [drawn]) == NONE).all()

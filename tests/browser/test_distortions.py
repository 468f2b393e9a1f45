"""The page distorts drawings as Python does."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest
from playwright.sync_api import Page

from digitapp.data.example_drawings import EXAMPLES, example
from digitapp.drawing.digit import PREPARATIONS
from digitapp.drawing.preprocessing import placed_strokes
from digitapp.drawing.strokes import CANVAS_SIDE, Drawing, from_canvas_json, remaining_ink
from digitapp.evaluation.distortions import DISTORTIONS, Distortion, distorted, image
from tests.browser.ink_drawings import SIDE, drawing
from tests.browser.live_page import received

COUNT = 200
MNIST = PREPARATIONS["mnist"]
PREPARATION = {"box": MNIST.box, "by_mass": MNIST.by_mass, "pen": MNIST.pen}
IMAGES = """async ([drawings, ways, how, again]) => {
  const { placedStrokes, distorted, image } = await import("/js/distortions.js");
  const images = new Float32Array(ways.length * 784);
  JSON.parse(drawings).forEach((drawing, n) => {
    const strokes = drawing.map((each) => ({ ...each, points: Float64Array.from(each.points) }));
    const changed = distorted(placedStrokes(strokes, how), ways[n]);
    images.set(image(changed, again ? how : null), n * 784);
  });
  return sent(images);
}"""


def _drawings() -> list[Drawing]:
    """Drawings of all kinds, and the examples."""
    every = [from_canvas_json({"objects": drawing(n)}, CANVAS_SIDE / SIDE) for n in range(COUNT)]
    return [each for each in every if remaining_ink(each)] + [example(name) for name in EXAMPLES]


def _ways(count: int) -> list[Distortion]:
    """Distortions at all places of the sliders, some left alone."""
    rng = np.random.default_rng(0)
    chosen = [
        {
            name: float(rng.choice(scale.values) if rng.random() < 0.7 else scale.start)
            for name, scale in DISTORTIONS.items()
        }
        for _ in range(count)
    ]
    return [Distortion(), *(Distortion(**each) for each in chosen[1:])]


@pytest.mark.parametrize("again", [False, True])
def test_the_page_makes_the_distorted_pictures_that_python_makes(
    modules: Page, again: bool
) -> None:
    drawings = _drawings()
    ways = _ways(len(drawings))
    told = [
        [
            {"points": each.points.ravel().tolist(), "width": each.width, "eraser": each.eraser}
            for each in strokes
        ]
        for strokes in drawings
    ]
    answer = modules.evaluate(
        IMAGES, [json.dumps(told), [asdict(way) for way in ways], PREPARATION, again]
    )
    page = received(answer).reshape(-1, 28, 28)
    for number, (strokes, way) in enumerate(zip(drawings, ways, strict=True)):
        python = image(distorted(placed_strokes(strokes), way), again)
        assert np.abs(page[number] - python).max() < 1e-3, way
    assert len({each.tobytes() for each in page}) > 0.9 * len(page)

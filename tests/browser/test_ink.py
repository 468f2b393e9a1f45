"""The page makes of any drawing the picture that Python makes of it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Error, Page

from digitapp.drawing.digit import PREPARATIONS
from digitapp.drawing.preprocessing import from_strokes, stroke_image
from digitapp.drawing.strokes import CANVAS_SIDE, INK, PAPER, from_canvas_json, remaining_ink
from digitapp.errors import BadStrokes, Blank
from digitapp.reading.prediction import Predictor
from tests.browser.ink_drawings import SIDE, Object, drawing, path
from tests.browser.live_page import received

Images = NDArray[np.float32]

COUNT = 1000
SCALE = CANVAS_SIDE / SIDE
NONE = -1  # all over the image of a drawing without ink
READ = """async ([drawings, how, scale]) => {
  const { fromCanvasObjects } = await import("/js/strokes.js");
  const { prepared } = await import("/js/ink.js");
  return JSON.parse(drawings).map((objects) => prepared(fromCanvasObjects(objects, scale), how));
}"""
IMAGES = f"""async (given) => {{
  const found = await ({READ})(given);
  const images = new Float32Array(found.length * 784).fill({NONE});
  found.forEach((each, n) => each && images.set(each.image, n * 784));
  return sent(images);
}}"""
STEPS = f"""async (given) => {{
  const [{{ bounds, strokes, box, image }}] = await ({READ})(given);
  const points = strokes.map((stroke) => [...stroke.points]);
  return {{ bounds, points, box: {{ ...box, values: [...box.values] }}, image: [...image] }};
}}"""
LEFT = """async ([objects, scale]) => {
  const { fromCanvasObjects, remainingInk } = await import("/js/strokes.js");
  const left = remainingInk(fromCanvasObjects(objects, scale));
  return left.map((stroke) => ({ ...stroke, points: [...stroke.points] }));
}"""


def _how(preparation: str) -> dict[str, Any]:
    how = PREPARATIONS[preparation]
    return {"box": how.box, "by_mass": how.by_mass, "pen": how.pen}


def _line(*points: tuple[float, float], width: float = 40, colour: str = INK) -> Object:
    return path(np.array(points, dtype=np.float64), width, colour)


def _by_python(drawings: list[list[Object]], preparation: str) -> Images:
    images = np.full((len(drawings), 28, 28), NONE, dtype=np.float32)
    for image, objects in zip(images, drawings, strict=True):
        try:
            image[:] = stroke_image(from_canvas_json({"objects": objects}, SCALE), preparation)
        except Blank:
            continue
    return images


@pytest.fixture(scope="module")
def drawings() -> list[list[Object]]:
    return [drawing(seed) for seed in range(COUNT)]


@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_the_page_makes_the_pictures_that_python_makes(
    modules: Page, recogniser: Predictor, drawings: list[list[Object]], preparation: str
) -> None:
    answer = modules.evaluate(IMAGES, [json.dumps(drawings), _how(preparation), SCALE])
    page, python = received(answer).reshape(-1, 28, 28), _by_python(drawings, preparation)
    blank = (python == NONE).all(axis=(1, 2))
    assert 0 < blank.mean() < 0.1
    np.testing.assert_array_equal((page == NONE).all(axis=(1, 2)), blank)
    assert np.abs(page - python).max() < 1e-3
    read = [recogniser.probabilities(each[~blank]).argmax(axis=1) for each in (page, python)]
    assert (read[0] == read[1]).mean() >= 0.999


def test_what_the_eraser_leaves_is_what_it_leaves_in_python(
    modules: Page, drawings: list[list[Object]]
) -> None:
    rubbed = [each for each in drawings if any(one["stroke"] == PAPER for one in each)]
    cut = 0
    for objects in rubbed[:40]:
        there = from_canvas_json({"objects": objects}, SCALE)
        left = remaining_ink(there)
        found = modules.evaluate(LEFT, [objects, SCALE])
        assert [each["width"] for each in found] == pytest.approx([each.width for each in left])
        for one, other in zip(found, left, strict=True):
            assert not one["eraser"]
            np.testing.assert_allclose(one["points"], other.points.ravel(), atol=1e-9)
        cut += len(left) != sum(not each.eraser for each in there)
    assert cut > 5


def test_the_steps_to_the_picture_fit_each_other(modules: Page) -> None:
    objects = [_line((100, 100), (300, 100), (300, 400), width=20), _line((40, 60), width=40)]
    found = modules.evaluate(STEPS, [json.dumps([objects]), _how("mnist"), SCALE])
    assert found["bounds"] == {"left": 10, "top": 20, "right": 155, "bottom": 205}
    box = found["box"]
    values = np.reshape(box["values"], (box["height"], box["width"]))
    assert max(values.shape) == 20
    image = np.zeros((28, 28))
    image[box["top"] :, box["left"] :][: box["height"], : box["width"]] = values
    np.testing.assert_array_equal(np.reshape(found["image"], (28, 28)), image)
    for points in found["points"]:
        assert min(points) >= PREPARATIONS["mnist"].pen / 2 - 0.5 - 1e-9
        assert values[round(points[1]), round(points[0])] == 1


@pytest.mark.parametrize(
    ("points", "seen"),
    [
        ([(-300, 100), (-30, 300)], False),
        ([(100, 700), (300, 590)], False),
        ([(-300, 100), (-10, 300)], True),
        ([(100, 700), (300, 570)], True),
    ],
)
def test_ink_that_is_all_off_the_canvas_is_none(
    modules: Page, points: list[tuple[float, float]], seen: bool
) -> None:
    objects = [_line(*points)]
    (found,) = modules.evaluate(READ, [json.dumps([objects]), _how("mnist"), SCALE])
    assert (found is not None) == seen
    if not seen:
        with pytest.raises(Blank):
            from_strokes(from_canvas_json({"objects": objects}, SCALE))


def test_other_things_on_a_canvas_are_passed_over(modules: Page) -> None:
    others: list[Any] = [{"type": "Rect", "width": 5}, {"path": []}, {"path": None}]
    alone, among = (
        modules.evaluate(LEFT, [each, SCALE])
        for each in ([_line((1, 1), (9, 9))], [*others, _line((1, 1), (9, 9))])
    )
    assert alone == among
    assert modules.evaluate(LEFT, [others, SCALE]) == []


@pytest.mark.parametrize(
    "bad",
    [
        {"strokeWidth": 0},
        {"strokeWidth": -3},
        {"strokeWidth": 1e6},
        {"strokeWidth": None},
        {"left": 1e6},
        {"angle": "steep"},
        {"path": [["Z"]]},
        {"path": [["M", 1]]},
        {"path": [["M", "a", 2]]},
        {"path": [["Q", 1, 2, 3, 4]]},
        {"path": [["M", 1, 1]] * 20_001},
    ],
    ids=lambda bad: str(bad)[:40],
)
def test_what_python_refuses_the_page_refuses(modules: Page, bad: Object) -> None:
    objects = [{**_line((1, 1), (9, 9)), **bad}]
    with pytest.raises(BadStrokes):
        from_canvas_json({"objects": objects}, SCALE)
    with pytest.raises(Error, match=r"RangeError: .*(out of range|20,000 points)"):
        modules.evaluate(LEFT, [objects, SCALE])

"""Two readers in the page: the stroke reader, and how its answer is combined with the picture's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitapp.drawing.pen_path import of_drawings
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import CANVAS_SIDE, Drawing, from_canvas_json, remaining_ink
from digitapp.library import models
from digitapp.live.packing import Packed, packed
from digitapp.reading.combination import Combination, combined
from digitapp.reading.prediction import STROKE_CLASSES, Prediction, Predictor
from digitapp.reading.stroke_reader import StrokeReader
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import opened
from tests.browser.ink_drawings import SIDE, Object, drawing
from tests.browser.live_page import LOAD, RUNTIME, open_modules, received, sent
from tests.browser.session import Chromium
from tests.untrained import MOVEMENT_COUNTS, random_values, stroke_reader

COUNT = 200  # drawings
SCALE = CANVAS_SIDE / SIDE
AGREE = 1e-4  # of probabilities
MORE = 300  # random answers of two readers
READ_ALL = """async ([name, drawings, scale]) => {
  const { network } = await import("/js/network.js");
  const { fromCanvasObjects } = await import("/js/strokes.js");
  const { preparing } = await import("/js/looking.js");
  const { read } = await import("/js/reader.js");
  const reader = await network(tf, `/networks/${name}.json`);
  const found = JSON.parse(drawings).map((objects) => {
    const look = preparing(fromCanvasObjects(objects, scale));
    const { prediction, parts } = read(reader, look(reader.description.preparation));
    const { picture, movement, together, weight } = parts;
    const shares = [prediction, picture, movement, together].map((each) => [...each.shares]);
    return { shares, weight, sign: prediction.sign };
  });
  reader.dispose();
  return found;
}"""
COMBINE = """async ([pictures, movements, how]) => {
  const { combined } = await import("/js/combination.js");
  const [seen, moved] = [floats(pictures), floats(movements)];
  const found = [];
  for (let at = 0; at < seen.length; at += 11) {
    const { outputs, weight } = combined(seen.slice(at, at + 11), moved.slice(at, at + 11), how);
    found.push(...outputs, weight);
  }
  return sent(Float32Array.from(found));
}"""

NETWORKS: dict[str, Packed] = {}


@pytest.fixture(scope="module")
def network() -> bytes:
    spec = TrainingSpec(architecture="simple-cnn")
    return onnx_model(spec, STROKE_CLASSES, random_values(spec, len(STROKE_CLASSES)))


@pytest.fixture(scope="module")
def page(browser: Chromium, network: bytes) -> Iterator[Page]:
    """A page in which `loaded` reads pictures and strokes; nobody has trained it."""
    NETWORKS["untrained"] = packed(network, STROKE_CLASSES, "mnist", stroke_reader())
    with opened(browser, "wide") as shown:
        open_modules(shown, NETWORKS)
        shown.evaluate(LOAD, [RUNTIME, "untrained"])
        yield shown


@pytest.fixture(scope="module")
def drawings() -> list[list[Object]]:
    """Drawings of which the eraser has left something."""
    all_of_them = (drawing(seed) for seed in range(COUNT))
    return [each for each in all_of_them if remaining_ink(_strokes(each))]


def _strokes(objects: list[Object]) -> Drawing:
    return from_canvas_json({"objects": objects}, SCALE)


def _read_by_python(
    network: bytes, strokes: bytes, drawings: list[list[Object]]
) -> list[Prediction]:
    predictor = Predictor(network, STROKE_CLASSES, "mnist", StrokeReader(strokes))
    drawn = [_strokes(each) for each in drawings]
    return predictor.predict([stroke_image(each) for each in drawn], of_drawings(drawn))


def test_the_stroke_reader_gives_the_probabilities_of_the_server(
    page: Page, drawings: list[list[Object]]
) -> None:
    paths = of_drawings(_strokes(each) for each in drawings)
    expected = StrokeReader(stroke_reader()).outputs(paths)
    assert np.ptp(expected, axis=0).max() > 0.3, "the paths are told apart"
    for count in (1, len(paths)):
        found = page.evaluate(
            "(paths) => sent(loaded.strokes.run(floats(paths)))", sent(paths[:count])
        )
        np.testing.assert_allclose(received(found).reshape(-1, 11), expected[:count], atol=1e-5)


@pytest.mark.parametrize("name", ["untrained", "bundled"])
def test_the_page_combines_what_it_reads_as_the_server_does(
    page: Page, name: str, network: bytes, drawings: list[list[Object]]
) -> None:
    strokes = stroke_reader()
    if name == "bundled":
        found = models.network_file(models.DEFAULT)
        network, strokes = found.content, found.strokes
    NETWORKS[name] = packed(network, STROKE_CLASSES, "mnist", strokes)
    by_page = page.evaluate(READ_ALL, [name, json.dumps(drawings), SCALE])
    by_server = _read_by_python(network, strokes, drawings)
    varied = np.ptp([each["weight"] for each in by_page]) > 0.1
    assert varied or name == "bundled", "it counts more or less"
    for read, server in zip(by_page, by_server, strict=True):
        assert server.parts
        both, picture, movement, together = read["shares"]
        np.testing.assert_allclose(both, server.shares, atol=AGREE)
        np.testing.assert_allclose(picture, server.parts.picture.shares, atol=AGREE)
        np.testing.assert_allclose(movement, server.parts.movement.shares, atol=AGREE)
        assert together == both
        assert read["weight"] == pytest.approx(server.parts.weight, abs=AGREE)
    signs = [each["sign"] == server.sign for each, server in zip(by_page, by_server, strict=True)]
    assert np.mean(signs) > 0.98, "but where two are as likely"


def _answers(rng: np.random.Generator) -> NDArray[np.float32]:
    """Answers of all kinds of certainty, to zeros and ones."""
    scores = rng.normal(0, rng.choice([0.1, 3, 30, 300], (MORE, 1)), (MORE, 11))
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    found: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


def _ways() -> dict[str, Combination]:
    """The default, and a change of each parameter alone and of all."""
    names = [field.name for field in fields(Combination)]
    alone = {name: Combination(**{name: -0.7}) for name in names if name != "sharpness"}
    return {
        "default": Combination(),
        "all": MOVEMENT_COUNTS,
        "sharp": Combination(sharpness=3),
        **alone,
    }


@pytest.mark.parametrize("way", _ways())
def test_answers_are_combined_as_in_python(page: Page, way: str) -> None:
    how, rng = _ways()[way], np.random.default_rng(0)
    pictures, movements = _answers(rng), _answers(rng)
    outputs, weights = combined(how, pictures, movements)
    found = received(page.evaluate(COMBINE, [sent(pictures), sent(movements), asdict(how)]))
    np.testing.assert_allclose(found.reshape(-1, 12)[:, :11], outputs, atol=1e-6)
    np.testing.assert_allclose(found.reshape(-1, 12)[:, 11], weights, atol=1e-6)


def test_a_network_alone_reads_the_picture_and_says_so(page: Page, network: bytes) -> None:
    NETWORKS["alone"] = packed(network, STROKE_CLASSES, "mnist")
    found: Any = page.evaluate(
        """async ([objects, scale]) => {
          const { fromCanvasObjects } = await import("/js/strokes.js");
          const { preparing } = await import("/js/looking.js");
          const { read } = await import("/js/reader.js");
          const { network } = await import("/js/network.js");
          const alone = await network(tf, "/networks/alone.json");
          const seen = preparing(fromCanvasObjects(objects, scale))(alone.description.preparation);
          const { image } = seen;
          const pathless = { image, get path() { throw new Error("nobody reads this path"); } };
          const said = [read(alone, pathless), read(loaded, { image, path: null })];
          alone.dispose();
          return said.map(({ prediction, parts }) => [parts, [...prediction.shares]]);
        }""",
        [drawing(1), SCALE],
    )
    (none, one), (nothing, other) = found
    assert (none, nothing) == (None, None)
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_nothing_of_the_stroke_reader_stays_in_memory(page: Page) -> None:
    before, after = page.evaluate(
        """async () => {
          const { network } = await import("/js/network.js");
          const count = [tf.memory().numTensors];
          const again = await network(tf, "/networks/untrained.json");
          again.dispose();
          return [...count, tf.memory().numTensors];
        }"""
    )
    assert before == after


# Let the live reading read a drawing on pages that look into the network, distort, or just read.
LIVE = """async ([objects, scale]) => {
  const { Live } = await import("/js/live.js");
  const live = new Live("/", "/vendor/tfjs-4.22.0/");
  let shown = null;
  live.add({ told: () => undefined, update: (frame) => (shown = frame) });
  const frame = () => new Promise(requestAnimationFrame);
  const preparation = loaded.description.preparation;
  const [name, address] = ["one", "networks/untrained.json"];
  const how = { rotation: 10, shift_x: 0, shift_y: 0, size: 100, pen: 2.5 };
  const told = {
    objects,
    pen: { width: 20, colour: "#000000" },
    scale,
    networks: [{ name, address, preparation }],
    record: null,
  };
  const places = {
    draw: { trial: null, inside: null },
    inside: { trial: null, inside: { name, epochs: [] } },
    stress: { trial: { how, again: false, preparation, example: [] }, inside: null },
  };
  const found = {};
  for (const [revision, [place, more]] of Object.entries(places).entries()) {
    live.answered({ ...told, ...more, revision });
    do await frame();
    while (shown.results.get(name)?.state !== "ready" || !!shown.trial !== !!more.trial);
    await frame();
    const { prediction, unchanged, parts } = shown.results.get(name);
    found[place] = {
      said: [...prediction.shares],
      unchanged: [...unchanged.shares],
      picture: parts && [...parts.picture.shares],
      together: parts && [...parts.together.shares],
    };
  }
  return found;
}"""


def test_only_where_one_draws_and_does_not_look_inside_the_answer_is_that_of_both(
    page: Page,
) -> None:
    found = page.evaluate(LIVE, [drawing(3), SCALE])
    draw, inside = found["draw"], found["inside"]
    assert max(abs(np.subtract(draw["picture"], draw["together"]))) > 0.05
    assert draw["said"] == draw["unchanged"] == draw["together"]
    assert inside["said"] == inside["unchanged"] == inside["picture"] == draw["picture"]
    assert inside["together"] == draw["together"]
    assert found["stress"]["picture"] is None

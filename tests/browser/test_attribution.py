"""What speaks for an answer, computed in the browser: by other ways of computing it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import from_points
from digitapp.library import models
from digitapp.live.packing import Packed, packed
from digitapp.reading.prediction import Predictor
from digitapp.runs import RunStore
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import opened
from tests.browser.live_page import LOAD, RUNTIME, open_modules, received, sent
from tests.browser.numpy_network import NumpyNetwork
from tests.browser.session import Chromium
from tests.digits import DIGITS
from tests.untrained import random_values

NAMES = tuple("0123456789")
NETWORKS: dict[str, Packed] = {}
Image = NDArray[np.float32]

CALL = """async ([file, name, image, options]) => {
  const { finished } = await import("/js/slices.js");
  const work = (await import(`/js/explaining/${file}.js`))[name];
  const made = work(loaded, floats(image), ...options);
  const found = "next" in made ? finished(made) : { values: made };
  const told = ["values", "image"].map((part) => [part, found[part] && sent(found[part])]);
  const [before, after] = [found.before?.choice, found.after?.choice];
  return { ...found, ...Object.fromEntries(told), before, after };
}"""
# The same in slices, beside one that stops being wanted.
SLICED = """async ([image, output]) => {
  const { finished, inSlices } = await import("/js/slices.js");
  const { occlusion } = await import("/js/explaining/occlusion.js");
  const work = () => occlusion(loaded, floats(image), output);
  let wanted = true;
  const dropped = inSlices(work(), () => wanted);
  const kept = inSlices(work(), () => true);
  wanted = false;
  const failed = inSlices((function* () { yield; throw new Error("spoilt"); })(), () => true);
  const reason = await failed.catch(({ message }) => message);
  const same = sent((await kept).values) === sent(finished(work()).values);
  return { dropped: await dropped, same, reason };
}"""


@pytest.fixture(scope="module")
def page(browser: Chromium) -> Iterator[Page]:
    with opened(browser, "wide") as shown:
        open_modules(shown, NETWORKS)
        yield shown


@pytest.fixture(scope="module")
def network(page: Page, tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    """The built-in network, loaded into the page."""
    store = RunStore(f"sqlite:///{tmp_path_factory.mktemp('runs')}/runs.db")
    found = models.network_file(models.DEFAULT, store)
    NETWORKS["a"] = packed(found.content, found.class_names, found.preparation)
    page.evaluate(LOAD, [RUNTIME, "a"])
    return models.load(models.DEFAULT, store)


def _drawn(digit: int, preparation: str) -> Image:
    return stroke_image(from_points(DIGITS[digit], 20), preparation)


def _call(page: Page, file: str, name: str, image: Image, *options: object) -> dict[str, Any]:
    found = page.evaluate(CALL, [file, name, sent(image), options])
    return {
        key: received(value).reshape(28, 28) if key in ("values", "image") and value else value
        for key, value in found.items()
    }


def _score(network: NumpyNetwork, image: Image, output: int) -> NDArray[np.float64]:
    found: NDArray[np.float64] = network.outputs(image.reshape(-1, 28, 28))[-2][:, output]
    return found


@pytest.mark.parametrize("digit", [1, 8])
def test_integrated_gradients_account_for_the_whole_score(
    page: Page, network: Predictor, digit: int
) -> None:
    image = _drawn(digit, network.preparation)
    for output in (digit, (digit + 5) % 10):
        found = _call(page, "attribution", "integratedGradients", image, output)
        plain = NumpyNetwork(NETWORKS["a"])
        score, blank = (_score(plain, each, output)[0] for each in (image, 0 * image))
        assert found["score"] == pytest.approx(score, abs=1e-3)
        assert found["blank"] == pytest.approx(blank, abs=1e-3)
        missing = abs(found["values"].sum() - (score - blank))
        gap = missing / abs(score - blank)
        # Of a very small difference, 512 steps may miss more than 1 %, but it is next to nothing.
        assert gap < 0.0101 or (found["steps"] >= 512 and missing < 0.005)
        assert found["gap"] == pytest.approx(gap, abs=1e-3)
        assert not found["values"][image == 0].any()


def test_the_difference_of_two_scores_is_explained(page: Page, network: Predictor) -> None:
    image, plain = _drawn(4, network.preparation), NumpyNetwork(NETWORKS["a"])
    none = {"off": [], "weights": []}

    def lead(of: Image) -> float:
        return float(_score(plain, of, 4)[0] - _score(plain, of, 9)[0])

    own, other, both = (
        _call(page, "attribution", "gradientTimesInput", image, *each)["values"]
        for each in ((4,), (9,), (4, none, 9))
    )
    np.testing.assert_allclose(both, own - other, atol=1e-3)
    found = _call(page, "attribution", "integratedGradients", image, 4, none, 9)
    assert found["score"] == pytest.approx(lead(image), abs=1e-3)
    assert found["blank"] == pytest.approx(lead(0 * image), abs=1e-3)
    change = found["score"] - found["blank"]
    gap = abs(found["values"].sum() - change) / abs(change)
    assert found["gap"] == pytest.approx(gap, abs=1e-3)
    assert gap < 0.0101
    falls = _call(page, "occlusion", "occlusion", image, 4, none, 5, 9)["values"]
    place = np.unravel_index(np.abs(falls).argmax(), falls.shape)
    covered = image.reshape(28, 28).copy()
    covered[tuple(slice(max(0, at - 2), at + 3) for at in place)] = 0
    assert falls[place] == pytest.approx(lead(image) - lead(covered), abs=1e-3)


def test_they_are_the_integral_of_the_gradients(page: Page) -> None:
    """Of a smooth network, where many more steps in NumPy find the same."""
    spec = TrainingSpec(architecture="dense", activation="tanh", hidden=(20,))
    other = onnx_model(spec, NAMES, random_values(spec, len(NAMES)))
    NETWORKS["b"] = packed(other, NAMES, "mnist")
    page.evaluate("() => void (window.first = window.loaded)")
    page.evaluate(LOAD, [RUNTIME, "b"])
    image = _drawn(3, "mnist")
    found = _call(page, "attribution", "integratedGradients", image, 2)
    slopes = _call(page, "attribution", "gradientTimesInput", image, 2)["values"]
    page.evaluate("() => { loaded.dispose(); window.loaded = window.first; }")
    network = NumpyNetwork(NETWORKS["b"])
    hidden, last = (each for each in network.layers if each["kind"] == "Dense")
    shares = (np.arange(2000) + 0.5) / 2000

    def slope(share: float) -> NDArray[np.float64]:
        inner = np.tanh(share * image.reshape(-1) @ hidden["kernel"] + hidden["bias"])
        found: NDArray[np.float64] = hidden["kernel"] @ ((1 - inner**2) * last["kernel"][:, 2])
        return found

    expected = np.mean([slope(share) for share in shares], axis=0) * image.reshape(-1)
    size = np.abs(expected).max()
    np.testing.assert_allclose(found["values"].reshape(-1), expected, atol=0.01 * size)
    expected = slope(1) * image.reshape(-1)
    np.testing.assert_allclose(slopes.reshape(-1), expected, atol=1e-5 * np.abs(expected).max())


def test_they_come_to_an_end_where_scores_are_not_finite(page: Page) -> None:
    steps = page.evaluate(
        """async () => {
          const { finished } = await import("/js/slices.js");
          const { integratedGradients } = await import("/js/explaining/attribution.js");
          const network = {
            gradient: ({ length }) => new Float32Array(length).fill(NaN),
            scores: ({ length }) => new Float32Array((10 * length) / 784).fill(NaN),
          };
          return finished(integratedGradients(network, new Float32Array(784).fill(1), 0)).steps;
        }"""
    )
    assert steps == 32


def test_occlusion_is_what_covering_does(page: Page, network: Predictor) -> None:
    image = _drawn(5, network.preparation)
    for side in (5, 3):
        found = _call(page, "occlusion", "occlusion", image, 5, {"off": [], "weights": []}, side)
        reach = side // 2
        covered, expected = {}, np.zeros((28, 28))
        for row, column in itertools.product(range(28), repeat=2):
            rows = slice(max(0, row - reach), row + reach + 1)
            columns = slice(max(0, column - reach), column + reach + 1)
            if image[rows, columns].any():
                picture = image.copy()
                picture[rows, columns] = 0
                covered[row, column] = picture
        # Scores by ONNX Runtime: all but what is the same for each answer.
        shares = network.outputs(np.stack([image, *covered.values()])).astype(np.float64)
        scores = np.log(shares[:, 5]) - np.log(shares[:, 0])
        other = _call(page, "occlusion", "occlusion", image, 0, {"off": [], "weights": []}, side)
        for (row, column), score in zip(covered, scores[1:], strict=True):
            expected[row, column] = scores[0] - score
        np.testing.assert_allclose(found["values"] - other["values"], expected, atol=2e-3)
        assert found["places"] == len(covered)


@pytest.mark.parametrize(
    ("digit", "way", "target"),
    [(4, "add", None), (7, "remove", None), (1, "add", 7), (9, "remove", 10)],
)
def test_the_fewest_pixels_change_the_answer_and_none_of_them_is_needless(
    page: Page, network: Predictor, digit: int, way: str, target: int | None
) -> None:
    image = _drawn(digit, network.preparation)
    before = network.predict([image])[0].choice
    assert before == digit
    found = _call(page, "fewest", "fewestPixels", image, way, {"target": target})
    pixels = found["pixels"]
    assert 0 < len(pixels) == len(set(pixels)) <= 60

    def reads(changed: list[int]) -> int:
        picture = image.reshape(-1).copy()
        picture[changed] = 1 if way == "add" else 0
        return network.predict([picture.reshape(28, 28)])[0].choice

    def is_changed(choice: int) -> bool:
        return choice != before if target is None else choice == target

    assert found["before"] == before
    assert found["after"] == reads(pixels)
    assert is_changed(reads(pixels))
    assert not any(is_changed(reads([p for p in pixels if p != left])) for left in pixels)
    different = np.flatnonzero(found["image"].reshape(-1) != image.reshape(-1))
    assert sorted(pixels) == different.tolist()


def test_a_refusal_is_an_answer_that_can_be_changed(page: Page, network: Predictor) -> None:
    image = np.zeros((28, 28), np.float32)
    image[4:24, 4:24] = image[6:22, 6:22] = 1
    image[10:18, 10:18] = 0
    image[::2] = 0
    assert network.predict([image])[0].refused
    found = _call(page, "fewest", "fewestPixels", image, "remove", {})
    assert found["before"] == 10
    assert found["after"] == network.predict([found["image"]])[0].choice < 10


def test_nothing_is_found_where_nothing_can_change(page: Page, network: Predictor) -> None:
    image = np.ones((28, 28), np.float32)
    assert _call(page, "fewest", "fewestPixels", image, "add", {})["pixels"] == []


def test_in_slices_the_same_is_found_unless_it_is_not_wanted(
    page: Page, network: Predictor
) -> None:
    image = _drawn(2, network.preparation)
    found = page.evaluate(SLICED, [sent(image), 2])
    assert found == {"dropped": None, "same": True, "reason": "spoilt"}

"""The parts of the Inside page that show images of the network's dataset."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import onnx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from digitapp.data.datasets import Dataset
from digitapp.library.sample_images import Sample
from digitapp.live import samples
from digitapp.live.packing import packed
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import opened
from tests.browser.live_page import LOAD, ORIGIN, RUNTIME, open_modules, sent
from tests.browser.session import Chromium
from tests.browser.test_samples import outputs_of
from tests.untrained import random_values

READING = "The network reads 60 images, once for each network: 0 %"
CNN = TrainingSpec(architecture="simple-cnn")
DEAD = TrainingSpec(hidden=(4,))
NAMES = ("ankle boot", "X", "Y")
COUNT = 60
DRAWN = np.random.default_rng(3).integers(0, 256, (1, 28, 28), dtype=np.uint8)
# A part of the page, and a scene whose parts a test changes.
MOUNT = """
async ([file, name]) => {
  const make = (await import(`/js/inside/${file}`))[name];
  const { columnsOf } = await import("/js/views/layers.js");
  document.body.replaceChildren();
  const place = document.body.appendChild(document.createElement("div"));
  place.className = "live";
  const samples = "samples/a/digest.json";
  window.scene = {
    network: loaded,
    description: loaded.description,
    columns: columnsOf(loaded.description),
    image: null, activations: [], prediction: null, unchanged: null,
    inspection: { selected: null },
    resting: true, state: 1,
    facts: { samples, no_samples: "" },
  };
  window.part = make(place, { base: "/" });
  window.draw = (image) => {
    scene.image = image;
    scene.activations = loaded.run(image, { activations: true }).activations;
    scene.state += 1;
    part.update(scene);
  };
}
"""


@pytest.fixture(scope="module")
def sample(toy: Dataset) -> Sample:
    train = (toy.x_train[:COUNT], toy.y_train[:COUNT] % 3)
    return Sample("Toys", "Images of Toys.", True, NAMES, *train, toy.x_test, toy.y_test % 3)


@pytest.fixture(scope="module")
def networks() -> dict[str, bytes]:
    """One with convolutions, and one whose hidden nodes are never above 0."""
    weights = [-abs(each) for each in random_values(DEAD, len(NAMES))]
    network = onnx_model(CNN, NAMES, random_values(CNN, len(NAMES)))
    return {"cnn": network, "dead": onnx_model(DEAD, NAMES, weights)}


@pytest.fixture
def page(browser: Chromium, sample: Sample, networks: dict[str, bytes]) -> Iterator[Page]:
    description, values = samples.packed(sample, "digest")

    def answer(route: Route) -> None:
        route.fulfill(body=description if route.request.url.endswith(".json") else values)

    with opened(browser, "wide") as page:
        files = {name: packed(network, NAMES, "mnist") for name, network in networks.items()}
        open_modules(page, files)
        page.route(f"{ORIGIN}/samples/**", answer)
        page.evaluate(LOAD, [RUNTIME, "cnn"])
        yield page


def _exciting(page: Page, column: int, unit: int) -> Locator:
    page.evaluate(MOUNT, ["exciting.js", "excitingPart"])
    _select(page, column, unit)
    return page.locator(".live-exciting")


def _select(page: Page, column: int, unit: int) -> None:
    page.evaluate(
        "(selected) => { scene.inspection.selected = selected; part.update(scene); }",
        {"column": column, "unit": unit},
    )


def _shown(part: Locator, what: str) -> list[str]:
    return part.locator(f".live-example:visible .live-example-{what}").all_text_contents()


def test_the_images_that_excite_a_node_most(
    page: Page, sample: Sample, networks: dict[str, bytes]
) -> None:
    *_, dense, scores = outputs_of(
        onnx.load_from_string(networks["cnn"]), {"Relu", "Gemm"}, sample.x_train
    )
    part = _exciting(page, 5, 0)
    expect(part.locator(".live-example-value").first).not_to_be_empty()
    for column, values in ((5, dense), (6, scores)):
        for unit in range(3):
            _select(page, column, unit)
            most = np.argsort(-values[:, unit], kind="stable")[:9]
            if column == 5:
                most = most[values[most, unit] > 0]
            labels = [NAMES[label] for label in sample.y_train[most]]
            assert _shown(part, "label") == labels
            assert _shown(part, "value") == [f"{each:.2f}" for each in values[most, unit]]
            said = part.locator("p").first.text_content() or ""
            assert said.startswith("Of 60 training images ")
            assert {name for name in NAMES if name in said.partition(":")[2]} == {*labels}


def test_a_filter_has_a_frame_where_it_is_excited_most(page: Page) -> None:
    part = _exciting(page, 1, 3)
    expect(part.locator(".live-example-field:not([hidden])")).to_have_count(9)
    insets = "(each) => [each.style.top, each.style.right, each.style.bottom, each.style.left]"
    top, right, bottom, left = (
        float(each.removesuffix("%"))
        for each in part.locator(".live-example-field").first.evaluate(insets)
    )
    for rest in (100 - top - bottom, 100 - left - right):
        assert rest == pytest.approx(100 * 3 / 28, abs=0.01)
    _select(page, 5, 3)
    expect(part.locator(".live-example-field:not([hidden])")).to_have_count(0)


def test_a_pixel_is_not_excited_by_images(page: Page) -> None:
    part = _exciting(page, 0, 300)
    expect(part).to_be_hidden()
    for change in ("scene.inspection.selected = null; part.update(scene)", "part.update(null)"):
        page.evaluate(f"() => {{ {change}; }}")
        expect(part).to_be_hidden()


def test_a_node_that_is_never_above_zero_says_so(page: Page) -> None:
    page.evaluate(LOAD, [RUNTIME, "dead"])
    part = _exciting(page, 1, 2)
    expect(part.locator("p").first).to_have_text(
        "Of 60 training images none excites it: its value is never above 0."
    )
    assert _shown(part, "label") == []


def test_the_nearest_images_to_a_drawing(
    page: Page, sample: Sample, networks: dict[str, bytes]
) -> None:
    page.evaluate(MOUNT, ["neighbours_view.js", "neighboursPart"])
    part = page.locator(".live-neighbours")
    page.evaluate("() => part.update(scene)")
    expect(part.locator("p").first).to_have_text(re.compile("^Draw something: "))
    *_, vectors = outputs_of(
        onnx.load_from_string(networks["cnn"]), {"Relu"}, np.concatenate([sample.x_train, DRAWN])
    )
    page.evaluate("(image) => draw(floats(image))", sent(DRAWN / np.float32(255)))
    expect(part.locator("p").first).to_have_text(re.compile("^The 8 nearest of 60 training images"))
    distances = np.linalg.norm(vectors[:COUNT] - vectors[COUNT], axis=1)
    found = np.argsort(distances, kind="stable")[:8]
    assert _shown(part, "label") == [NAMES[label] for label in sample.y_train[found]]
    assert _shown(part, "value") == [f"{each:.2f}" for each in distances[found]]
    small = part.locator("p").last
    expect(small).to_contain_text("measured by the 64 nodes of the last hidden layer. Images of T")


def test_neighbours_stay_as_they_are_while_the_pen_moves(page: Page) -> None:
    page.evaluate(MOUNT, ["neighbours_view.js", "neighboursPart"])
    part = page.locator(".live-neighbours")
    page.evaluate("(image) => draw(floats(image))", sent(DRAWN / np.float32(255)))
    expect(part.locator("p").first).to_have_text(re.compile("^The 8 nearest"))
    before = _shown(part, "value")
    page.evaluate("() => { scene.resting = false; draw(new Float32Array(784).fill(0.5)); }")
    assert _shown(part, "value") == before
    page.evaluate("() => { scene.resting = true; part.update(scene); }")
    assert _shown(part, "value") != before


def test_images_are_read_only_while_nothing_changes(page: Page) -> None:
    page.evaluate(MOUNT, ["neighbours_view.js", "neighboursPart"])
    part = page.locator(".live-neighbours")
    page.evaluate("() => { scene.resting = false; draw(new Float32Array(784).fill(0.5)); }")
    expect(part.locator("p").first).to_have_text(READING)
    page.evaluate("() => part.update(scene)")
    page.wait_for_timeout(200)
    expect(part.locator("p").first).to_have_text(READING)
    page.evaluate("() => { scene.resting = true; part.update(scene); }")
    expect(part.locator("p").first).to_have_text(re.compile("^The 8 nearest"))


def test_changes_to_the_network_are_left_out(page: Page) -> None:
    page.evaluate(MOUNT, ["neighbours_view.js", "neighboursPart"])
    part = page.locator(".live-neighbours")
    image = sent(DRAWN / np.float32(255))
    page.evaluate("(image) => draw(floats(image))", image)
    expect(part.locator("p").first).to_have_text(re.compile("^The 8 nearest"))
    before = _shown(part, "value")
    page.evaluate(
        """async (image) => {
          const { switched, NO_EDITS } = await import("/js/edits.js");
          let edits = NO_EDITS;
          const { place } = scene.columns[5];
          for (let unit = 0; unit < 64; unit += 1) edits = switched(edits, place, unit);
          scene.unchanged = {};
          scene.activations = loaded.run(floats(image), { activations: true, edits }).activations;
          scene.state += 1;
          part.update(scene);
        }""",
        image,
    )
    assert _shown(part, "value") == before
    expect(part.locator("p").last).to_contain_text("Your changes to the network are left out here.")


def test_without_images_it_says_why(page: Page) -> None:
    page.evaluate(MOUNT, ["neighbours_view.js", "neighboursPart"])
    why = "There are no images to show. Fashion-MNIST is not on this machine."
    page.evaluate("(why) => (scene.facts = { samples: '', no_samples: why })", why)
    page.evaluate("() => draw(new Float32Array(784).fill(0.5))")
    expect(page.locator(".live-neighbours p").first).to_have_text(why)


def test_images_that_cannot_be_read_are_a_sentence(page: Page) -> None:
    page.route(f"{ORIGIN}/samples/**", lambda route: route.fulfill(body='{"format": 9}'))
    page.evaluate(MOUNT, ["neighbours_view.js", "neighboursPart"])
    page.evaluate("() => draw(new Float32Array(784).fill(0.5))")
    said = "The images have format 9; only 1 can be read."
    expect(page.locator(".live-neighbours p").first).to_have_text(said)


def test_networks_of_one_dataset_share_its_images(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("a", "b"):
        page.evaluate(MOUNT, ["neighbours_view.js", "neighboursPart"])
        page.evaluate("(name) => (scene.facts.samples = `samples/${name}/digest.json`)", name)
        page.evaluate("() => draw(new Float32Array(784).fill(0.5))")
        said = page.locator(".live-neighbours p").first
        expect(said).to_have_text(re.compile("^The 8 nearest"))
    assert [url.removeprefix(ORIGIN) for url in asked if "/samples/" in url] == [
        "/samples/a/digest.json",
        "/samples/a/digest.bin",
    ]

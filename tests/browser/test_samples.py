"""What networks make of a sample of images, in the browser, against ONNX Runtime and NumPy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, Route

from digitapp.data.datasets import Dataset
from digitapp.library.sample_images import Sample
from digitapp.live import samples
from digitapp.live.packing import Packed
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import opened
from tests.browser.live_page import ORIGIN, load_network, load_random, open_modules, received, sent
from tests.browser.session import Chromium
from tests.untrained import random_values

NAMES = ("circle", "square", "star")
ADDRESS = "/samples/recogniser/digest.json"
# As `values`: what the loaded network makes of the training images.
READ = """
async (address) => {
  const { fetchedSample } = await import("/js/explaining/samples.js");
  const { SampleValues } = await import("/js/explaining/sample_values.js");
  const { finished } = await import("/js/slices.js");
  const { columnsOf } = await import("/js/views/layers.js");
  window.sample = await fetchedSample(address);
  window.values = new SampleValues(loaded, columnsOf(loaded.description), sample.training);
  finished(values.reading());
}
"""

Values = NDArray[np.float32]
NETWORKS: dict[str, Packed] = {}


@pytest.fixture(scope="module")
def sample(toy: Dataset) -> Sample:
    arrays = (toy.x_train, toy.y_train % 3, toy.x_test, toy.y_test % 3)
    return Sample("Toys", "Images of Toys.", True, NAMES, *arrays)


@pytest.fixture(scope="module")
def page(browser: Chromium, sample: Sample) -> Iterator[Page]:
    description, values = samples.packed(sample, "digest")

    def answer(route: Route) -> None:
        whole = route.request.url.endswith(".json")
        route.fulfill(body=description if whole else values)

    with opened(browser, "wide") as page:
        open_modules(page, NETWORKS)
        page.route(f"{ORIGIN}/samples/**", answer)
        yield page


def _load(page: Page, spec: TrainingSpec) -> onnx.ModelProto:
    """Load a network with random weights into the page, and read the training images with it."""
    network = load_random(page, NETWORKS, spec, NAMES)
    page.evaluate(READ, ADDRESS)
    return onnx.load_from_string(network)


def outputs_of(
    model: onnx.ModelProto, operators: set[str], images: NDArray[np.uint8]
) -> list[Values]:
    """Run a network by ONNX Runtime; return what its nodes of these kinds give, in order."""
    names = [node.output[0] for node in model.graph.node if node.op_type in operators]
    known = {each.name for each in model.graph.output}
    for name in names:
        if name not in known:
            made = onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
            model.graph.output.append(made)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    (given,) = session.get_inputs()
    found = session.run(names, {given.name: images.astype(np.float32) / np.float32(255)})
    return [np.asarray(each) for each in found]


def _vectors(page: Page) -> Values:
    found = received(page.evaluate("() => sent(values.vectors)"))
    return found.reshape(page.evaluate("() => values.images.count"), -1)


def _spec(architecture: str, hidden: tuple[int, ...] = (30, 20)) -> TrainingSpec:
    return TrainingSpec(architecture=architecture, hidden=hidden)


def test_the_images_and_labels_arrive(page: Page, sample: Sample) -> None:
    _load(page, _spec("dense"))
    for part, x, y in (
        ("training", sample.x_train, sample.y_train),
        ("test", sample.x_test, sample.y_test),
    ):
        told = page.evaluate(
            "(part) => [sample[part].count, sent(sample[part].images), [...sample[part].labels]]",
            part,
        )
        assert told[0] == len(x)
        assert received(told[1]).tobytes() == x.tobytes()
        assert told[2] == [*y]
    about = page.evaluate("() => [sample.title, sample.about, sample.trained, sample.classNames]")
    assert about == ["Toys", "Images of Toys.", True, [*NAMES]]


def test_the_last_hidden_layer_of_a_dense_network(page: Page, sample: Sample) -> None:
    *_, hidden = outputs_of(_load(page, _spec("dense")), {"Relu"}, sample.x_train)
    np.testing.assert_allclose(_vectors(page), hidden, atol=1e-5)
    assert hidden.shape == (200, 20)


def test_without_a_hidden_layer_it_is_the_pixels(page: Page, sample: Sample) -> None:
    _load(page, _spec("dense", ()))
    expected = sample.x_train.reshape(200, 784).astype(np.float32) / np.float32(255)
    np.testing.assert_array_equal(_vectors(page), expected)


def test_excitement_and_probabilities_are_those_of_the_whole_layers(
    page: Page, sample: Sample
) -> None:
    """Of maps it is the largest value, of nodes their value, of outputs the score."""
    model = _load(page, _spec("simple-cnn"))
    layers = outputs_of(model, {"Relu", "MaxPool", "Gemm", "Softmax"}, sample.x_train)
    conv, pool, conv2, pool2, _, dense, scores, shares = layers
    expected = [each.max(axis=(2, 3)) for each in (conv, pool, conv2, pool2)] + [dense, scores]
    found = page.evaluate("() => values.excitement.slice(1).map((each) => sent(each))")
    for got, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(received(got).reshape(wanted.shape), wanted, atol=1e-4)
    outputs = received(page.evaluate("() => sent(values.outputs)")).reshape(shares.shape)
    np.testing.assert_allclose(outputs, shares, atol=1e-5)
    np.testing.assert_array_equal(
        received(page.evaluate("() => sent(values.outputsOf(7))")), outputs[7]
    )


def test_the_most_exciting_images_are_those_of_brute_force(page: Page, sample: Sample) -> None:
    model = _load(page, _spec("simple-cnn"))
    (maps,) = outputs_of(model, {"MaxPool"}, sample.x_train)[:1]
    for unit in range(maps.shape[1]):
        expected = maps[:, unit].max(axis=(1, 2))
        found = page.evaluate("(unit) => values.exciting(2, unit, 9)", unit)
        values = [each["value"] for each in found]
        np.testing.assert_allclose(values, np.sort(expected)[::-1][:9], atol=1e-5)
        of_images = [expected[each["image"]] for each in found]
        np.testing.assert_allclose(of_images, values, atol=1e-5)
        assert len({each["image"] for each in found}) == 9


def test_the_nearest_are_those_of_brute_force(page: Page) -> None:
    rng = np.random.default_rng(0)
    vectors = rng.random((300, 17), dtype=np.float32)
    vectors[7] = vectors[200] = vectors[150]
    for point in (vectors[150], *rng.random((20, 17), dtype=np.float32)):
        found = _nearest(page, vectors, point)
        distances = np.linalg.norm(vectors.astype(float) - point, axis=1)
        expected = np.argsort(distances, kind="stable")[:8]
        assert [each["image"] for each in found] == [*expected]
        np.testing.assert_allclose([each["distance"] for each in found], distances[expected])


def _nearest(page: Page, vectors: Values, point: Values, most: int = 8) -> list[dict[str, Any]]:
    return page.evaluate(
        """async ([vectors, point, most]) => {
          const { nearest } = await import("/js/explaining/neighbours.js");
          return nearest(floats(vectors), floats(point), most);
        }""",
        [sent(vectors), sent(point), most],
    )


def test_there_are_no_more_neighbours_than_images(page: Page) -> None:
    assert len(_nearest(page, np.eye(3, dtype=np.float32), np.zeros(3, np.float32))) == 3


def test_a_place_on_the_map_is_among_the_neighbours_and_never_jumps(page: Page) -> None:
    rng = np.random.default_rng(1)
    vectors, places = rng.random((200, 6)), rng.random((200, 2))
    line = np.linspace(vectors[3], vectors[80], 2000)
    found = page.evaluate(
        """async ([vectors, places, points]) => {
          const { nearest, placeAmong } = await import("/js/explaining/neighbours.js");
          const [all, on] = [floats(points), floats(places)];
          return Array.from({ length: all.length / 6 }, (_, n) =>
            placeAmong(nearest(floats(vectors), all.subarray(6 * n, 6 * n + 6), 9), on));
        }""",
        [sent(vectors), sent(places), sent(line)],
    )
    np.testing.assert_allclose(found[0], places[3], atol=1e-6)
    np.testing.assert_allclose(found[-1], places[80], atol=1e-6)
    steps = [np.hypot(*(np.array(one) - other)) for one, other in pairwise(found)]
    assert max(steps) < 0.05
    assert np.min(found) >= 0
    assert np.max(found) <= 1


@pytest.mark.parametrize(
    ("architecture", "column"),
    [("simple-cnn", 1), ("simple-cnn", 4), ("lenet-5", 3), ("deep-cnn", 2), ("deep-cnn", 4)],
)
def test_a_receptive_field_is_what_a_value_depends_on(
    page: Page, architecture: str, column: int
) -> None:
    """With positive weights and average pooling or none, every pixel of it counts."""
    spec = TrainingSpec(architecture=architecture, activation="elu")
    network = onnx_model(spec, NAMES, [abs(each) for each in random_values(spec, len(NAMES))])
    load_network(page, NETWORKS, network, NAMES)
    for row, across in ((0, 0), (1, 2), (3, 1)):
        told, changed = page.evaluate(
            """async ([n, row, across]) => {
              const { receptiveField } = await import("/js/explaining/receptive_field.js");
              const { columnsOf } = await import("/js/views/layers.js");
              const columns = columnsOf(loaded.description);
              const column = columns[n];
              const at = (row * column.width + across) * column.count;
              const valueOf = (image) =>
                loaded.run(image, { activations: true }).activations[column.place].values[at];
              const changed = [];
              const base = valueOf(new Float32Array(784));
              for (let pixel = 0; pixel < 784; pixel += 1) {
                const image = new Float32Array(784);
                image[pixel] = 1;
                if (valueOf(image) !== base) changed.push(pixel);
              }
              const { description } = loaded;
              return [receptiveField(description, columns, n, row, across), changed];
            }""",
            [column, row, across],
        )
        rows, columns = np.divmod(changed, 28)
        assert (told["rows"]["first"], told["rows"]["last"]) == (rows.min(), rows.max())
        assert (told["columns"]["first"], told["columns"]["last"]) == (columns.min(), columns.max())

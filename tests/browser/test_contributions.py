"""What each node adds to each of the next layer: in the browser, and in NumPy by definition."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitapp.live.packing import Packed
from digitapp.training.architectures import ARCHITECTURES
from digitapp.training.inference_layers import (
    Activation,
    Convolution,
    Dense,
    Flatten,
    InferenceLayer,
    Pooling,
    Reshape,
    inference_layers,
)
from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import opened
from tests.browser.live_page import load_random, open_modules, received, sent
from tests.browser.session import Chromium
from tests.untrained import random_values

NAMES = ("circle", "square", "star")
NETWORKS: dict[str, Packed] = {}
Values = NDArray[np.float64]

# For each two columns, the contributions into every unit of the second, and out of every one of
# the first.
COLLECT = """async (image) => {
  const { contributionsOf } = await import("/js/explaining/contributions.js");
  const { columnsOf } = await import("/js/views/layers.js");
  const { layers } = loaded.description;
  const weights = new Float32Array(await (await fetch(`/networks/${loaded.description.weights}`))
    .arrayBuffer());
  const kernelOf = (layer) => {
    const { shape, offset } = layers[layer].kernel;
    return weights.subarray(offset, offset + shape.reduce((all, side) => all * side, 1));
  };
  const columns = columnsOf(loaded.description);
  const { activations } = loaded.run(floats(image), { activations: true });
  const { into, outOf } = contributionsOf({ layers, columns, activations, kernelOf });
  const pack = (rows) => sent(Float32Array.from(rows.flatMap((row) => [...row])));
  const each = (count, what) => pack(Array.from({ length: count }, (_, unit) => what(unit)));
  return columns.slice(1).map((to, n) => {
    const from = columns[n].kind === "pixels" ? 784 : columns[n].count;
    return {
      layer: to.layer,
      into: each(to.count, (unit) => into(n + 1, unit)),
      outOf: each(from, (unit) => outOf(n, unit)),
    };
  });
}"""


@pytest.fixture(scope="module")
def page(browser: Chromium) -> Iterator[Page]:
    with opened(browser, "wide") as shown:
        open_modules(shown, NETWORKS)
        yield shown


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_contributions_are_those_of_the_definition(page: Page, architecture: str) -> None:
    spec = TrainingSpec(architecture=architecture, activation="elu", hidden=(30, 20))
    rng = np.random.default_rng(3)
    image = rng.random((28, 28)) * (rng.random((28, 28)) > 0.6)
    layers = inference_layers(spec, len(NAMES), random_values(spec, len(NAMES)))
    load_random(page, NETWORKS, spec, NAMES)
    found = page.evaluate(COLLECT, sent(image))
    given = inputs(layers, image)
    assert [each["layer"] for each in found] == [n for n, _ in enumerate(layers) if n in given]
    for each in found:
        expected, size = by_definition(layers[each["layer"]], *given[each["layer"]])
        into = received(each["into"]).reshape(-1, len(expected)).T
        np.testing.assert_allclose(into, expected, atol=2e-6 * size)
        outof = received(each["outOf"])
        if len(expected) > 1:
            np.testing.assert_allclose(outof.reshape(expected.shape), expected, atol=2e-6 * size)
        else:  # of the pixels of an image
            pixels = outof.reshape(784, -1)
            np.testing.assert_allclose(pixels.sum(0), expected[0], atol=2e-5 * size)
            brightest = int(image.argmax())
            one = np.where(image == image.max(), image, 0)[..., np.newaxis]
            alone, _ = by_definition(layers[each["layer"]], one, one.shape)
            np.testing.assert_allclose(pixels[brightest], alone[0], atol=2e-6 * size)


def inputs(layers: list[InferenceLayer], image: Values) -> dict[int, tuple[Values, tuple]]:
    """The input of each layer that is a column, and the shape that it has in the column before."""
    x, shape = image, image.shape
    found: dict[int, tuple[Values, tuple]] = {}
    for number, layer in enumerate(layers):
        match layer:
            case Flatten():
                x = x.reshape(-1)
            case Activation(name="elu"):
                x = np.where(x > 0, x, np.expm1(np.minimum(x, 0)))
            case Convolution() | Pooling() | Dense():
                found[number] = x, shape
                x = forward(layer, x)
                shape = x.shape
            case Reshape():
                x = x.reshape(28, 28, 1)
                shape = x.shape
    return found


def forward(layer: Convolution | Pooling | Dense, x: Values) -> Values:
    if isinstance(layer, Dense):
        return x @ layer.kernel + layer.bias
    if isinstance(layer, Pooling):
        side = layer.side
        blocks = sliding_window_view(x, (side, side), (0, 1))[::side, ::side]
        return blocks.mean((-2, -1)) if layer.average else blocks.max((-2, -1))
    return np.einsum("yxcij,ijcm->yxm", windows(layer, x), layer.kernel) + layer.bias


def windows(layer: Convolution, x: Values) -> Values:
    """What the filters see at each of their positions: (rows, columns, channels, side, side)."""
    side = len(layer.kernel)
    if layer.same:
        missing = [max((-(-n // layer.stride) - 1) * layer.stride + side - n, 0) for n in x.shape]
        x = np.pad(x, [*((n // 2, n - n // 2) for n in missing[:2]), (0, 0)])
    seen: Values = sliding_window_view(x, (side, side), (0, 1))
    return seen[:: layer.stride, :: layer.stride]


def by_definition(layer: InferenceLayer, x: Values, shape: tuple[int, ...]) -> tuple[Values, float]:
    """The contributions (inputs, units), and the size of what they are sums of."""
    if isinstance(layer, Dense):
        terms = x[:, np.newaxis] * layer.kernel
        channels = shape[-1] if len(shape) == 3 else len(terms)
        return terms.reshape(-1, channels, terms.shape[-1]).sum(0), float(
            np.abs(terms).sum(0).max()
        )
    if isinstance(layer, Pooling):
        summed = forward(layer, x).sum((0, 1))
        return np.diag(summed), float(np.abs(summed).max())
    assert isinstance(layer, Convolution)
    seen = windows(layer, x)
    size = np.einsum("yxcij,ijcm->cm", np.abs(seen), np.abs(layer.kernel)).max()
    return np.einsum("yxcij,ijcm->cm", seen, layer.kernel), float(size)

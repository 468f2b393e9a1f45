"""What the nodes of a network's first layer respond to."""

from dataclasses import replace

import numpy as np
import pytest

from digitapp.explaining.nodes import MOST_NODES, first_layer
from digitapp.training.architectures import ARCHITECTURES, build
from tests.tiny_runs import TINY


def test_each_node_of_a_dense_layer_has_a_picture_of_its_weights() -> None:
    model = build(TINY)
    kernel = np.zeros((784, 16), np.float32)
    kernel[28 * 3 + 5, 7] = 0.5  # node 7 looks at the sixth pixel of the fourth row
    model.layers[1].kernel.assign(kernel)
    found = first_layer(model.variables)
    assert (found.shape, found.dtype) == ((16, 28, 28), np.float16)
    assert np.argwhere(found).tolist() == [[7, 3, 5]]
    assert found[7, 3, 5] == 0.5


def test_without_hidden_layers_the_ten_classes_have_pictures() -> None:
    assert first_layer(build(replace(TINY, hidden=())).variables).shape == (10, 28, 28)


def test_of_a_wide_layer_the_first_nodes_are_shown() -> None:
    model = build(replace(TINY, hidden=(100,)))
    found = first_layer(model.variables)
    assert found.shape == (MOST_NODES, 28, 28)
    kernel = np.asarray(model.layers[1].kernel).T.reshape(100, 28, 28)
    np.testing.assert_allclose(found, kernel[:MOST_NODES], atol=1e-3)


def test_weights_of_a_training_that_went_wrong_are_compared_all_the_same() -> None:
    kernel = np.zeros((784, 3), np.float32)
    kernel[0] = 1e9, -5e8, np.inf
    found = first_layer([kernel])[:, 0, 0].astype(np.float32)
    assert found[0] == -2 * found[1] > 60_000
    assert found[2] == np.inf


@pytest.mark.parametrize(
    ("name", "shape"),
    [("simple-cnn", (16, 3, 3)), ("lenet-5", (6, 5, 5)), ("deep-cnn", (32, 3, 3))],
)
def test_a_convolutions_filters_are_shown_as_they_are(
    name: str, shape: tuple[int, int, int]
) -> None:
    model = build(replace(TINY, architecture=name))
    kernel = np.zeros((*shape[1:], 1, shape[0]), np.float32)
    kernel[2, 1, 0, 4] = 0.5
    next(layer for layer in model.layers if layer.trainable_weights).kernel.assign(kernel)
    found = first_layer(model.variables)
    assert (found.shape, found.dtype) == (shape, np.float16)
    assert np.argwhere(found).tolist() == [[4, 2, 1]]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_has_something_to_show(name: str) -> None:
    assert np.isfinite(first_layer(build(replace(TINY, architecture=name)).variables)).all()

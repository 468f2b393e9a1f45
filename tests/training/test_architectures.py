"""Architectures: each is built as its spec says, and deterministically."""

import random
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from digitapp.errors import UnknownName
from digitapp.training.architectures import ARCHITECTURES, build, make_layer
from digitapp.training.spec import ACTIVATIONS, PRESETS, TrainingSpec

IMAGES = np.random.default_rng(0).random((3, 28, 28), dtype=np.float32)

# Weights and biases by hand: inputs x units + units, filters x (side x side x channels + 1).
PARAMETERS = [
    (PRESETS["dense-128"], 784 * 128 + 128 + 128 * 10 + 10, 101_770),
    (PRESETS["dense-512"], 784 * 512 + 512 + 512 * 10 + 10, 407_050),
    (PRESETS["nodes-and-layers"], 784 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10, 109_386),
    (PRESETS["fashion-300-100"], 784 * 300 + 300 + 300 * 100 + 100 + 100 * 10 + 10, 266_610),
    (TrainingSpec(hidden=()), 784 * 10 + 10, 7_850),
    (
        TrainingSpec(architecture="simple-cnn"),
        16 * (9 + 1) + 32 * (9 * 16 + 1) + (5 * 5 * 32) * 64 + 64 + 64 * 10 + 10,
        56_714,
    ),
    (
        TrainingSpec(architecture="lenet-5"),
        6 * (25 + 1) + 16 * (25 * 6 + 1) + 400 * 120 + 120 + 120 * 84 + 84 + 84 * 10 + 10,
        61_706,
    ),
    (
        # No biases before batch normalisation, which has four numbers per filter.
        TrainingSpec(architecture="deep-cnn"),
        9 * (32 + 32 * 32 + 32 * 64 + 64 * 64)
        + 4 * (32 + 32 + 64 + 64)
        + (7 * 7 * 64) * 128
        + 128
        + 128 * 10
        + 10,
        468_394,
    ),
    (
        PRESETS["recogniser"],
        9 * (32 + 32 * 48 + 48 * 64 + 64 * 96 + 96 * 128 + 128 * 160)
        + 4 * (32 + 48 + 64 + 96 + 128 + 160)
        + (4 * 4 * 160) * 128
        + 128
        + 128 * 10
        + 10,
        723_178,
    ),
]


def _spec(architecture: str, **settings: Any) -> TrainingSpec:
    return TrainingSpec(architecture=architecture, **settings)


def _weights(spec: TrainingSpec) -> list[np.ndarray]:
    return build(spec).get_weights()


def _with_weights(spec: TrainingSpec) -> list[Any]:
    """Return the convolutions and dense layers, except the last."""
    return [each for each in build(spec).layers if hasattr(each, "kernel")][:-1]


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("classes", [2, 10])
def test_a_network_turns_images_into_probabilities(name: str, classes: int) -> None:
    found = np.asarray(build(_spec(name), classes)(IMAGES))
    assert found.shape == (3, classes)
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_network_looks_at_the_whole_image(name: str) -> None:
    model = build(_spec(name))
    whole = np.asarray(model(IMAGES[:1]))
    for rows, columns in [(0, 0), (0, 18), (18, 0), (18, 18)]:
        covered = IMAGES[:1].copy()
        covered[:, rows : rows + 10, columns : columns + 10] = 0
        assert np.abs(np.asarray(model(covered)) - whole).max() > 1e-7


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_same_seed_gives_the_same_weights(name: str) -> None:
    for first, second in zip(_weights(_spec(name)), _weights(_spec(name)), strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_another_seed_gives_other_weights(name: str) -> None:
    assert (_weights(_spec(name))[0] != _weights(_spec(name, seed=1))[0]).any()


@pytest.mark.parametrize("name", ["dense", "deep-cnn"])
def test_the_weights_are_those_that_keras_draws_from_the_seed(name: str) -> None:
    """In the order in which the layers are made: the last one first."""
    spec = TrainingSpec(architecture=name, dropout=0.2, seed=4)
    ours = build(spec).get_weights()
    keras.utils.set_random_seed(4)
    output = keras.layers.Dense(10, activation="softmax")
    hidden = [make_layer(layer) for layer in ARCHITECTURES[name](spec)]
    theirs = keras.Sequential([keras.Input((28, 28)), *hidden, output]).get_weights()
    assert all(map(np.array_equal, ours, theirs))


def test_building_a_network_leaves_the_generators_of_the_process_alone() -> None:
    """They belong to everyone in it."""

    def drawn(between: Callable[[], object]) -> tuple[float, float, float]:
        keras.utils.set_random_seed(1)
        between()
        return random.random(), float(np.random.random()), float(tf.random.uniform(()))

    assert drawn(lambda: None) == drawn(lambda: build(TrainingSpec(seed=3)))


@pytest.mark.parametrize(
    ("spec", "by_hand", "known"), PARAMETERS, ids=[str(row[2]) for row in PARAMETERS]
)
def test_a_network_has_the_parameters_counted_by_hand(
    spec: TrainingSpec, by_hand: int, known: int
) -> None:
    assert build(spec).count_params() == by_hand == known


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_hidden_layer_has_the_activation_of_the_spec(name: str, activation: str) -> None:
    layers = build(_spec(name, activation=activation)).layers[:-1]
    used = {each.activation.__name__ for each in layers if hasattr(each, "activation")}
    assert used - {"linear"} == {activation}
    bare = [each for each in layers if getattr(each, "activation", None)]
    followed = [type(each).__name__ for each in layers].count("Activation")
    assert sum(each.activation.__name__ == "linear" for each in bare) == followed


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_hidden_layer_is_regularised_when_the_spec_asks_for_it(name: str) -> None:
    assert not any(each.kernel_regularizer for each in _with_weights(_spec(name)))
    strengths = [float(each.kernel_regularizer.l2) for each in _with_weights(_spec(name, l2=0.01))]
    assert strengths == pytest.approx([0.01] * len(strengths))
    assert strengths


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_dropout_follows_each_dense_layer_when_the_spec_asks_for_it(name: str) -> None:
    def kinds(spec: TrainingSpec) -> list[str]:
        return [type(each).__name__ for each in build(spec).layers]

    assert "Dropout" not in kinds(_spec(name))
    found = kinds(_spec(name, dropout=0.3))
    after = [found[n + 1] for n, kind in enumerate(found[:-1]) if kind == "Dense"]
    assert set(after) == {"Dropout"}


def test_dropout_drops_the_share_of_the_spec_and_only_in_training() -> None:
    model = build(_spec("dense", dropout=0.25))
    assert [each.rate for each in model.layers if hasattr(each, "rate")] == [0.25]
    np.testing.assert_array_equal(model(IMAGES), model(IMAGES, training=False))
    assert (np.asarray(model(IMAGES, training=True)) != np.asarray(model(IMAGES))).any()


def test_only_the_dense_network_has_the_widths_of_the_spec() -> None:
    widths = [each.units for each in _with_weights(_spec("dense", hidden=(30, 20, 10)))]
    assert widths == [30, 20, 10]


def test_an_unknown_architecture_is_answered_with_those_that_exist() -> None:
    with pytest.raises(UnknownName, match="Unknown architecture 'cnn'") as caught:
        build(TrainingSpec(architecture="cnn"))
    assert all(name in str(caught.value) for name in ARCHITECTURES)

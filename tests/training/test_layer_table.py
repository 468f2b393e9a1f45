"""What is said of a network before it is built, compared with what Keras builds."""

import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
import pytest

from digitapp.errors import InvalidSetting
from digitapp.training import architectures, layer_table, trainer
from digitapp.training.architectures import ARCHITECTURES, build, layers
from digitapp.training.layer_specs import KINDS, LayerSpec
from digitapp.training.spec import ACTIVATIONS, TrainingSpec

ROOT = Path(__file__).resolve().parent.parent.parent
TINY = (4,)  # nodes
SETTINGS: list[tuple[dict[str, Any], int]] = [
    ({}, 10),
    ({"dropout": 0.5}, 2),
    ({"dropout": 0.2, "l2": 0.01}, 3),
    ({"base": "recogniser", "dropout": 0.3, "l2": 0.001}, 26),
]
WIDTHS: list[tuple[int, ...]] = [(), (1,), (9, 7), (300, 100, 50, 20, 10)]
CASES = [
    *((TrainingSpec(architecture=a, **s), n) for a in ARCHITECTURES for s, n in SETTINGS),
    *((TrainingSpec(hidden=widths, l2=0.1, dropout=0.1), 10) for widths in WIDTHS),
    *(
        (TrainingSpec(architecture=name, activation=activation, hidden=TINY), 10)
        for name in ("dense", "deep-cnn")
        for activation in ACTIVATIONS[1:]
    ),
]


class Case(NamedTuple):
    """A network as described, and as Keras builds it."""

    layers: list[LayerSpec]
    model: Any


@pytest.fixture(
    scope="module",
    params=CASES,
    ids=lambda case: f"{case[0].architecture}-{CASES.index(case)}",
)
def case(request: pytest.FixtureRequest) -> Case:
    spec, classes = request.param
    keras.backend.clear_session()  # the names begin anew
    return Case(layers(spec, classes), build(spec, classes))


def size(variables: list[Any]) -> int:
    return sum(int(np.prod(each.shape)) for each in variables)


def test_the_rows_are_those_of_the_network(case: Case) -> None:
    first, *rows = layer_table.rows(case.layers)
    assert (first.name, first.shape, first.parameters) == ("images", (28, 28), 0)
    assert [(row.name, row.kind, row.shape) for row in rows] == [
        (each.name, type(each).__name__, each.output.shape[1:]) for each in case.model.layers
    ]


def test_the_parameters_are_counted_as_keras_does(case: Case) -> None:
    _, *rows = layer_table.rows(case.layers)
    assert [(row.parameters, row.trainable) for row in rows] == [
        (each.count_params(), size(each.trainable_weights)) for each in case.model.layers
    ]
    assert layer_table.parameters(case.layers) == case.model.count_params()


def test_the_variables_are_in_the_order_of_keras(case: Case) -> None:
    found = layer_table.variables(case.layers)
    owners = {
        id(variable): layer.name for layer in case.model.layers for variable in layer.variables
    }
    assert [(v.layer, v.name, v.shape, v.dtype, v.trainable) for v in found] == [
        (owners[id(v)], v.name, tuple(v.shape), v.dtype, v.trainable) for v in case.model.variables
    ]


def test_the_penalty_is_that_of_keras(case: Case) -> None:
    values = [np.array(variable) for variable in case.model.variables]
    expected = sum(float(each) for each in case.model.losses)
    assert layer_table.penalty(case.layers, values) == pytest.approx(expected, rel=1e-6)
    assert bool(expected) == any(layer.l2 for layer in case.layers)


def test_a_layer_that_is_not_trained_has_no_penalty() -> None:
    dense = keras.layers.Dense(3, kernel_regularizer=keras.regularizers.L2(0.1), trainable=False)
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), dense])
    described = [LayerSpec("Flatten"), LayerSpec("Dense", (3,), {"trainable": False}, l2=0.1)]
    values = [np.array(variable) for variable in model.variables]
    assert layer_table.penalty(described, values) == 0 == len(model.losses)
    assert [row.trainable for row in layer_table.rows(described)] == [0, 0, 0]


@pytest.mark.parametrize("kind", ["Conv2D", "MaxPooling2D", "AveragePooling2D"])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_windows_are_placed_as_in_keras_and_refused_where_none_fits(
    kind: str, padding: str
) -> None:
    for pixels, side, strides in itertools.product((1, 2, 3, 5, 28), (1, 2, 3, 5), (1, 2, 3)):
        arguments = (4, side) if kind == "Conv2D" else (side,)
        options: dict[str, Any] = {"strides": strides, "padding": padding}
        layer = getattr(keras.layers, kind)(*arguments, **options)
        shape = (pixels, pixels, 2)
        try:
            expected = layer.compute_output_shape((None, *shape))[1:]
        except ValueError:
            with pytest.raises(InvalidSetting, match=f"only {pixels} pixels wide"):
                KINDS[kind](shape, *arguments, **options)
        else:
            assert KINDS[kind](shape, *arguments, **options)[0] == expected


def test_an_option_whose_effect_is_not_known_is_an_error() -> None:
    dilated = [LayerSpec("Reshape", ((28, 28, 1),)), LayerSpec("Conv2D", (4, 3), {"dilation": 2})]
    with pytest.raises(TypeError, match="dilation"):
        layer_table.rows(dilated)


def test_the_largest_network_is_allowed_and_one_weight_more_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = TrainingSpec(hidden=())
    monkeypatch.setattr(architectures, "MOST_PARAMETERS", 7_850)
    layers(spec, 10)
    monkeypatch.setattr(architectures, "MOST_PARAMETERS", 7_849)
    with pytest.raises(InvalidSetting) as caught:
        layers(spec, 10)
    assert str(caught.value) == (
        "This network would have 7,850 weights; at most 7,849 are allowed. Make its layers smaller."
    )


def test_what_is_too_large_is_never_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitapp.backend.start", lambda: pytest.fail("it starts TensorFlow"))
    spec = TrainingSpec(hidden=(4096, 4096, 4096))
    with pytest.raises(InvalidSetting, match="would have 36,"):
        build(spec)
    with pytest.raises(InvalidSetting, match="would have 36,"):
        trainer.check(spec, 60_000, 10)


def test_the_check_counts_the_weights_of_all_classes() -> None:
    spec = TrainingSpec(hidden=(1800, 4096, 2600))  # almost as large as is allowed
    trainer.check(spec, 60_000, 10)
    with pytest.raises(InvalidSetting, match="at most 20,000,000 are allowed"):
        trainer.check(spec, 60_000, 1000)


def test_no_tensorflow_is_needed() -> None:
    code = """
import sys
sys.modules["tensorflow"] = sys.modules["keras"] = None
from digitapp.training import layer_table, trainer
from digitapp.training.architectures import ARCHITECTURES, layers
from digitapp.training.spec import TrainingSpec
for name in ARCHITECTURES:
    spec = TrainingSpec(architecture=name, dropout=0.5)
    trainer.check(spec, 60_000, 10)
    print(len(layer_table.rows(layers(spec))))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == len(ARCHITECTURES)

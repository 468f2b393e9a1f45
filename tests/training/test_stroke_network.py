from collections.abc import Iterator

import keras
import numpy as np
import pytest

from digitapp.data import hands, stroke_examples
from digitapp.drawing.pen_path import CHANNELS, POINTS, Path
from digitapp.errors import BadFile
from digitapp.reading.combination import Combination
from digitapp.reading.stroke_reader import COMBINATION, StrokeReader
from digitapp.training import stroke_network

NOTES = {COMBINATION: Combination().to_json()}


def _paths(count: int) -> Path:
    shape = (count, POINTS, CHANNELS)
    return np.random.default_rng(3).normal(size=shape).astype(np.float32)


@pytest.fixture(scope="module")
def network() -> keras.Model:
    """Return an untrained network whose batch normalisation does something."""
    made, rng = stroke_network.build(1), np.random.default_rng(1)
    for layer in made.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([rng.uniform(0.5, 1.5, each.shape) for each in layer.get_weights()])
    return made


@pytest.fixture
def few_examples(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, count in {"TIMES": 1, "PEN_DIGITS": 300, "OTHERS": 100, "MADE_UP": 20}.items():
        monkeypatch.setattr(stroke_examples, name, count)
    return


def test_onnx_runtime_reads_as_keras_does(network: keras.Model) -> None:
    file = stroke_network.to_onnx(network, NOTES)
    paths = _paths(70)
    found = StrokeReader(file).outputs(paths)
    assert found == pytest.approx(stroke_network.outputs(network, paths), abs=1e-6)
    assert found.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_the_file_is_small(network: keras.Model) -> None:
    assert len(stroke_network.to_onnx(network, NOTES)) < 1_000_000


def test_a_network_from_its_file_is_the_same_and_goes_back_to_it(network: keras.Model) -> None:
    file = stroke_network.to_onnx(network, NOTES)
    again = stroke_network.from_onnx(file)
    assert stroke_network.outputs(again, _paths(9)) == pytest.approx(
        stroke_network.outputs(network, _paths(9)), abs=1e-6
    )
    assert StrokeReader(stroke_network.to_onnx(again, NOTES)).outputs(_paths(9)) == pytest.approx(
        StrokeReader(file).outputs(_paths(9)), abs=1e-6
    )


def test_a_network_from_its_file_can_learn(network: keras.Model) -> None:
    again = stroke_network.from_onnx(stroke_network.to_onnx(network, NOTES))
    paths, labels = _paths(64), np.full(64, 4)
    before = stroke_network.outputs(again, paths)[:, 4].mean()
    stroke_network.train(again, lambda epoch: (paths, labels), epochs=3, batch_size=16)
    assert stroke_network.outputs(again, paths)[:, 4].mean() > max(before, 0.5)


def test_a_damaged_file_is_said_to_be_one() -> None:
    with pytest.raises(BadFile):
        stroke_network.from_onnx(b"no network")


def test_what_it_has_learned_it_reads_of_people_it_has_never_seen(few_examples: None) -> None:
    digits = hands.read("uji")
    made = stroke_network.trained([each for each in digits if each.writer % 3], seed=2)
    left = [each for each in digits if each.writer % 3 == 0]
    paths = stroke_examples.pen_path.of_drawings(each.drawing() for each in left)
    right = stroke_network.outputs(made, paths).argmax(axis=1) == [each.label for each in left]
    assert right.mean() > 0.7  # 0.9; chance is 0.1

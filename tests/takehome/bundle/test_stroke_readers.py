"""The stroke reader of a run travels with it; what is not such a reader is refused."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.errors import BadFile
from digitapp.library import models, onnx_networks
from digitapp.reading.combination import Combination
from digitapp.reading.stroke_reader import COMBINATION, StrokeReader
from digitapp.runs import RunStore
from digitapp.takehome import bundle
from digitapp.takehome.bundle import stroke_readers
from digitapp.takehome.bundle.archive import STROKE_READER
from tests.takehome.bundle.run_files import DIGITS, IMAGES, SPEC, added, parts, zipped

pytestmark = pytest.mark.usefixtures("no_datasets")

NAMES = (*DIGITS, NOT_A_DIGIT)
TAUGHT = replace(SPEC, dataset="my_handwriting", base="recogniser")
PATHS = np.random.default_rng(1).uniform(-1, 1, (20, 64, 5)).astype(np.float32)


@pytest.fixture(scope="module")
def reader() -> bytes:
    return models.network_file("recogniser").strokes


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, reader: bytes) -> bytes:
    """An exported run with a stroke reader."""
    store = RunStore(f"sqlite:///{tmp_path_factory.mktemp('moved') / 'runs.db'}")
    packed = onnx_networks.packed_strokes(reader)
    return bundle.keras_bundle(store, added(store, TAUGHT, NAMES, strokes=packed))


def test_it_arrives_with_its_run_and_reads_as_before(
    file: bytes, reader: bytes, ours: RunStore
) -> None:
    run = bundle.import_run(ours, file)
    found, known = models.load(models.of_run(run), ours), StrokeReader(reader)
    assert found.strokes is not None
    assert found.strokes.combination == known.combination
    np.testing.assert_allclose(found.strokes.outputs(PATHS), known.outputs(PATHS), atol=1e-6)
    assert found.predict(list(IMAGES[:1]), list(PATHS[:1]))[0].parts is not None
    again = bundle.keras_bundle(ours, ours.get(run))
    assert STROKE_READER in parts(again)


def test_a_file_without_one_is_imported_without(file: bytes, ours: RunStore) -> None:
    older = {name: data for name, data in parts(file).items() if name != STROKE_READER}
    run = bundle.import_run(ours, zipped(older))
    assert not models.load(models.of_run(run), ours).reads_movement
    assert not models.reads_movement(models.of_run(run), ours)


def _changed(change: Callable[[onnx.ModelProto], None]) -> Callable[[bytes], bytes]:
    def do(data: bytes) -> bytes:
        model = onnx.ModelProto.FromString(data)
        change(model)
        return bytes(model.SerializeToString())

    return do


def _elsewhere(model: onnx.ModelProto) -> None:
    weights = model.graph.initializer[2]
    weights.ClearField("raw_data")
    weights.data_location = onnx.TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="/etc/passwd")


def _endless(model: onnx.ModelProto) -> None:
    weights = model.graph.initializer[-2]
    values = np.full_like(numpy_helper.to_array(weights), 3e38)
    weights.CopyFrom(numpy_helper.from_array(values, weights.name))


def _told(text: str) -> Callable[[onnx.ModelProto], None]:
    def do(model: onnx.ModelProto) -> None:
        for each in model.metadata_props:
            if each.key == COMBINATION:
                each.value = text

    return do


def _operator(model: onnx.ModelProto) -> None:
    model.graph.node[1].op_type = "Loop"


def _stride(model: onnx.ModelProto) -> None:
    for each in model.graph.node[1].attribute:
        if each.name == "strides":
            each.ints[:] = [0, 0]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"\0",
    "a network of images": lambda data: models.network_file("recogniser").content,
    "weights in another file": _changed(_elsewhere),
    "endless weights": _changed(_endless),
    "an unknown operator": _changed(_operator),
    "a stride of 0": _changed(_stride),
    "no combination": _changed(_told("")),
    "half a combination": _changed(_told('{"weight": 1}')),
    "an endless combination": _changed(
        _told(Combination(weight=float("inf")).to_json()),
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_what_is_no_stroke_reader_is_a_sentence(kind: str, reader: bytes) -> None:
    with pytest.raises(BadFile, match=r"^The stroke reader in this file cannot be used\. "):
        stroke_readers.read(DAMAGE[kind](reader), NAMES)


def test_it_must_go_with_the_network_beside_it(reader: bytes) -> None:
    with pytest.raises(BadFile, match=r"cannot be used\. The network beside it knows 0, 1, 2"):
        stroke_readers.read(reader, DIGITS)


def test_a_damaged_one_keeps_the_run_from_being_imported(file: bytes, ours: RunStore) -> None:
    with pytest.raises(BadFile, match="The stroke reader in this file cannot be used"):
        bundle.import_run(ours, zipped({**parts(file), STROKE_READER: b"no network"}))
    assert ours.all() == []

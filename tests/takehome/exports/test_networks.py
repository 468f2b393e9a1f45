"""Exported networks give the same answers as the original, in the tools people use."""

import io
import json
import zipfile
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from digitapp.errors import BadFile, UnknownName
from digitapp.library import models
from digitapp.reading.prediction import Predictor
from digitapp.takehome.exports import EXPORTS, export
from digitapp.training import checkpoints
from tests.takehome.exports.conftest import DEEP, DENSE, ELEVEN, SMALL, Kept

Images = NDArray[np.float32]

FLOAT = ("keras", "savedmodel", "tflite", "onnx")
TOLERANCE = 2e-5  # five times the measured error: float32 sums differ in order
INT8_TOLERANCE = 0.1


def _by_keras(path: Path, images: Images) -> Images:
    import keras

    return keras.models.load_model(path).predict(images, verbose=0)


def _by_tensorflow(path: Path, images: Images) -> Images:
    import tensorflow as tf

    with zipfile.ZipFile(path) as archive:
        archive.extractall(path.parent)
    (folder,) = (each for each in path.parent.iterdir() if each.is_dir())
    serve = tf.saved_model.load(str(folder)).signatures["serving_default"]
    return serve(images=tf.constant(images))["probabilities"].numpy()


def _by_litert(path: Path, images: Images) -> Images:
    ask = _litert(path).get_signature_runner("serving_default")
    return np.concatenate([ask(images=image[np.newaxis])["probabilities"] for image in images])


def _litert(path: Path) -> Any:
    from ai_edge_litert.interpreter import Interpreter

    return Interpreter(model_path=str(path))


def _by_onnxruntime(path: Path, images: Images) -> Images:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (found,) = session.run(["probabilities"], {"images": images})
    return found


IN_A_BROWSER = {"tfjs", "webpage"}  # tests/browser tries these
TOOLS: dict[str, Callable[[Path, Images], Images]] = {
    "keras": _by_keras,
    "savedmodel": _by_tensorflow,
    "tflite": _by_litert,
    "tflite-int8": _by_litert,
    "onnx": _by_onnxruntime,
}


def _file(kept: Kept, name: str, kind: str, folder: Path) -> Path:
    exported = kept.exported(name, kind)
    path = folder / exported.file_name
    path.write_bytes(exported.data)
    return path


def test_every_format_of_a_network_is_tried_by_its_tool() -> None:
    assert TOOLS.keys() | IN_A_BROWSER == {
        kind for kind, entry in EXPORTS.items() if entry.of_network
    }


@pytest.mark.parametrize(
    ("kind", "name"),
    # The deep one has batch normalisation, which converters fold into other layers.
    [*product(FLOAT, (DENSE, SMALL)), ("tflite", DEEP), ("onnx", DEEP)],
)
def test_a_network_answers_in_its_tool_as_at_home(
    kind: str, name: str, kept: Kept, tmp_path: Path
) -> None:
    found = TOOLS[kind](_file(kept, name, kind, tmp_path), kept.images)
    assert found.dtype == np.float32
    assert np.abs(found - kept.answers(name)).max() <= TOLERANCE


@pytest.mark.parametrize("name", [DENSE, SMALL])
def test_a_network_of_whole_numbers_reads_nearly_the_same(
    name: str, kept: Kept, tmp_path: Path
) -> None:
    found = _by_litert(_file(kept, name, "tflite-int8", tmp_path), kept.images)
    home = kept.answers(name)
    assert np.mean(found.argmax(axis=1) == home.argmax(axis=1)) >= 0.98
    assert np.abs(found - home).max() <= INT8_TOLERANCE


@pytest.mark.parametrize("name", [DENSE, SMALL])
def test_a_network_of_whole_numbers_has_no_others_inside(
    name: str, kept: Kept, tmp_path: Path
) -> None:
    reader = _litert(_file(kept, name, "tflite-int8", tmp_path))
    outside = {each["name"] for each in (*reader.get_input_details(), *reader.get_output_details())}
    inside = [each for each in reader.get_tensor_details() if each["name"] not in outside]
    assert {each["dtype"] for each in inside} == {np.int8, np.int32}


def test_a_network_of_whole_numbers_is_a_quarter_of_the_size(kept: Kept) -> None:
    sizes = {kind: len(kept.exported(SMALL, kind).data) for kind in ("tflite", "tflite-int8")}
    assert sizes["tflite-int8"] < 0.3 * sizes["tflite"]


@pytest.mark.parametrize("kind", ["tflite", "tflite-int8"])
def test_what_is_converted_for_phones_comes_with_its_measured_accuracy(
    kind: str, kept: Kept
) -> None:
    found, run = kept.exported(SMALL, kind).measured, kept.run(SMALL)
    assert found
    assert (found.images, found.total) == (50, 50)
    assert found.original == pytest.approx(run.test_accuracy)
    assert abs(found.accuracy - found.original) <= 0.04
    assert "of 50 test images right" in found.sentence


def test_networks_tell_the_names_of_their_classes(kept: Kept) -> None:
    saved = zipfile.ZipFile(io.BytesIO(kept.exported(SMALL, "savedmodel").data))
    told = saved.read(f"run-{kept.ids[SMALL]}/assets.extra/class_names.txt").decode()
    assert tuple(told.splitlines()) == ELEVEN
    found = onnx.load_from_string(kept.exported(SMALL, "onnx").data)
    noted = {each.key: each.value for each in found.metadata_props}
    assert tuple(json.loads(noted["class_names"])) == ELEVEN
    assert noted["preparation"] == "mnist"
    folder = zipfile.ZipFile(io.BytesIO(kept.exported(SMALL, "tfjs").data))
    model = json.loads(folder.read(f"run-{kept.ids[SMALL]}/model.json"))
    assert tuple(model["userDefinedMetadata"]["class_names"]) == ELEVEN


@pytest.mark.parametrize("name", [DENSE, SMALL, DEEP])
def test_an_onnx_file_is_valid_and_is_what_the_app_reads(name: str, kept: Kept) -> None:
    data = kept.exported(name, "onnx").data
    found = onnx.load_from_string(data)
    onnx.checker.check_model(found, full_check=True)
    assert [each.name for each in found.graph.input] == ["images"]
    assert [each.name for each in found.graph.output] == ["probabilities"]
    run = kept.run(name)
    predictor = models.load(models.of_run(run.id), kept.store)
    classes = models.class_names_of(kept.store, run)
    assert np.array_equal(
        Predictor(data, classes).outputs(kept.images), predictor.outputs(kept.images)
    )


@pytest.mark.parametrize("kind", [kind for kind in EXPORTS if EXPORTS[kind].of_network])
def test_a_damaged_network_is_told_in_a_sentence(kind: str, kept: Kept) -> None:
    weights = {"model-0": np.zeros((784, 32), np.float32)}
    run = kept.store.get(_copy(kept, "mnist", checkpoints.pack(weights)))
    with pytest.raises(BadFile, match="do not fit the network that their settings describe"):
        export(kept.store, run, kind)


def test_a_run_whose_images_are_gone_is_converted_but_not_measured(kept: Kept) -> None:
    lost = _copy(kept, "gone")
    found = export(kept.store, kept.store.get(lost), "tflite")
    assert found.measured is None
    assert found.data
    with pytest.raises(UnknownName, match="Unknown dataset 'gone'"):
        export(kept.store, kept.store.get(lost), "tflite-int8")


def _copy(kept: Kept, dataset: str, model: bytes | None = None) -> int:
    """Copy the dense run, as if trained on another dataset, or with other weights."""
    run, store = kept.run(DENSE), kept.store
    model = model or store.blob(run.id, "model")
    assert model
    return store.add(
        run.spec.changed({"dataset": dataset}),
        name="",
        epochs=(),
        model=model,
        test=None,
        test_loss=None,
        test_accuracy=None,
        images=0,
        batches=0,
        parameters=run.parameters,
    )


def test_the_classes_of_clothes_are_named(kept: Kept) -> None:
    run = kept.store.get(_copy(kept, "fashion_mnist"))
    found = onnx.load_from_string(export(kept.store, run, "onnx").data)
    assert "ankle boot" in json.loads(found.metadata_props[0].value)
    assert models.class_names(models.of_run(run.id), kept.store)[9] == "ankle boot"

"""What is taken home of networks of two, three and twenty-six classes."""

import contextlib
import io
import json
import runpy
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from digitapp.data.datasets import DATASETS
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.errors import BadFile
from digitapp.library import catalogue, models
from digitapp.runs import RunStore
from digitapp.runs.records import TEST
from digitapp.takehome import bundle
from digitapp.takehome.exports import export, networks
from digitapp.takehome.report import report
from digitapp.text.escaping import figure as in_figure
from digitapp.text.escaping import html
from digitapp.training import checkpoints
from digitapp.training.batching import as_input
from tests.of_classes import NAMES, RUNS
from tests.takehome.bundle.run_files import added, told
from tests.tiny_runs import weights

Answers = NDArray[np.float32]


def _by_onnxruntime(data: bytes, images: Answers) -> Answers:
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    (found,) = session.run(["probabilities"], {"images": images})
    return np.asarray(found)


# The largest difference from the answers of the run's own network: as in `exports/test_networks`.
FORMATS: dict[str, tuple[Callable[[bytes, Answers], Answers], float]] = {
    "tflite": (networks.lite_answers, 2e-5),
    "tflite-int8": (networks.lite_answers, 0.1),
    "onnx": (_by_onnxruntime, 2e-5),
}


def known_answers(store: RunStore, name: str) -> Answers:
    """Return the probabilities for the test images that the run has stored."""
    return np.asarray(
        checkpoints.unpack(store.blob(RUNS[name], TEST) or b"")["probabilities"], np.float32
    )


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_a_network_answers_as_at_home(name: str, kind: str, other_classes: RunStore) -> None:
    images = as_input(catalogue.dataset(other_classes, name).x_test)
    found = export(other_classes, other_classes.get(RUNS[name]), kind)
    answers, tolerance = FORMATS[kind]
    said = answers(found.data, images)
    assert said.shape == (len(images), len(NAMES[name]))
    assert np.abs(said - known_answers(other_classes, name)).max() <= tolerance
    if found.measured:
        assert f"of {len(images)} test images right" in found.measured.sentence


@pytest.mark.parametrize("name", NAMES)
def test_its_file_names_its_classes(name: str, other_classes: RunStore) -> None:
    data = export(other_classes, other_classes.get(RUNS[name]), "onnx").data
    noted = {each.key: each.value for each in onnx.load_from_string(data).metadata_props}
    assert tuple(json.loads(noted["class_names"])) == NAMES[name]
    assert noted["preparation"] == "mnist"


@pytest.mark.parametrize("kind", ["tflite", "tflite-int8"])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_tensorflow_lite_names_its_classes_as_its_metadata_does(
    name: str, kind: str, other_classes: RunStore
) -> None:
    data = export(other_classes, other_classes.get(RUNS[name]), kind).data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("labels.txt").decode().splitlines() == list(NAMES[name])
        noted = json.loads(archive.read("metadata.json"))
    assert noted == {"class_names": list(NAMES[name]), "preparation": "mnist"}


@pytest.mark.parametrize("name", ["letters"])
def test_its_code_trains_the_same_network(
    name: str, other_classes: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code = export(other_classes, other_classes.get(RUNS[name]), "script").data
    (tmp_path / "train.py").write_bytes(code)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        found = runpy.run_path("train.py")["model"].get_weights()
    accuracy = other_classes.get(RUNS[name]).test_accuracy
    assert accuracy is not None
    assert f"Test accuracy: {accuracy * 100:.2f} %\n" in printed.getvalue()
    for ours, theirs in zip(found, weights(other_classes, RUNS[name]), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("known", [True, False], ids=["its dataset is there", "it is not"])
@pytest.mark.parametrize("name", NAMES)
def test_a_run_travels_with_its_classes(
    name: str,
    known: bool,
    other_classes: RunStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = other_classes.get(RUNS[name])
    file = bundle.keras_bundle(other_classes, there)
    images = np.random.default_rng(0).random((20, 28, 28), np.float32)
    expected = models.load(models.of_run(there.id), other_classes).probabilities(images)
    ours = RunStore(f"sqlite:///{tmp_path / 'ours.db'}")
    if not known:
        monkeypatch.delitem(DATASETS, name)
    here = ours.get(bundle.import_run(ours, file))
    assert models.class_names(models.of_run(here.id), ours) == NAMES[name]
    assert here.test_accuracy == pytest.approx(there.test_accuracy)
    assert ("measured here" in here.note) is known
    assert ours.epochs(here.id) == other_classes.epochs(there.id)
    found = models.load(models.of_run(here.id), ours).probabilities(images)
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("names", [[], ["alone"]])
def test_a_run_of_fewer_than_two_classes_is_refused(
    names: list[str], other_classes: RunStore
) -> None:
    file = bundle.keras_bundle(other_classes, other_classes.get(RUNS["answers"]))
    with pytest.raises(BadFile, match="must be 2 to 100 different names"):
        bundle.import_run(other_classes, told(file, class_names=names))


def test_a_network_of_a_hundred_classes_and_none_of_these_travels(
    other_classes: RunStore, tmp_path: Path
) -> None:
    names = (*(f"sign {number}" for number in range(100)), NOT_A_DIGIT)
    there = added(other_classes, class_names=names)
    ours = RunStore(f"sqlite:///{tmp_path / 'ours.db'}")
    here = bundle.import_run(ours, bundle.keras_bundle(other_classes, there))
    assert models.class_names(models.of_run(here), ours) == names
    file = told(bundle.keras_bundle(other_classes, there), class_names=[*names, "one more"])
    with pytest.raises(BadFile, match="'sign 9'] and 92 more; they must be 2 to 100 different"):
        bundle.import_run(ours, file)


@pytest.mark.parametrize("name", NAMES)
def test_its_report_has_its_classes(name: str, other_classes: RunStore) -> None:
    page = report(other_classes, other_classes.get(RUNS[name]))
    charts = json.loads(page.partition('<script type="application/json"')[2].partition(">")[2]
                        .partition("</script>")[0])  # fmt: skip
    ticks = charts["confusion"]["layout"]["xaxis"]["ticktext"]
    shown = [each if len(each) < 15 else f"{each[:13]}…" for each in NAMES[name]]
    assert ticks == [in_figure(each) for each in shown]
    assert all(html(each) in page for each in NAMES[name])
    assert not any(each in page for each in NAMES[name] if "<" in each)

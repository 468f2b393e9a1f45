"""Models: loaded by name, and clear errors when their file is damaged."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitapp.data.datasets import DIGIT_NAMES
from digitapp.errors import BadFile, UnknownName
from digitapp.library import keras_models, models
from digitapp.library.models import MODELS
from digitapp.reading.prediction import Predictor
from digitapp.reading.refusals import readable
from digitapp.training.architectures import build
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import PRESETS, TrainingSpec

GOOD = MODELS["recogniser"].path


def _rezipped(change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The bundled model's archive with its members changed or left out."""
    file = io.BytesIO()
    with zipfile.ZipFile(GOOD) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return file.getvalue()


def _with_a_byte_changed() -> bytes:
    raw = bytearray(GOOD.read_bytes())
    raw[len(raw) // 2] ^= 255
    return bytes(raw)


DAMAGED: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"this is no model",
    "cut short": lambda: GOOD.read_bytes()[:-1000],
    "a byte changed": _with_a_byte_changed,
    "another archive": lambda: _rezipped(lambda name, content: None),
    "no weights": lambda: _rezipped(lambda name, old: None if "weights" in name else old),
    "half the weights": lambda: _rezipped(
        lambda name, old: old[: len(old) // 2] if "weights" in name else old
    ),
    "settings cut short": lambda: _rezipped(
        lambda name, old: old[:50] if name == "config.json" else old
    ),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_model_is_named_and_left_as_it_is(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "damaged.keras"
    path.write_bytes(DAMAGED[kind]())
    before = path.read_bytes()
    monkeypatch.setitem(MODELS, "damaged", replace(MODELS["recogniser"], path=path))
    with pytest.raises(BadFile, match="cannot be loaded as a Keras model") as caught:
        keras_models.network("damaged")
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before


def test_a_missing_model_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = replace(MODELS["recogniser"], path=tmp_path / "gone.keras")
    monkeypatch.setitem(MODELS, "gone", entry)
    for load, suffix in ((models.load, "onnx"), (keras_models.network, "keras")):
        with pytest.raises(BadFile) as caught:
            load("gone")
        assert str(tmp_path / f"gone.{suffix}") in str(caught.value)


@pytest.mark.parametrize("kept", [0, 1000, 100_000, -1])
def test_a_damaged_network_to_read_with_is_named(
    kept: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "damaged.onnx"
    path.write_bytes(GOOD.with_suffix(".onnx").read_bytes()[:kept])
    entry = replace(MODELS["recogniser"], path=path.with_suffix(".keras"))
    monkeypatch.setitem(MODELS, "damaged", entry)
    with pytest.raises(BadFile, match="cannot be loaded as a network") as caught:
        models.load("damaged")
    assert str(path) in str(caught.value)


def test_the_two_files_of_a_built_in_network_hold_the_same_weights() -> None:
    for name, entry in MODELS.items():
        values = [np.asarray(each) for each in keras_models.network(name).variables]
        made = onnx_model(PRESETS[entry.preset], entry.class_names, values)
        assert made == entry.path.with_suffix(".onnx").read_bytes()


def test_an_unknown_model_is_answered_with_those_that_exist() -> None:
    with pytest.raises(UnknownName, match="Unknown model 'cnn'") as caught:
        models.load("cnn")
    assert all(name in str(caught.value) for name in MODELS)


def test_a_model_knows_its_classes_and_has_learned_something(recogniser: Predictor) -> None:
    assert recogniser.class_names == readable(MODELS["recogniser"].class_names) == DIGIT_NAMES
    noise = np.random.default_rng(0).random((2, 28, 28), dtype=np.float32)
    noise[1] = 0
    first, second = recogniser.probabilities(noise)
    assert np.abs(first - second).max() > 0.01


def test_the_accuracy_of_a_built_in_network_is_the_one_in_its_card() -> None:
    card = MODELS["recogniser"].path.with_suffix(".md").read_text("utf-8")
    (told,) = re.findall(r"^([\d.]+) % \([\d. to]+\) of 10,000 are right", card, re.MULTILINE)
    assert MODELS["recogniser"].test_accuracy == pytest.approx(float(told) / 100)


def test_a_keras_file_is_taken_as_a_finished_training(tmp_path: Path) -> None:

    spec = TrainingSpec(hidden=(5,))
    made = build(spec, 11)
    made.save(tmp_path / "made.keras")
    found = keras_models.trained_elsewhere(tmp_path / "made.keras", spec, 11)
    weights = zip(found.model.get_weights(), made.get_weights(), strict=True)
    assert all((own == theirs).all() for own, theirs in weights)
    assert found.spec == spec
    with pytest.raises(BadFile):
        keras_models.trained_elsewhere(tmp_path / "made.keras", TrainingSpec(hidden=(6,)), 11)

"""Registries: every entry fulfils the contract its users rely on."""

import hashlib
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pytest

from digitapp.data.datasets import DATASETS
from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.preprocessing import PREPARATIONS
from digitapp.drawing.strokes import Stroke, from_points
from digitapp.errors import DigitappError, UnknownName
from digitapp.evaluation.labelled_files import LabelledStrokes
from digitapp.evaluation.stroke_conditions import CONDITIONS, STROKE_PREPARATIONS
from digitapp.library import models
from digitapp.library.models import MODELS
from digitapp.reading.refusals import readable
from digitapp.registry import lookup
from digitapp.training.architectures import ARCHITECTURES
from digitapp.training.spec import PRESETS, TrainingSpec
from digitapp.training.trainer import OPTIMIZERS, make_optimizer
from tests.digits import DIGITS

REGISTRIES: dict[str, dict[str, Any]] = {
    "dataset": DATASETS,
    "architecture": ARCHITECTURES,
    "optimizer": OPTIMIZERS,
    "preset": PRESETS,
    "model": MODELS,
    "preparation": PREPARATIONS,
    "condition": CONDITIONS,
    "way": STROKE_PREPARATIONS,
}


@pytest.mark.parametrize("kind", REGISTRIES)
def test_lookup_returns_the_entry_itself(kind: str) -> None:
    for name, entry in REGISTRIES[kind].items():
        assert lookup(REGISTRIES[kind], kind, name) is entry


@pytest.mark.parametrize("kind", REGISTRIES)
def test_an_unknown_name_is_answered_with_those_that_exist(kind: str) -> None:
    with pytest.raises(UnknownName) as caught:
        lookup(REGISTRIES[kind], kind, "minst")
    names = ", ".join(REGISTRIES[kind])
    assert str(caught.value) == f"Unknown {kind} 'minst'. Available: {names}."


def test_an_unknown_name_is_an_error_of_this_project() -> None:
    assert issubclass(UnknownName, DigitappError)


@pytest.mark.parametrize("name", [name for table in REGISTRIES.values() for name in table])
def test_a_name_can_be_typed_and_shown_in_a_list(name: str) -> None:
    assert name == name.strip().lower()
    assert "," not in name


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_says_what_it_is_and_how_its_images_were_prepared(name: str) -> None:
    source = DATASETS[name]
    assert source.title
    assert source.about.endswith(".")
    assert source.preparation in PREPARATIONS
    assert len(source.class_names) == len(set(source.class_names)) >= 2


@pytest.mark.parametrize("name", DATASETS)
def test_the_files_of_a_dataset_are_within_its_folder_and_have_hashes(name: str) -> None:
    for file, known_hash in DATASETS[name].files.items():
        path = PurePosixPath(file)
        assert not path.is_absolute()
        assert ".." not in path.parts
        kind, _, digits = known_hash.partition(":")
        assert len(bytes.fromhex(digits)) == hashlib.new(kind).digest_size


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_names_only_what_exists(name: str) -> None:
    spec = PRESETS[name]
    assert isinstance(spec, TrainingSpec)
    assert spec.dataset in DATASETS
    assert spec.architecture in ARCHITECTURES
    assert spec.optimizer in OPTIMIZERS


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_is_made_with_the_learning_rate_it_is_given(name: str) -> None:
    import keras

    optimizer = make_optimizer(name, 0.0625, 0.0)
    assert isinstance(optimizer, keras.Optimizer)
    assert float(optimizer.learning_rate) == 0.0625


@pytest.mark.parametrize("name", MODELS)
def test_a_model_gives_one_probability_for_each_of_its_classes(name: str) -> None:
    entry = MODELS[name]
    assert entry.title
    assert entry.preparation in PREPARATIONS
    found = models.load(name).probabilities(np.zeros((1, 28, 28), dtype=np.float32))
    assert found.shape == (1, len(readable(entry.class_names)))


@pytest.mark.parametrize("name", PREPARATIONS)
def test_a_preparation_fits_into_the_image(name: str) -> None:
    how = PREPARATIONS[name]
    assert 0 < how.box <= IMAGE_SIDE
    assert 0 <= how.pen < how.box
    assert 0 <= how.narrowest <= how.widest


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_makes_a_drawing_with_all_the_strokes(name: str) -> None:
    digit = LabelledStrokes(4, [[[x * 500 / 280 for x in p] for p in s] for s in DIGITS[4]])
    drawing = CONDITIONS[name](digit, np.random.default_rng(0))
    assert all(isinstance(stroke, Stroke) and stroke.width > 0 for stroke in drawing)
    assert [len(stroke.points) for stroke in drawing] == [len(s) for s in DIGITS[4]]


@pytest.mark.parametrize("name", STROKE_PREPARATIONS)
def test_a_way_makes_an_image_as_the_network_takes_it(name: str) -> None:
    image = STROKE_PREPARATIONS[name](from_points(DIGITS[4], 20))
    assert image.shape == (IMAGE_SIDE, IMAGE_SIDE)
    assert image.dtype == np.float32
    assert image.min() == 0
    assert 0.5 < image.max() <= 1

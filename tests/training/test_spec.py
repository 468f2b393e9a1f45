"""The training spec: accepted and rejected values, and serialisation."""

import dataclasses
import json
import math
from typing import Any

import pytest

from digitapp.errors import InvalidSetting
from digitapp.training.setting_checks import MAX_HIDDEN_LAYERS
from digitapp.training.spec import ACTIVATIONS, LOSSES, PRESETS, Augmentation, TrainingSpec

NAN, INF = math.nan, math.inf
LARGEST_SEED = 2**31 - 1

WHOLE_NUMBERS = ("batch_size", "epochs", "seed", "train_size")
NUMBERS = (*WHOLE_NUMBERS, "dropout", "l2", "learning_rate", "validation_split")
NAMES = ("dataset", "architecture", "optimizer", "activation", "loss")

OUT_OF_RANGE = [
    ("dropout", -0.1, "0.9"),
    ("dropout", 0.95, "0.9"),
    ("l2", -1, "0.1"),
    ("l2", 0.2, "0.1"),
    ("learning_rate", 0, "10"),
    ("learning_rate", 11, "10"),
    ("batch_size", 0, "4096"),
    ("batch_size", 4097, "4096"),
    ("epochs", 0, "1000"),
    ("epochs", 1001, "1000"),
    ("seed", -1, str(LARGEST_SEED)),
    ("seed", LARGEST_SEED + 1, str(LARGEST_SEED)),
    ("validation_split", -0.5, "fraction"),
    ("validation_split", 1.5, "fraction"),
    ("train_size", -3, "1"),
    ("train_size", 0, "1"),
    ("activation", "rely", "relu, tanh"),
    ("loss", "mse", "categorical_crossentropy"),
    ("hidden", [0], "4096"),
    ("hidden", [4097], "4096"),
    ("hidden", [8] * (MAX_HIDDEN_LAYERS + 1), str(MAX_HIDDEN_LAYERS)),
]

WRONG_TYPES: list[tuple[str, Any]] = [
    *((name, value) for name in NUMBERS for value in ("5", True, NAN, INF, -INF, [1], {"a": 1})),
    *((name, None) for name in NUMBERS if name != "train_size"),
    *((name, 1.5) for name in WHOLE_NUMBERS),
    *((name, value) for name in NAMES for value in (None, 5, True, ["mnist"])),
    *(("hidden", value) for value in ("128", 128, None, [1.5], ["64"], [True], [NAN], [[8]])),
    *(("cosine_decay", value) for value in ("false", 1, 0.5, None)),
    *(("augmentation", value) for value in (None, "strong", 5, [1], True)),
]

BAD_AUGMENTATIONS: list[tuple[str, Any]] = [
    *((field.name, -1) for field in dataclasses.fields(Augmentation)),
    *((field.name, value) for field in dataclasses.fields(Augmentation) for value in (NAN, INF)),
    *(("rotate", value) for value in ("15", True, None)),
    ("scale", 5),
    ("thickness", 7),
    ("rotation", 10),
]


def _refusal(name: str, value: Any) -> str:
    with pytest.raises(InvalidSetting) as caught:
        TrainingSpec().changed({name: value})
    return str(caught.value)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_survives_the_journey_through_json(name: str) -> None:
    text = PRESETS[name].to_json()
    assert TrainingSpec.from_json(text) == PRESETS[name]
    assert "\n" not in text


def test_every_setting_survives_the_journey_through_json() -> None:
    spec = TrainingSpec(
        hidden=(300, 100),
        activation="tanh",
        dropout=0.25,
        l2=0.001,
        cosine_decay=True,
        loss=LOSSES[1],
        validation_split=5000,
        train_size=1000,
        augmentation=Augmentation(rotate=15, shift=2, scale=0.1, slant=0.2, thickness=0.5),
        seed=LARGEST_SEED,
    )
    assert TrainingSpec.from_json(spec.to_json()) == spec


def test_the_json_is_plain() -> None:
    found = json.loads(TrainingSpec(hidden=(64, 32), augmentation=Augmentation(shift=2)).to_json())
    assert found["hidden"] == [64, 32]
    assert found["augmentation"]["shift"] == 2
    assert found["train_size"] is None


def test_settings_that_are_left_out_keep_their_defaults() -> None:
    assert TrainingSpec.from_json('{"epochs": 3}') == TrainingSpec(epochs=3)


@pytest.mark.parametrize("value", [TrainingSpec(), Augmentation()])
def test_a_spec_is_frozen(value: TrainingSpec | Augmentation) -> None:
    for field in dataclasses.fields(value):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field.name, 1)


def test_a_changed_spec_leaves_the_first_as_it_was() -> None:
    first = TrainingSpec()
    assert first.changed({"hidden": [7], "seed": 3}) == TrainingSpec(hidden=(7,), seed=3)
    assert first == TrainingSpec()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("dropout", [0, 0.9]),
        ("l2", [0, 0.1]),
        ("learning_rate", [1e-6, 10]),
        ("batch_size", [1, 4096]),
        ("epochs", [1, 1000]),
        ("seed", [0, LARGEST_SEED]),
        ("validation_split", [0, 0.999, 1, 5000]),
        ("train_size", [None, 1, 60_000]),
        ("hidden", [(), (1,), (4096,) * MAX_HIDDEN_LAYERS]),
        ("activation", ACTIVATIONS),
        ("loss", LOSSES),
    ],
)
def test_the_limits_themselves_are_allowed(name: str, values: list[Any]) -> None:
    for value in values:
        assert getattr(TrainingSpec().changed({name: value}), name) == value


@pytest.mark.parametrize(("name", "value", "allowed"), OUT_OF_RANGE)
def test_a_value_out_of_range_is_refused_with_the_range(
    name: str, value: Any, allowed: str
) -> None:
    refusal = _refusal(name, value)
    assert name in refusal
    assert str(value) in refusal
    assert allowed in refusal.partition(str(value))[2]


@pytest.mark.parametrize(("name", "value"), WRONG_TYPES)
def test_a_value_of_the_wrong_type_is_refused_by_name(name: str, value: Any) -> None:
    refusal = _refusal(name, value)
    assert name in refusal
    assert str(value).strip("[]") in refusal
    assert "instances of" not in refusal


@pytest.mark.parametrize(("name", "value"), BAD_AUGMENTATIONS)
def test_a_bad_augmentation_is_refused_by_name(name: str, value: Any) -> None:
    refusal = _refusal("augmentation", {name: value})
    assert name in refusal
    assert "__init__" not in refusal


def test_an_unknown_setting_is_answered_with_those_that_exist() -> None:
    refusal = _refusal("epoch", 3)
    assert "Unknown setting 'epoch'" in refusal
    assert all(field.name in refusal for field in dataclasses.fields(TrainingSpec))


def test_the_constructor_refuses_too() -> None:
    with pytest.raises(InvalidSetting, match="epochs is 0; it must be from 1 to 1000"):
        TrainingSpec(epochs=0)


@pytest.mark.parametrize("text", ["", "{", "epochs: 3", "[" * 100_000, '{"epochs": 3'])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidSetting, match="not JSON"):
        TrainingSpec.from_json(text)


@pytest.mark.parametrize("text", ["[]", "null", "3", '"mnist"', "[[1]]"])
def test_json_that_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(InvalidSetting, match="must be a JSON object"):
        TrainingSpec.from_json(text)


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Augmentation)])
def test_an_augmentation_counts_as_one_when_any_change_is_asked_for(name: str) -> None:
    assert not Augmentation()
    assert Augmentation(**{name: 0.1})

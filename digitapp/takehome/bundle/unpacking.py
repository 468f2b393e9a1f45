"""Read an untrusted bundle and validate every value that it states about its run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from digitapp.data.datasets import DATASETS
from digitapp.errors import BadFile, DigitappError, InvalidSetting
from digitapp.library import catalogue
from digitapp.registry import lookup
from digitapp.runs import note_text
from digitapp.takehome.bundle.archive import members
from digitapp.takehome.bundle.bundle_format import FORMAT, MEMBER, Values
from digitapp.takehome.bundle.epoch_checks import LARGEST_LOSS, epochs
from digitapp.text.escaping import is_visible
from digitapp.training import checks
from digitapp.training.architectures import ARCHITECTURES
from digitapp.training.history import Epoch
from digitapp.training.spec import PRESETS, TrainingSpec
from digitapp.training.trainer import OPTIMIZERS

MOST_CLASSES, LONGEST_CLASS = 100, 40
LONGEST_REASON = 300
LARGEST_FINGERPRINT = 2**32 - 1


@dataclass(frozen=True)
class Bundle:
    """Contents of a run's file. Every value is within its limits, but need not be true.

    Attributes:
        name, preset, note: as in `Run`; a preset that is unknown here becomes empty.
        class_names: one for each of the network's outputs.
        epochs: the finished epochs.
        images: number of training images in each epoch.
        tested_on: `catalogue.fingerprint` of the dataset it was tested on; None if unknown.
        weights: an `.npz` file, not yet validated.
    """

    spec: TrainingSpec
    name: str
    preset: str
    note: str
    class_names: tuple[str, ...]
    epochs: tuple[Epoch, ...]
    test_loss: float
    test_accuracy: float
    images: int
    tested_on: int | None
    weights: bytes


def read(data: bytes) -> Bundle:
    """Read a file that `keras_bundle` wrote, without running any of it or building a network.

    Raises:
        BadFile: if this is not such a file, or something in it is invalid.
    """
    told, weights = members(data)
    try:
        return _bundle(_values(told), weights)
    except DigitappError as error:
        raise BadFile(f"This file cannot be imported. {_shortened(str(error))}") from None


def _values(told: bytes) -> Values:
    try:
        values = json.loads(told)
    except (ValueError, RecursionError) as error:
        raise BadFile(f"Its {MEMBER} is not JSON: {error}.") from None
    if not isinstance(values, dict):
        raise BadFile(f"Its {MEMBER} is not a JSON object.")
    version = values.get("format")
    if version != FORMAT:
        age = "a newer" if isinstance(version, int) and version > FORMAT else "another"
        raise BadFile(
            f"Its format is {version!r}, that of {age} version of digitapp; this one reads format "
            f"{FORMAT}."
        )
    return values


def _bundle(values: Values, weights: bytes) -> Bundle:
    spec = _spec(values.get("settings"))
    names = _class_names(values.get("class_names"), spec)
    found = epochs(values.get("history"), spec, len(names))
    preset = _text(values, "preset")
    return Bundle(
        spec=spec,
        name=note_text.name(_text(values, "name")),
        preset=preset if preset in PRESETS else "",
        note=note_text.note(_text(values, "note")),
        class_names=names,
        epochs=found,
        test_loss=_number(values, "test_loss", 0, LARGEST_LOSS),
        test_accuracy=_number(values, "test_accuracy", 0, 1),
        images=_whole(values, "images", 1 if found else 0, checks.MAX_IMAGES),
        tested_on=_fingerprint(values),
        weights=weights,
    )


def _spec(settings: Any) -> TrainingSpec:
    if not isinstance(settings, dict):
        raise InvalidSetting("It holds no settings.")
    spec = TrainingSpec().changed(settings)
    lookup(ARCHITECTURES, "architecture", spec.architecture)
    lookup(OPTIMIZERS, "optimizer", spec.optimizer)
    for kind, name in (("dataset", spec.dataset), ("base", spec.base or "none")):
        if not catalogue.NAME.fullmatch(name):
            raise InvalidSetting(f"Its {kind} is {name!r}, which is not a valid name.")
    return spec


def _class_names(names: Any, spec: TrainingSpec) -> tuple[str, ...]:
    right = isinstance(names, list) and all(map(_is_class_name, names))
    if not right or not 2 <= len(names) <= MOST_CLASSES or len(set(names)) < len(names):
        raise InvalidSetting(
            f"Its class names are {names!r}; they must be 2 to {MOST_CLASSES} different names, "
            f"each of at most {LONGEST_CLASS} visible characters."
        )
    known = DATASETS.get(spec.dataset)
    if known and not spec.base and tuple(names) != known.class_names:
        raise InvalidSetting(
            f"Its class names are {', '.join(names)}, but those of its dataset {spec.dataset} are "
            f"{', '.join(known.class_names)}."
        )
    return tuple(names)


def _is_class_name(name: Any) -> bool:
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_CLASS:
        return False
    return name.isprintable() and is_visible(name)


def _text(values: Values, name: str) -> str:
    found = values.get(name)
    if not isinstance(found, str):
        raise InvalidSetting(f"Its {name} is {found!r}; it must be a text, which may be empty.")
    return found


def _number(values: Values, name: str, low: float, high: float) -> float:
    checks.number(name, values.get(name), low, high)
    return float(values[name])


def _whole(values: Values, name: str, low: int, high: int) -> int:
    checks.number(name, values.get(name), low, high, whole=True)
    return int(values[name])


def _fingerprint(values: Values) -> int | None:
    if values.get("tested_on") is None:
        return None
    return _whole(values, "tested_on", 0, LARGEST_FINGERPRINT)


def _shortened(text: str) -> str:
    """Cut out the middle of a long message: a value quoted in it may be of any length."""
    half = LONGEST_REASON // 2
    return text if len(text) <= LONGEST_REASON else f"{text[:half]} … {text[-half:]}"

"""What a bundle says about its run: `Bundle`, which converts to JSON, and is read without trust."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from digitapp.data.datasets import DATASETS
from digitapp.errors import BadFile, DigitappError, InvalidSetting
from digitapp.library import catalogue
from digitapp.registry import lookup
from digitapp.runs import note_text
from digitapp.takehome.bundle.archive import MEMBER, members
from digitapp.text.escaping import is_visible
from digitapp.training import setting_checks
from digitapp.training.architectures import ARCHITECTURES
from digitapp.training.history import Epoch, finite
from digitapp.training.spec import LEARNING_RATES, PRESETS, TrainingSpec
from digitapp.training.trainer import OPTIMIZERS

FORMAT = 2  # 1 had its weights in Keras's HDF5 file alone
MOST_CLASSES, LONGEST_CLASS = 100, 40
LONGEST_REASON = 300
LARGEST_FINGERPRINT = 2**32 - 1
LARGEST_LOSS = 1e12
LONGEST_SECONDS = 1e8  # three years
ROUNDING = 1.0001  # a float32 probability may exceed 1 by rounding
FIELDS = tuple(field.name for field in fields(Epoch))
RANGES: dict[str, tuple[float, float]] = {
    "loss": (0, LARGEST_LOSS),
    "accuracy": (0, ROUNDING),
    "val_loss": (0, LARGEST_LOSS),
    "val_accuracy": (0, ROUNDING),
    "learning_rate": (0, LEARNING_RATES[1]),
    "seconds": (0, LONGEST_SECONDS),
}
MAY_BE_MISSING = ("val_loss", "val_accuracy")


@dataclass(frozen=True)
class Bundle:
    """Contents of a run's file. Of one that was read, every value is within its limits.

    Attributes:
        name, preset, note: as in `Run`; a preset that is unknown here becomes empty.
        class_names: one for each of the network's outputs.
        test_loss, test_accuracy: as in `Run`; never None in a file that was read.
        images: number of training images in each epoch.
        tested_on: `catalogue.fingerprint` of the dataset it was tested on; None if unknown.
        weights: an `.npz` file; not validated yet when it was read.
        epoch_weights: the weights after some epochs, likewise; None if there are none.
        strokes: the stroke reader beside the network, an ONNX file, likewise.
    """

    spec: TrainingSpec
    name: str
    preset: str
    note: str
    class_names: tuple[str, ...]
    epochs: tuple[Epoch, ...]
    test_loss: float | None
    test_accuracy: float | None
    images: int
    tested_on: int | None
    weights: bytes
    epoch_weights: bytes | None = None
    strokes: bytes | None = None

    def to_json(self) -> str:
        """Return everything but the weights as JSON."""
        told = {
            "format": FORMAT,
            "settings": asdict(self.spec),
            "name": self.name,
            "preset": self.preset,
            "note": self.note,
            "class_names": self.class_names,
            "preparation": catalogue.preparation(self.spec.dataset),  # for read_picture.py
            "history": [
                {k: finite(v) if isinstance(v, float) else v for k, v in asdict(epoch).items()}
                for epoch in self.epochs
            ],
            "test_loss": finite(self.test_loss),
            "test_accuracy": finite(self.test_accuracy),
            "images": self.images,
            "tested_on": self.tested_on,
        }
        return json.dumps(told, allow_nan=False)


def read(data: bytes) -> Bundle:
    """Read a file that `keras_bundle` wrote, without running any of it or building a network.

    Raises:
        BadFile: if this is not such a file, or something in it is invalid.
    """
    found = members(data)
    try:
        bundle = _checked(_parsed(found.told), found.weights)
        return replace(bundle, epoch_weights=found.epochs, strokes=found.strokes)
    except DigitappError as error:
        reason, half = str(error), LONGEST_REASON // 2  # a value quoted in it may be of any length
        if len(reason) > LONGEST_REASON:
            reason = f"{reason[:half]} … {reason[-half:]}"
        raise BadFile(f"This file cannot be imported. {reason}") from None


def _parsed(told: bytes) -> dict[str, Any]:
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


def _checked(values: dict[str, Any], weights: bytes) -> Bundle:
    spec = _spec(values.get("settings"))
    names = _class_names(values.get("class_names"), spec)
    found = _epochs(values.get("history"), spec, len(names))
    name, preset, note = (_text(values, each) for each in ("name", "preset", "note"))
    known = values.get("tested_on") is not None
    return Bundle(
        spec=spec,
        name=note_text.name(name),
        preset=preset if preset in PRESETS else "",
        note=note_text.note(note),
        class_names=names,
        epochs=found,
        test_loss=_number(values, "test_loss", 0, LARGEST_LOSS),
        test_accuracy=_number(values, "test_accuracy", 0, 1),
        images=_whole(values, "images", 1 if found else 0, setting_checks.MAX_IMAGES),
        tested_on=_whole(values, "tested_on", 0, LARGEST_FINGERPRINT) if known else None,
        weights=weights,
    )


def _spec(settings: Any) -> TrainingSpec:
    if not isinstance(settings, dict):
        raise InvalidSetting("It holds no settings.")
    spec = TrainingSpec().changed(settings)
    lookup(ARCHITECTURES, "architecture", spec.architecture)
    lookup(OPTIMIZERS, "optimizer", spec.optimizer)
    for kind, name in (("dataset", spec.dataset), ("base", spec.base or "none")):
        if not catalogue.NAME_PATTERN.fullmatch(name):
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


def _text(values: dict[str, Any], name: str) -> str:
    found = values.get(name)
    if not isinstance(found, str):
        raise InvalidSetting(f"Its {name} is {found!r}; it must be a text, which may be empty.")
    return found


def _number(values: dict[str, Any], name: str, low: float, high: float) -> float:
    setting_checks.number(name, values.get(name), low, high)
    return float(values[name])


def _whole(values: dict[str, Any], name: str, low: int, high: int) -> int:
    setting_checks.number(name, values.get(name), low, high, whole=True)
    return int(values[name])


def _epochs(history: Any, spec: TrainingSpec, classes: int) -> tuple[Epoch, ...]:
    """Return the finished epochs in a file's history.

    Args:
        history: parsed JSON: a list of objects with the fields of `Epoch`.

    Raises:
        InvalidSetting: if the history is malformed, out of range, or longer than `spec` allows.
    """
    if not isinstance(history, list) or len(history) > spec.epochs:
        kind = f"of {len(history)} epochs" if isinstance(history, list) else "not a list"
        raise InvalidSetting(
            f"Its history is {kind}; it must be a list of at most {spec.epochs} epochs."
        )
    return tuple(_epoch(number, each, classes) for number, each in enumerate(history, 1))


def _epoch(number: int, values: Any, classes: int) -> Epoch:
    if not isinstance(values, dict) or {*values} != {*FIELDS} or values["number"] != number:
        raise InvalidSetting(
            f"Epoch {number} of its history must have its number and {', '.join(FIELDS[1:])}."
        )
    measured: dict[str, Any] = dict.fromkeys(MAY_BE_MISSING)
    for name, limits in RANGES.items():
        if values[name] is not None or name not in MAY_BE_MISSING:
            setting_checks.number(f"{name} of epoch {number}", values[name], *limits)
            measured[name] = float(values[name])
    return Epoch(number, **measured, watched=_watched(number, values["watched"], classes))


def _watched(number: int, shares: Any, classes: int) -> tuple[float, ...] | None:
    if shares is None:
        return None
    if not isinstance(shares, list) or len(shares) != classes:
        raise InvalidSetting(
            f"watched of epoch {number} must be {classes} probabilities, one for each class."
        )
    for share in shares:
        setting_checks.number(f"watched of epoch {number}", share, 0, ROUNDING)
    return tuple(map(float, shares))

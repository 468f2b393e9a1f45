"""What a bundle says about its run: `Bundle`, which converts to JSON, and is read without trust."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from digitapp.data import class_names as class_limits
from digitapp.data.datasets import DATASETS
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.drawing.digit import PREPARATIONS
from digitapp.errors import BadFile, DigitappError, InvalidSetting
from digitapp.library import dataset_names
from digitapp.registry import lookup
from digitapp.runs import note_text
from digitapp.takehome.bundle import history_format
from digitapp.takehome.bundle.archive import MEMBER, members
from digitapp.text.escaping import is_visible, plain
from digitapp.training import setting_checks
from digitapp.training.architectures import ARCHITECTURES
from digitapp.training.guess import Guess
from digitapp.training.history import Epoch, finite
from digitapp.training.moments import NewRate
from digitapp.training.spec import PRESETS, TrainingSpec
from digitapp.training.trainer import OPTIMIZERS

# 1 had its weights in Keras's HDF5 file alone. The first files of 2 lack epoch 0, pauses, new rates
# and guess; the programs that wrote those ignore them.
FORMAT = 2
MOST_CLASSES = class_limits.MOST  # beside the class of all that is none of these
LONGEST_CLASS = class_limits.LONGEST
FEW_CLASSES = 10  # that a message lists
LONGEST_REASON = 300
LARGEST_FINGERPRINT = 2**32 - 1


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
        untrained: epoch 0; None if it is unknown.
        pauses: when they began, in epochs and in order.
        guess: the curve drawn before training; None if there is none.
        resumed: the epochs after which it was resumed.
        new_rates: its learning rates set by hand, in order.
        preparation: the entry of `PREPARATIONS` for what its network reads.
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
    untrained: Epoch | None = None
    pauses: tuple[float, ...] = ()
    guess: Guess | None = None
    resumed: tuple[int, ...] = ()
    new_rates: tuple[NewRate, ...] = ()
    preparation: str = "mnist"

    def to_json(self) -> str:
        """Return everything but the weights as JSON."""
        told = {
            "format": FORMAT,
            "settings": asdict(self.spec),
            "name": self.name,
            "preset": self.preset,
            "note": self.note,
            "class_names": self.class_names,
            "preparation": self.preparation,  # for read_picture.py, too
            "history": list(map(history_format.told, self.epochs)),
            "untrained": history_format.told(self.untrained) if self.untrained else None,
            "pauses": self.pauses,
            "resumed": self.resumed,
            "new_rates": self.new_rates,
            "guess": self.guess.points if self.guess else None,
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
    found = history_format.epochs(values.get("history"), spec, len(names))
    name, preset, note = (_text(values, each) for each in ("name", "preset", "note"))
    known = values.get("tested_on") is not None
    return Bundle(
        spec=spec,
        name=note_text.name(name),
        preset=preset if preset in PRESETS else "",
        note=note_text.note(note),
        class_names=names,
        epochs=found,
        test_loss=_number(values, "test_loss", 0, history_format.LARGEST_LOSS),
        test_accuracy=_number(values, "test_accuracy", 0, 1),
        images=_whole(values, "images", 1 if found else 0, setting_checks.MAX_IMAGES),
        tested_on=_whole(values, "tested_on", 0, LARGEST_FINGERPRINT) if known else None,
        weights=weights,
        untrained=history_format.untrained(values.get("untrained"), len(names)),
        pauses=history_format.pauses(values.get("pauses", []), spec),
        resumed=history_format.resumed(values.get("resumed", []), spec),
        new_rates=history_format.new_rates(values.get("new_rates", []), spec),
        guess=Guess.from_points(values.get("guess") or ()),
        preparation=_preparation(values.get("preparation", "mnist")),
    )


def _spec(settings: Any) -> TrainingSpec:
    if not isinstance(settings, dict):
        raise InvalidSetting("It holds no settings.")
    spec = TrainingSpec().changed(settings)
    lookup(ARCHITECTURES, "architecture", spec.architecture)
    lookup(OPTIMIZERS, "optimizer", spec.optimizer)
    for kind, name in (("dataset", spec.dataset), ("base", spec.base or "none")):
        if wrong := dataset_names.problem(name):
            raise InvalidSetting(f"Its {kind} is {name!r}, which is not a valid name: it {wrong}.")
    return spec


def _preparation(name: Any) -> str:
    if not isinstance(name, str):
        raise InvalidSetting(f"Its preparation is {name!r}; it must be a name.")
    lookup(PREPARATIONS, "preparation", name)
    return name


def _class_names(names: Any, spec: TrainingSpec) -> tuple[str, ...]:
    right = isinstance(names, list) and all(map(_is_class_name, names))
    most = MOST_CLASSES + (right and NOT_A_DIGIT in names)
    if not right or not 2 <= len(names) <= most or len(set(names)) < len(names):
        raise InvalidSetting(
            f"Its class names are {_in_short(names)}; they must be 2 to {MOST_CLASSES} different "
            f"names, each of at most {LONGEST_CLASS} visible characters."
        )
    known = DATASETS.get(spec.dataset)
    own = known and (spec.new_output or not spec.base)
    right_ones = (*known.class_names, *([NOT_A_DIGIT] * spec.none_of_these)) if known else ()
    if own and tuple(names) != right_ones:
        raise InvalidSetting(
            f"Its class names are {', '.join(names)}, but those of its dataset {spec.dataset} are "
            f"{', '.join(right_ones)}."
        )
    return tuple(names)


def _in_short(names: Any) -> str:
    if not isinstance(names, list) or len(names) <= FEW_CLASSES:
        return repr(names)
    return f"{names[:FEW_CLASSES]!r} and {len(names) - FEW_CLASSES} more"


def _is_class_name(name: Any) -> bool:
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_CLASS:
        return False
    return is_visible(name) and plain(name) == " ".join(name.split())


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

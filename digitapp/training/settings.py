"""The settings of a `TrainingSpec` for people: title, help, and their form as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from digitapp.data.datasets import DATASETS
from digitapp.errors import InvalidSetting
from digitapp.training.architectures import ARCHITECTURES
from digitapp.training.spec import ACTIVATIONS, LOSSES, Augmentation, TrainingSpec
from digitapp.training.trainer import OPTIMIZERS


@dataclass(frozen=True)
class Notation:
    """How settings of one type are written: on the command line, in a URL, in a text box.

    Attributes:
        read: converts text to a value for `TrainingSpec.changed`; raises ValueError for invalid
            text.
        expected: what the text must be, for the error message.
        write: converts a value to text that `read` accepts.
    """

    read: Callable[[str], Any]
    expected: str
    write: Callable[[Any], str] = str


@dataclass(frozen=True)
class Setting:
    """Description of one setting; `TrainingSpec` has its default and its limits.

    Attributes:
        title: its title on the page.
        about: one sentence for a student.
        notation: how it is read from text, and written.
        choices: the allowed names; empty when it is not a choice among names.
    """

    title: str
    about: str
    notation: Notation
    choices: tuple[str, ...] = ()


def parsed(name: str, text: str) -> Any:
    """Return the value of a setting given as text, for `TrainingSpec.changed`.

    Raises:
        InvalidSetting: naming the setting and what is allowed.
    """
    notation = SETTINGS[name].notation
    try:
        return notation.read(text)
    except ValueError:
        raise InvalidSetting(f"{name} is {text!r}; {notation.expected}.", name) from None


def from_text(texts: Mapping[str, str], start: TrainingSpec) -> TrainingSpec:
    """Return the spec `start` changed by settings given as text.

    Raises:
        InvalidSetting: naming the setting and what is allowed.
    """
    return start.changed({name: parsed(name, text) for name, text in texts.items()})


def understood(
    given: Mapping[str, Any], start: TrainingSpec
) -> tuple[TrainingSpec, dict[str, InvalidSetting]]:
    """Return the spec `start` changed by the valid settings, and an error for each invalid one.

    Of two settings that contradict each other, one counts as invalid.

    Args:
        given: the settings as values, or as text where that is what arrived.
    """
    values: dict[str, Any] = {}
    wrong: dict[str, InvalidSetting] = {}
    for name, value in given.items():
        try:
            values[name] = parsed(name, value) if isinstance(value, str) else value
        except InvalidSetting as error:
            wrong[name] = error
    while True:
        try:
            return start.changed(values), wrong
        except InvalidSetting as error:
            blamed = [name for name in error.settings if name in values] or list(values)
            wrong[blamed[0]] = error
            del values[blamed[0]]


def as_text(spec: TrainingSpec, name: str) -> str:
    """Return a setting of a spec as text for `parsed`."""
    return SETTINGS[name].notation.write(getattr(spec, name))


def differences(spec: TrainingSpec, start: TrainingSpec) -> dict[str, str]:
    """Return the settings in which `spec` differs from `start`, as text for `from_text`."""
    changed = [name for name in SETTINGS if getattr(spec, name) != getattr(start, name)]
    return {name: as_text(spec, name) for name in changed}


def _switch(text: str) -> bool:
    try:
        return {"yes": True, "true": True, "no": False, "false": False}[text.lower()]
    except KeyError:
        raise ValueError(text) from None


def _count(text: str) -> int | None:
    return None if text.lower() in ("all", "none", "no") else int(text)


def _changes(text: str) -> dict[str, float]:
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    return {name.strip(): float(value) for name, _, value in pairs} if text != "none" else {}


def _changes_text(augmentation: Augmentation) -> str:
    changes = [f"{name}={size}" for name, size in asdict(augmentation).items() if size]
    return ",".join(changes) or "none"


NAME = Notation(str, "it must be a name")
NETWORK = Notation(
    lambda text: "" if text == "none" else text,
    "it must be the name of a network, or none",
    lambda name: name or "none",
)
WHOLE = Notation(int, "it must be a whole number")
NUMBER = Notation(float, "it must be a number")
SWITCH = Notation(_switch, "it must be yes or no", lambda on: "yes" if on else "no")
WIDTHS = Notation(
    lambda text: [] if text == "none" else [int(width) for width in text.split(",")],
    "it must be whole numbers with commas between them, such as 300,100; or none",
    lambda widths: ",".join(map(str, widths)) or "none",
)
SHARE = Notation(
    lambda text: int(text) if text.isdecimal() else float(text),
    "it must be a fraction below 1 or a number of images",
)
COUNT = Notation(
    _count,
    "it must be a whole number, or all for no limit",
    lambda count: "all" if count is None else str(count),
)
PATIENCE = Notation(_count, "it must be a whole number, or no", lambda epochs: str(epochs or "no"))
CHANGES = Notation(_changes, "it must be none, or changes such as rotate=15,shift=2", _changes_text)

SETTINGS: dict[str, Setting] = {
    "dataset": Setting("Dataset", "The images to learn from.", NAME, tuple(DATASETS)),
    "architecture": Setting("Architecture", "The kind of network.", NAME, tuple(ARCHITECTURES)),
    "hidden": Setting(
        "Hidden layers",
        "How many nodes each hidden layer of a dense network has, such as 300,100.",
        WIDTHS,
    ),
    "activation": Setting(
        "Activation", "What a node does with the sum of its inputs.", NAME, ACTIVATIONS
    ),
    "dropout": Setting(
        "Dropout", "The share of nodes switched off at random while learning.", NUMBER
    ),
    "l2": Setting("L2", "How strongly large weights are discouraged.", NUMBER),
    "optimizer": Setting(
        "Optimizer", "The rule by which the weights are changed.", NAME, tuple(OPTIMIZERS)
    ),
    "learning_rate": Setting("Learning rate", "How large a change each step makes.", NUMBER),
    "momentum": Setting("Momentum", "How much of its previous step plain SGD repeats.", NUMBER),
    "cosine_decay": Setting("Cosine decay", "Whether the steps shrink towards the end.", SWITCH),
    "loss": Setting(
        "Loss", "The error to be made small; the one-hot form gives the same result.", NAME, LOSSES
    ),
    "batch_size": Setting("Batch size", "How many images are looked at before each step.", WHOLE),
    "epochs": Setting("Epochs", "How many times all images are looked at.", WHOLE),
    "validation_split": Setting(
        "Validation split",
        "How many images are held back for checking: a fraction, or a number of images.",
        SHARE,
    ),
    "train_size": Setting("Training images", "How many images to learn from, or all.", COUNT),
    "random_labels": Setting(
        "Random labels",
        "The share of training images with a made-up label: from 0, none, to 1, all.",
        NUMBER,
    ),
    "augmentation": Setting(
        "Augmentation",
        "How far images are changed at random, such as rotate=15,shift=2; or none.",
        CHANGES,
    ),
    "early_stopping": Setting(
        "Early stopping",
        "Stop when the validation loss has not improved for so many epochs; or no.",
        PATIENCE,
    ),
    "seed": Setting("Seed", "The same number gives the same training again.", WHOLE),
    "base": Setting(
        "Begin with",
        "A trained network to start from, such as recogniser or run-12; or none.",
        NETWORK,
    ),
    "new_output": Setting(
        "New output layer",
        "Whether to learn the dataset's classes, not those of the network that it begins with.",
        SWITCH,
    ),
    "frozen": Setting(
        "Frozen layers",
        "How many layers, from the first on, stay as the network that it begins with has them.",
        WHOLE,
    ),
    "none_of_these": Setting(
        "None of these",
        "Whether it also learns to say *none of these*, from built-in shapes like no class.",
        SWITCH,
    ),
}

"""Training settings as text, for the command line and the page: titles, help, parsing."""

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
class Setting:
    """Description of one setting.

    Attributes:
        title: its title on the page.
        about: one sentence for a student.
        read: converts text to a plain value; raises ValueError for invalid text.
        choices: the allowed names; empty when it is not a choice among names.
    """

    title: str
    about: str
    read: Callable[[str], Any]
    choices: tuple[str, ...] = ()


def from_text(texts: Mapping[str, str], start: TrainingSpec) -> TrainingSpec:
    """Return the spec `start` changed by settings given as text.

    Raises:
        InvalidSetting: naming the setting and what is allowed.
    """
    return start.changed({name: _value(name, text) for name, text in texts.items()})


def understood(
    texts: Mapping[str, str], start: TrainingSpec
) -> tuple[TrainingSpec, dict[str, str]]:
    """Return the spec `start` changed by the valid settings, and an error for each invalid one.

    Of two settings that contradict each other, one counts as invalid.
    """
    values, wrong = {}, {}
    for name, text in texts.items():
        try:
            values[name] = _value(name, text)
        except InvalidSetting as error:
            wrong[name] = str(error)
    while True:
        try:
            return start.changed(values), wrong
        except InvalidSetting as error:
            blamed = [name for name in error.settings if name in values] or list(values)
            wrong[blamed[0]] = str(error)
            del values[blamed[0]]


def _value(name: str, text: str) -> Any:
    try:
        return SETTINGS[name].read(text)
    except ValueError:
        expected = EXPECTED[SETTINGS[name].read]
        raise InvalidSetting(f"{name} is {text!r}; {expected}.", name) from None


def differences(spec: TrainingSpec, start: TrainingSpec) -> dict[str, str]:
    """Return the settings in which `spec` differs from `start`, as text for `from_text`."""
    changed = [name for name in SETTINGS if getattr(spec, name) != getattr(start, name)]
    return {name: as_text(getattr(spec, name)) for name in changed}


def as_text(value: Any) -> str:
    """Format a value as text for `from_text`."""
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "none"
    if isinstance(value, Augmentation):
        changes = {name: size for name, size in asdict(value).items() if size}
        return ",".join(f"{name}={size}" for name, size in changes.items()) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "all" if value is None else str(value) or "none"


def _origin(text: str) -> str:
    return "" if text == "none" else text


def _switch(text: str) -> bool:
    try:
        return {"yes": True, "true": True, "no": False, "false": False}[text.lower()]
    except KeyError:
        raise ValueError(text) from None


def _widths(text: str) -> list[int]:
    return [] if text == "none" else [int(width) for width in text.split(",")]


def _share(text: str) -> float:
    return int(text) if text.isdecimal() else float(text)


def _count(text: str) -> int | None:
    return None if text.lower() in ("all", "none", "no") else int(text)


def _changes(text: str) -> dict[str, float]:
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    return {name.strip(): float(value) for name, _, value in pairs} if text != "none" else {}


EXPECTED: dict[Callable[[str], Any], str] = {
    str: "it must be a name",
    _origin: "it must be the name of a network, or none",
    int: "it must be a whole number",
    float: "it must be a number",
    _switch: "it must be yes or no",
    _widths: "it must be whole numbers with commas between them, such as 300,100; or none",
    _share: "it must be a fraction below 1 or a number of images",
    _count: "it must be a whole number, or all for no limit",
    _changes: "it must be none, or changes such as rotate=15,shift=2",
}

SETTINGS: dict[str, Setting] = {
    "dataset": Setting("Dataset", "The images to learn from.", str, tuple(DATASETS)),
    "architecture": Setting("Architecture", "The kind of network.", str, tuple(ARCHITECTURES)),
    "hidden": Setting(
        "Hidden layers",
        "How many nodes each hidden layer of a dense network has, such as 300,100.",
        _widths,
    ),
    "activation": Setting(
        "Activation", "What a node does with the sum of its inputs.", str, ACTIVATIONS
    ),
    "dropout": Setting(
        "Dropout", "The share of nodes switched off at random while learning.", float
    ),
    "l2": Setting("L2", "How strongly large weights are discouraged.", float),
    "optimizer": Setting(
        "Optimizer", "The rule by which the weights are changed.", str, tuple(OPTIMIZERS)
    ),
    "learning_rate": Setting("Learning rate", "How large a change each step makes.", float),
    "momentum": Setting("Momentum", "How much of its previous step plain SGD repeats.", float),
    "cosine_decay": Setting("Cosine decay", "Whether the steps shrink towards the end.", _switch),
    "loss": Setting(
        "Loss", "The error to be made small; the one-hot form gives the same result.", str, LOSSES
    ),
    "batch_size": Setting("Batch size", "How many images are looked at before each step.", int),
    "epochs": Setting("Epochs", "How many times all images are looked at.", int),
    "validation_split": Setting(
        "Validation split",
        "How many images are held back for checking: a fraction, or a number of images.",
        _share,
    ),
    "train_size": Setting("Training images", "How many images to learn from, or all.", _count),
    "augmentation": Setting(
        "Augmentation",
        "How far images are changed at random, such as rotate=15,shift=2; or none.",
        _changes,
    ),
    "early_stopping": Setting(
        "Early stopping",
        "Stop when the validation loss has not improved for so many epochs; or no.",
        _count,
    ),
    "seed": Setting("Seed", "The same number gives the same training again.", int),
    "base": Setting(
        "Begin with",
        "A trained network to start from, such as recogniser or run-12; or none.",
        _origin,
    ),
}

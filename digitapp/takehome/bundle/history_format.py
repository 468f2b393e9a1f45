"""The history in a run's file: epochs, what was before them, and pauses, read without trust."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from digitapp.errors import InvalidSetting
from digitapp.training import setting_checks
from digitapp.training.history import Epoch, finite
from digitapp.training.moments import NewRate
from digitapp.training.spec import LEARNING_RATES, TrainingSpec

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
MOST_PAUSES = 1000
MOST_NEW_RATES = 1000


def told(epoch: Epoch) -> dict[str, Any]:
    """Return an epoch as JSON values."""
    return {k: finite(v) if isinstance(v, float) else v for k, v in asdict(epoch).items()}


def epochs(history: Any, spec: TrainingSpec, classes: int) -> tuple[Epoch, ...]:
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


def untrained(values: Any, classes: int) -> Epoch | None:
    """Return epoch 0 of a file; None if it has none.

    Raises:
        InvalidSetting: if it is malformed or out of range.
    """
    return None if values is None else _epoch(0, values, classes)


def pauses(values: Any, spec: TrainingSpec) -> tuple[float, ...]:
    """Return when a run's pauses began, in epochs and in order.

    Raises:
        InvalidSetting: if they are not such numbers.
    """
    if not isinstance(values, list) or len(values) > MOST_PAUSES:
        raise InvalidSetting(f"Its pauses must be a list of at most {MOST_PAUSES} numbers.")
    for value in values:
        setting_checks.number("a pause", value, 0, spec.epochs)
    return tuple(sorted(map(float, values)))


def new_rates(values: Any, spec: TrainingSpec) -> tuple[NewRate, ...]:
    """Return a run's learning rates set by hand, in order.

    Raises:
        InvalidSetting: if they are not lists of when, in epochs, and the rates before and after.
    """
    right = isinstance(values, list) and len(values) <= MOST_NEW_RATES
    if not right or not all(isinstance(each, list) and len(each) == 3 for each in values):
        raise InvalidSetting(
            f"Its new learning rates must be a list of at most {MOST_NEW_RATES} lists of three "
            "numbers: when, and the rates before and after."
        )
    for at, *rates in values:
        setting_checks.number("the time of a new learning rate", at, 0, spec.epochs)
        for rate in rates:
            setting_checks.number("a new learning rate", rate, 0, LEARNING_RATES[1])
    return tuple(sorted(NewRate(*map(float, each)) for each in values))


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


def resumed(values: Any, spec: TrainingSpec) -> tuple[int, ...]:
    """Return the epochs after which a run was resumed, in order.

    Raises:
        InvalidSetting: if they are not such numbers.
    """
    if not isinstance(values, list) or len(values) > spec.epochs:
        raise InvalidSetting(f"Its resumptions must be a list of at most {spec.epochs} epochs.")
    for value in values:
        setting_checks.number("an epoch of its resumptions", value, 1, spec.epochs, whole=True)
    return tuple(sorted(set(values)))

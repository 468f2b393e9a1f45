"""The settings of a run in words, beside those of the preset it started from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from digitapp.library import catalogue, models
from digitapp.runs import Run
from digitapp.training.network_names import architecture_title, spoken, widths
from digitapp.training.random_labels import share_in_words
from digitapp.training.settings import SETTINGS, as_text
from digitapp.training.spec import TrainingSpec, preset_for

MAIN = (
    "dataset",
    "train_size",
    "random_labels",
    "architecture",
    "hidden",
    "epochs",
    "learning_rate",
)


@dataclass(frozen=True)
class SettingWords:
    """One setting of a run.

    Attributes:
        title: of the setting.
        value: what it is set to.
        instead_of: what the preset has; empty where the run has the same, or has no preset.
    """

    title: str
    value: str
    instead_of: str = ""


def in_words(run: Run) -> Sequence[SettingWords]:
    """Return all settings that count for a run's network, the main ones first.

    A learning rate that was changed while the run went on is told, too.
    """
    preset = preset_for(run.preset, run.spec)
    begun_with = ("base",) if run.spec.base else ()  # a run that teaches a network says which
    names = [name for name in (*begun_with, *MAIN, *SETTINGS) if _counts(name, run.spec)]
    return [_setting(name, run, preset) for name in dict.fromkeys(names)]


def _setting(name: str, run: Run, preset: TrainingSpec | None) -> SettingWords:
    spec, title = run.spec, SETTINGS[name].title
    value, usual = _value(name, spec), _value(name, preset) if preset else ""
    same = preset is None or getattr(spec, name) == getattr(preset, name)
    if name == "learning_rate" and run.learning_rate not in (None, spec.learning_rate):
        return SettingWords(title, f"{run.learning_rate}, set while it ran", value)
    return SettingWords(title, value, "" if same else usual)


def _counts(name: str, spec: TrainingSpec) -> bool:
    """Return whether a setting matters: hidden layers do in a dense network, momentum in SGD."""
    needs = {
        "hidden": spec.architecture == "dense",
        "momentum": spec.optimizer == "sgd",
        "random_labels": spec.random_labels > 0,
        "new_output": bool(spec.base),
        "frozen": bool(spec.base),
        "none_of_these": spec.none_of_these,
    }
    return needs.get(name, True)


def _value(name: str, spec: TrainingSpec) -> str:
    words = VALUES.get(name)
    return words(spec) if words else as_text(spec, name).replace("_", " ")


def _base(spec: TrainingSpec) -> str:
    known = models.MODELS.get(spec.base)
    return known.title if known else spoken(spec.base) or "fresh weights"


def _augmentation(spec: TrainingSpec) -> str:
    return as_text(spec, "augmentation").replace("=", " ").replace(",", ", ")


VALUES: dict[str, Callable[[TrainingSpec], str]] = {  # where the text in a URL is not for people
    "dataset": lambda spec: catalogue.title(spec.dataset),
    "train_size": lambda spec: "all" if spec.train_size is None else f"{spec.train_size:,}",
    "random_labels": lambda spec: share_in_words(spec.random_labels),
    "architecture": lambda spec: architecture_title(spec.architecture),
    "hidden": lambda spec: widths(spec.hidden),
    "validation_split": lambda spec: f"{spec.validation_split or 'none'}",
    "early_stopping": lambda spec: f"{spec.early_stopping or 'none'}",
    "augmentation": _augmentation,
    "base": _base,
    "frozen": lambda spec: f"{spec.frozen or 'none'}",
}

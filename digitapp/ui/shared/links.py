"""Training settings in a page's URL: those that can be used, and problems with the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from digitapp.errors import UnknownName, did_you_mean
from digitapp.registry import lookup
from digitapp.training.settings import SETTINGS, understood
from digitapp.training.spec import PRESETS, TrainingSpec

PRESET = "preset"


@dataclass(frozen=True)
class Link:
    """Training settings read from a URL.

    Attributes:
        spec: the preset, with all valid settings from the URL applied.
        preset: the name of the preset.
        problems: a sentence for each setting that cannot be used, or not as given.
    """

    spec: TrainingSpec
    preset: str
    problems: tuple[str, ...] = ()


def read(
    parameters: Mapping[str, Sequence[str]],
    default: str,
    choices: Mapping[str, Sequence[str]],
    others: Sequence[str] = (),
) -> Link:
    """Read the query parameters of a URL; names may be spelled as on the command line.

    Args:
        parameters: each name with its values, in order.
        default: the preset to use when none is named.
        choices: for some settings, all existing values.
        others: further parameter names that the page understands.
    """
    texts, problems = _named(parameters, [PRESET, *SETTINGS, *others])
    preset = texts.pop(PRESET, default)
    try:
        start = lookup(PRESETS, PRESET, preset)
    except UnknownName as error:
        problems.append(f"{error}{did_you_mean(preset, PRESETS)}")
        start, preset = PRESETS[default], default
    spec, wrong = understood({name: texts[name] for name in SETTINGS if name in texts}, start)
    problems += map(str, wrong.values())  # with the names that the address uses
    for name, known in choices.items():
        chosen = getattr(spec, name)
        try:
            lookup(dict.fromkeys(known), name, chosen)
        except UnknownName as error:
            problems.append(f"{error}{did_you_mean(chosen, known)}")
            spec = replace(spec, **{name: getattr(start, name)})
    return Link(spec, preset, tuple(problems))


def unknown(name: str, known: Sequence[str]) -> str:
    """Return a sentence about a query parameter that the page does not know."""
    told = f"Unknown setting {name!r} in the address of this page."
    if not known:
        return f"{told} It has none."
    return told + (did_you_mean(name, known) or f" Available: {', '.join(known)}.")


def _named(
    parameters: Mapping[str, Sequence[str]], known: Sequence[str]
) -> tuple[dict[str, str], list[str]]:
    """Return the last value of each known name, and problems with the others."""
    found: dict[str, list[str]] = {}
    problems = []
    for name, values in parameters.items():
        spelled = name.lstrip("-").replace("-", "_").lower()
        if spelled in known:
            found.setdefault(spelled, []).extend(values)
        else:
            problems.append(unknown(name, known))
    for name, values in found.items():
        if len(values) > 1:
            every = " and ".join(map(repr, values))
            problems.append(f"{name} is given as {every}; the last one is used.")
    return {name: values[-1] for name, values in found.items()}, problems

"""Moments of a run that its curves mark: a new learning rate, a pause, early stopping."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from digitapp.training.history import Epoch, best
from digitapp.training.spec import TrainingSpec

ARROW = "\N{RIGHTWARDS ARROW}"
SAME_RATE = 1e-4  # relative: the optimizer holds its learning rate as float32


@dataclass(frozen=True)
class Moment:
    """Something that happened in a run.

    Attributes:
        at: when, in epochs; 1.5 is the middle of the second.
        words: what happened, in a few words.
    """

    at: float
    words: str


class NewRate(NamedTuple):
    """A learning rate that was set by hand while a run trained.

    Attributes:
        at: when, in epochs: that of the first batch that it is for.
        old, new: the learning rates before and from then on.
    """

    at: float
    old: float
    new: float


def moments(
    epochs: Sequence[Epoch],
    spec: TrainingSpec,
    finished: bool = False,
    pauses: Sequence[float] = (),
    resumed: Sequence[float] = (),
    rates: Sequence[NewRate] = (),
) -> list[Moment]:
    """Return what happened to a run, in order.

    Args:
        epochs: the trained epochs.
        finished: whether the run trained to its end, by plan or by early stopping.
        pauses: when they began, in epochs.
        resumed: when it went on after it had ended, in epochs.
        rates: set by hand; of those that an older version did not keep, the epochs tell.
    """
    found = [Moment(each.at, _words(each.old, each.new)) for each in rates]
    if not spec.cosine_decay:
        found += _of_epochs(epochs, spec, pauses, rates)
    if finished and stopped_early(epochs, spec):
        found.append(Moment(epochs[-1].number, "stopped by itself"))
    stood = [Moment(at, "paused") for at in pauses] + [Moment(at, "resumed") for at in resumed]
    return sorted([*stood, *found], key=lambda each: each.at)


def stopped_early(epochs: Sequence[Epoch], spec: TrainingSpec) -> bool:
    """Whether early stopping ended a finished run: its patience was used up before its plan."""
    found = best(epochs)
    if not spec.early_stopping or found is None or epochs[-1].number == spec.epochs:
        return False
    return found.number + spec.early_stopping == epochs[-1].number


def _of_epochs(
    epochs: Sequence[Epoch],
    spec: TrainingSpec,
    pauses: Sequence[float],
    rates: Sequence[NewRate],
) -> list[Moment]:
    """Return the changes of the learning rate that only the epochs tell, by the rate at their end.

    They are at its last pause, which is what pauses are for, or else at its beginning.
    """
    known = [(each.number, _short(each.learning_rate)) for each in epochs if each.learning_rate]
    started = [(0, spec.learning_rate)] if known and known[0][0] == 1 else []
    return [
        Moment(max(now - 1, *_in_epoch(now, pauses)), _words(old, new))
        for (_, old), (now, new) in pairwise(
            [*started, *((at, _short(rate)) for at, rate in known)]
        )
        if not same_rate(old, new)
        and not any(now - 1 <= each.at <= now and same_rate(each.new, new) for each in rates)
    ]


def _in_epoch(number: int, pauses: Sequence[float]) -> list[float]:
    return [0.0, *(at for at in pauses if number - 1 <= at < number)]


def same_rate(one: float, other: float) -> bool:
    """Whether two learning rates are the same but for rounding to float32."""
    return math.isclose(one, other, rel_tol=SAME_RATE)


def _words(old: float, new: float) -> str:
    return f"learning rate {_short(old):g} {ARROW} {_short(new):g}"


def _short(rate: float) -> float:
    """Undo the rounding to float32, which makes 0.0003 of 0.00030000001."""
    return float(f"{rate:.5g}")

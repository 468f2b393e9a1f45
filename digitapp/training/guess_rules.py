"""How near a guessed curve came to the real one, in sentences for the one who drew it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digitapp.text.percent import counted_percent
from digitapp.training.guess import Guess, covered, known_accuracy
from digitapp.training.history import Epoch, trained

NEAR = 0.03  # a guess that is nowhere further off is called close everywhere
CAUGHT_UP = 0.5  # of the largest distance, at most this share is left at the end
EARLY = 0.5  # the largest distance is in this first part of the epochs


@dataclass(frozen=True)
class Distance:
    """A guess after an epoch, and what came of it: accuracies from 0 to 1."""

    epoch: int
    real: float
    guessed: float

    @property
    def off(self) -> float:
        """How far off the guess was; more than 0 when the network was better."""
        return self.real - self.guessed


def in_words(guess: Guess, planned: int) -> str:
    """Return what a guess says, for a training that is planned to have so many epochs."""
    first, last = guess.at[0] * planned, guess.at[-1] * planned
    if first or last < planned:
        return f"Your guess goes from epoch {first:.3g} to epoch {last:.3g} of {planned}."
    one = guess.after(1, planned)
    early = f"{counted_percent(one, 0)} after epoch 1, " if planned > 1 else ""
    return f"Your guess: {early}{counted_percent(guess.accuracy[-1], 0)} in the end."


def distances(guess: Guess, epochs: Sequence[Epoch], planned: int) -> list[Distance]:
    """Return how far off a guess was after each trained epoch for which there is one.

    The guess is about the validation accuracy; about that of training where nothing is held back.
    """
    real = {each.number: known_accuracy(each.val_accuracy, each.accuracy) for each in epochs}
    numbers = [each.number for each in trained(epochs)]
    return [
        Distance(number, value, guessed)
        for number, guessed in covered(guess, numbers, planned).items()
        if (value := real[number]) is not None
    ]


def how_near(guess: Guess, epochs: Sequence[Epoch], planned: int) -> str:
    """Say how near a guess came, and where it was furthest off.

    Args:
        epochs: of the run, which has ended.
        planned: its planned number of epochs.

    Returns:
        One sentence, up to three.
    """
    found, known = distances(guess, epochs, planned), trained(epochs)
    if not known:
        return "No epoch was trained, so nobody knows how near your guess was."
    if not found:
        return f"Your guess says nothing about {_so_far(known)}, so it cannot be compared."
    mean = sum(abs(each.off) for each in found) / len(found)
    whose = "Your guess" if len(found) == len(known) else "Where you drew it, your guess"
    said = [f"{whose} was {_points(mean)} off on average."]
    worst = max(found, key=lambda each: abs(each.off))
    if abs(worst.off) <= NEAR:
        return f"{said[0]} It was close all the way."
    said.append(_difference(worst, found))
    if found[-1].off * worst.off < 0 and abs(found[-1].off) > NEAR:
        said.append(f"In the end it was the other way round: {_numbers(found[-1])}.")
    return " ".join(said)


def _difference(worst: Distance, found: Sequence[Distance]) -> str:
    """Say how the network differed from the guess, going by the largest distance."""
    first, last, better = found[0], found[-1], worst.off > 0
    left = last.off if better else -last.off
    if left > CAUGHT_UP * abs(worst.off):
        how = "It became better than you thought" if better else "It was not as good as you thought"
    elif worst.epoch - first.epoch < EARLY * (last.epoch - first.epoch):
        how = (
            "It learned faster than you thought" if better else "It needed longer than you thought"
        )
    else:
        how = "You were furthest off in between"
    return f"{how}: {_numbers(worst)}."


def _so_far(known: Sequence[Epoch]) -> str:
    first, last = known[0].number, known[-1].number
    return f"epoch {first}" if first == last else f"epochs {first} to {last}"


def _numbers(each: Distance) -> str:
    real, guessed = (counted_percent(value, 0) for value in (each.real, each.guessed))
    return f"after epoch {each.epoch} it had {real}, you guessed {guessed}"


def _points(mean: float) -> str:
    points = round(100 * mean)
    if points < 1:
        return "less than 1 percentage point"
    return f"{points} percentage point{'' if points == 1 else 's'}"

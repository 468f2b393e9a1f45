"""The course of a run: its history with what is needed to tell progress from noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from digitapp.training.history import Epoch
from digitapp.training.spec import TrainingSpec

SAME_LOSS = 0.01  # relative change of a loss that counts as none
UNKNOWN_NUMBER = 1000  # images for validation, where nobody knows their number
FEWEST = 3  # epochs, before anything is said about a direction
STANDSTILL = 0.2  # so large a share of the epochs without progress, and at least FEWEST
CONSTANT_ANSWER = 1.2  # times the accuracy of guessing, as classes differ in size (1s in MNIST)


@dataclass(frozen=True)
class Course:
    """A run so far.

    Attributes:
        spec: its settings.
        epochs: the trained epochs, in order.
        untrained: the scores before training (epoch 0), where they are known.
        classes: the network's number of classes.
        images: number of training images.
        held_back: number of images for validation; None if unknown.
        finished: whether it trained to its end, by plan or by early stopping.
    """

    spec: TrainingSpec
    epochs: Sequence[Epoch]
    untrained: Epoch | None = None
    classes: int = 10
    images: int = 0
    held_back: int | None = None
    finished: bool = False

    @property
    def last(self) -> Epoch:
        """The last epoch; there must be one."""
        return self.epochs[-1]

    @cached_property
    def validated(self) -> list[Scores]:
        """The scores on validation images, of the epochs in which they are finite."""
        return [
            Scores(each.number, each.val_loss, each.val_accuracy)
            for each in self.epochs
            if each.val_loss is not None
            and each.val_accuracy is not None
            and math.isfinite(each.val_loss)
        ]

    @cached_property
    def trained(self) -> list[Scores]:
        """The scores on training images, of the epochs in which they are finite."""
        return [
            Scores(each.number, each.loss, each.accuracy)
            for each in self.epochs
            if math.isfinite(each.loss)
        ]

    @property
    def guessing(self) -> Scores:
        """The scores of guessing, with equal probabilities, in epoch 0."""
        return Scores(0, math.log(self.classes), 1 / self.classes)

    @property
    def noise(self) -> float:
        """Two standard errors of the last validation accuracy."""
        accuracy = self.validated[-1].accuracy if self.validated else 0.5
        return standard_errors(accuracy, self.held_back or UNKNOWN_NUMBER)

    @property
    def fresh(self) -> bool:
        """Whether it began with random weights."""
        return not self.spec.base

    def is_guessing(self, accuracy: float, images: int) -> bool:
        """Whether an accuracy on so many images is no better than chance."""
        chance = self.guessing.accuracy
        return accuracy <= CONSTANT_ANSWER * chance + standard_errors(chance, images)


@dataclass(frozen=True)
class Scores:
    """Loss and accuracy (0 to 1) after an epoch; both are finite."""

    number: int
    loss: float
    accuracy: float


def standard_errors(accuracy: float, images: int) -> float:
    """Return two standard errors of an accuracy from 0 to 1 that was counted on so many images.

    Two images are added to the right ones and two to the wrong, as by A. Agresti and B. A. Coull,
    "Approximate Is Better than 'Exact' for Interval Estimation of Binomial Proportions" (1998): a
    perfect score on a few images is not certain.
    """
    middle = (accuracy * images + 2) / (images + 4)
    return 2 * math.sqrt(middle * (1 - middle) / (images + 4))


def last_progress(scores: Sequence[Scores], noise: float = 0.0) -> int:
    """Return the index of the last epoch with a lower loss or a higher accuracy than all before.

    Many small steps add up to progress; one alone, smaller than `SAME_LOSS` of the loss and than
    `noise` of the accuracy, does not count.
    """
    found, loss, accuracy = 0, math.inf, -math.inf
    for at, each in enumerate(scores):
        lower, higher = each.loss < loss * (1 - SAME_LOSS), each.accuracy > accuracy + noise
        if lower or higher:
            found = at
        loss = each.loss if lower else loss
        accuracy = each.accuracy if higher else accuracy
    return found


def rests(since: int, now: int) -> bool:
    """Whether the last progress, in epoch `since`, is long enough ago to be called the last."""
    return now - since >= max(FEWEST, math.ceil(STANDSTILL * now))

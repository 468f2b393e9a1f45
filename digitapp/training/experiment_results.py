"""What the runs of an experiment have come to, as plain values, and how to compare them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from digitapp.training.course import UNKNOWN_NUMBER, Course, standard_errors
from digitapp.training.lesson_words import percent

NO_LUCK = 0.005  # of accuracies; a smaller difference helps nobody, however sure it is
GAP = 0.02  # of accuracies, that a class can see
AGAIN = "Train them once more with another seed to see whether it stays so."


@dataclass(frozen=True)
class Certainty:
    """How sure a network is of its answers to images, whether they are right or not.

    Attributes:
        mean: of the probabilities of its answers, 0 to 1.
        very_sure: the share of images of which it is at least 90 % sure.
        called: the share of images that each class is the answer to, by its name.
        images: number of images.
    """

    mean: float
    very_sure: float
    called: Mapping[str, float]
    images: int

    @property
    def favourite(self) -> tuple[str, float]:
        """The most frequent answer, and its share of the images."""
        return max(self.called.items(), key=lambda each: each[1])


@dataclass(frozen=True)
class Result:
    """What one run of an experiment has come to.

    Attributes:
        label: of its variant, such as `300 images`.
        course: its settings and its history.
        test_accuracy: 0 to 1; None when there is none.
        tested: number of test images; 0 when it is unknown.
        problem: why it cannot be compared, as a sentence; empty for a run that is done.
        diverged: whether it broke off because its loss was no longer finite.
        turned: the share of turned test images that it reads right; None when not measured.
        turned_images: number of them.
        certainty: how sure it is of digits; None when not measured.
        unmeasured: why what the experiment needs could not be measured, as a sentence.
    """

    label: str
    course: Course
    test_accuracy: float | None = None
    tested: int = 0
    problem: str = ""
    diverged: bool = False
    turned: float | None = None
    turned_images: int = 0
    certainty: Certainty | None = None
    unmeasured: str = ""

    @property
    def test(self) -> float:
        """The accuracy on the test images; NaN when there is none."""
        return math.nan if self.test_accuracy is None else self.test_accuracy

    @property
    def training(self) -> float:
        """The accuracy on the training images in the last epoch."""
        return self.course.last.accuracy

    @property
    def test_in_words(self) -> str:
        """The accuracy on the test images, such as `94.5 %`."""
        return percent(self.test)

    @property
    def noise(self) -> float:
        """Two standard errors of the accuracy on the test images."""
        return standard_errors(self.test, self.tested or UNKNOWN_NUMBER)

    @property
    def guesses(self) -> bool:
        """Whether it reads no more test images right than guessing would."""
        return self.course.is_guessing(self.test, self.tested or UNKNOWN_NUMBER)


Rule = Callable[[Sequence[Result]], list[str]]


def better(first: Result, second: Result) -> bool:
    """Whether the first reads more test images right, by more than noise explains."""
    return higher((first.test, first.tested), (second.test, second.tested))


def higher(first: tuple[float, int], second: tuple[float, int]) -> bool:
    """Whether a share is higher than another by more than two standard errors of the difference.

    Args:
        first, second: a share from 0 to 1, and the number of images it was counted on; 0 when
            that is unknown.
    """
    noise = math.hypot(
        *(standard_errors(share, n or UNKNOWN_NUMBER) for share, n in (first, second))
    )
    return first[0] - second[0] > max(noise, NO_LUCK)


def points(first: float, second: float) -> str:
    """Return the difference of two shares from 0 to 1, such as `13.7 points`."""
    return f"{100 * abs(first - second):.1f} points"

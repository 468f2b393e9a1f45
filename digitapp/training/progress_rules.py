"""Rules about progress from epoch to epoch. Each returns a sentence, or an empty text."""

from __future__ import annotations

import math
from itertools import pairwise

from digitapp.training.course import FEWEST, UNKNOWN_NUMBER, Course, last_progress, rests
from digitapp.training.guessing_rules import guesses
from digitapp.training.history import best
from digitapp.training.lesson_words import loss_in_words, number
from digitapp.training.moments import stopped_early

LOWER = 0.9  # times a loss: clearly lower
GAP = 0.02  # of accuracies, that a class can see
ROUGH = 1.05  # times the loss before: a clear step up
RECENT, OFTEN = 8, 3  # so many steps up within so many epochs
SMALL_LOSS = 0.05  # below, a loss always jumps


def stopped_by_itself(course: Course) -> str:
    """Say why early stopping ended the training, and which weights are kept."""
    patience, found = course.spec.early_stopping, best(course.epochs)
    if not course.finished or not patience or not found:
        return ""
    if not stopped_early(course.epochs, course.spec):
        return ""
    after = "an epoch" if patience == 1 else f"{number(patience)} epochs"
    return (
        f"It stopped by itself: for {after}, the validation loss had not become lower. It keeps "
        f"the weights of epoch {found.number}, when it was lowest."
    )


def keeps_the_last_weights(course: Course) -> str:
    """Say that an earlier epoch had a clearly lower validation loss than the one that is kept."""
    found, last = best(course.epochs), course.last
    if course.spec.early_stopping or not course.finished or found is None:
        return ""
    if last.val_loss is None or found.number + FEWEST > last.number:
        return ""
    if course.is_guessing(found.val_accuracy or 0.0, course.held_back or UNKNOWN_NUMBER):
        return ""
    if not found.val_loss or found.val_loss > LOWER * last.val_loss:
        return ""
    return (
        f"Epoch {found.number} had the lowest validation loss, but the network keeps the weights "
        "of the last. With early stopping it would keep those."
    )


def rate_changed(course: Course) -> str:
    """Say what became of the loss in the epoch in which the learning rate was changed by hand."""
    epochs = course.trained if not course.spec.cosine_decay else []
    rates = {each.number: each.learning_rate for each in course.epochs}
    for at in range(len(epochs) - 1, 1, -1):
        before, now = epochs[at - 1], epochs[at]
        old, new = rates[before.number], rates[now.number]
        if old and new and not math.isclose(old, new, rel_tol=1e-4):
            usual = before.loss / epochs[at - 2].loss  # the change in the epoch before
            change = now.loss / before.loss
            became = "smaller" if new < old else "larger"
            helped = new < old and change < min(LOWER, usual - 0.1)
            harmed = new > old and change > max(ROUGH, usual + 0.1)
            if not (helped or harmed):
                return ""
            return (
                f"With the {became} learning rate ({new:g} instead of {old:g}), the training loss "
                f"went from {loss_in_words(before.loss)} to {loss_in_words(now.loss)} in epoch "
                f"{now.number}."
            )
    return ""


def jumps(course: Course) -> str:
    """Say that the training loss keeps going up and down, where no noise of the method does it."""
    losses = [each.loss for each in course.trained][-RECENT - 1 :]
    noisy = course.spec.dropout or course.spec.augmentation
    if noisy or len(losses) <= RECENT or min(losses) < SMALL_LOSS:
        return ""
    ups = sum(now > ROUGH * before for before, now in pairwise(losses))
    if ups < OFTEN:
        return ""
    return (
        "The training loss goes up and down instead of falling: a smaller learning rate makes "
        "smaller steps."
    )


def still_improving(course: Course) -> str:
    """Say that the last epochs were each clearly better than all before, on validation images.

    A loss that falls from far above that of guessing is no progress yet.
    """
    if guesses(course) or course.last.loss > course.guessing.loss:
        return ""
    losses = [each.loss for each in course.validated]
    penalised = course.spec.l2  # then the loss falls with the weights
    if penalised or not course.finished or len(losses) <= FEWEST or min(losses) < losses[-1]:
        return ""
    recent = losses[-FEWEST:]
    if recent != sorted(recent, reverse=True) or recent[-1] > (1 - GAP) ** 2 * recent[0]:
        return ""
    return "Validation was still getting better at the end: more epochs may help."


def stands_still(course: Course) -> str:
    """Say since when neither training nor validation has made progress."""
    found, trained, last = course.validated, course.trained, course.last
    if not found or not trained or course.is_guessing(last.accuracy, UNKNOWN_NUMBER):
        return ""
    since = max(
        found[last_progress(found, course.noise)].number,
        trained[last_progress(trained, course.noise)].number,
    )
    if not rests(since, last.number):
        return ""
    return f"Since epoch {since}, neither training nor validation has become better."

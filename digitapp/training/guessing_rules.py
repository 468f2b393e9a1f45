"""Rules about a network that guesses. Each returns a sentence, or an empty text."""

from __future__ import annotations

import math
from itertools import pairwise

from digitapp.training.course import FEWEST, SAME_LOSS, UNKNOWN_NUMBER, Course
from digitapp.training.lesson_words import loss_in_words, one_in, percent

FAR_ABOVE = 2  # times the loss of guessing: an accident
OVERCONFIDENT = 1.2  # times the loss of guessing: worse than knowing nothing
CRAWLS, EVEN = 0.02, 0.5  # a loss that falls by so small a share an epoch, in steps so even


def before_training(course: Course) -> str:
    """Say that an untrained network guesses."""
    scores = course.untrained
    if scores is None or not course.fresh:
        return ""
    known = scores.accuracy if scores.val_accuracy is None else scores.val_accuracy
    return (
        f"Before training it guesses: it gets {percent(known)} right, and "
        f"{one_in(course.classes)} would be luck."
    )


def steps_too_large(course: Course) -> str:
    """Say that the loss is far above that of guessing, on training and on validation images."""
    loss, guessing = course.last.loss, course.guessing.loss
    if course.last.val_loss is not None:
        loss = min(loss, course.last.val_loss)
    settled = course.fresh or len(course.epochs) >= FEWEST
    if course.spec.l2 or not settled or not OVERCONFIDENT * guessing < loss < math.inf:
        return ""
    return (
        f"The loss ({loss_in_words(loss)}) is higher than for guessing "
        f"({loss_in_words(guessing)}): the steps are too large. Try a smaller learning rate."
    )


def was_thrown_off(course: Course) -> str:
    """Say that a network guesses since its first steps, which made the loss very large."""
    first, guessing = course.epochs[0], course.guessing.loss
    if course.spec.l2 or not course.fresh or first.number != 1 or not guesses(course):
        return ""
    if not FAR_ABOVE * guessing < first.loss < math.inf:
        return ""
    return (
        f"In the first epoch, the loss ({loss_in_words(first.loss)}) was far above that of "
        f"guessing ({loss_in_words(guessing)}): the steps were too large. Try a smaller learning "
        "rate."
    )


def is_stuck(course: Course) -> str:
    """Say that the loss has stayed at that of guessing."""
    recent, guessing = course.trained[-FEWEST:], course.guessing.loss
    if len(recent) < FEWEST or not guesses(course):
        return ""
    if not all(abs(each.loss / guessing - 1) < SAME_LOSS for each in recent):
        return ""
    return f"Its loss stays at that of guessing ({loss_in_words(guessing)}): it learns nothing."


def guesses(course: Course) -> str:
    """Say that it is no better than chance, on training and on validation images."""
    known, images = course.last.accuracy, course.images
    if course.last.val_accuracy is not None:
        known, images = course.last.val_accuracy, course.held_back or UNKNOWN_NUMBER
    trained = course.is_guessing(course.last.accuracy, course.images or UNKNOWN_NUMBER)
    if not trained or not course.is_guessing(known, images or UNKNOWN_NUMBER):
        return ""
    chance = course.guessing.accuracy
    if known < chance * 0.75:
        return f"It gets {percent(known)} right: guessing would be no worse."
    return f"It gets about {one_in(course.classes)} right: it guesses."


def crawls(course: Course) -> str:
    """Say that the loss falls steadily, but by very little in each epoch, far from the goal.

    Random labels take long to learn at any learning rate.
    """
    if course.spec.random_labels:
        return ""
    losses = [each.loss for each in course.trained]
    if len(losses) < FEWEST or losses[-1] < course.guessing.loss / 2:
        return ""
    steps = [before - now for before, now in pairwise(losses)]
    if min(steps) <= max(steps) * EVEN or max(steps) > CRAWLS * losses[0]:
        return ""
    return "The loss falls, but very slowly: the steps are small. Try a larger learning rate."


def first_epoch_did_most(course: Course) -> str:
    """Say how much of the way the first epoch went, from guessing on."""
    found, start = course.validated, course.untrained
    if start is None or start.val_accuracy is None or not course.fresh or len(found) < FEWEST:
        return ""
    first, last = found[0].accuracy, found[-1].accuracy
    gained, later = first - start.val_accuracy, last - first
    if found[0].number != 1 or not 0 <= later < gained / 4 or gained < 0.5:
        return ""
    return (
        f"The first epoch did most: it went from {percent(start.val_accuracy)} right to "
        f"{percent(first)}. By now it is {percent(last)}."
    )

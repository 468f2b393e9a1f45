"""Rules about a network that guesses. Each returns a sentence, or an empty text."""

from __future__ import annotations

import math
from itertools import pairwise

from digitapp.training.course import FEWEST, UNKNOWN_NUMBER, Course
from digitapp.training.lesson_words import loss_in_words, one_in, percent

OVERCONFIDENT = 1.2  # times the loss of guessing: worse than knowing nothing
CRAWLS = 0.98  # a loss that falls to more than this share in an epoch falls very slowly


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
    """Say that the loss falls steadily, but by very little in each epoch, far from the goal."""
    losses = [each.loss for each in course.trained]
    if len(losses) < FEWEST or losses[-1] < course.guessing.loss / 2:
        return ""
    steps = [now / before for before, now in pairwise(losses)]
    if not all(CRAWLS < step < 1 for step in steps):
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

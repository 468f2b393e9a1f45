"""Rules that compare training with validation. Each returns a sentence, or an empty text."""

from __future__ import annotations

from itertools import pairwise

from digitapp.training.course import FEWEST, UNKNOWN_NUMBER, Course, last_progress, rests
from digitapp.training.lesson_words import one_in, percent

LOWER = 0.9  # times a loss: clearly lower
KNOWS = 3  # times the accuracy of guessing: far from guessing
GAP = 0.02  # of accuracies, that a class can see
ENOUGH_DROPOUT = 0.1


def knows_random_labels(course: Course) -> str:
    """Say that it learns by heart, as soon as it knows labels all of which are random."""
    last, images = course.last, course.images or UNKNOWN_NUMBER
    if course.spec.random_labels < 1 or course.is_guessing(last.accuracy, images):
        return ""
    others, held_back = "", course.held_back or UNKNOWN_NUMBER
    if last.val_accuracy is not None and course.is_guessing(last.val_accuracy, held_back):
        others = f", but gets only about {one_in(course.classes)} others right"
    known = "all" if last.accuracy == 1 else f"{percent(last.accuracy)} of"
    return (
        f"It knows the random labels of {known} its training images{others}: "
        "no rule leads to random labels, so it learns them by heart."
    )


def knows_only_its_images(course: Course) -> str:
    """Say that it guesses at validation images although it knows those for training."""
    last, chance = course.last, course.guessing.accuracy
    held_back = course.held_back or UNKNOWN_NUMBER
    if knows_random_labels(course):
        return ""
    if last.val_accuracy is None or not course.is_guessing(last.val_accuracy, held_back):
        return ""
    if last.accuracy < KNOWS * chance:
        return ""
    return (
        f"It gets {percent(last.accuracy)} of its training images {_right(course)}, but only "
        f"about {one_in(course.classes)} of others: it has learned them by heart."
    )


def learns_by_heart(course: Course) -> str:
    """Say since when validation gets no better while training does, and training is ahead."""
    found, last = course.validated, course.last
    if not found or found[-1].number != last.number:
        return ""
    if knows_random_labels(course) or knows_only_its_images(course):
        return ""  # it is said already
    # Not before the lowest loss, which the curves mark as the best epoch.
    lowest = min(range(len(found)), key=lambda at: found[at].loss)
    since = found[max(last_progress(found, course.noise), lowest)]
    then = next((each for each in course.trained if each.number == since.number), None)
    if then is None:
        return ""
    training_improves = last.loss <= LOWER * then.loss and last.accuracy >= then.accuracy
    ahead = last.accuracy - found[-1].accuracy > course.noise and last.loss < found[-1].loss
    if not (rests(since.number, last.number) and training_improves and ahead):
        return ""
    return (
        f"From epoch {since.number} validation gets no better while training does: it learns by "
        "heart."
    )


def knows_all_its_images(course: Course) -> str:
    """Say that every training image is right, and how many validation images are."""
    last = course.last
    if last.accuracy < 1 or not course.images or last.val_accuracy is None:
        return ""
    if knows_random_labels(course):
        return ""
    if 1 - last.val_accuracy < max(GAP, course.noise):
        return ""
    return (
        f"It gets all {course.images:,} training images {_right(course)}, but "
        f"{percent(last.val_accuracy)} of the validation images."
    )


def better_on_validation(course: Course) -> str:
    """Say why validation is better than training, where it clearly is and the reason is known."""
    found = course.validated
    if not found or not _validation_is_ahead(course):
        return ""
    if course.spec.random_labels == 1:
        return ""  # it can only be luck
    reasons = []
    if course.spec.dropout >= ENOUGH_DROPOUT:
        reasons.append("dropout is off when it is checked")
    if course.spec.augmentation:
        reasons.append("its images are not changed at random")
    if course.spec.random_labels:
        reasons.append("its labels are all true")
    if len(found) == 1 or (not reasons and _lags(course, 1)):
        reasons.append(
            "it is checked at the end of an epoch, while training is the mean over all of it"
        )
    elif not reasons and len(found) > FEWEST and not _lags(course, FEWEST):
        reasons.append("its images seem to be easier")
    return f"Validation is better than training: {', and '.join(reasons)}." if reasons else ""


def nothing_held_back(course: Course) -> str:
    """Say what cannot be seen without validation images."""
    seen = any(each.val_accuracy is not None for each in course.epochs)
    if seen or knows_random_labels(course):
        return ""
    return (
        "No images are held back for validation, so the curves cannot show whether it learns by "
        "heart."
    )


def _right(course: Course) -> str:
    """Return what it means that a training image is right, where some labels are random."""
    return "right by the labels that it was told" if course.spec.random_labels else "right"


def _validation_is_ahead(course: Course) -> bool:
    """Whether validation is better by more than noise, in loss too, in the last two epochs."""
    recent = course.epochs[-2:]
    return all(
        each.val_accuracy is not None
        and each.val_loss is not None
        and each.val_accuracy > each.accuracy + course.noise
        and each.val_loss < each.loss
        for each in recent
    )


def _lags(course: Course, count: int) -> bool:
    """Whether training as a mean explains a validation ahead, in any of the last epochs.

    A network that keeps improving is better at the end of an epoch, when it is checked, than on
    average over it, but not better than on average over the next.
    """
    recent = list(pairwise(course.epochs))[-count:]
    return any(
        (before.val_accuracy or 0.0) <= after.accuracy + course.noise for before, after in recent
    )

"""What came of experiments with a network and how it learns.

Each rule takes the results of all variants, in the order of the experiment's variants, of runs that
trained to their end. Where the expected did not happen, it says what happened instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from digitapp.training.course import SAME_LOSS
from digitapp.training.experiment_results import AGAIN, GAP, Result, better
from digitapp.training.lesson_words import loss_in_words

FAR_ABOVE = 2  # times the loss of guessing: an accident
FALLING = 4  # epochs, over which a loss that still falls must have fallen


def learning_rate(results: Sequence[Result]) -> list[str]:
    """Compare three learning rates, in rising order, of which the second one should do best."""
    low, right, high = results
    return [_low_rate(low, right), _right_rate(low, right, high), _high_rate(high, right)]


def layers(results: Sequence[Result]) -> list[str]:
    """Compare networks without a hidden layer, with one, and with three."""
    none, one, three = results
    both = f"{one.test_in_words} of the test images right with one, {none.test_in_words} without"
    if better(one, none):
        helped = (
            f"One hidden layer helps: {both}. Without one, every pixel can only speak for or "
            "against a digit, whatever the other pixels are."
        )
    elif better(none, one):
        helped = f"This time a hidden layer does harm: {both}. {AGAIN}"
    else:
        helped = (
            f"This time a hidden layer makes no clear difference: {both}. So small a difference "
            f"can be luck. {AGAIN}"
        )
    return [helped, _more_layers(one, three)]


def activation(results: Sequence[Result]) -> list[str]:
    """Compare ReLU with sigmoid in a network of many layers."""
    relu, sigmoid = results
    return [_learns(relu), _sigmoid(relu, sigmoid)]


def _low_rate(low: Result, right: Result) -> str:
    named, epochs = _rate(low), f"after {low.course.last.number} epochs"
    if low.guesses:
        return (
            f"{named} is too low: {epochs} it still guesses, {low.test_in_words} right. "
            f"{_falling(low)}"
        )
    if better(right, low):
        return (
            f"{named} is too low: {epochs} it gets only {low.test_in_words} right. {_falling(low)}"
        )
    return (
        f"{named} was enough this time: {epochs} it gets {low.test_in_words} right. With so many "
        "small steps, it arrives as well."
    )


def _rate(result: Result) -> str:
    return f"Rate {result.course.spec.learning_rate:g}"


def _falling(low: Result) -> str:
    losses = [each.loss for each in low.course.trained][-FALLING:]
    falls = len(losses) == FALLING and losses == sorted(losses, reverse=True)
    if falls and losses[-1] < (1 - SAME_LOSS) * losses[0]:
        return (
            f"Its loss was still falling ({loss_in_words(losses[-1])} at the end): it learns, but "
            "in small steps."
        )
    return "Its loss was no longer falling steadily, so more epochs may not help."


def _right_rate(low: Result, right: Result, high: Result) -> str:
    named, told = _rate(right), f"{right.test_in_words} of the test images right"
    others = [each for each in (low, high) if not each.diverged]
    if all(better(right, each) for each in others):
        best = "the best of the three" if len(others) > 1 else "clearly better"
        return f"{named} is about right: {told}, {best}."
    if any(better(each, right) for each in others):
        return f"{named}: {told}, which this time is not the best. {AGAIN}"
    return f"{named}: {told}, which this time is not clearly better. {AGAIN}"


def _high_rate(high: Result, right: Result) -> str:
    named = _rate(high)
    if high.diverged:
        return f"{named} is too high: its loss grew beyond all numbers, and the training broke off."
    course = high.course
    first, guessing = course.epochs[0], course.guessing.loss
    shot = ""
    if first.number == 1 and FAR_ABOVE * guessing < first.loss:
        shot = (
            f" In its first epoch, the loss was {loss_in_words(first.loss)}; that of guessing is "
            f"{loss_in_words(guessing)}. Steps so large jump past the goal."
        )
    if high.guesses:
        return f"{named} is too high: it gets {high.test_in_words} right, so it guesses.{shot}"
    if better(right, high):
        return f"{named} is too high: it gets only {high.test_in_words} right.{shot}"
    return f"{named}: this time it learns well all the same, {high.test_in_words} right.{shot}"


def _more_layers(one: Result, three: Result) -> str:
    gained = f"{three.test_in_words} instead of {one.test_in_words}"
    if better(three, one):
        return (
            f"Three layers are better still, but by less than one sees on the axis: {gained}."
            if three.test - one.test < GAP
            else f"Three layers are better still: {gained}."
        )
    if better(one, three):
        return (
            f"Three layers are worse than one: {gained}. More layers are harder to train, and "
            "learn by heart more easily."
        )
    return (
        f"Three layers make no clear difference to one: {gained}. So small a difference can be "
        "luck."
    )


def _learns(relu: Result) -> str:
    if relu.guesses:
        return (
            f"This time the network with ReLU guesses, too: {relu.test_in_words} right. A deep "
            "network can also be stuck because of its random beginning. " + AGAIN
        )
    return f"With ReLU it learns: {relu.test_in_words} of the test images right."


def _sigmoid(relu: Result, sigmoid: Result) -> str:
    depth = len(sigmoid.course.spec.hidden)
    why = (
        "A sigmoid passes on at most a quarter of what the next layer asks for. After "
        f"{depth} layers next to nothing of it arrives at the first one."
    )
    if sigmoid.guesses:
        return f"With sigmoid it guesses: {sigmoid.test_in_words} right. {why}"
    if better(relu, sigmoid):
        return f"With sigmoid it learns less: {sigmoid.test_in_words} right. {why}"
    worse = "is the better one" if better(sigmoid, relu) else "does as well"
    return f"This time sigmoid {worse}: {sigmoid.test_in_words} right. {AGAIN}"

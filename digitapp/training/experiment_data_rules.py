"""What came of experiments with what a network learns from.

Each rule takes the results of all variants, in the order of the experiment's variants, of runs that
trained to their end. Where the expected did not happen, it says what happened instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from digitapp.training.experiment_results import AGAIN, GAP, Result, better, higher, points
from digitapp.training.lesson_words import one_in, percent

BY_HEART = 0.95  # training accuracy of a network that knows its images


def little_data(results: Sequence[Result]) -> list[str]:
    """Compare a network that learns from few images with one that learns from many."""
    few, many = results
    return [_few_images(few), _more_images(few, many), _gaps(few, many)]


def augmentation(results: Sequence[Result]) -> list[str]:
    """Compare a network that saw only upright digits with one that saw turned ones."""
    plain, turned = results
    if plain.turned is None or turned.turned is None:
        return [
            *dict.fromkeys(each.unmeasured for each in results if each.unmeasured),
            f"Upright test images: {plain.label} {plain.test_in_words} right, {turned.label} "
            f"{turned.test_in_words}.",
        ]
    return [_turned(plain, turned), _upright(plain, turned)]


def wrong_data(results: Sequence[Result]) -> list[str]:
    """Say how sure a network that knows clothes is of digits, beside one that knows digits."""
    clothes, digits = results
    if clothes.certainty is None or digits.certainty is None:
        return list(dict.fromkeys(each.unmeasured for each in results if each.unmeasured))
    return [_sure_of_nonsense(clothes), _beside_one_that_knows(clothes, digits)]


def shuffled_labels(results: Sequence[Result]) -> list[str]:
    """Compare a network that learned random labels with one that learned the true ones."""
    shuffled, true = results
    course = shuffled.course
    own = f"{percent(shuffled.training)} of its {course.images:,} training images"
    chance = course.guessing.accuracy
    if shuffled.training >= BY_HEART:
        first = (
            f"With random labels it gives {own} the label they got: it has learned them by heart."
        )
    elif shuffled.training > 2 * chance:
        first = (
            f"This time it knows only {own} by heart, where {one_in(course.classes)} would be "
            "luck: random labels take longer to learn. More epochs or more nodes would help."
        )
    else:
        first = (
            f"This time it has not even learned its own images by heart: {own}, and "
            f"{one_in(course.classes)} would be luck. More epochs or more nodes would help."
        )
    if shuffled.guesses:
        second = (
            f"Of the test images it gets {shuffled.test_in_words} right, no more than by guessing: "
            "about digits it has learned nothing. There was nothing to learn."
        )
    else:
        second = (
            f"This time it gets {shuffled.test_in_words} of the test images right, more than "
            "guessing would: some of its labels may still be true."
        )
    return [first, second, _true_labels(shuffled, true)]


def _few_images(few: Result) -> str:
    own, new = percent(few.training), few.test_in_words
    if few.training - few.test <= max(GAP, few.noise):
        return (
            f"This time the network with {few.label} does nearly as well on the test images, which "
            f"it has never seen ({new} right), as on its own ({own}): it has not learned by heart."
        )
    so = "it has learned its images by heart"
    if few.training < BY_HEART:
        so = "it knows its own images better than others"
    return (
        f"With {few.label} it gets {own} of them right, but only {new} of the test images, which "
        f"it has never seen: {so}."
    )


def _more_images(few: Result, many: Result) -> str:
    both = f"{many.test_in_words} of the test images right instead of {few.test_in_words}"
    if better(many, few):
        return f"With {many.label} it is better: {both}."
    if better(few, many):
        return f"This time the network with {many.label} is worse: {both}. {AGAIN}"
    return (
        f"This time {many.label} make no clear difference: {both}. So small a difference can be "
        f"luck. {AGAIN}"
    )


def _gaps(few: Result, many: Result) -> str:
    gaps = [each.training - each.test for each in (few, many)]
    told = (
        f"Between its own images and new ones lie {points(few.training, few.test)} with "
        f"{few.label}, and {points(many.training, many.test)} with {many.label}"
    )
    if min(gaps) < 0:
        return ""
    if gaps[0] - gaps[1] > max(GAP, few.noise + many.noise):
        return f"{told}: with more images, what it learns holds for others, too."
    return f"{told}: this time that is no clear difference."


def _turned(plain: Result, turned: Result) -> str:
    shares = [each.turned or 0.0 for each in (plain, turned)]
    told = (
        f"Of {plain.turned_images:,} test images, all tilted by 30°, the network that learned the "
        f"images as they are reads {percent(shares[0])} right, the one that learned them turned "
        f"{percent(shares[1])}."
    )
    first, second = zip(shares, (plain.turned_images, turned.turned_images), strict=True)
    if higher(second, first):
        return f"{told} What it has practised, it can."
    if higher(first, second):
        return f"This time turning the images did not help. {told} {AGAIN}"
    return f"This time turning the images made no clear difference. {told} {AGAIN}"


def _upright(plain: Result, turned: Result) -> str:
    both = f"{turned.test_in_words} instead of {plain.test_in_words}"
    if better(turned, plain):
        return f"Upright images it reads better, too: {both}."
    if better(plain, turned):
        return f"Upright images it reads less well for it: {both}. It had more to learn."
    return f"Upright images it reads as well as before: {both}."


def _sure_of_nonsense(clothes: Result) -> str:
    sure = clothes.certainty
    assert sure is not None
    name, share = sure.favourite
    told = (
        f"The clothes network has never seen a digit, and answers all the same: on average it is "
        f"{percent(sure.mean)} sure, and of {percent(sure.very_sure)} of the digits at least "
        f"90 %. It calls {percent(share)} of them “{name}”."
    )
    if sure.mean >= 0.5:
        return f"{told} How sure a network is does not tell whether the question makes sense."
    return (
        f"{told} This time it is more doubtful than sure, but it cannot say that it sees no "
        "clothes: that is none of its answers."
    )


def _beside_one_that_knows(clothes: Result, digits: Result) -> str:
    assert clothes.certainty
    assert digits.certainty
    told = (
        f"The network that learned digits gets {digits.test_in_words} of them right, and is "
        f"{percent(digits.certainty.mean)} sure on average."
    )
    if digits.certainty.mean > clothes.certainty.mean + GAP:
        return f"{told} It is surer of what it knows, but one answer alone does not show that."
    return f"{told} This time it is no surer of what it knows than the other is of nonsense."


def _true_labels(shuffled: Result, true: Result) -> str:
    own = f"{true.test_in_words} of the test images right, and {percent(true.training)} of its own"
    if better(true, shuffled):
        return f"With the true labels the same network gets {own}: it has learned what digits are."
    return f"This time the true labels did not help either: {own}. {AGAIN}"

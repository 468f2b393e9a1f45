"""What experiments say came of them, with made results: expected, unexpected, and incomplete."""

import math
import re
from dataclasses import replace

import pytest

from digitapp.errors import UnknownName
from digitapp.training.course import Course
from digitapp.training.experiment_results import Certainty, Result, better, higher
from digitapp.training.experiments import EXPERIMENTS, came_of_it, experiment, unexpected
from digitapp.training.history import Epoch

SURE = Certainty(0.77, 0.41, {"dress": 0.28, "bag": 0.2}, 2000)
DOUBTFUL = Certainty(0.35, 0.02, {"dress": 0.28, "bag": 0.2}, 2000)
KNOWING = Certainty(0.97, 0.9, {"7": 0.1}, 2000)


def made(
    name: str, place: int, test: float, training: float = 1.0, losses: tuple[float, ...] = ()
) -> Result:
    """Return the result of a variant that trained to its end, with 10,000 test images."""
    variant = EXPERIMENTS[name].variants[place]
    losses = losses or (1.0, 0.5, 0.4, 0.3)
    epochs = [
        Epoch(at, loss, training, loss, test, variant.spec.learning_rate, 0.1)
        for at, loss in enumerate(losses, 1)
    ]
    images = variant.spec.train_size or 0
    course = Course(variant.spec, epochs, None, 10, images, 1000, finished=True)
    return Result(variant.label, course, test, 10_000)


def all_of(name: str, *tests: float) -> list[Result]:
    return [made(name, place, test) for place, test in enumerate(tests)]


def said(name: str, *results: Result) -> str:
    return " ".join(came_of_it(EXPERIMENTS[name], results))


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_differs_in_one_setting_and_tells_what_to_watch(name: str) -> None:
    found = EXPERIMENTS[name]
    labels = [each.label for each in found.variants]
    assert len({*labels}) == len(labels) >= 2
    first, *others = (vars(each.spec) for each in found.variants)
    changed = {key for each in others for key in each if each[key] != first[key]}
    assert len(changed) == 1
    assert found.watch.endswith(("?", "."))
    assert found.title
    assert found.about.endswith(".")


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_nothing_shown_before_its_end_tells_what_will_come_of_it(name: str) -> None:
    found = EXPERIMENTS[name]
    shown = [found.title, found.about, found.watch, *(each.label for each in found.variants)]
    verdicts = r"\b(right|too \w+|best|better|worse|helps?|learns? well|by heart|guesses)\b"
    sentences = [each for text in shown for each in re.split(r"(?<=[.?])\s", text)]
    told = [each for each in sentences if re.search(verdicts, each) and each[-1] != "?"]
    assert not told


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_variant_is_known_by_its_settings_whatever_the_seed(name: str) -> None:
    found = EXPERIMENTS[name]
    specs = found.specs(seed=7)
    assert [each.seed for each in specs] == [7] * len(specs)
    assert [found.variant_of(spec) for spec in specs] == list(range(len(specs)))
    assert found.variant_of(replace(specs[0], epochs=specs[0].epochs + 1)) is None


def test_an_unknown_experiment_is_answered_with_a_similar_name() -> None:
    with pytest.raises(UnknownName, match=r"'learning-rates'.*Did you mean learning-rate\?"):
        experiment("learning-rates")


def test_a_difference_counts_when_it_is_larger_than_its_noise() -> None:
    first, second = all_of("layers", 0.90, 0.92, 0.9)[:2]
    assert better(second, first)
    assert not better(first, second)
    few = replace(first, tested=50), replace(second, tested=50)
    assert not better(few[1], few[0])
    assert not higher((0.9301, 10**7), (0.93, 10**7)), "sure, but of no use to anybody"


def test_little_data_is_learned_by_heart() -> None:
    found = said("little-data", *all_of("little-data", 0.80, 0.945))
    assert "With 300 images it gets 100.00 % of them right, but only 80.0 %" in found
    assert "learned its images by heart" in found
    assert "better: 94.5 % of the test images right instead of 80.0 %" in found
    assert "20.0 points with 300 images, and 5.5 points with 5,000 images" in found
    assert "This time" not in found


def test_little_data_that_is_enough_is_told_as_such() -> None:
    few, many = made("little-data", 0, 0.94, 0.95), made("little-data", 1, 0.941, 0.96)
    found = said("little-data", few, many)
    assert "This time the network with 300 images does nearly as well" in found
    assert "5,000 images make no clear difference" in found
    assert "by heart" not in found.replace("not learned by heart", "")


def test_more_data_that_makes_it_worse_is_told_as_such() -> None:
    found = said("little-data", *all_of("little-data", 0.9, 0.8))
    assert "This time the network with 5,000 images is worse" in found


def test_its_own_images_are_not_known_by_heart_when_few_of_them_are_right() -> None:
    few, many = made("little-data", 0, 0.6, 0.7), made("little-data", 1, 0.9)
    assert "it knows its own images better than others" in said("little-data", few, many)


def test_three_learning_rates() -> None:
    low = made("learning-rate", 0, 0.67, 0.7, (2.3, 2.1, 1.8, 1.6, 1.5))
    right, high = made("learning-rate", 1, 0.91), made("learning-rate", 2, 0.09, 0.1, (7.9, 2.3))
    found = said("learning-rate", low, right, high)
    assert "Rate 0.001 is too low: after 5 epochs it gets only 67.0 % right." in found
    assert "Its loss was still falling (1.50 at the end)" in found
    assert (
        "Rate 0.1 is about right: 91.0 % of the test images right, the best of the three." in found
    )
    assert "Rate 5 is too high: it gets 9.0 % right, so it guesses." in found
    assert "the loss was 7.90; that of guessing is 2.30" in found
    assert "This time" not in found


def test_what_came_out_differently_is_known_as_such() -> None:
    expected = came_of_it(EXPERIMENTS["activation"], all_of("activation", 0.92, 0.11))
    assert not unexpected(expected)
    assert unexpected(came_of_it(EXPERIMENTS["activation"], all_of("activation", 0.92, 0.92)))


def test_learning_rates_that_do_as_well_as_the_right_one_are_told_as_such() -> None:
    found = said("learning-rate", *all_of("learning-rate", 0.91, 0.91, 0.91))
    assert "Rate 0.001 was enough this time" in found
    assert "this time is not clearly better" in found
    assert "Rate 5: this time it learns well all the same" in found
    assert "jump" not in found
    best = said("learning-rate", *all_of("learning-rate", 0.95, 0.91, 0.5))
    assert "this time is not the best" in best
    assert "Rate 5 is too high: it gets only 50.0 % right." in best


def test_a_loss_that_stands_still_is_not_called_falling() -> None:
    low = made("learning-rate", 0, 0.1, 0.1, (2.3, 2.31, 2.3, 2.31, 2.3))
    found = said("learning-rate", low, *all_of("learning-rate", 0, 0.9, 0.1)[1:])
    assert "it still guesses" in found
    assert "no longer falling steadily" in found


def test_a_rate_so_high_that_the_loss_is_infinite_is_a_result() -> None:
    low, right, high = all_of("learning-rate", 0.6, 0.9, 0.1)
    broke = replace(high, test_accuracy=None, problem="It failed.", diverged=True)
    found = said("learning-rate", low, right, broke)
    assert "Rate 5 is too high: its loss grew beyond all numbers" in found
    assert "90.0 % of the test images right, clearly better" in found
    assert "It failed." not in found
    broke_low = replace(low, test_accuracy=None, problem="Too low failed.", diverged=True)
    assert "nothing to compare" in said("learning-rate", broke_low, right, high)


def test_hidden_layers() -> None:
    found = said("layers", *all_of("layers", 0.902, 0.935, 0.936))
    assert "One hidden layer helps: 93.5 % of the test images right with one, 90.2 %" in found
    assert "Three layers make no clear difference to one: 93.6 % instead of 93.5 %" in found
    assert "better still, but by less" in said("layers", *all_of("layers", 0.9, 0.93, 0.942))
    assert "better still: 96.0 %" in said("layers", *all_of("layers", 0.9, 0.93, 0.96))
    assert "worse than one" in said("layers", *all_of("layers", 0.9, 0.93, 0.9))
    assert "no clear difference" in said("layers", *all_of("layers", 0.93, 0.931, 0.93))
    assert "does harm" in said("layers", *all_of("layers", 0.93, 0.8, 0.93))


def test_sigmoid_or_relu() -> None:
    found = said("activation", *all_of("activation", 0.92, 0.11))
    assert "With ReLU it learns: 92.0 %" in found
    assert "With sigmoid it guesses: 11.0 % right." in found
    assert "After 5 layers" in found
    assert "learns less: 80.0 %" in said("activation", *all_of("activation", 0.92, 0.8))
    same = said("activation", *all_of("activation", 0.92, 0.92))
    assert "This time sigmoid does as well: 92.0 % right." in same
    assert "quarter" not in same
    assert "sigmoid is the better one" in said("activation", *all_of("activation", 0.8, 0.9))
    assert "ReLU guesses, too" in said("activation", *all_of("activation", 0.1, 0.1))


def test_tilted_digits() -> None:
    upright, turned = all_of("augmentation", 0.94, 0.943)
    measured = replace(upright, turned=0.52, turned_images=2000)
    practised = replace(turned, turned=0.905, turned_images=2000)
    found = said("augmentation", measured, practised)
    assert "Of 2,000 test images, all tilted by 30°" in found
    assert "reads 52.0 % right, the one that learned them turned 90.5 %." in found
    assert "What it has practised, it can." in found
    assert "Upright images it reads as well as before" in found
    swapped = said("augmentation", replace(measured, turned=0.9), replace(practised, turned=0.5))
    assert "This time turning the images did not help." in swapped
    assert "practised" not in swapped
    same = said("augmentation", measured, replace(practised, turned=0.53))
    assert "no clear difference" in same
    assert "less well for it" in said(
        "augmentation", measured, replace(practised, test_accuracy=0.9)
    )
    assert "better, too" in said("augmentation", measured, replace(practised, test_accuracy=0.97))


def test_without_tilted_images_only_upright_ones_are_compared() -> None:
    found = [
        replace(each, unmeasured="MNIST is gone.") for each in all_of("augmentation", 0.9, 0.8)
    ]
    assert came_of_it(EXPERIMENTS["augmentation"], found) == [
        "MNIST is gone.",
        "Upright test images: as they are 90.0 % right, turned 80.0 %.",
    ]


def test_the_wrong_kind_of_data() -> None:
    clothes, digits = all_of("wrong-data", 0.83, 0.945)
    knows = replace(digits, certainty=KNOWING)
    found = said("wrong-data", replace(clothes, certainty=SURE), knows)
    assert "on average it is 77.0 % sure, and of 41.0 % of the digits at least 90 %" in found
    assert "It calls 28.0 % of them “dress”." in found
    assert "does not tell whether the question makes sense" in found
    assert "gets 94.5 % of them right, and is 97.0 % sure on average. It is surer" in found
    doubts = said("wrong-data", replace(clothes, certainty=DOUBTFUL), knows)
    assert "This time it is more doubtful than sure" in doubts
    assert "makes sense" not in doubts
    surer = said("wrong-data", replace(clothes, certainty=KNOWING), replace(digits, certainty=SURE))
    assert "This time it is no surer of what it knows" in surer
    unknown = [replace(each, unmeasured="MNIST is gone.") for each in (clothes, digits)]
    assert said("wrong-data", *unknown) == "MNIST is gone."


def test_random_labels_are_learned_by_heart() -> None:
    random, true = all_of("shuffled-labels", 0.099, 0.892)
    found = said("shuffled-labels", random, true)
    assert "gives 100.00 % of its 1,000 training images the label they got" in found
    assert "gets 9.9 % right, no more than by guessing" in found
    assert "With the true labels the same network gets 89.2 % of the test images right" in found
    assert "This time" not in found


def test_random_labels_that_were_not_learned_by_heart_are_told_as_such() -> None:
    true = made("shuffled-labels", 1, 0.89)
    some = said("shuffled-labels", made("shuffled-labels", 0, 0.1, 0.6), true)
    assert "This time it knows only 60.0 % of its 1,000 training images by heart" in some
    none = said("shuffled-labels", made("shuffled-labels", 0, 0.1, 0.12), true)
    assert "This time it has not even learned its own images by heart" in none
    knows = said("shuffled-labels", made("shuffled-labels", 0, 0.5), true)
    assert "This time it gets 50.0 % of the test images right, more than guessing" in knows
    equal = said("shuffled-labels", *all_of("shuffled-labels", 0.1, 0.1))
    assert "This time the true labels did not help either" in equal


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_without_all_runs_nothing_is_compared(name: str) -> None:
    good = [0.9] * len(EXPERIMENTS[name].variants)
    first, *others = all_of(name, *good)
    gone = replace(first, test_accuracy=None, problem=f"{first.label}: its run was deleted.")
    found = said(name, gone, *others)
    assert f"{first.label}: its run was deleted." in found
    assert "90.0 % of the test images right." in found
    assert "there is nothing to compare" in found
    assert not re.search("better|worse|guess|by heart", found)
    none = [replace(each, test_accuracy=None, problem="Gone.") for each in (first, *others)]
    assert "% of the test" not in said(name, *none)


@pytest.mark.parametrize("name", EXPERIMENTS)
@pytest.mark.parametrize("test", [0.05, 0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("training", [0.1, 1.0])
def test_whatever_the_numbers_there_are_sentences(name: str, test: float, training: float) -> None:
    results = [
        replace(made(name, place, test, training), turned=test, turned_images=2000, certainty=SURE)
        for place in range(len(EXPERIMENTS[name].variants))
    ]
    found = came_of_it(EXPERIMENTS[name], results)
    assert found
    assert all(each.endswith(".") and "nan" not in each and "  " not in each for each in found)


def test_a_result_without_test_scores_has_no_accuracy() -> None:
    result = replace(made("layers", 0, 0.9), test_accuracy=None)
    assert math.isnan(result.test)

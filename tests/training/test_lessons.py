"""What is said about curves: made curves, for which it is known whether a sentence is true."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from digitapp.training.course import Course, last_progress, standard_errors
from digitapp.training.history import Epoch
from digitapp.training.lesson_words import percent
from digitapp.training.lessons import MOST, RULES, lessons
from digitapp.training.spec import Augmentation, TrainingSpec

SPEC = TrainingSpec(epochs=30)
HELD_BACK = 5000
UNTRAINED = Epoch(0, 2.4, 0.09, 2.4, 0.1, 0.001, 0.0)

Scores = tuple[float, float]  # loss and accuracy


def course(
    training: Sequence[Scores],
    validation: Sequence[Scores] | None = None,
    *,
    rates: Sequence[float] = (),
    spec: TrainingSpec = SPEC,
    **more: object,
) -> Course:
    """Return a run with these scores after its epochs, the first of which is 1."""
    validation = validation or [(None, None)] * len(training)
    rates = rates or [spec.learning_rate] * len(training)
    epochs = [
        Epoch(number, *trained, *checked, rate, 1.0)
        for number, (trained, checked, rate) in enumerate(
            zip(training, validation, rates, strict=True), 1
        )
    ]
    return Course(spec, epochs, **{"images": 20_000, "held_back": HELD_BACK, **more})


def falling(count: int, high: float, low: float, half: float) -> list[float]:
    """Return values that fall from `high` towards `low`, half of the way in `half` epochs."""
    return [low + (high - low) * 0.5 ** (at / half) for at in range(count)]


def scores(losses: Sequence[float], lift: float = 0.0) -> list[Scores]:
    """Return losses with accuracies that fit them."""
    return [(loss, min(1.0, math.exp(-loss) + lift)) for loss in losses]


def overfitting(count: int, best: int = 8) -> Course:
    """Validation is best in epoch `best` and gets worse, while training gets ever better."""
    checked = [0.4 + 0.02 * abs(number - best) for number in range(1, count + 1)]
    return course(scores(falling(count, 1.0, 0.01, 3)), scores(checked))


def learning(count: int = 12, **more: object) -> Course:
    """Everything goes well: both fall side by side, validation a little behind."""
    losses = falling(count, 0.5, 0.1, 2)
    return course(scores(losses), scores([loss + 0.005 for loss in losses]), **more)


def said(found: Course) -> str:
    return " ".join(rule(found) for rule in RULES if rule(found))


def test_overfitting_is_said_with_the_epoch_from_which_validation_gets_no_better() -> None:
    told = "From epoch 8 validation gets no better while training does: it learns by heart."
    assert told in lessons(overfitting(14))


@pytest.mark.parametrize("count", [3, 8, 10])
def test_overfitting_is_not_said_before_it_is_seen(count: int) -> None:
    assert "by heart" not in said(overfitting(count))


@pytest.mark.parametrize("last", [(1e6, 0.11), (2.0, 0.11), (400.0, 0.5)])
def test_more_epochs_are_not_promised_to_a_network_that_guesses_or_was_thrown_off(
    last: Scores,
) -> None:
    steps = [(last[0] * more, last[1]) for more in (1.6, 1.4, 1.2, 1.0)]
    thrown_off = course(steps, steps, spec=replace(SPEC, epochs=4), finished=True)
    assert "more epochs may help" not in said(thrown_off)
    losses = [0.8, 0.7, 0.6, 0.5]
    well = course(scores(losses), scores(losses), spec=replace(SPEC, epochs=4), finished=True)
    assert "more epochs may help" in said(well)


def test_a_validation_that_still_gets_more_images_right_is_not_overfitting() -> None:
    losses = falling(15, 1.0, 0.01, 3)
    checked = [(0.4 + 0.01 * at, 0.80 + 0.01 * at) for at in range(15)]
    assert "by heart" not in said(course(scores(losses), checked))


def test_a_validation_that_rests_while_training_rests_too_is_not_overfitting() -> None:
    found = course([(0.5, 0.8)] * 15, [(0.6, 0.75)] * 15)
    assert "by heart" not in said(found)
    assert "Since epoch 1, neither training nor validation has become better." in said(found)


def test_a_validation_that_is_ahead_is_not_overfitting() -> None:
    losses = falling(15, 1.0, 0.3, 3)
    assert "by heart" not in said(course(scores(losses), [(0.1, 0.97)] * 15))


def test_guessing_is_said_in_words() -> None:
    found = course([(2.303, 0.101)] * 3, [(2.303, 0.0995)] * 3)
    assert lessons(found)[0] == "It gets about one in ten right: it guesses."


def test_one_answer_for_all_images_is_guessing_too() -> None:
    assert "it guesses" in said(course([(2.302, 0.1124)], [(2.302, 0.113)]))


@pytest.mark.parametrize(
    ("classes", "chance"), [(2, "one in two"), (11, "one in eleven"), (26, "one in 26")]
)
def test_the_chance_of_guessing_depends_on_the_number_of_classes(classes: int, chance: str) -> None:
    found = course([(math.log(classes), 1 / classes)], classes=classes)
    assert f"It gets about {chance} right: it guesses." in lessons(found)


@pytest.mark.parametrize("accuracy", [0.2, 0.16, 0.5])
def test_whoever_knows_something_does_not_guess(accuracy: float) -> None:
    assert "guesses" not in said(course([(2.0, accuracy)], [(2.0, accuracy)]))


def test_few_images_leave_room_for_luck() -> None:
    lucky = course([(2.3, 0.13)], [(2.3, 0.16)], images=100, held_back=100)
    assert "it guesses" in said(lucky)
    assert "it guesses" not in said(replace(lucky, images=20_000, held_back=5000))


def test_labels_that_mean_nothing_are_learned_by_heart() -> None:
    found = course(scores(falling(10, 2.3, 0.3, 3)), [(2.5, 0.1)] * 10)
    assert "only about one in ten of others: it has learned them by heart." in said(found)
    assert "it guesses" not in said(found)


RANDOM = replace(SPEC, random_labels=1.0)


def by_heart(accuracy: float, checked: float | None = 0.1, **more: object) -> Course:
    """Training images get better in each of five epochs; the others are as good as in the first."""
    training = [(2.3 - 0.3 * at, 0.1 + (accuracy - 0.1) * at / 4) for at in range(5)]
    validation = None if checked is None else [(2.4 + 0.1 * at, checked) for at in range(5)]
    return course(training, validation, **{"spec": RANDOM, **more})


@pytest.mark.parametrize("accuracy", [0.18, 0.986, 1.0])
def test_who_knows_random_labels_has_learned_them_by_heart(accuracy: float) -> None:
    found = said(by_heart(accuracy))
    known = "all" if accuracy == 1 else f"{percent(accuracy)} of"
    assert f"It knows the random labels of {known} its training images, but" in found
    assert "only about one in ten others right: no rule leads to random labels" in found
    assert found.count("by heart") == 1
    assert "training images right" not in found


def test_that_random_labels_are_learned_by_heart_is_seen_without_validation() -> None:
    found = said(by_heart(0.6, None))
    assert found.startswith("It knows the random labels of 60.0 % of its training images: no rule")
    assert "cannot show" not in found


@pytest.mark.parametrize("checked", [0.1, None])
def test_random_labels_that_are_guessed_are_not_known(checked: float | None) -> None:
    found = said(by_heart(0.105, checked))
    assert "by heart." not in found.replace("whether it learns by heart.", "")
    assert "one in ten right: it guesses" in found
    assert "steps are small" not in found


def test_with_some_random_labels_right_means_by_the_labels_that_it_was_told() -> None:
    some = replace(SPEC, random_labels=0.5)
    assert "training images right by the labels that it was told, but" in said(
        by_heart(1.0, 0.45, spec=some)
    )
    assert "random labels of" not in said(by_heart(1.0, 0.45, spec=some))


def test_a_validation_ahead_with_random_labels_is_explained_by_them() -> None:
    found = said(dropped(replace(SPEC, random_labels=0.3)))
    assert "Validation is better than training: its labels are all true." in found
    assert "is better" not in said(dropped(RANDOM))


def test_all_training_images_right_is_set_against_the_others() -> None:
    found = course([(0.5, 0.9), (0.01, 1.0)], [(0.7, 0.8), (0.6, 0.845)], images=300)
    told = "It gets all 300 training images right, but 84.5 % of the validation images."
    assert told in said(found)
    nearly = course([(0.5, 0.9), (0.01, 0.999)], [(0.7, 0.8), (0.6, 0.845)], images=300)
    assert "It gets all" not in said(nearly)


def dropped(spec: TrainingSpec, ahead: float = 0.04) -> Course:
    trained = [(0.6, 0.80), (0.5, 0.84), (0.45, 0.85), (0.44, 0.855), (0.43, 0.857)]
    checked = [(loss / 2, accuracy + ahead) for loss, accuracy in trained]
    checked[0] = (0.3, 0.87)
    return course(trained, checked, spec=spec)


def test_a_validation_ahead_with_dropout_is_explained_by_it() -> None:
    told = "Validation is better than training: dropout is off when it is checked."
    assert told in lessons(dropped(replace(SPEC, dropout=0.4)))


def test_a_validation_ahead_with_augmentation_is_explained_by_it() -> None:
    found = said(dropped(replace(SPEC, augmentation=Augmentation(rotate=15))))
    assert "its images are not changed at random" in found
    assert "dropout" not in found


def test_a_validation_ahead_after_one_epoch_is_explained_by_the_mean_over_it() -> None:
    found = said(course([(0.6, 0.80)], [(0.3, 0.91)]))
    assert "training is the mean over all of it" in found
    assert "dropout" not in found


def test_a_validation_ahead_for_no_known_reason_has_easier_images() -> None:
    assert "its images seem to be easier" in said(dropped(SPEC))


def test_one_lucky_epoch_does_not_make_validation_images_easier() -> None:
    trained = [(1.8, 0.40), (1.4, 0.53), (0.9, 0.70), (0.6, 0.80), (0.55, 0.82)]
    checked = [(1.8, 0.40), (1.2, 0.62), (0.8, 0.74), (0.4, 0.90), (0.4, 0.88)]
    assert "easier" not in said(course(trained, checked))


@pytest.mark.parametrize("ahead", [0.0, 0.005, -0.02])
def test_a_validation_ahead_by_no_more_than_noise_is_not_mentioned(ahead: float) -> None:
    assert "Validation is better" not in said(dropped(replace(SPEC, dropout=0.4), ahead))


def test_steps_that_are_too_large_are_said() -> None:
    found = said(course([(5.2, 0.2), (4.1, 0.25)], [(6.0, 0.2), (4.5, 0.22)]))
    assert "The loss (4.10) is higher than for guessing (2.30): the steps are too large." in found


@pytest.mark.parametrize(
    "found",
    [
        course([(5.2, 0.6)], [(0.4, 0.9)]),  # the first batches alone
        course([(5.2, 0.2)], [(6.0, 0.2)], spec=replace(SPEC, l2=0.01)),  # with the penalty
        course([(5.2, 0.2)], [(6.0, 0.2)], spec=replace(SPEC, base="recogniser")),
        course([(0.01, 1.0)], [(5.0, 0.5)]),  # overconfident on validation images alone
    ],
)
def test_a_high_loss_for_another_reason_is_not_blamed_on_the_steps(found: Course) -> None:
    assert "steps are too large" not in said(found)


def test_steps_that_are_too_small_are_said() -> None:
    losses = [2.31 - 0.002 * at for at in range(6)]
    found = said(course([(loss, 0.12) for loss in losses]))
    assert "The loss falls, but very slowly" in found


def test_a_loss_that_falls_well_or_not_at_all_does_not_crawl() -> None:
    assert "slowly" not in said(learning())
    assert "slowly" not in said(course([(2.303, 0.1)] * 6))
    assert "slowly" not in said(course([(2.303 + 0.001 * (at % 2), 0.1) for at in range(6)]))


def test_a_network_thrown_off_by_its_first_steps_is_said_to_be() -> None:
    found = said(course([(64.7, 0.15), (2.32, 0.1), (2.3, 0.1)], [(2.4, 0.1)] * 3))
    assert "In the first epoch, the loss (64.70) was far above that of guessing (2.30)" in found
    recovered = said(course([(64.7, 0.15), (1.0, 0.7)], [(0.9, 0.7)] * 2))
    assert "In the first epoch" not in recovered
    calm = said(course([(2.4, 0.1), (2.3, 0.1)], [(2.3, 0.1)] * 2))
    assert "In the first epoch" not in calm


def test_a_network_that_learns_nothing_is_said_to_be_stuck() -> None:
    told = "Its loss stays at that of guessing (2.30): it learns nothing."
    assert told in said(course([(2.301, 0.11), (2.303, 0.1), (2.302, 0.11)]))
    assert told not in said(course([(2.301, 0.11), (2.303, 0.1)]))
    assert told not in said(course([(2.5, 0.11), (2.45, 0.1), (2.4, 0.11)]))


def test_labels_that_mean_nothing_have_no_best_epoch() -> None:
    losses = falling(10, 2.3, 0.3, 3)
    guess = [(2.4 + 0.2 * at, 0.1) for at in range(10)]
    found = lessons(course(scores(losses), guess, finished=True))
    assert len(found) == 1
    assert "by heart" in found[0]


def test_a_penalty_that_falls_is_not_progress() -> None:
    losses = falling(6, 1.0, 0.0, 3)
    found = course(scores(losses), scores(losses), spec=replace(SPEC, l2=0.01), finished=True)
    assert "still getting better" not in said(found)


def test_learning_by_heart_does_not_begin_before_the_epoch_that_is_marked_as_the_best() -> None:
    losses = falling(14, 1.0, 0.01, 3)
    checked = [(0.4, 0.9), (0.39999, 0.9), (0.3999, 0.9), (0.399, 0.9)] + [(0.5, 0.9)] * 10
    assert "From epoch 4 validation gets no better" in said(course(scores(losses, 0.02), checked))


def test_early_stopping_is_explained() -> None:
    spec = replace(SPEC, early_stopping=3)
    found = replace(overfitting(11), spec=spec, finished=True)
    told = (
        "It stopped by itself: for three epochs, the validation loss had not become lower. It "
        "keeps the weights of epoch 8, when it was lowest."
    )
    assert told in lessons(found)


def test_early_stopping_is_not_claimed_when_something_else_ended_it() -> None:
    spec = replace(SPEC, early_stopping=3)
    going_on = replace(overfitting(11), spec=spec)
    stopped_by_hand = replace(overfitting(10), spec=spec, finished=True)
    planned = replace(overfitting(11), spec=replace(spec, epochs=11), finished=True)
    for found in (going_on, stopped_by_hand, planned):
        assert "stopped by itself" not in said(found)


def test_a_better_epoch_than_the_last_is_pointed_out_at_the_end() -> None:
    found = overfitting(14)
    assert "keeps the weights of the last" not in said(found)
    told = "Epoch 8 had the lowest validation loss, but the network keeps the weights of the last."
    assert told in said(replace(found, finished=True))


def test_a_validation_that_still_improves_at_the_end_is_said() -> None:
    losses = falling(6, 1.0, 0.0, 3)
    found = course(scores(losses), scores(losses), finished=True)
    assert "Validation was still getting better at the end" in said(found)
    assert "still getting better" not in said(replace(found, finished=False))
    assert "still getting better" not in said(learning(20, finished=True))


def test_the_first_epoch_does_most() -> None:
    found = replace(learning(), untrained=UNTRAINED)
    first, last = found.validated[0].accuracy, found.validated[-1].accuracy
    assert last - first > 0.25 * (first - 0.1)
    assert "The first epoch" not in said(found)
    quick = course([(0.3, 0.91)] * 4, [(0.2, 0.94), (0.1, 0.96), (0.1, 0.97), (0.1, 0.97)])
    told = "The first epoch did most: it went from 10.0 % right to 94.0 %. By now it is 97.0 %."
    assert told in said(replace(quick, untrained=UNTRAINED))
    assert "The first epoch" not in said(quick)


def test_a_smaller_learning_rate_that_helps_is_said() -> None:
    losses = [1.0, 0.6, 0.58, 0.57, 0.4, 0.38]
    rates = [0.01] * 4 + [0.001] * 2
    told = (
        "With the smaller learning rate (0.001 instead of 0.01), the training loss went from 0.57 "
        "to 0.40 in epoch 5."
    )
    assert told in said(course(scores(losses), rates=rates))
    no_help = [1.0, 0.6, 0.58, 0.57, 0.56, 0.55]
    assert "learning rate" not in said(course(scores(no_help), rates=rates))


def test_a_learning_rate_that_falls_by_itself_is_not_pointed_out() -> None:
    losses = [1.0, 0.6, 0.58, 0.57, 0.4, 0.38]
    spec = replace(SPEC, cosine_decay=True)
    rates = [0.01, 0.009, 0.007, 0.005, 0.002, 0.001]
    assert "learning rate" not in said(course(scores(losses), rates=rates, spec=spec))


def test_a_larger_learning_rate_that_harms_is_said() -> None:
    losses = [1.0, 0.6, 0.5, 0.9, 0.8]
    rates = [0.001] * 3 + [0.1] * 2
    found = said(course(scores(losses), rates=rates))
    assert "With the larger learning rate (0.1 instead of 0.001)" in found
    assert "from 0.50 to 0.90 in epoch 4" in found


def test_a_loss_that_goes_up_and_down_is_said() -> None:
    losses = [1.0, 0.5, 0.7, 0.4, 0.6, 0.4, 0.5, 0.4, 0.6, 0.4]
    assert "goes up and down" in said(course(scores(losses)))
    assert "goes up and down" not in said(course(scores(losses), spec=replace(SPEC, dropout=0.5)))
    tiny = [loss / 100 for loss in losses]
    assert "goes up and down" not in said(course(scores(tiny)))


def test_what_cannot_be_seen_without_validation_is_said() -> None:
    found = lessons(course(scores(falling(5, 0.5, 0.1, 2))))
    assert found == [
        "No images are held back for validation, so the curves cannot show whether it learns by "
        "heart."
    ]


def test_of_a_training_that_goes_well_nothing_bad_is_said() -> None:
    found = said(learning(8))
    for bad in ("heart", "guess", "too large", "slowly", "up and down", "neither", "better than"):
        assert bad not in found


def test_before_training_it_guesses() -> None:
    assert lessons(Course(SPEC, [])) == []
    told = "Before training it guesses: it gets 10.0 % right, and one in ten would be luck."
    assert lessons(Course(SPEC, [], UNTRAINED)) == [told]
    assert lessons(Course(replace(SPEC, base="recogniser"), [], UNTRAINED)) == []


def test_a_class_reads_at_most_three_sentences() -> None:
    spec = replace(SPEC, early_stopping=3)
    everything = replace(overfitting(11), spec=spec, finished=True, untrained=UNTRAINED, images=300)
    assert 1 <= len(lessons(everything)) <= MOST


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("lost", [math.nan, math.inf])
def test_no_rule_stumbles_over_values_that_are_not_finite(
    rule: Callable[[Course], str], lost: float
) -> None:
    for trained, checked in ((lost, lost), (0.5, lost), (lost, 0.5)):
        for count in (1, 2, 12):
            first = [(0.5, 0.8)] * (count - 1)
            found = course([*first, (trained, 0.1)], [*first, (checked, 0.1)])
            assert "nan" not in rule(found)
            assert "inf" not in rule(found)


def test_no_sentence_is_said_of_noise_alone() -> None:
    """A network that has come to rest, measured with the noise of its number of images."""
    quiet = np.random.default_rng(0)
    for _ in range(100):
        checked = quiet.binomial(HELD_BACK, 0.97, 12) / HELD_BACK
        losses = 0.1 + quiet.normal(0, 0.0003, 12)
        found = course([(loss, 0.971) for loss in losses], [(0.1, each) for each in checked])
        told = said(found).replace("neither training nor validation has become better", "")
        assert "better" not in told
        assert "heart" not in told


def test_small_steps_add_up_to_progress() -> None:
    slow = course([(1 - 0.002 * at, 0.5) for at in range(30)])
    assert last_progress(slow.trained) >= 24
    assert last_progress(course([(1.0, 0.5)] * 30).trained) == 0


def test_a_standard_error_is_never_none() -> None:
    assert standard_errors(0.5, 10_000) == pytest.approx(0.01, rel=0.01)
    assert standard_errors(1.0, 20) > 0.05

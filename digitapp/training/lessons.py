"""What a run's curves show, in sentences for a class: only what its numbers justify."""

from __future__ import annotations

from collections.abc import Callable

from digitapp.training import guessing_rules, progress_rules, validation_rules
from digitapp.training.course import Course

MOST = 3  # sentences at a time; a class reads no more

Rule = Callable[[Course], str]

# The most important first. Each needs at least one trained epoch.
RULES: tuple[Rule, ...] = (
    guessing_rules.steps_too_large,
    guessing_rules.guesses,
    guessing_rules.was_thrown_off,
    guessing_rules.crawls,
    guessing_rules.is_stuck,
    validation_rules.knows_random_labels,
    validation_rules.knows_only_its_images,
    validation_rules.learns_by_heart,
    validation_rules.knows_all_its_images,
    progress_rules.stopped_by_itself,
    progress_rules.keeps_the_last_weights,
    progress_rules.rate_changed,
    validation_rules.better_on_validation,
    progress_rules.jumps,
    progress_rules.still_improving,
    guessing_rules.first_epoch_did_most,
    progress_rules.stands_still,
    validation_rules.nothing_held_back,
)


def lessons(course: Course) -> list[str]:
    """Return what the curves show: at most three sentences, the most important first."""
    rules = RULES if course.epochs else (guessing_rules.before_training,)
    return [said for rule in rules if (said := rule(course))][:MOST]

"""Moments of a run that its curves mark."""

from dataclasses import replace

import numpy as np

from digitapp.training.history import Epoch
from digitapp.training.moments import Moment, NewRate, moments
from digitapp.training.spec import TrainingSpec

SPEC = TrainingSpec(epochs=30, learning_rate=0.001)


def _epochs(*rates: float, best: int = 1, first: int = 1) -> list[Epoch]:
    """Return epochs with these learning rates, held as an optimizer holds them."""
    return [
        Epoch(number, 0.5, 0.8, abs(number - best) + 1.0, 0.8, float(np.float32(rate)), 1.0)
        for number, rate in enumerate(rates, first)
    ]


def test_a_run_without_events_has_no_moments() -> None:
    assert moments(_epochs(0.001, 0.001, 0.001), SPEC) == []
    assert moments([], SPEC) == []


def test_a_new_learning_rate_is_marked_where_the_epoch_that_used_it_began() -> None:
    assert moments(_epochs(0.001, 0.001, 0.0003, 0.0003, 0.01), SPEC) == [
        Moment(2, "learning rate 0.001 \N{RIGHTWARDS ARROW} 0.0003"),
        Moment(4, "learning rate 0.0003 \N{RIGHTWARDS ARROW} 0.01"),
    ]


def test_a_learning_rate_may_change_in_the_first_epoch() -> None:
    (found,) = moments(_epochs(0.1), SPEC)
    assert found.at == 0
    assert found.words.startswith("learning rate 0.001 ")


def test_of_a_run_without_its_first_epochs_nothing_is_claimed_about_them() -> None:
    assert moments(_epochs(0.1, first=5), SPEC) == []


def test_a_learning_rate_that_falls_by_itself_or_is_unknown_is_not_marked() -> None:
    assert moments(_epochs(0.001, 0.0005), replace(SPEC, cosine_decay=True)) == []
    assert moments(_epochs(0.0, 0.0), SPEC) == []


def test_pauses_are_marked_in_their_order_among_the_rest() -> None:
    found = moments(_epochs(0.001, 0.001, 0.0003), SPEC, pauses=[0.5, 3.25])
    assert [(moment.at, moment.words[:6]) for moment in found] == [
        (0.5, "paused"),
        (2, "learni"),
        (3.25, "paused"),
    ]


def test_it_is_marked_where_a_run_was_resumed() -> None:
    found = moments(_epochs(0.001, 0.001), SPEC, pauses=[1.5], resumed=[1])
    assert found == [Moment(1, "resumed"), Moment(1.5, "paused")]


def test_a_learning_rate_changed_in_a_pause_is_marked_there() -> None:
    found = moments(_epochs(0.001, 0.001, 0.0003), SPEC, pauses=[1.5, 2.25, 2.75, 3.5])
    assert [moment.at for moment in found] == [1.5, 2.25, 2.75, 2.75, 3.5]
    assert [moment.words[:6] for moment in found[2:4]] == ["paused", "learni"]


def test_a_learning_rate_whose_batch_is_known_is_marked_there_and_once() -> None:
    rates = [NewRate(1.25, float(np.float32(0.001)), 0.0003)]
    (found,) = moments(_epochs(0.001, 0.0003, 0.0003), SPEC, pauses=[], rates=rates)
    assert found == Moment(1.25, "learning rate 0.001 \N{RIGHTWARDS ARROW} 0.0003")
    assert moments([], SPEC, rates=[NewRate(0.5, 0.001, 0.01)])[0].at == 0.5  # no epoch is over
    whole = [NewRate(2.0, 0.001, 0.0003)]  # after the last batch of an epoch, before its end
    assert [each.at for each in moments(_epochs(0.001, 0.0003), SPEC, rates=whole)] == [2]


def test_several_learning_rates_within_an_epoch_are_all_marked() -> None:
    rates = [NewRate(1.25, 0.001, 0.01), NewRate(1.5, 0.01, 0.1), NewRate(1.75, 0.1, 0.001)]
    found = moments(_epochs(0.001, 0.001), SPEC, rates=rates)
    assert [each.at for each in found] == [1.25, 1.5, 1.75]


def test_of_learning_rates_that_an_older_version_did_not_keep_the_epochs_still_tell() -> None:
    rates = [NewRate(3.5, 0.01, 0.1)]
    found = moments(_epochs(0.001, 0.01, 0.01, 0.1), SPEC, rates=rates)
    assert [each.at for each in found] == [1, 3.5]


def test_early_stopping_is_marked_at_the_end_of_a_finished_run() -> None:
    spec = replace(SPEC, early_stopping=3)
    epochs = _epochs(*[0.001] * 8, best=5)
    assert moments(epochs, spec, finished=True) == [Moment(8, "stopped by itself")]
    assert moments(epochs, spec) == []
    assert moments(epochs, SPEC, finished=True) == []
    assert moments(epochs, replace(spec, epochs=8), finished=True) == []

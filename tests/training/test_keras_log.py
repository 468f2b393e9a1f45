"""Training logs, as Keras prints them in a terminal."""

import re

import pytest

from digitapp.training.history import Epoch, Point
from digitapp.training.keras_log import finished, heading, lines, running, time_in_words

EPOCH = Epoch(1, 0.25, 0.9125, 0.5, 0.875, 0.001, 7.0)
BARE = Epoch(2, 0.125, 0.95, None, None, 0.001, 0.35)


def test_a_finished_epoch_reads_as_in_keras() -> None:
    assert finished(EPOCH, 100) == (
        "100/100 ━━━━━━━━━━━━━━━━━━━━ 7s 70ms/step"
        " - accuracy: 0.9125 - loss: 0.2500 - val_accuracy: 0.8750 - val_loss: 0.5000"
    )


def test_without_validation_nothing_is_said_of_it() -> None:
    expected = "7/7 ━━━━━━━━━━━━━━━━━━━━ 0s 50ms/step - accuracy: 0.9500 - loss: 0.1250"
    assert finished(BARE, 7) == expected


def test_a_running_epoch_shows_how_far_it_is() -> None:
    expected = " 25/100 ━━━━━─────────────── 2s 80ms/step - accuracy: 0.5000 - loss: 1.5000"
    assert running(Point(3, 25, 1.5, 0.5, 2.0), 100) == expected


@pytest.mark.parametrize("batch", [1, 6, 7, 75])
def test_a_running_epoch_never_goes_beyond_its_end(batch: int) -> None:
    line = running(Point(1, batch, 1.5, 0.5, 2.0), 7)
    assert re.match(rf"{min(batch, 7)}/7 ━*─* 2s ", line)
    assert len(re.findall("[━─]", line)) == 20


@pytest.mark.parametrize(
    ("seconds", "pace"),
    [(250.0, "250s 2s/step"), (99.9, "100s 999ms/step"), (0.5, "0s 5ms/step"), (0.0042, "42us")],
)
def test_the_pace_is_given_in_a_unit_that_fits(seconds: float, pace: str) -> None:
    assert pace in running(Point(1, 100, 1.5, 0.5, seconds), 200)


def test_all_lines_together_end_with_the_running_epoch() -> None:
    now = Point(3, 5, 0.5, 0.75, 0.1)
    found = lines([EPOCH, BARE], now, 12, 10).split("\n")
    assert found[::2] == [heading(1, 12), heading(2, 12), heading(3, 12)]
    assert found[::2] == ["Epoch 1/12", "Epoch 2/12", "Epoch 3/12"]
    assert found[1::2] == [finished(EPOCH, 10), finished(BARE, 10), running(now, 10)]
    assert lines([EPOCH], None, 12, 10).count("\n") == 1
    assert lines([], None, 12, 10) == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (8.4, "8 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (125, "2 min 05 s")],
)
def test_a_time_in_words(seconds: float, words: str) -> None:
    assert time_in_words(seconds) == words

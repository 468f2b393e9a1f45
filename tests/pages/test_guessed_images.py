"""The Train page's test images: what the network says of them now, or after each epoch."""

import numpy as np
import pytest

from digitapp.runs import Outcome, RunStore
from digitapp.runs.records import DONE
from digitapp.runs.stored_guesses import GuessedImages, pack_answers
from tests.pages.test_train_runs import datasets, ran
from tests.pages.train_page import opened, press, refusals, said

__all__ = ["datasets"]
LABELS = np.array([7, 2, 0], np.uint8)
IMAGES = GuessedImages(np.full((3, 28, 28), 40, np.uint8), LABELS)


def answers(right: int, classes: int = 10) -> bytes:
    """The first so many images are read right, with 80 %; the others as a 1, with 60 %."""
    found = np.zeros((3, classes), np.float32)
    for place, label in enumerate(LABELS):
        found[place, label if place < right else 1] = 0.8 if place < right else 0.6
    return pack_answers(found)


@pytest.fixture
def finished(store: RunStore) -> RunStore:
    """A store with run 1, trained for three epochs: each gets one image more right."""
    lease = ran(store, 3)
    for epoch in range(4):
        lease.keep_guesses(epoch, answers(epoch), IMAGES.packed() if epoch == 0 else None)
    lease.finish(Outcome(DONE, test_loss=0.1, test_accuracy=0.9, model=b"model"))
    return store


def test_while_it_runs_the_latest_guesses_are_shown(store: RunStore) -> None:
    lease = ran(store, 1)
    lease.keep_guesses(0, answers(0), IMAGES.packed())
    lease.keep_guesses(1, answers(2))
    lease.keep_guesses(2, answers(3))  # of an epoch that is not stored yet
    text = said(opened(run=1))
    assert "After epoch 1, it gets 2 of 3 right." in text
    assert (text.count("✓") - 1, text.count("✗") - 1) == (2, 1)  # one of each is explained


def test_before_the_first_step_it_guesses(store: RunStore) -> None:
    ran(store, 0).keep_guesses(0, answers(0), IMAGES.packed())
    text = said(opened(run=1))
    assert "Before its first step, it gets 0 of 3 right." in text


def test_right_and_wrong_are_told_by_more_than_colour(finished: RunStore) -> None:
    text = said(opened({"results": "Test images", "guesses-of-1": 2}, run=1))
    assert "After epoch 2, it gets 2 of 3 right." in text
    assert "It is 7" in text
    assert "✓ 7 80 %" in text
    assert "✗ 1 60 %" in text


def test_a_finished_run_is_shown_by_epoch_and_played(finished: RunStore) -> None:
    app = opened({"results": "Test images"}, run=1)
    assert "After epoch 3, it gets 3 of 3 right." in said(app)
    app = press(app, "play-guesses")
    assert "Before its first step, it gets 0 of 3 right." in said(app)
    assert app.button(key="hold-guesses")


def test_a_run_of_an_earlier_version_says_that_nothing_was_kept(store: RunStore) -> None:
    ran(store, 2).finish(Outcome(DONE, test_loss=0.1, test_accuracy=0.9, model=b"model"))
    assert "was not kept" in said(opened({"results": "Test images"}, run=1))


def test_a_run_of_an_earlier_version_that_goes_on_shows_nothing_of_them(store: RunStore) -> None:
    ran(store, 2)
    assert "never learns from them" not in said(opened(run=1))


@pytest.mark.parametrize("damage", [b"nothing", answers(2, classes=9)])
def test_damaged_guesses_are_a_sentence(damage: bytes, store: RunStore) -> None:
    lease = ran(store, 1)
    lease.keep_guesses(0, damage, IMAGES.packed())
    lease.keep_guesses(1, damage)
    assert refusals(opened(run=1))

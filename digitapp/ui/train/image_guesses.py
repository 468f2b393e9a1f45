"""A few test images and what the network says of them, before its first step and after each epoch.

They are shown, and nothing is chosen by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st
from PIL import Image

from digitapp.errors import BadFile
from digitapp.figures.thumbnails import data_url
from digitapp.runs import Run, stored_guesses
from digitapp.runs.records import GUESSES
from digitapp.runs.watching import Followed
from digitapp.text.templates import render
from digitapp.ui.shared import caching, messages
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import GUESSES_EPOCH, GUESSES_PLAYED
from digitapp.ui.train.by_epoch import Player, latest_or_by_epoch
from digitapp.ui.train.class_names import spoken_class_names

TITLE = "Test images, guessed"
ABOUT = (
    "The same few test images each time: the network never learns from them. With each stands what "
    "it is, then what the network says and how sure it is: ✓ right or ✗ wrong."
)
NOT_KEPT = "What this run said of single test images after each epoch was not kept."
NOT_YET = "A few test images, with the network's guesses, appear here once the network is built."
MOST_COLUMNS = 12
PLAYER = Player(TITLE, ABOUT, NOT_YET, NOT_KEPT, "guesses", GUESSES_EPOCH, GUESSES_PLAYED)


class Guess(NamedTuple):
    """A test image and what the network says of it.

    Attributes:
        label, said: names of the true class and of the one that the network says.
        certainty: probability of the latter.
        picture: a data URL.
    """

    label: str
    said: str
    certainty: float
    right: bool
    picture: str


def guessed_images(run: Run, seen: Followed) -> None:
    """Show the latest guesses of a run, or those of one that has ended by epoch."""
    kept = [epoch for epoch in seen.kept(GUESSES) if epoch <= run.epoch]
    latest_or_by_epoch(run, kept, PLAYER, lambda epoch: _guesses(run, epoch))


def _guesses(run: Run, epoch: int) -> None:
    with messages.errors_shown():  # here, as a fragment is run without its page
        names = spoken_class_names(run)
        found = _found(run.id, epoch, run.epoch, names)
        st.markdown(_right_after(found, epoch))
        columns = min(len(names), len(found), MOST_COLUMNS)  # each class below itself
        st.html(render("ui/train/image_guesses.html.j2", guesses=found, columns=columns))


def _right_after(found: Sequence[Guess], epoch: int) -> str:
    when = f"After epoch {epoch:d}" if epoch else "Before its first step"
    right = sum(each.right for each in found)
    return f"{when}, it gets **{right:d} of {len(found):d}** right."


@caching.data(max_entries=200, show_spinner=False)
def _found(run: int, epoch: int, trained: int, names: tuple[str, ...]) -> list[Guess]:
    """Return the guesses after an epoch; cached while `trained`, the last epoch, is the same.

    Raises:
        BadFile: when they are damaged.
    """
    shown = stored_guesses.images(store(), run)
    said = stored_guesses.answers(store(), run, epoch)
    if shown is None or said.shape != (len(shown.labels), len(names)):
        raise BadFile(f"What run {run} said of the test images does not fit its network.")
    return [
        Guess(
            names[label],
            names[answer.argmax()],
            float(answer.max()),
            bool(answer.argmax() == label),
            data_url(Image.fromarray(255 - image)),
        )
        for label, answer, image in zip(shown.labels, said, shown.images, strict=True)
    ]

"""Predict the curve: a guess drawn before training, and how near it came.

The drawing stays as it is when the number of epochs changes: it is stretched to the new number.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from digitapp import figures
from digitapp.errors import BadFile
from digitapp.runs import Run, stored_arrays
from digitapp.runs.records import GUESS
from digitapp.text.escaping import markdown
from digitapp.training.guess import Guess
from digitapp.training.guess_rules import how_near, in_words
from digitapp.training.history import Epoch
from digitapp.training.spec import TrainingSpec
from digitapp.ui.shared import caching
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import DRAWN_GUESS, GUESS_BOX, DrawnGuess
from digitapp.ui.train.keys import KEYS

HERE = Path(__file__)
PLACE = "guess"
SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  # of all images, on the accuracy axis
STEPS, MOST_TICKS = (1, 2, 5, 10, 20, 50, 100, 200), 9  # of the epoch axis

_box = st.components.v2.component(
    "digitapp.guess",
    js=HERE.with_name("guess_drawing.js").read_text("utf-8"),
    css=HERE.with_name("guess_drawing.css").read_text("utf-8"),
    isolate_styles=False,
)


def guess_drawing(spec: TrainingSpec) -> None:
    """Show, behind a button, a figure like the run's, in which the accuracy can be drawn."""
    drawn = DRAWN_GUESS.get()
    icon = ":material/check:" if drawn.points else ":material/draw:"
    with st.popover(f"Predict the curve :small[{KEYS['predict']}]", icon=icon, key="predict"):
        which = "validation" if spec.validation_split else "training"
        st.markdown(
            f"**Where will the {which} accuracy go?** Draw it, then press *Train* and see both."
        )
        guess = Guess.from_points(drawn.points)
        data = {
            "words": in_words(guess, spec.epochs) if guess else "",
            "points": drawn.points,
            "revision": drawn.revision,
            "epochs": spec.epochs,
            "colour": figures.GUESSED,
            "shares": SHARES,
            "ticks": _ticks(spec.epochs),
        }
        _box(key=GUESS_BOX.key, data=data, on_drawn_change=_take)
        kept_error(PLACE)


def _ticks(epochs: int) -> list[int]:
    """Return the epochs that are written below the figure."""
    step = next((each for each in STEPS if epochs / each <= MOST_TICKS), STEPS[-1])
    return list(range(0, epochs + 1, step))


def _take() -> None:
    """Keep what was drawn."""
    with errors_kept(PLACE):
        told: Any = GUESS_BOX.get()["drawn"]
        guess = Guess.from_points(told["points"])
        DRAWN_GUESS.set(DrawnGuess(guess.points if guess else (), int(told["revision"])))


def keep_with(run: int) -> None:
    """Keep the drawn guess, if there is one, with a run that was just created."""
    guess = Guess.from_points(DRAWN_GUESS.pop().points)
    if guess:
        stored_arrays.keep(store(), run, GUESS, stored_arrays.pack_guess(guess))


def of_run(run: int) -> Guess | None:
    """Return the guess drawn before a run; say so if it is damaged."""
    try:
        return _kept(run)
    except BadFile as error:
        st.caption(markdown(str(error)))
        return None


@caching.data(max_entries=100, show_spinner=False)
def _kept(run: int) -> Guess | None:
    """Cached for good: it is drawn before the run."""
    return stored_arrays.guess(store(), run)


def outcome(run: Run, history: Sequence[Epoch], guess: Guess | None) -> list[str]:
    """Return how near the guess came, in words; nothing before the run has ended."""
    if not guess or run.may_change:
        return []
    return [how_near(guess, history, run.spec.epochs)]

"""The keys of the Train page: what each of them does, and the script that lets them work anywhere.

keys.js presses what a key belongs to; a button's `shortcut` only shows it there. Space remains what
it is everywhere: it presses the button or opens the tab that has the focus.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from digitapp.ui.shared.page_frame import PRESENT_KEY

KEYS = {  # by what it does; Streamlit keeps C and R for itself
    "train": "T",
    "pause": "P",
    "batch": "B",
    "epoch": "E",
    "pace_full": "1",
    "pace_20": "2",
    "pace_5": "3",
    "pace_1": "4",
    "stop": "S",
    "new": "N",
    "to_training": "Z",
    "again": "A",
    "wait_first": "W",
    "predict": "G",
    "curves": "V",
    "first_layer": "L",
    "step": "X",
    "guesses": "U",
    "pinned": "I",
    "mistakes": "M",
    "own_drawing": "D",
    "classes": "K",
    "experiments": "Y",
    "next": "O",
    "show": PRESENT_KEY,
    "help": "H",
}
WORDS = {  # in the list of keys
    "train": "Train",
    "pause": "Begin, pause or resume",
    "batch": "One batch",
    "epoch": "One epoch",
    "pace_full": "Pace: full speed",
    "pace_20": "Pace: 20 a second",
    "pace_5": "Pace: 5 a second",
    "pace_1": "Pace: 1 a second",
    "stop": "Stop",
    "new": "New training",
    "to_training": "To what is training",
    "again": "An experiment once more",
    "wait_first": "Wait before the first step",
    "predict": "Predict the curve",
    "curves": "Curves",
    "first_layer": "First layer",
    "step": "The last batch",
    "guesses": "Test images, guessed",
    "pinned": "Pinned digit",
    "mistakes": "Mistakes",
    "own_drawing": "Your own drawing",
    "classes": "Class by class",
    "experiments": "Go to the first experiment (then Tab, Enter)",
    "next": "What an experiment leads on to",
    "show": "Present, or leave",
    "help": "This list",
}
PARTS_OF_IMAGES = {  # below the list, and while the first epoch is watched slowly
    "Training": "the images that it learns from; the thin line is how it does within an epoch",
    "Validation": "images that it never learns from; they check it after every epoch",
    "Test": "other images again, kept for the very end",
}
PACES = ("pace_full", "pace_20", "pace_5", "pace_1")  # in the order of their buttons
# Streamlit shows what was there before for a while, marked as stale once the page is run anew.
WAIT_FIRST = 'html:not(:has(.st-key-run-buttons)) .st-key-wait-first[data-stale="false"] input'
TO_TRAINING = ".st-key-back-to-training button, [class*='st-key-to-run-'] button"
KEYS_OF_VIEWS = {  # on the stage, by the name of the view
    "curves": "curves",
    "first-layer": "first_layer",
    "last-batch": "step",
    "guesses": "guesses",
    "pinned": "pinned",
    "mistakes": "mistakes",
    "own-drawing": "own_drawing",
    "classes": "classes",
}
BUTTONS = {  # by what it does: the keys of the widgets that do it, of which one is on the page
    "train": ("train", "experiment-start"),
    "pause": ("do-pause", "do-resume"),
    "new": ("new",),
    "again": ("experiment-again",),
    "next": ("experiment-stress", "experiment-draw", "experiment-compare"),
    "show": ("present",),
    "predict": ("predict",),
    "help": ("help",),
    **{name: (f"do-{name}",) for name in ("batch", "epoch", "stop")},
    **{name: (f"view-{view}",) for view, name in KEYS_OF_VIEWS.items()},
}
CLICKS: dict[str, tuple[str, int]] = {  # by key: what is clicked, and which of several
    **{
        KEYS[name]: (", ".join(f".st-key-{each} button" for each in widgets), 0)
        for name, widgets in BUTTONS.items()
    },
    KEYS["experiments"]: ('.st-key-stage-about [role="tab"]:last-of-type', 0),
    KEYS["wait_first"]: (WAIT_FIRST, 0),
    KEYS["to_training"]: (TO_TRAINING, 0),
    **{KEYS[name]: ('.st-key-pace [role="radio"]', place) for place, name in enumerate(PACES)},
}
CLICKS["?"] = CLICKS[KEYS["help"]]
FOCUSED = {KEYS["experiments"]: ".st-key-experiments button"}  # then, once it is there
LEADING = tuple(  # to something else than the page shows
    KEYS[name] for name in ("train", "new", "again", "next", "show", "experiments", "to_training")
)
SCRIPT = Path(__file__).with_name("keys.js").read_text("utf-8")

_script = st.components.v2.component("digitapp.keys", js=SCRIPT, isolate_styles=False)


def keys_work_anywhere(presenting: bool) -> None:
    """Let each key press its button wherever the focus is, once, and as soon as it is there."""
    with st.container(key="key-script"):
        _script(
            key="keys",
            data={
                "presenting": presenting,
                "clicks": CLICKS,
                "focuses": FOCUSED,
                "leading": LEADING,
            },
        )

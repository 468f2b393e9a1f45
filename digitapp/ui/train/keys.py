"""The keys of the Train page: what each of them does, and the script that lets them work anywhere.

Streamlit presses a button's `shortcut` wherever the focus is, except in fields. It counts switches
and sliders as fields, where nothing can be typed; keys.js gives it those keys, too. Space remains
what it is everywhere: it presses the button or opens the tab that has the focus.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

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
    "show": "F",
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
    "Training": "the images that it learns from; the thin line is batch by batch",
    "Validation": "images that it never learns from; they check it after every epoch",
    "Test": "other images again, kept for the very end",
}
PACES = ("pace_full", "pace_20", "pace_5", "pace_1")  # in the order of their buttons
NO_RUN = "html:not(:has(.st-key-run-buttons))"  # Streamlit shows what was there before for a while
# What Streamlit gives no keys, and buttons whose presses are counted (`presses`), which must be
# clicked: the element to click, and which of several.
CLICKS: dict[str, tuple[str, int]] = {
    **dict.fromkeys((KEYS["help"], "?"), (".st-key-help button", 0)),
    KEYS["predict"]: (".st-key-predict button", 0),
    KEYS["experiments"]: ('.st-key-stage-about [role="tab"]:last-of-type', 0),
    KEYS["wait_first"]: (f"{NO_RUN} .st-key-wait-first input", 0),
    **{KEYS[name]: ('.st-key-pace [role="radio"]', place) for place, name in enumerate(PACES)},
    **{KEYS[name]: (f".st-key-do-{name} button", 0) for name in ("batch", "epoch", "stop")},
    KEYS["pause"]: (":is(.st-key-do-pause, .st-key-do-resume) button", 0),
}
FOCUSED = {KEYS["experiments"]: ".st-key-experiments button"}  # then, once it is there
SCRIPT = Path(__file__).with_name("keys.js").read_text("utf-8")

_script = st.components.v2.component("digitapp.keys", js=SCRIPT, isolate_styles=False)


def keys_work_anywhere(presenting: bool) -> None:
    """Let keys work while a switch or slider has the focus, and once however long they are held."""
    with st.container(key="key-script"):
        _script(key="keys", data={"presenting": presenting, "clicks": CLICKS, "focuses": FOCUSED})

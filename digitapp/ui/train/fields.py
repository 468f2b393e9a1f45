"""Widgets for training settings: select boxes, sliders, switches, number boxes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from digitapp.text.escaping import markdown
from digitapp.training.settings import SETTINGS, as_text
from digitapp.ui.shared.selections import still_chosen
from digitapp.ui.shared.session import Form
from digitapp.ui.shared.text_boxes import number_box, typed_box

OPTIONS = {
    "learning_rate": ("0.0001", "0.0003", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1.0"),
    "batch_size": ("16", "32", "64", "100", "128", "256", "512"),
    "train_size": ("all", "100", "500", "1000", "5000", "20000"),
    "validation_split": ("0", "0.1", "0.2", "0.3", "5000", "10000"),
    "early_stopping": ("no", "1", "2", "3", "5", "10"),
    "l2": ("0.0", "1e-05", "0.0001", "0.001", "0.01"),
}


def key(name: str, form: Form) -> str:
    """Return the widget's key, which differs in every revision."""
    return f"{name}-{form.revision}"


def choice(
    name: str,
    form: Form,
    options: Sequence[str] = (),
    titles: dict[str, str] | None = None,
    on_change: Callable[[], None] | None = None,
) -> str:
    """Show a select box of names, with titles for some of them; return the chosen name."""
    setting, now = SETTINGS[name], getattr(form.start, name)
    known = list(options or setting.choices)
    shown, place = still_chosen(key(name, form), [*known, *([] if now in known else [now])], now)
    picked = st.selectbox(
        markdown(setting.title),
        shown,
        place,
        format_func=lambda each: (titles or {}).get(each, each.replace("_", " ")),
        key=key(name, form),
        help=markdown(setting.about),
        on_change=on_change,
    )
    form.places[name] = st.container()
    return str(picked)


def typed(name: str, form: Form) -> str:
    """Show a select box of usual values that accepts any other; return the text in it."""
    setting, now = SETTINGS[name], as_text(form.start, name)
    about = f"{markdown(setting.about)} Choose, or type your own."
    found = typed_box(markdown(setting.title), OPTIONS[name], now, key(name, form), about=about)
    form.places[name] = st.container()
    return found


def slider(name: str, form: Form, most: float, step: float) -> float:
    """Show a slider that starts at 0; return its value."""
    setting, now = SETTINGS[name], float(getattr(form.start, name))
    title, about, top = markdown(setting.title), markdown(setting.about), max(most, now)
    found = st.slider(title, 0.0, top, now, step, key=key(name, form), help=about)
    form.places[name] = st.container()
    return found


def toggle(name: str, form: Form) -> bool:
    """Show a switch; return its state."""
    setting, now = SETTINGS[name], getattr(form.start, name)
    title, about = markdown(setting.title), markdown(setting.about)
    found = st.toggle(title, now, key=key(name, form), help=about)
    form.places[name] = st.container()
    return found


def number(name: str, form: Form) -> float:
    """Show a box for a whole number; return what it shows."""
    setting, now = SETTINGS[name], int(getattr(form.start, name))
    about = markdown(setting.about)
    found = number_box(markdown(setting.title), now, key(name, form), about=about)
    form.places[name] = st.container()
    return found

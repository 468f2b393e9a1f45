"""The sidebar in which a training is set up; all of it is in the page's address, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from digitapp import library
from digitapp.datasets import DATASETS
from digitapp.errors import DigitappError, InvalidSetting
from digitapp.registry import lookup
from digitapp.settings import SETTINGS, as_text, differences, from_text
from digitapp.spec import PRESETS, Augmentation, TrainingSpec
from digitapp.ui.shared import store

DEFAULT_PRESET = "nodes-and-layers"
FORM, SPEC, RUN = "form", "spec", "run"
MOST_HIDDEN = 5
NEW_LAYER = 32  # nodes

OPTIONS = {
    "learning_rate": ("0.0001", "0.0003", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1.0"),
    "batch_size": ("16", "32", "64", "100", "128", "256", "512"),
    "train_size": ("all", "100", "500", "1000", "5000", "20000"),
    "validation_split": ("0", "0.1", "0.2", "0.3", "5000", "10000"),
    "early_stopping": ("no", "1", "2", "3", "5", "10"),
    "l2": ("0.0", "1e-05", "0.0001", "0.001", "0.01"),
}
CHANGES = {  # the largest change, the slider's step, and what it does
    "rotate": ("Rotate (degrees)", 180.0, 1.0, "Turned to the left or to the right."),
    "shift": ("Shift (pixels)", 14.0, 0.5, "Moved sideways, up or down."),
    "scale": ("Scale", 0.9, 0.05, "Made wider or narrower, and taller or lower."),
    "slant": ("Slant", 1.0, 0.05, "Leaned over, as some people write."),
    "thickness": ("Thickness", 1.0, 0.05, "With thicker or thinner lines."),
}


@dataclass(frozen=True)
class Form:
    """What the widgets begin with; a new revision makes them begin anew."""

    start: TrainingSpec
    preset: str
    revision: int
    problem: str = ""


def training_settings() -> tuple[TrainingSpec | None, str]:
    """Show the settings in the sidebar; the spec, or None when it is impossible, and its preset."""
    form = _form()
    with st.sidebar:
        if form.problem:
            st.warning(form.problem)
        _preset_picker(form)
        texts = {**_data(form), **_network(form), **_learning(form), **_augmentation(form)}
        try:
            spec = from_text(texts, form.start)
        except InvalidSetting as error:
            st.error(str(error))
            return None, form.preset
    st.session_state[SPEC] = spec
    _write_address(spec, form.preset)
    return spec, form.preset


def fill_in(spec: TrainingSpec, preset: str) -> None:
    """Let the sidebar begin with these settings."""
    last: Form | None = st.session_state.get(FORM)
    revision = last.revision + 1 if last else 0
    known = preset if preset in PRESETS else DEFAULT_PRESET
    st.session_state[FORM] = Form(spec, known, revision)


def shown_run() -> int | None:
    """The run that the page's address names, or that was shown before another page was."""
    text = st.query_params.get(RUN, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def show_run(run: int | None) -> None:
    """Put a run into the page's address, or take it out."""
    st.session_state[RUN] = run
    if run is None:
        st.query_params.pop(RUN, None)
    else:
        st.query_params[RUN] = str(run)


def _form() -> Form:
    """The settings to begin with: of this session, or of the address."""
    form: Form | None = st.session_state.get(FORM)
    if form is None:
        form = _from_address()
    elif _key("preset", form) not in st.session_state:  # back from another page
        form = Form(st.session_state.get(SPEC, form.start), form.preset, form.revision + 1)
        if RUN not in st.query_params and st.session_state.get(RUN):
            show_run(st.session_state[RUN])
    st.session_state[FORM] = form
    return form


def _from_address() -> Form:
    preset = st.query_params.get("preset", DEFAULT_PRESET)
    given = {name: st.query_params[name] for name in SETTINGS if name in st.query_params}
    try:
        start = lookup(PRESETS, "preset", preset)
        return Form(from_text(given, start), preset, 0)
    except DigitappError as error:
        problem = f"The address of this page holds a setting that cannot be used. {error}"
        return Form(PRESETS[DEFAULT_PRESET], DEFAULT_PRESET, 0, problem)


def _write_address(spec: TrainingSpec, preset: str) -> None:
    wanted = {"preset": preset, **differences(spec, PRESETS[preset])}
    if run := st.query_params.get(RUN):
        wanted[RUN] = run
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def _preset_picker(form: Form) -> None:
    def choose() -> None:
        name = st.session_state[_key("preset", form)]
        fill_in(PRESETS[name], name)

    st.selectbox(
        "Preset",
        list(PRESETS),
        list(PRESETS).index(form.preset),
        format_func=lambda name: name.replace("-", " ").capitalize(),
        key=_key("preset", form),
        help="The settings of a well-known beginners' project to start from.",
        on_change=choose,
    )


def _data(form: Form) -> dict[str, str]:
    st.markdown("**Data**")
    names = library.dataset_names(store())
    titles = {name: DATASETS[name].title for name in names if name in DATASETS}
    return {
        "dataset": _choice("dataset", form, names, titles),
        "train_size": _typed("train_size", form),
        "validation_split": _typed("validation_split", form),
    }


def _network(form: Form) -> dict[str, str]:
    st.markdown("**Network**")
    architecture = _choice("architecture", form)
    dense = architecture == "dense"
    return {
        "architecture": architecture,
        "hidden": _hidden(form) if dense else as_text(form.start.hidden),
        "activation": _choice("activation", form),
        "dropout": as_text(_slider("dropout", form, 0.9, 0.05)),
        "l2": _typed("l2", form),
    }


def _hidden(form: Form) -> str:
    widths = form.start.hidden
    about = SETTINGS["hidden"].about
    key = _key("layers", form)
    count = st.slider("Hidden layers", 0, MOST_HIDDEN, len(widths), key=key, help=about)
    found = []
    with st.container(horizontal=True, gap="small"):
        for layer in range(count):
            width = widths[layer] if layer < len(widths) else NEW_LAYER
            key, label = _key(f"layer-{layer}", form), f"Nodes in layer {layer + 1}"
            about = "More nodes can learn more, and take longer."
            found.append(st.number_input(label, 1, 4096, width, key=key, width=132, help=about))
    return as_text(tuple(found))


def _learning(form: Form) -> dict[str, str]:
    st.markdown("**Learning**")
    optimizer = _choice("optimizer", form)
    sgd = optimizer == "sgd"
    return {
        "optimizer": optimizer,
        "learning_rate": _typed("learning_rate", form),
        "momentum": as_text(_slider("momentum", form, 0.99, 0.01)) if sgd else "0",
        "cosine_decay": as_text(_toggle("cosine_decay", form)),
        "loss": _choice("loss", form),
        "batch_size": _typed("batch_size", form),
        "epochs": str(_number("epochs", form, 1, 1000)),
        "early_stopping": _typed("early_stopping", form),
        "seed": str(_number("seed", form, 0, 2**31 - 1)),
    }


def _augmentation(form: Form) -> dict[str, str]:
    found = {}
    with st.expander("Augmentation", expanded=bool(form.start.augmentation)):
        st.caption("Changes every training image a little at random, anew in each epoch, up to:")
        for name, (label, most, step, about) in CHANGES.items():
            now = float(getattr(form.start.augmentation, name))
            key = _key(name, form)
            found[name] = st.slider(label, 0.0, most, now, step, key=key, help=about)
    return {"augmentation": as_text(Augmentation(**found))}


def _key(name: str, form: Form) -> str:
    return f"{name}-{form.revision}"


def _choice(
    name: str, form: Form, options: Sequence[str] = (), titles: dict[str, str] | None = None
) -> str:
    setting, now = SETTINGS[name], getattr(form.start, name)
    known = list(options or setting.choices)
    shown = [*known, *([] if now in known else [now])]
    return str(
        st.selectbox(
            setting.title,
            shown,
            shown.index(now),
            format_func=lambda each: (titles or {}).get(each, each.replace("_", " ")),
            key=_key(name, form),
            help=setting.about,
        )
    )


def _typed(name: str, form: Form) -> str:
    """A choice of usual values, into which any other can be typed."""
    setting, now = SETTINGS[name], getattr(form.start, name)
    text = "no" if name == "early_stopping" and now is None else as_text(now)
    options = list(OPTIONS[name])
    shown = [*options, *([] if text in options else [text])]
    picked = st.selectbox(
        setting.title,
        shown,
        shown.index(text),
        key=_key(name, form),
        help=f"{setting.about} Choose, or type your own.",
        accept_new_options=True,
    )
    return text if picked is None else str(picked).strip()


def _slider(name: str, form: Form, most: float, step: float) -> float:
    setting, now = SETTINGS[name], float(getattr(form.start, name))
    top = max(most, now)
    key = _key(name, form)
    return float(st.slider(setting.title, 0.0, top, now, step, key=key, help=setting.about))


def _toggle(name: str, form: Form) -> bool:
    setting = SETTINGS[name]
    now = bool(getattr(form.start, name))
    return bool(st.toggle(setting.title, now, key=_key(name, form), help=setting.about))


def _number(name: str, form: Form, least: int, most: int) -> int:
    setting, now = SETTINGS[name], int(getattr(form.start, name))
    key = _key(name, form)
    return int(st.number_input(setting.title, least, most, now, key=key, help=setting.about))

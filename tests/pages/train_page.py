"""The Train page's script, run without a browser: helpers to open, set and read it."""

import html
import json
import re
from typing import Any

from streamlit.testing.v1 import AppTest

from digitapp.training.settings import differences
from digitapp.training.spec import PRESETS, TrainingSpec

SAID = ("markdown", "caption", "error", "warning", "info", "html", "metric", "progress", "code")


def script() -> None:
    """The app as in app.py, but with the Train page first."""
    import streamlit as st

    from digitapp.pages import draw, train

    draw_page = st.Page(draw.page, title="Draw", url_path="draw")
    train_page = st.Page(
        lambda: train.page(lambda: st.switch_page(draw_page), lambda: None),
        title="Train",
        url_path="train",
        default=True,
    )
    st.navigation([train_page, draw_page]).run()


def opened(state: dict[str, Any] | None = None, **address: object) -> AppTest:
    """The page at this URL, in its own browser session.

    Args:
        state: initial session state.
    """
    app = AppTest.from_function(script, default_timeout=60)
    for name, value in (state or {}).items():
        app.session_state[name] = value
    for name, value in address.items():
        app.query_params[name] = str(value)
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    """Return the page after checking that its script ran to the end."""
    assert not app.exception
    for box in app.selectbox:  # AppTest does not know options that were typed
        if box.proto.accept_new_options and box.value not in box.options:
            box.options.append(str(box.value))
    return app


def press(app: AppTest, key: str) -> AppTest:
    """The page after a button was pressed."""
    return checked(app.button(key=key).click().run())


def write(app: AppTest, key: str, text: str) -> None:
    """Type into a text box, or a select box that accepts new options."""
    box = app.selectbox(key=key)
    box.options.append(text)
    box.set_value(text)


def said(app: AppTest) -> str:
    """Return all text on the page and in its sidebar, without markup."""
    parts = [part for kind in SAID for part in app.get(kind)]
    texts = [_text(part) for part in parts]
    without = re.sub(r"<[^>]+>|\\|\*\*", " ", " ".join(texts))
    return re.sub(r"\s+", " ", html.unescape(without))


def refusals(app: AppTest) -> str:
    """Return all errors and warnings on the page."""
    return " ".join(str(part.value) for part in [*app.error, *app.warning])


def figure(app: AppTest, key: str) -> dict[str, Any]:
    """Return the Plotly figure of a chart."""
    return dict(json.loads(component(app, key)["figure"]))


def component(app: AppTest, key: str) -> dict[str, Any]:
    """Return what a component of our own is told."""
    found = [part for part in app.get("bidi_component") if part.key == key]
    assert len(found) == 1
    return dict(json.loads(found[0].proto.json))


def record(app: AppTest) -> dict[str, Any] | None:
    """Return the server's reading of the drawing, as the live reading is told it."""
    found: dict[str, Any] | None = component(app, "live-drawing")["record"]
    return found


def labels(app: AppTest) -> list[str]:
    """Return the labels of the page's buttons."""
    return [button.label for button in app.button]


def spec(app: AppTest) -> TrainingSpec:
    """Return the settings as the page has understood them."""
    found = app.session_state["spec"]
    assert isinstance(found, TrainingSpec)
    return found


def link(wanted: TrainingSpec, preset: str) -> dict[str, str]:
    """Return the query parameters for these settings."""
    return {"preset": preset, **differences(wanted, PRESETS[preset])}


def _text(part: Any) -> str:
    proto = part.proto
    names = ("body", "label", "text", "code_text")
    return " ".join(str(getattr(proto, name)) for name in names if hasattr(proto, name))

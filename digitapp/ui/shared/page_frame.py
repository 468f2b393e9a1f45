"""Frame of every page: styles, announcements for screen readers, and the browser's history.

Nothing here may move or cover the canvas.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from digitapp.drawing.strokes import CANVAS_SIDE
from digitapp.ui.shared.session import SHOW
from digitapp.ui.shared.text_boxes import take_what_is_typed

ROOMS = ".st-key-prediction, .st-key-number, .st-key-bars, .st-key-correction"
WRAPPER = '[data-testid="stLayoutWrapper"]'
SCRIPT = "\n".join(
    Path(__file__).with_name(name).read_text("utf-8")
    for name in ("connection.js", "uploads.js", "frame.js")
)
HISTORY = Path(__file__).with_name("history.js").read_text("utf-8")
LAYOUTS = "".join(
    Path(__file__).with_name(name).read_text("utf-8")
    for name in (
        *("instrument.css", "looking.css", "training.css", "step.css", "keys.css"),
        *("presenting.css", "stage_views.css", "data.css", "classroom.css"),
        *("together.css", "connection.css"),
    )
)
NARROW = 768  # pixels; up to here the sidebar lies over the page and holds the menu
HEADER = 60  # pixels; Streamlit's bar with the names of the pages
PRESENT_KEY = "F"  # as on the Train page
STACKED = 640  # pixels; up to here Streamlit stacks columns vertically
# Streamlit's captions and theme-coloured text have too little contrast (WCAG asks for 4.5 to 1);
# mixing in the surrounding text colour gives enough.
READABLE = """
[data-testid="stCaptionContainer"][data-testid] { opacity: 0.75; }
:is([data-testid="stSliderThumbValue"], [data-variant][data-selected]),
[data-testid="stTab"]:is([aria-selected="true"], :hover, :focus-visible),
[data-testid="stCameraInputButton"]:is(:hover, :focus-visible):not(:active) {
  color: color-mix(in srgb, #4d68ea 60%, currentcolor) !important;
}
[data-testid="stMarkdownContainer"] :is(h1, h2) { padding: 0.5rem 0 1rem; letter-spacing: 0; }
"""
# A scroll bar that appears must not narrow the page (frame.js does the scrolling that is needed);
# the canvas has its space reserved before it loads (its shadow root gets its size from --canvas);
# in stacked columns, rooms may grow. Streamlit keeps the previous page's empty sidebar, often until
# the next answer.
STYLE = f"""
:root {{ --canvas: {CANVAS_SIDE}px; }}
[data-testid="stMain"] {{ scrollbar-gutter: stable; overflow-anchor: none; }}
[data-testid="stMainBlockContainer"] {{ padding-top: {HEADER + 12}px; padding-inline: 2rem; }}
[class*="st-key-"][class*="canvas"] {{
  width: var(--canvas); height: var(--canvas); overflow: hidden;
}}
.digitapp-restoring [class*="st-key-"][class*="canvas"] {{ pointer-events: none; }}
.st-key-frame, .st-key-history, [class*="st-key-"][class*="keeper"],
{WRAPPER}:has(> .st-key-typed-script),
{WRAPPER}:has(> :is(.st-key-key-script, .st-key-press-script, .st-key-stage-script)),
{WRAPPER}:has(> .st-key-following),
[class*="st-key-"][class*="live-drawing"] {{
  position: absolute; width: 0; height: 0;
}}
{WRAPPER}:has(> .st-key-way-back) {{
  position: fixed; z-index: 999990; right: 1.5rem; bottom: 1rem; width: max-content;
}}
@media (max-width: 640px) {{  /* there is no room beside the canvas */
  {WRAPPER}:has(> .st-key-way-back) {{ position: static; }}
}}
html:not(.digitapp-no-live) {WRAPPER}:has(> [class*="-record"]) {{
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}}
@media (max-width: {STACKED}px) {{
  [data-testid="stMainBlockContainer"] {{ padding-inline: 1rem; }}
  {WRAPPER}:has(> :is({ROOMS})) {{ height: auto !important; }}
}}
@media (min-width: {NARROW + 1}px) {{
  .digitapp-no-sidebar [data-testid="stSidebar"],
  .digitapp-no-sidebar [data-testid="stExpandSidebarButton"] {{ display: none; }}
}}
"""

_frame = st.components.v2.component(
    "digitapp.frame", js=SCRIPT, css=STYLE + READABLE + LAYOUTS, isolate_styles=False
)
_history = st.components.v2.component("digitapp.history", js=HISTORY, isolate_styles=False)


def frame(page: str, sidebar: bool, presenting: bool = False) -> None:
    """Set up the frame of a page; call it before the page adds any element.

    Args:
        page: its name; when it changes, the menu on a phone closes.
        sidebar: whether the page has content for the sidebar.
        presenting: whether it is shown to a class: large, without the bar of pages.
    """
    _history(key="history")
    _frame(key="frame", data={"page": page, "sidebar": sidebar, "presenting": presenting})
    take_what_is_typed()


def way_back(to_train: Callable[[], None]) -> None:
    """Show a button back to what is presented to a class, if something is; on the other pages.

    Args:
        to_train: switches to the Train page, which shows what it showed last.
    """
    if SHOW.get() is None:
        return
    with st.container(key="way-back"):
        icon = ":material/present_to_all:"
        if st.button("Back to the class", key="to-class", icon=icon, shortcut=PRESENT_KEY):
            to_train()


def room(name: str, height: int) -> DeltaGenerator:
    """Return a place beside a canvas whose height, in pixels, is fixed whatever it holds.

    Args:
        name: its key, listed in `ROOMS`.
    """
    return st.container(height=height, border=False, key=name)

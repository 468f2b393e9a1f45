"""What every page stands in. Nothing of it may move or cover what is drawn upon.

It also gives a page what people need who hear it, or who see little of a colour.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from digitapp.drawing.strokes import CANVAS_SIDE
from digitapp.text.escaping import html as escape
from digitapp.ui.shared.typed_boxes import take_what_is_typed

ROOM, WRAPPER = "room", '[data-testid="stLayoutWrapper"]'
SCRIPT = Path(__file__).with_name("frame.js").read_text("utf-8")
NARROW = 768  # pixels; up to here the side bar lies over the page and holds the menu
STACKED = 640  # pixels; up to here Streamlit puts columns below each other
# Streamlit's captions, and its text in the theme's colour, are too pale to be read by everyone
# (WCAG asks for a contrast of 4.5 to 1); mixed with the colour of the text around, they are not.
READABLE = """
[data-testid="stCaptionContainer"][data-testid] { opacity: 0.75; }
:is([data-testid="stSliderThumbValue"], [data-variant][data-selected]),
[data-testid="stTab"]:is([aria-selected="true"], :hover, :focus-visible),
[data-testid="stCameraInputButton"]:is(:hover, :focus-visible):not(:active) {
  color: color-mix(in srgb, #4d68ea 60%, currentcolor) !important;
}
[data-testid="stMarkdownContainer"] :is(h1, h2) { padding: 0.5rem 0 1rem; letter-spacing: 0; }
"""
# A scroll bar that comes must not make the page narrower (and frame.js scrolls where it must);
# a canvas has its room before it has come; where nothing is beside it, rooms may grow. Streamlit
# keeps an empty side bar of the page before, often until the next answer.
STYLE = f"""
[data-testid="stMain"] {{ scrollbar-gutter: stable; overflow-anchor: none; }}
[class*="st-key-"][class*="canvas"] {{ width: {CANVAS_SIDE}px; height: {CANVAS_SIDE}px; }}
.digitapp-restoring [class*="st-key-"][class*="canvas"] {{ pointer-events: none; }}
.st-key-frame, [class*="st-key-"][class*="keeper"], {WRAPPER}:has(> .st-key-typed-script) {{
  position: absolute; width: 0; height: 0;
}}
@media (max-width: {STACKED}px) {{
  {WRAPPER}:has(> [class*="{ROOM}-"]) {{ height: auto !important; }}
}}
@media (min-width: {NARROW + 1}px) {{
  .digitapp-no-sidebar [data-testid="stSidebar"],
  .digitapp-no-sidebar [data-testid="stExpandSidebarButton"] {{ display: none; }}
}}
"""

_frame = st.components.v2.component(
    "digitapp.frame", js=SCRIPT, css=STYLE + READABLE, isolate_styles=False
)


def frame(page: str, sidebar: bool) -> None:
    """Set up what is round a page, before anything of the page itself.

    Args:
        page: its name; with another one, a telephone's menu closes.
        sidebar: whether the page has something to show in it.
    """
    _frame(key="frame", data={"page": page, "sidebar": sidebar})
    take_what_is_typed()


def room(name: str, height: int) -> DeltaGenerator:
    """A place beside a canvas that keeps its height, in pixels, whatever comes into it."""
    with st.container(height=height, border=False, key=f"{ROOM}-{name}"):
        return st.container(key=name)


def announced(text: str) -> str:
    """An attribute of an answer's HTML: a screen reader says this when the answer comes.

    It is said once; frame.js hands it over.
    """
    return f' data-announced="{escape(text)}"'

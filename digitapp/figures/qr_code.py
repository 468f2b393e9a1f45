"""Addresses as QR codes, for phones and tablets: a picture for a page, and text for a terminal."""

from __future__ import annotations

import base64
import io
import os
from itertools import zip_longest
from typing import TextIO

import segno

BORDER = 4  # modules of paper around it, as ISO/IEC 18004 asks for
TERMINAL_BORDER = 2  # enough for every phone tried; a terminal has few lines
PAPER, INK = "#ffffff", "#000000"
BLACK_ON_WHITE, AS_BEFORE = "\x1b[30;107m", "\x1b[0m"
HALVES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}  # by the upper and lower module


def data_url(address: str) -> str:
    """Return the picture for the `src` of an image."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg(address).encode()).decode("ascii")


def svg(address: str) -> str:
    """Return a picture without a size of its own: black on white, in the dark theme, too."""
    data = io.BytesIO()
    shape = {"border": BORDER, "dark": INK, "light": PAPER, "omitsize": True}
    _code(address).save(data, kind="svg", xmldecl=False, svgns=True, nl=False, **shape)
    return data.getvalue().decode("utf-8")


def text(address: str) -> str:
    """Return a QR code for a terminal, two modules in the height of a line.

    Escape sequences make it black on white whatever the terminal's colours are.
    """
    rows = [[*row] for row in _code(address).matrix_iter(border=TERMINAL_BORDER)]
    paper = [0] * len(rows[0])
    pairs = zip_longest(rows[::2], rows[1::2], fillvalue=paper)
    lines = ("".join(map(HALVES.__getitem__, zip(*pair, strict=True))) for pair in pairs)
    return "\n".join(f"{BLACK_ON_WHITE}{line}{AS_BEFORE}" for line in lines)


def can_show(stream: TextIO) -> bool:
    """Return whether a stream, such as `sys.stdout`, is a terminal that shows `text`."""
    encoding = (getattr(stream, "encoding", "") or "").lower().replace("-", "")
    return stream.isatty() and os.environ.get("TERM") != "dumb" and encoding.startswith("utf")


def _code(address: str) -> segno.QRCode:
    """Return the code; 15 % of it may be unreadable, by a lamp's reflection on the projector."""
    return segno.make(address, error="m", micro=False)

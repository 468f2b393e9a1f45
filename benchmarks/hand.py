"""A hand that draws digits in a real browser, at 60 moves a second."""

from __future__ import annotations

import itertools
import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page
from websockets.sync.client import ClientConnection, connect

from digitapp.data.pen_styles import STYLES, Style, curve
from digitapp.drawing.strokes import CANVAS_SIDE
from digitapp.evaluation.labelled_files import read_strokes
from tests.browser.session import on_page

MOVES = 60  # a second
OF_EACH = 2  # drawings of each digit
HEIGHT = 0.6  # of the canvas: a digit's longer side
SPEED = 400.0  # units a second, of a digit drawn by the project
SAMPLED = 100  # points a second in a file of strokes, as tablets record them

Stroke = NDArray[np.float64]  # (moves, 2), in units of the drawing
Digit = list[Stroke]


def digits(file: Path | None = None) -> list[Digit]:
    """Return 20 digits, with a point for each move of the pen.

    Args:
        file: strokes of people, as `evaluate --strokes` reads them; by default the digits are
            drawn in the two commonest styles of each.
    """
    if file is None:
        return [_fitted(_drawn(style)) for styles in STYLES.values() for style in _common(styles)]
    read = sorted(read_strokes(file), key=lambda each: each.label)
    return [
        _fitted([_at_moves(np.array(stroke, float)) for stroke in each.strokes])
        for _, all_of_one in itertools.groupby(read, key=lambda each: each.label)
        for each in itertools.islice(all_of_one, OF_EACH)
    ]


def _common(styles: tuple[Style, ...]) -> list[Style]:
    return sorted(styles, key=lambda style: -style.share)[:OF_EACH]


def _drawn(style: Style) -> Digit:
    """Draw a style as tall as it will be, at constant speed."""
    found = []
    for stroke in style.strokes:
        path = curve(stroke) @ np.array(stroke.points) * HEIGHT * CANVAS_SIDE
        along = np.concatenate([[0], np.hypot(*np.diff(path, axis=0).T).cumsum()])
        at = np.arange(0, along[-1], SPEED / MOVES)
        found.append(np.stack([np.interp(at, along, path[:, axis]) for axis in (0, 1)], axis=1))
    return found


def _at_moves(points: Stroke) -> Stroke:
    """Resample the points of a tablet to the moves of a mouse."""
    at = np.arange(0, len(points), SAMPLED / MOVES)
    number = np.arange(len(points))
    return np.stack([np.interp(at, number, points[:, axis]) for axis in (0, 1)], axis=1)


def _fitted(digit: Digit) -> Digit:
    """Scale a digit to its height, in the middle of the canvas."""
    points = np.concatenate(digit)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = HEIGHT * CANVAS_SIDE / max(*(high - low), 1)
    return [(stroke - (low + high) / 2) * scale + CANVAS_SIDE / 2 for stroke in digit]


class Hand:
    """Draws on a page, by messages to the browser whose answers it does not wait for.

    Those of a driver such as Playwright wait for each other, so that its moves come in bursts.
    """

    def __init__(self, page: Page, connection: ClientConnection) -> None:
        self._page = page
        self._connection = connection
        self._numbers = itertools.count()

    def draw(self, stroke: Stroke) -> None:
        """Draw a stroke; return when the pen is up."""
        places = on_page(self._page, stroke.tolist())
        began = time.monotonic()
        for number, place in enumerate(places):
            time.sleep(max(0.0, began + number / MOVES - time.monotonic()))
            self._mouse("mouseMoved" if number else "mousePressed", place, pressed=True)
        self._mouse("mouseReleased", places[-1], pressed=False)

    def slow_down(self, times: int) -> None:
        """Give the page's main thread only a part of the processor."""
        self._send("Emulation.setCPUThrottlingRate", rate=times)

    def _mouse(self, kind: str, place: tuple[float, float], pressed: bool) -> None:
        x, y = place
        button = {"button": "left", "buttons": int(pressed), "clickCount": 1}
        self._send("Input.dispatchMouseEvent", type=kind, x=x, y=y, **button)

    def _send(self, method: str, **parameters: Any) -> None:
        message = {"id": next(self._numbers), "method": method, "params": parameters}
        self._connection.send(json.dumps(message))


@contextmanager
def hand(page: Page, port: int) -> Iterator[Hand]:
    """Draw on a page of a browser that was started with this `--remote-debugging-port`."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
        tabs = json.load(answer)
    (own,) = (tab["webSocketDebuggerUrl"] for tab in tabs if tab["url"] == page.url)
    with connect(own, proxy=None, max_size=None, max_queue=None, compression=None) as connection:
        yield Hand(page, connection)

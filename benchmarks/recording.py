"""Strokes as messages of a real browser, recorded once and replayed by visitors without one."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.browser.session import ROOT, chromium, draw, open_app, sent_by, served
from tests.browser.visitor import Visitor
from tests.digits import DIGITS

RECORDED = (0, 4, 7, 3, 9)  # digits of one stroke and of two
LOADING, BETWEEN = 8000, 1200  # milliseconds
ANSWERED = re.compile(rb"after \d+ strokes?")  # part of every answer to a drawing


def strokes(root: Path = ROOT, store: Path | None = None) -> list[BackMsg]:
    """Record what a browser sends while some digits are drawn, each on an empty canvas.

    Args:
        root: the checkout.
        store: its runs; the widgets' ids depend on them.
    """
    with served("app.py", store, root=root) as server:
        return of(server.address)


def of(address: str, enter: Callable[[str], None] = lambda cookie: None) -> list[BackMsg]:
    """Record what a browser sends to a server while some digits are drawn.

    Args:
        enter: called with the browser's cookie before it draws.
    """
    found = []
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        context.request.get(address)
        enter("; ".join(f"{each['name']}={each['value']}" for each in context.cookies()))
        for number, digit in enumerate(RECORDED):
            page = context.new_page()
            sent = sent_by(page)
            open_app(page, address)
            page.wait_for_timeout(BETWEEN if number else LOADING)
            sent.clear()
            for stroke in DIGITS[digit]:
                draw(page, [stroke])
                page.wait_for_timeout(BETWEEN)
            found += [BackMsg.FromString(each) for each in sent if isinstance(each, bytes)]
            page.close()
    return [message for message in found if message.WhichOneof("type") == "rerun_script"]


def read_by(stroke: BackMsg, title: str) -> BackMsg:
    """Return a message in which the network of this title is chosen."""
    found = BackMsg()
    found.CopyFrom(stroke)
    for widget in found.rerun_script.widget_states.widgets:
        if widget.id.endswith("-model"):
            widget.string_value = title
    return found


def wait(visitor: Visitor, stroke: BackMsg) -> float:
    """Send a stroke, and return the seconds until the page shows its answer."""
    sent = time.monotonic()
    visitor.send(stroke)
    answer = visitor.until("script_finished")
    waited = time.monotonic() - sent
    read = any(ANSWERED.search(each.SerializeToString()) for each in answer)
    assert read, "the stroke was not read"
    return waited

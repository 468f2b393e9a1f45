"""Real pages in Chromium, with a stroke every 2 s: `python -m benchmarks.class_pages ADDRESS ...`.

Prints, as JSON, the milliseconds from lifting the pen to the server's answer on the page, and those
from the last move of the pen to the browser's own answer.
"""

from __future__ import annotations

import argparse
import json
import time

from playwright.sync_api import BrowserContext, Page
from playwright.sync_api import Error as PageError

from tests.browser.session import PREDICTION, WAIT, chromium, draw, open_app
from tests.digits import DIGITS

DIGIT = 3  # of one stroke
LIVE = ".live-answer"
# Note when the texts of both answers change, in milliseconds of the page's clock.
WATCH = f"""() => {{
  window.seen = {{ record: 0, live: 0 }};
  const look = (name, selector) => {{
    const place = document.querySelector(selector);
    const text = place && place.textContent;
    if (text !== look[name]) window.seen[name] = performance.now();
    look[name] = text;
  }};
  const all = () => {{ look("record", "{PREDICTION}"); look("live", "{LIVE}"); }};
  new MutationObserver(all).observe(document.body, {{ subtree: true, childList: true,
    characterData: true }});
  all();
}}"""
UP = "() => (window.up = performance.now())"
READ = f"""() => /after 1 stroke/.test(document.querySelector("{PREDICTION}")?.textContent ?? "")"""
EMPTY = f"""() => !/after/.test(document.querySelector("{PREDICTION}")?.textContent ?? "after")"""
WAITED = "() => [window.seen.record - window.up, window.seen.live - window.up]"


def main() -> None:
    """Draw, and print what was waited for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("--pages", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--every", type=float, default=2)
    given = parser.parse_args()
    until = time.monotonic() + given.seconds
    waits: list[list[float]] = []
    errors: list[str] = []
    with chromium() as browser:
        contexts = [browser.new_context(viewport={"width": 1300, "height": 900})]
        contexts += [browser.new_context() for _ in range(given.pages - 1)]
        pages = [_opened(each, given.address) for each in contexts]
        turn = 0
        while time.monotonic() < until:
            began = time.monotonic()
            page = pages[turn % len(pages)]
            turn += 1
            try:
                waits.append(_stroke(page))
            except PageError as error:
                errors.append(str(error).partition("\n")[0])
                page.reload()
            rest = given.every / len(pages) - (time.monotonic() - began)
            time.sleep(max(0.0, rest))
    print(json.dumps({"waits": waits, "errors": errors}))


def _opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    open_app(page, address)
    page.wait_for_selector(LIVE, timeout=WAIT)
    page.evaluate(WATCH)
    return page


def _stroke(page: Page) -> list[float]:
    """Draw a digit of one stroke on an empty canvas, and return both waits."""
    draw(page, DIGITS[DIGIT])
    page.evaluate(UP)
    page.wait_for_function(READ, timeout=WAIT)
    waited: list[float] = page.evaluate(WAITED)
    page.locator("button", has_text="Clear").first.click()
    page.wait_for_function(EMPTY, timeout=WAIT)
    return waited


if __name__ == "__main__":
    main()

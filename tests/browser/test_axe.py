"""Accessibility of every page, by axe and screen reader: light and dark, wide and narrow."""

import io
import re
from collections.abc import Callable

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image
from playwright.sync_api import Page, expect

from digitapp.drawing.strokes import from_points, paint
from tests.browser.conftest import WIDTHS, opened
from tests.browser.session import ANSWER, CANVAS, PREDICTION, WAIT, Chromium, draw, open_tab, press
from tests.digits import DIGITS
from tests.imports.collections import digits

PLOT = ".js-plotly-plot .main-svg"
VOICE = ".digitapp-voice"
# All rules that axe enables by default, including best practices.
LOOK = """
only => axe.run({resultTypes: ['violations'], ...(only && {runOnly: only})})
  .then(found => found.violations)
"""
COLOURS = ["color-contrast", "link-in-text-block"]  # all that a theme changes
# axe skips contrast where decoration covers text, such as the line under the selected tab.
BARE = "*::before, *::after { display: none !important; }"
# The app's own styles arrive a moment after the page.
STYLED = """
() => [...document.querySelectorAll('style')].some(each => each.textContent.includes('Caption'))
"""
# Records everything a screen reader is given to say.
LISTEN = """
voice => {
  window.said = [];
  new MutationObserver(() => voice.textContent && window.said.push(voice.textContent))
    .observe(voice, { childList: true, characterData: true, subtree: true });
}
"""
CANVAS_PARTS = """
() => [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')]
  .flatMap(host => [...host.shadowRoot.querySelectorAll('canvas')])
  .map(each => [each.getAttribute('role'), !!each.getAttribute('aria-label'), each.ariaHidden])
"""


def draw_empty(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(CANVAS).first.wait_for(timeout=WAIT)
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "ready", timeout=WAIT)


def draw_seven(page: Page, address: str) -> None:
    draw_empty(page, address)
    draw(page, DIGITS[7])
    expect(page.locator(PREDICTION)).to_have_text(re.compile("after 2 strokes"), timeout=WAIT)
    page.get_by_text("Why all these steps?").click()
    page.locator(f".st-key-comparison {PLOT}").first.wait_for(timeout=WAIT)


def draw_uploads(page: Page, address: str) -> None:
    """Upload a digit, a number and a file that is not a picture."""
    draw_empty(page, address)
    open_tab(page, "Upload")
    sheet = Image.new("L", (560, 280), 255)
    files = [{"name": "notes.png", "mimeType": "image/png", "buffer": b"these are no pixels"}]
    for place, digit in enumerate((4, 2)):
        sheet.paste(paint(from_points(DIGITS[digit], 20)), (280 * place, 0))
        data = io.BytesIO()
        sheet.save(data, "PNG")
        files.append({"name": f"{digit}.png", "mimeType": "image/png", "buffer": data.getvalue()})
    page.locator("input[type=file]").set_input_files(files)
    page.locator(f".st-key-upload-probabilities {PLOT}").first.wait_for(timeout=WAIT)
    page.get_by_text("Why all these steps?").click()
    page.locator(f".st-key-upload-comparison {PLOT}").first.wait_for(timeout=WAIT)


INSIDE = {  # by tab: what comes last, when the pen rests
    "node": (".live-node",),
    "why": (".live-why-sentence:not(:empty)", ".live-why-numbers:not(:empty)"),
    "epochs": (".live-epoch-dot[data-known]",),
    "map": (".live-map",),
}


def inside(tab: str) -> Callable[[Page, str], None]:
    """Return a function that looks into a run's network by one of the tabs, with a drawing."""

    def state(page: Page, address: str) -> None:
        page.goto(f"{address}/inside?network=run-1")
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        draw(page, DIGITS[7])
        expect(page.locator(ANSWER)).to_have_attribute("data-digit", re.compile("."), timeout=WAIT)
        page.locator(f"#live-tab-{tab}").click()
        for part in INSIDE[tab]:
            expect(page.locator(part).last).to_be_visible()

    state.__name__ = f"inside_{tab}"
    return state


def train_before(page: Page, address: str) -> None:
    page.goto(f"{address}/train")
    page.get_by_text("The latest runs").wait_for(timeout=WAIT)


def train_after(page: Page, address: str) -> None:
    page.goto(f"{address}/train?run=1")
    page.get_by_role("tab", name="First layer").click(timeout=WAIT)
    page.get_by_text("What the first layer looks for").wait_for(timeout=WAIT)


def train_presented_before(page: Page, address: str) -> None:
    page.goto(f"{address}/train?dataset=pen&show=all")
    page.locator(f".st-key-network {PLOT}").first.wait_for(timeout=WAIT)


def train_presented_after(page: Page, address: str) -> None:
    page.goto(f"{address}/train?run=1&show=all")
    page.locator(f".st-key-loss-curve {PLOT}").first.wait_for(timeout=WAIT)
    page.keyboard.press("H")
    page.locator(".list-of-keys").wait_for(timeout=WAIT)


def runs_ticked(page: Page, address: str) -> None:
    page.goto(f"{address}/runs?runs=1,2")
    page.locator(".st-key-run-tools").wait_for(timeout=WAIT)
    page.locator(PLOT).first.wait_for(timeout=WAIT)


def one_drawing(page: Page, address: str) -> None:
    page.goto(f"{address}/runs?runs=1,2")
    open_tab(page, "One drawing")
    page.locator(CANVAS).first.wait_for(timeout=WAIT)
    draw(page, DIGITS[7])
    page.locator(".reading").first.wait_for(timeout=WAIT, state="attached")


def data(page: Page, address: str) -> None:
    page.goto(f"{address}/data")
    page.get_by_text("Built in", exact=True).wait_for(timeout=WAIT)


def data_new(page: Page, address: str) -> None:
    page.goto(f"{address}/data?new=drawn")
    page.get_by_text("Or open a dataset").wait_for(timeout=WAIT)


def data_drawn(page: Page, address: str) -> None:
    data_new(page, address)
    page.get_by_label("Name of the dataset").fill("Signs")
    page.get_by_label("Names of its classes").fill("star\nspiral")
    page.get_by_role("button", name="Start drawing").click()
    page.locator("canvas.sheet").click(timeout=WAIT)
    page.keyboard.press(" ")
    page.locator(".examples-gallery .picture").first.click(timeout=WAIT)
    page.locator(".examples-gallery .into").wait_for(timeout=WAIT)


def data_from_file(page: Page, address: str) -> None:
    """Look at digits on white paper, one of them with a wrong label and one empty."""
    page.goto(f"{address}/data?new=file")
    given, file = digits(60, with_test_part=False).train, io.BytesIO()
    images, labels = 255 - given.images, given.labels.copy()
    images[5], labels[:2] = 255, (labels[:2] + 5) % 10
    np.savez(file, allow_pickle=False, images=images, labels=labels)
    page.locator("input[type=file]").set_input_files(
        {"name": "own.npz", "mimeType": "application/zip", "buffer": file.getvalue()}
    )
    page.get_by_text("own.npz").wait_for(timeout=WAIT)
    page.get_by_role("button", name="Look at them").click()
    page.get_by_text("may have the wrong label").wait_for(timeout=WAIT)
    page.get_by_role("button", name="Keep them").wait_for(timeout=WAIT)


def handwriting(page: Page, address: str) -> None:
    page.goto(f"{address}/handwriting")
    page.get_by_text("Nothing is kept yet").wait_for(timeout=WAIT)


def stress(page: Page, address: str) -> None:
    page.goto(f"{address}/stress")
    page.locator(f".st-key-endurance {PLOT}").first.wait_for(timeout=WAIT)
    page.locator(".st-key-strip img").first.wait_for(timeout=WAIT)


TITLES = {
    draw_empty: "Draw",
    draw_seven: "Draw",
    draw_uploads: "Draw",
    **{inside(tab): "Inside" for tab in ("node", "why", "epochs", "map")},
    train_before: "Train",
    train_after: "Train",
    train_presented_before: "Train",
    train_presented_after: "Train",
    runs_ticked: "Runs",
    one_drawing: "Runs",
    data: "Data",
    data_new: "Data",
    data_drawn: "Data",
    data_from_file: "Data",
    handwriting: "My handwriting",
    stress: "Stress test",
}


@pytest.mark.parametrize("state", TITLES, ids=lambda state: state.__name__)
def test_axe_finds_nothing_wrong(
    browser: Chromium, with_runs: str, state: Callable[[Page, str], None]
) -> None:
    wrong = []
    with opened(browser, "wide") as page:
        state(page, with_runs)
        expect(page).to_have_title(f"{TITLES[state]} - digitapp")
        expect(page.locator("h1")).to_have_count(1)
        assert page.locator("h1, h2, h3, h4, h5, h6").first.evaluate("e => e.tagName") == "H1"
        page.wait_for_function(STYLED)
        page.add_style_tag(content=BARE)
        page.evaluate(AXE_SCRIPT)
        for width in WIDTHS.values():
            page.set_viewport_size({"width": width, "height": 844})
            for theme, rules in (("light", None), ("dark", COLOURS)):
                page.emulate_media(color_scheme=theme)
                expect(page.locator(".stApp")).to_have_css("color-scheme", theme)
                page.wait_for_timeout(300)  # colours fade
                found = page.evaluate(LOOK, rules)
                if found:  # on a busy machine, they fade for longer
                    page.wait_for_timeout(2000)
                    found = page.evaluate(LOOK, rules)
                wrong += [_told(rule, f"{theme}, {width}") for rule in found]
    assert not wrong


def _told(rule: dict, where: str) -> str:
    nodes = (f"{node['html'][:200]} {node.get('failureSummary')}" for node in rule["nodes"])
    return "\n".join((f"{rule['id']} ({where})", *nodes))


def test_the_canvas_has_a_role_and_a_name_on_every_page_that_has_one(
    browser: Chromium, with_runs: str
) -> None:
    with opened(browser, "wide") as page:
        for state in (draw_empty, stress):
            state(page, with_runs)
            parts = page.evaluate(CANVAS_PARTS)
            assert ["img", True, None] in parts
            assert all(part in (["img", True, None], [None, False, "true"]) for part in parts)
            expect(page.get_by_role("img", name="Square to draw on")).to_be_visible()


def test_an_answer_is_said_once(browser: Chromium, with_runs: str) -> None:
    with opened(browser, "wide") as page:
        draw_empty(page, with_runs)
        voice = page.locator(VOICE)
        expect(voice).to_have_attribute("aria-live", "polite")
        expect(voice).to_be_empty()
        voice.evaluate(LISTEN)
        first = re.compile(r"after 1 stroke\.")
        draw(page, DIGITS[7][:1])
        expect(voice).to_have_text(first, timeout=WAIT)
        draw(page, DIGITS[7][1:])
        expect(voice).to_have_text(re.compile(r"^7: .* sure after 2 strokes\."), timeout=WAIT)
        press(page, "Clear")
        expect(voice).to_be_empty(timeout=WAIT)
        draw(page, DIGITS[7][:1])
        expect(voice).to_have_text(first, timeout=WAIT)
        page.wait_for_timeout(700)
        said = page.evaluate("window.said")
        strokes = [re.findall(r"after (\d) stroke", each) for each in said]
        assert strokes == [["1"], ["2"], ["1"]], said
